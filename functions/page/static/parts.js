/** Small pieces that several views are made of. */

import { absolute, relative } from "./format.js";
import { h, icon, setAttribute, setForeignText, setText, show } from "./dom.js";
import { lookUp } from "./routes.js";
import { texts } from "./texts.js";

/** An instant shown twice: relative, and absolute in a `<time>`; `none` stands in for null. */
export function instant(none) {
  const ago = h("span", { class: "relative" });
  const time = h("time", { class: "absolute" });
  return {
    nodes: [ago, time],
    update(value, now) {
      setText(ago, value ? relative(value, now) : none);
      setText(time, value ? absolute(value) : "");
      setAttribute(time, "datetime", value);
    },
  };
}

/** An instant of a list, shown twice; `redrawTimes` keeps it right. */
export function when(value, now, none = texts.none) {
  return value ? h("span", { class: "when" },
    h("span", { class: "relative", "data-instant": value }, relative(value, now)), " ",
    h("time", { class: "absolute", datetime: value }, absolute(value))) : none;
}

/** Let the relative times of all lists go on. */
export function redrawTimes(now) {
  for (const element of document.querySelectorAll("[data-instant]")) {
    setText(element, relative(element.dataset.instant, now));
  }
}

/** A word with its icon: neither says it alone. */
export function iconWord(name, className) {
  const word = h("span", {});
  const element = h(name, { class: className }, icon("unknown"), word);
  return {
    element,
    update(iconName, text) {
      if (element.dataset.icon !== iconName) {
        element.dataset.icon = iconName;
        element.firstChild.replaceWith(icon(iconName));
      }
      setText(word, text);
    },
  };
}

/** The state of a connection as a word with its icon, toned. */
export function stateWord() {
  const { element, update } = iconWord("span", "state");
  return {
    element,
    update(state) {
      setAttribute(element, "data-tone", toneOf(state));
      update(state, wordOf(state));
    },
  };
}

/** The word for a state; one that this page does not know is shown as it came. */
export function wordOf(state) {
  return texts.states[state]?.word ?? String(state);
}

const TONES = {
  idle: "good", running: "busy", requested: "busy", held: "warn", stale: "warn", failing: "bad",
};

export const toneOf = (state) => TONES[state] ?? "calm";

const OUTCOMES = {
  succeeded: ["idle", "good"], running: ["running", "busy"], partial: ["attention", "warn"],
  held: ["held", "warn"], failed: ["failing", "bad"], skipped: ["requested", "calm"],
};

/** What became of a run, as a word with its icon. */
export function outcomeWord() {
  const { element, update } = iconWord("span", "outcome");
  return {
    element,
    update(run) {
      const became = run.finished_at ? run.outcome : "running";
      const [picture, tone] = OUTCOMES[became] ?? ["unknown", "calm"];
      setAttribute(element, "data-tone", tone);
      update(picture, texts.run.outcomes[became] ?? String(became));
    },
  };
}

/** A titled section of a tab: heading, a muted note beside it, content. */
export function section(className, heading, ...content) {
  const title = h("h3", {}, heading);
  const note = h("p", { class: "note" });
  return {
    title,
    note,
    element: h("div", { class: `panel ${className}`, role: "group", "aria-label": heading },
      h("div", { class: "panel-head" }, title, note), ...content),
  };
}

/** The heading of a tab, which takes the focus when one goes there, with a sentence below. */
export function tabHeading(words, ...more) {
  return h("div", { class: "tab-head" },
    h("h2", { tabindex: "-1" }, words.heading),
    words.intro && h("p", { class: "muted intro" }, words.intro), ...more);
}

/**
 * A table whose rows become cards where it is narrow. Its roles are said, for a table that is no
 * longer laid out as one is no table any more to some screen readers.
 */
export function dataTable(label, heads) {
  const body = h("tbody", { role: "rowgroup" });
  const names = heads.map((head) => (typeof head === "string" ? head : head.textContent));
  const element = h("table", { class: "data", role: "table", "aria-label": label },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" },
      ...heads.map((head) => h("th", { role: "columnheader", scope: "col" }, head)))),
    body);
  const row = (...cells) => h("tr", { role: "row" }, ...cells.map((cell, place) => h(
    "td", { role: "cell", "data-label": names[place] }, ...[cell].flat(),
  )));
  return { element, body, row };
}

/**
 * The ids of both sides of a link; each leads to where everything about it is told. Without a
 * connection's id (in a question, which nothing leads away from) they only stand there.
 */
export function bothIds(connectionId, { asset_id: asset, media_id: media }) {
  const shown = (what, key) => (connectionId
    ? h("a", { href: lookUp(connectionId, what, key) }, idText(key)) : idText(key));
  return h("dl", { class: "ids" },
    ...[[texts.ids.asset, "asset", asset], [texts.ids.record, "media", media]].map(
      ([label, what, key]) => h("div", {}, h("dt", {}, label), h("dd", {}, key
        ? shown(what, key) : h("span", { class: "muted" }, texts.ids[`no_${what}`]))),
    ));
}

function idText(key) {
  const element = h("bdi", { class: "id" });
  setForeignText(element, key);
  // Inside a link there is nothing else to be focused.
  setAttribute(element, "tabindex", null);
  return element;
}

/** Values of a property: each on a line of its own, or a word for none. */
export function values(list, none = texts.noValue) {
  if (!list?.length) {
    return h("span", { class: "muted" }, none);
  }
  return h("ul", { class: "values" }, ...list.map((each) => {
    const value = h("bdi", { class: "foreign" });
    setForeignText(value, each);
    return h("li", {}, value);
  }));
}

/** A labelled choice of one of `[value, text]` pairs. */
export function chooser(label, choices, changed, attributes = {}) {
  const field = h("select", { ...attributes, on: { change: () => changed(field.value) } },
    ...choices.map(([value, text]) => h("option", { value }, text)));
  return { field, element: h("label", { class: "choice" }, h("span", {}, label), field) };
}

/** Say that there is nothing, where a list would stand. */
export function nothing(sentence) {
  const element = h("p", { class: "nothing muted" }, icon("idle"), h("span", {}, sentence));
  return { element, show: (shown) => show(element, shown) };
}
