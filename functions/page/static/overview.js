/** The view of all connections: asks the API, shows what it says, and says when it cannot. */

import { connectionCard, stateWord } from "./connection.js";
import { h, setText, show } from "./dom.js";
import { timeOfDay } from "./format.js";
import { Poller } from "./poller.js";
import { restartDialog } from "./restart.js";
import { isLively, percentDone, withRestart } from "./status.js";
import { texts } from "./texts.js";

const LIVELY_MILLISECONDS = 2_000;
const CALM_MILLISECONDS = 10_000;
const REDRAW_MILLISECONDS = 1_000;
// A live region that spoke at every page of a run would say nothing else.
const SPOKEN_PERCENT = 10;

/**
 * @param {object} options
 * @param {import("./api.js").Api} options.api
 * @param {import("./clock.js").ServerClock} options.clock
 * @param {(sentence: string) => void} options.signedOut  the token is no longer accepted
 */
export class Overview {
  #api;
  #clock;
  #signedOut;
  #statuses = null;
  #cards = new Map();
  #doing = new Map();
  #viewer = false;
  #readAt = null;
  #failingSince = null;
  #summary = h("p", { class: "muted" });
  #updated = h("p", { class: "muted small updated" });
  #trouble = h("p", { class: "message", role: "status" });
  #announcer = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  #loading = h("p", { class: "muted" }, texts.list.loading);
  #empty = h("div", { class: "empty" },
    h("h2", {}, texts.list.emptyHeading), h("p", {}, texts.list.empty));
  #list = h("div", { class: "connections" });
  #dialog = restartDialog();
  #poller;
  #redraw;

  constructor({ api, clock, signedOut }) {
    this.#api = api;
    this.#clock = clock;
    this.#signedOut = signedOut;
    this.element = h("div", {},
      h("div", { class: "title" }, h("h1", {}, texts.list.heading), this.#summary, this.#updated),
      this.#trouble, this.#announcer, this.#loading, this.#empty, this.#list,
      this.#dialog.element);
    show(this.#empty, false);
    this.#poller = new Poller({
      load: (signal) => this.#api.connections(signal),
      answered: (statuses) => this.#answered(statuses),
      failed: (error) => this.#failed(error),
    });
    this.#redraw = setInterval(() => !document.hidden && this.#draw(), REDRAW_MILLISECONDS);
  }

  /** Called once in the page; `statuses` spares the first question where they are known. */
  shown(statuses = null) {
    if (statuses) {
      this.#poller.later(this.#answered(statuses));
    } else {
      this.#poller.now();
    }
  }

  close() {
    clearInterval(this.#redraw);
    this.#poller.close();
  }

  #answered(statuses) {
    this.#readAt = new Date(this.#clock.now()).toISOString();
    this.#failingSince = null;
    setText(this.#trouble, "");
    this.#take(statuses);
    setText(this.#updated, texts.list.updated(timeOfDay(this.#readAt, "seconds")));
    return statuses.some(isLively) ? LIVELY_MILLISECONDS : CALM_MILLISECONDS;
  }

  #failed(error) {
    if (error.kind === "unauthorized" || error.kind === "forbidden") {
      this.#signedOut(texts.signIn.expired);
      return false;
    }
    const words = texts.list;
    this.#failingSince ??= new Date(this.#clock.now()).toISOString();
    setText(this.#trouble, [
      words.unreachable(timeOfDay(this.#failingSince, "seconds")),
      error.status && words.answered(error.status),
      this.#readAt && words.old(timeOfDay(this.#readAt, "seconds")),
    ].filter(Boolean).join(" "));
    show(this.#loading, false);
    return true;
  }

  #take(statuses) {
    this.#announce(statuses);
    this.#statuses = statuses;
    const present = new Set(statuses.map((status) => status.connection_id));
    for (const [id, card] of this.#cards) {
      if (!present.has(id)) {
        card.element.remove();
        this.#cards.delete(id);
      }
    }
    statuses.forEach((status, place) => this.#place(status.connection_id, place));
    show(this.#loading, false);
    show(this.#empty, statuses.length === 0);
    setText(this.#summary, statuses.length ? texts.list.summary(statuses.length) : "");
    this.#draw();
  }

  #place(id, place) {
    if (!this.#cards.has(id)) {
      this.#cards.set(id, connectionCard(id, () => this.#restart(id)));
    }
    const { element } = this.#cards.get(id);
    // Moving an element that is in its place would take the focus away from it.
    if (this.#list.children[place] !== element) {
      this.#list.insertBefore(element, this.#list.children[place] ?? null);
    }
  }

  #draw() {
    const now = this.#clock.now();
    for (const status of this.#statuses ?? []) {
      const id = status.connection_id;
      const doing = { asking: false, trouble: null, ...this.#doing.get(id), viewer: this.#viewer };
      this.#cards.get(id).update(status, doing, now);
    }
  }

  #announce(statuses) {
    const said = [];
    for (const status of statuses) {
      const before = this.#status(status.connection_id);
      if (before && before.state !== status.state) {
        said.push(texts.list.changed(status.url, stateWord(status.state)));
      }
      const percent = percentDone(status.progress);
      const reached = Math.floor((percent ?? 0) / SPOKEN_PERCENT);
      if (before && percent !== null
        && reached !== Math.floor((percentDone(before.progress) ?? 0) / SPOKEN_PERCENT)) {
        said.push(texts.progress.spoken(status.url, percent));
      }
    }
    if (said.length) {
      setText(this.#announcer, said.join(" "));
    }
  }

  #status(id) {
    return this.#statuses?.find((status) => status.connection_id === id);
  }

  async #restart(id) {
    this.#tell(id, { trouble: null });
    if (!await this.#dialog.ask(this.#status(id), this.#clock.now())) {
      return;
    }
    this.#tell(id, { asking: true });
    try {
      const mark = await this.#api.restart(id);
      this.#doing.delete(id);
      this.#take(this.#statuses.map((status) => (
        status.connection_id === id ? withRestart(status, mark) : status)));
    } catch (error) {
      this.#refused(id, error);
    }
    this.#poller.now();
  }

  #refused(id, error) {
    const words = texts.restart;
    if (error.kind === "unauthorized") {
      this.#signedOut(texts.signIn.expired);
      return;
    }
    this.#viewer ||= error.kind === "forbidden";
    const sentences = { gone: words.gone, busy: words.busy, unreachable: words.unreachable };
    this.#tell(id, {
      trouble: this.#viewer ? null : sentences[error.kind] ?? words.server(error.status),
    });
  }

  #tell(id, doing) {
    this.#doing.set(id, doing);
    this.#draw();
  }
}
