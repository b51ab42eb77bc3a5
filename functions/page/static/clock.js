/** The server's time: "4 min ago" is to be right on a computer whose own clock is not. */

const TOLERATED_MILLISECONDS = 2_000;

export class ServerClock {
  #ahead = 0;

  now() {
    return Date.now() + this.#ahead;
  }

  /** Take an answer's `Date` (whole seconds, a little late) where it clearly differs. */
  observe(date) {
    const ahead = Date.parse(date ?? "") - Date.now();
    if (Number.isFinite(ahead) && Math.abs(ahead - this.#ahead) > TOLERATED_MILLISECONDS) {
      this.#ahead = ahead;
    }
  }
}
