/** All connections, a row each: which one needs a person is seen at a glance. */

import { countedTo } from "./counts.js";
import { fill, h, icon, setForeignText, setText, show } from "./dom.js";
import { number } from "./format.js";
import { instant, stateWord } from "./parts.js";
import { ADD, tabOf } from "./routes.js";
import { ATTENTION, meaningOf, percentDone } from "./status.js";
import { texts } from "./texts.js";

/** @param {object} context  what app.js gives to every view */
export function overview(context) {
  const words = texts.overview;
  const rows = new Map();
  const heading = h("h1", { tabindex: "-1" }, words.heading);
  const summary = h("p", { class: "muted" });
  const loading = h("p", { class: "muted" }, texts.list.loading);
  const empty = h("div", { class: "empty" },
    h("h2", {}, words.emptyHeading), h("p", {}, words.empty));
  const list = h("ul", { class: "connections" });
  const element = h("div", {},
    h("div", { class: "title" }, heading, summary,
      h("a", { class: "button secondary", href: ADD }, words.add)),
    loading, empty, list);

  function place(id, position) {
    if (!rows.has(id)) {
      rows.set(id, connectionRow(id));
    }
    const row = rows.get(id).element;
    // Moving an element that is in its place would take the focus away from it.
    if (list.children[position] !== row) {
      list.insertBefore(row, list.children[position] ?? null);
    }
  }

  function update(now) {
    const { statuses, complete, error } = context.feed;
    show(loading, !complete && !error);
    show(empty, complete && statuses.size === 0);
    setText(summary, complete && statuses.size ? words.summary(statuses.size) : "");
    for (const [id, row] of rows) {
      if (!statuses.has(id)) {
        row.element.remove();
        rows.delete(id);
      }
    }
    [...statuses.keys()].forEach((id, position) => complete && place(id, position));
    rows.forEach((row, id) => row.update(statuses.get(id), now));
  }
  return { element, heading, update, close() {} };
}

function connectionRow(id) {
  const words = texts.overview;
  const word = stateWord();
  const url = h("bdi", { class: "foreign strong" });
  const user = h("bdi", { class: "foreign" });
  const reason = h("p", { class: "small why" });
  const percent = h("span", { class: "strong" });
  const last = instant(texts.facts.never);
  const next = instant(words.scheduleOff);
  const badges = h("span", { class: "badges" });
  const said = h("bdi", { class: "foreign" });
  reason.append(said);
  const element = h("li", { class: "row" },
    h("div", { class: "row-state" }, word.element, percent),
    // The name alone is the link, for a screen reader; a click anywhere in the row follows it.
    h("div", { class: "row-who" },
      h("a", { href: tabOf(id), class: "whole" }, url),
      h("p", { class: "user small muted" }, `${texts.connection.user} `, user), reason),
    h("dl", { class: "row-facts" },
      h("div", {}, h("dt", {}, texts.facts.lastSync), h("dd", {}, ...last.nodes)),
      h("div", {}, h("dt", {}, texts.facts.nextRun), h("dd", {}, ...next.nodes))),
    badges, icon("onward"));

  function update(status, now) {
    word.update(status.state);
    setForeignText(url, status.url);
    setForeignText(user, status.user_name);
    // The row as a whole is the link: no part of it is to be scrolled.
    [url, user].forEach((part) => part.removeAttribute("tabindex"));
    setForeignText(said, status.reason ?? meaningOf(status));
    const done = percentDone(status.progress);
    setText(percent, done === null ? "" : words.percent(number(done)));
    last.update(status.last_sync, now);
    next.update(status.next_run, now);
    const waiting = ATTENTION.filter(({ name }) => status.attention?.[name]).map(({ name }) => (
      words.badges[name](countedTo(status.attention[name]))));
    if (badges.dataset.said !== waiting.join()) {
      badges.dataset.said = waiting.join();
      fill(badges, ...waiting.map((text) => h("span", { class: "badge" }, text)));
    }
  }
  return { element, update };
}
