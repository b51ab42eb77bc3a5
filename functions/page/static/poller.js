/** Ask again and again: at once when the page is shown, not at all while it is hidden. */

const FAILURE_MILLISECONDS = [2_000, 4_000, 8_000, 15_000];

/**
 * @param {object} task
 * @param {(signal: AbortSignal) => Promise<any>} task.load  one question
 * @param {(answer: any) => number} task.answered  takes the answer, says the ms until the next
 * @param {(error: Error) => boolean} task.failed  takes the failure, says whether to go on
 */
export class Poller {
  #task;
  #timer = null;
  #abort = null;
  #failures = 0;
  #closed = false;
  #wake = () => this.now();

  constructor(task) {
    this.#task = task;
    document.addEventListener("visibilitychange", this.#wake);
    window.addEventListener("online", this.#wake);
  }

  /** Ask now; an answer still on its way is dropped, for it may be older than what is known. */
  async now() {
    this.#cancel();
    if (this.#closed || document.hidden) {
      return;
    }
    const abort = new AbortController();
    this.#abort = abort;
    let answer;
    try {
      answer = await this.#task.load(abort.signal);
    } catch (error) {
      if (!abort.signal.aborted && this.#task.failed(error)) {
        this.later(FAILURE_MILLISECONDS[Math.min(this.#failures, FAILURE_MILLISECONDS.length - 1)]);
        this.#failures += 1;
      }
      return;
    }
    if (!abort.signal.aborted) {
      this.#failures = 0;
      this.later(this.#task.answered(answer));
    }
  }

  /** Ask in so many milliseconds. */
  later(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#wake, pause);
  }

  /** Stop for good. */
  close() {
    this.#closed = true;
    this.#cancel();
    document.removeEventListener("visibilitychange", this.#wake);
    window.removeEventListener("online", this.#wake);
  }

  #cancel() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }
}
