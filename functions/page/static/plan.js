/** A dry run as it comes in, page by page; kept while one looks at other tabs. */

/** The plan of a connection that was begun since somebody signed in, or none yet. */
export function planOf({ plans }, connectionId) {
  if (!plans.has(connectionId)) {
    plans.set(connectionId, new Plan());
  }
  return plans.get(connectionId);
}

/** @property {"new"|"running"|"stopped"|"complete"} state */
class Plan {
  state = "new";
  kind = null;
  progress = null;
  totals = null;
  items = [];
  error = null;
  #next = null;
  #abort = null;

  /**
   * Ask page after page until the plan is complete, or stopped, or a page fails.
   * @param {(body: object, signal: AbortSignal) => Promise<object>} ask  one page
   * @param {{full?: boolean, anew?: boolean}} how  `anew` forgets what was asked before
   * @param {() => void} changed  after every page
   */
  async run(ask, { full = false, anew = true }, changed) {
    this.stop();
    if (anew) {
      Object.assign(this, { kind: null, progress: null, totals: null, items: [] });
      this.#next = null;
    }
    const abort = new AbortController();
    this.#abort = abort;
    this.state = "running";
    this.error = null;
    changed();
    try {
      do {
        const body = this.#next ? { next: this.#next } : full ? { full: true } : {};
        const page = await ask(body, abort.signal);
        if (abort.signal.aborted) {
          return;
        }
        this.#take(page);
        changed();
      } while (this.#next);
      this.state = "complete";
    } catch (error) {
      if (!abort.signal.aborted) {
        this.state = "stopped";
        this.error = error;
      }
    }
    changed();
  }

  /** Whether there is more to ask for. */
  get canGoOn() {
    return this.state === "stopped" && Boolean(this.#next);
  }

  stop() {
    this.#abort?.abort();
    if (this.state === "running") {
      this.state = "stopped";
    }
  }

  #take(page) {
    this.kind = page.kind ?? this.kind;
    this.progress = page.progress;
    this.totals = page.totals;
    this.items.push(...page.items);
    this.#next = page.next;
  }
}
