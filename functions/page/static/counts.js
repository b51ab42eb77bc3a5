/** The six counts of each direction, and what waits for a person. */

import { number } from "./format.js";
import { h, icon, setAttribute, setText } from "./dom.js";
import { section } from "./parts.js";
import { COUNTS, DIRECTIONS, fullRunUnderWay } from "./status.js";
import { texts } from "./texts.js";

const ATTENTION = ["pending", "parked", "conflicts", "held"];
// The API stops counting here: exactly this many means this many or more.
const COUNTED_TO = 1000;

/** How a count is to look: nothing, usual, or worth a look. */
function tone(name, value) {
  if (!value) {
    return "zero";
  }
  return { errors: "bad", conflicts: "warn" }[name] ?? "some";
}

export function countsSection() {
  const words = texts.counts;
  const cells = {};
  const rows = COUNTS.map((name) => {
    const numbers = DIRECTIONS.map((direction) => {
      cells[`${direction} ${name}`] = h("td", {});
      return cells[`${direction} ${name}`];
    });
    return h("tr", {}, h("th", { scope: "row" }, words.names[name]), ...numbers);
  });
  const table = h("table", {},
    h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, words.what)),
      ...DIRECTIONS.map((direction) => h("th", { scope: "col" }, words[direction])))),
    h("tbody", {}, ...rows));
  const part = section("counts", words.heading, table);

  function update(status) {
    const full = fullRunUnderWay(status);
    const run = full ?? status.run;
    setText(part.note, run ? words.ofRun(run.kind === "full", !run.finished_at) : words.none);
    for (const direction of DIRECTIONS) {
      for (const name of COUNTS) {
        const value = status.counts?.[direction]?.[name] ?? 0;
        const cell = cells[`${direction} ${name}`];
        setText(cell, number(value));
        setAttribute(cell, "data-tone", tone(name, value));
      }
    }
  }
  return { element: part.element, update };
}

/** "1,000 added, 3 with errors": one direction's counts in a line. */
export function countsInLine(counts) {
  const said = COUNTS.filter((name) => counts?.[name])
    .map((name) => texts.counts.inLine[name](number(counts[name])));
  return said.length ? said.join(", ") : texts.counts.nothing;
}

export function attentionSection() {
  const words = texts.attention;
  const rows = ATTENTION.map((name) => {
    const value = h("span", { class: "figure" });
    const mark = icon("attention");
    const row = h("li", {}, h("span", { class: "what" },
      h("span", { class: "name" }, mark, words.names[name]),
      h("span", { class: "muted small" }, words.meanings[name])), value);
    return { name, value, mark, row };
  });
  const part = section("attention", words.heading, h("ul", {}, ...rows.map(({ row }) => row)));

  function update(status) {
    let waiting = 0;
    for (const { name, value, mark, row } of rows) {
      const count = status.attention?.[name] ?? 0;
      waiting += count;
      setText(value, count === COUNTED_TO ? words.orMore(number(count)) : number(count));
      setAttribute(row, "data-tone", count ? "warn" : "zero");
      mark.toggleAttribute("hidden", !count);
    }
    setText(part.note, waiting ? words.something : words.nothing);
  }
  return { element: part.element, update };
}
