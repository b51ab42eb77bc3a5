/** The statuses as the API tells them: asked for again and again, of all connections or of one. */

import { Poller } from "./poller.js";
import { isLively } from "./status.js";

const LIVELY_MILLISECONDS = 2_000;
const CALM_MILLISECONDS = 10_000;

/** Whether an error says that what was asked for is not there, or that its id cannot be one. */
export const isGone = (error) => error?.kind === "gone" || error?.kind === "refused";

const pauseAfter = (statuses) => (
  statuses.some(isLively) ? LIVELY_MILLISECONDS : CALM_MILLISECONDS);

/**
 * @param {object} options
 * @param {import("./api.js").Api} options.api
 * @param {import("./clock.js").ServerClock} options.clock
 * @param {(before: Map<string, object>) => void} options.changed  something was heard, or not
 * @param {() => void} options.signedOut  the token is no longer accepted
 */
export class Feed {
  #clock;
  #changed;
  #signedOut;
  #watched = null;
  #poller;
  /** Statuses by connection id, in the order of the API. */
  statuses = new Map();
  /** Whether all connections were heard of. */
  complete = false;
  readAt = null;
  failingSince = null;
  /** The failure, while there is one. */
  error = null;

  constructor({ api, clock, changed, signedOut }) {
    this.#clock = clock;
    this.#changed = changed;
    this.#signedOut = signedOut;
    this.#poller = new Poller({
      load: (signal) => (this.#watched
        ? api.connection(this.#watched, signal).then((status) => [status])
        : api.connections(signal)),
      answered: (statuses) => this.#answered(statuses),
      failed: (error) => this.#failed(error),
    });
  }

  /** Ask for one connection from now on, or with null for all; a new question is put at once. */
  watch(id, { known = null } = {}) {
    const same = this.#watched === id && this.readAt;
    this.#watched = id;
    if (known) {
      this.complete = true;
      this.#poller.later(this.#answered(known));
    } else if (this.#hasJustHeardOf(id)) {
      this.#poller.later(pauseAfter([this.statuses.get(id)]));
    } else if (!same) {
      this.error = null;
      this.failingSince = null;
      this.#poller.now();
    }
  }

  #hasJustHeardOf(id) {
    return this.statuses.has(id) && !this.error
      && this.#clock.now() - Date.parse(this.readAt) < LIVELY_MILLISECONDS;
  }

  /** Ask now. */
  refresh() {
    this.#poller.now();
  }

  /** Take a status from elsewhere (the answer to an action), then ask again. */
  put(status) {
    const before = new Map(this.statuses);
    this.statuses.set(status.connection_id, status);
    this.#changed(before);
    this.refresh();
  }

  close() {
    this.#poller.close();
  }

  #answered(statuses) {
    const before = new Map(this.statuses);
    this.readAt = new Date(this.#clock.now()).toISOString();
    this.failingSince = null;
    this.error = null;
    if (!this.#watched) {
      this.statuses.clear();
      this.complete = true;
    }
    statuses.forEach((status) => this.statuses.set(status.connection_id, status));
    this.#changed(before);
    return pauseAfter(statuses);
  }

  #failed(error) {
    if (error.kind === "unauthorized" || error.kind === "forbidden") {
      this.#signedOut();
      return false;
    }
    this.failingSince ??= new Date(this.#clock.now()).toISOString();
    this.error = error;
    if (isGone(error) && this.#watched) {
      this.statuses.delete(this.#watched);
    }
    this.#changed(new Map(this.statuses));
    return true;
  }
}
