/**
 * The time of the page under test: it stands still until a test lets it go on. Playwright's own
 * clock belongs to a browser profile, and a profile for each test costs more than the test.
 */
(() => {
  const real = {
    Date, setTimeout, clearTimeout, setInterval, clearInterval,
  };
  const timers = new Map();
  let now = __NOW__;
  let last = 0;

  class StillDate extends real.Date {
    constructor(...given) {
      super(...(given.length ? given : [now]));
    }

    static now() {
      return now;
    }
  }

  function later(run, after, every, given) {
    last += 1;
    timers.set(last, { at: now + Math.max(0, Number(after) || 0), every, run, given });
    return last;
  }

  window.Date = StillDate;
  window.setTimeout = (run, after, ...given) => later(run, after, null, given);
  window.setInterval = (run, every, ...given) => later(run, every, Math.max(1, every), given);
  window.clearTimeout = (id) => timers.delete(id);
  window.clearInterval = window.clearTimeout;
  window.testClock = {
    /** Let so many milliseconds pass: the timers fire as they become due. */
    advance(milliseconds) {
      const until = now + milliseconds;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at <= until)
          .sort(([one, { at }], [other, { at: otherAt }]) => at - otherAt || one - other)[0];
        if (!due) {
          break;
        }
        const [id, timer] = due;
        now = Math.max(now, timer.at);
        if (timer.every) {
          timer.at += timer.every;
        } else {
          timers.delete(id);
        }
        timer.run(...timer.given);
      }
      now = until;
    },
    /** Give the page its real timers, for scripts that bring their own. */
    resume() {
      Object.assign(window, real);
    },
  };
})();
