/** The six counts of each direction, and what waits for a person. */

import { number } from "./format.js";
import { fill, h, icon, setAttribute, setText } from "./dom.js";
import { section } from "./parts.js";
import { tabOf } from "./routes.js";
import { ATTENTION, COUNTS, COUNTED_TO, DIRECTIONS, fullRunUnderWay } from "./status.js";
import { texts } from "./texts.js";

/** How a count is to look: nothing, usual, or worth a look. */
function tone(name, value) {
  if (!value) {
    return "zero";
  }
  return { errors: "bad", conflicts: "warn" }[name] ?? "some";
}

/** A table of the six counts by direction; `update` takes the `counts` of a status or a plan. */
export function countsTable() {
  const words = texts.counts;
  const cells = {};
  const rows = COUNTS.map((name) => {
    const numbers = DIRECTIONS.map((direction) => {
      cells[`${direction} ${name}`] = h("td", {});
      return cells[`${direction} ${name}`];
    });
    return h("tr", {}, h("th", { scope: "row" }, words.names[name]), ...numbers);
  });
  const element = h("table", {},
    h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, words.what)),
      ...DIRECTIONS.map((direction) => h("th", { scope: "col" }, words[direction])))),
    h("tbody", {}, ...rows));

  function update(counts) {
    for (const direction of DIRECTIONS) {
      for (const name of COUNTS) {
        const value = counts?.[direction]?.[name] ?? 0;
        const cell = cells[`${direction} ${name}`];
        setText(cell, number(value));
        setAttribute(cell, "data-tone", tone(name, value));
      }
    }
  }
  return { element, update };
}

export function countsSection() {
  const words = texts.counts;
  const table = countsTable();
  const part = section("counts", words.heading, table.element);

  function update(status) {
    const run = fullRunUnderWay(status) ?? status.run;
    setText(part.note, run ? words.ofRun(run.kind === "full", !run.finished_at) : words.none);
    table.update(status.counts);
  }
  return { element: part.element, update };
}

/** "1,000 added, 3 with errors": one direction's counts in a line. */
export function countsInLine(counts) {
  const said = COUNTS.filter((name) => counts?.[name])
    .map((name) => texts.counts.inLine[name](number(counts[name])));
  return said.length ? said.join(", ") : texts.counts.nothing;
}

/** "1,000+" where the API stopped counting. */
export function countedTo(count) {
  return count === COUNTED_TO ? texts.attention.orMore(number(count)) : number(count);
}

/** What waits, each number a way to the list behind it, after how many records are linked. */
export function attentionTiles(id) {
  const words = texts.attention;
  const linked = h("span", { class: "figure" });
  const tiles = ATTENTION.map(({ name, tab }) => {
    const figure = h("span", { class: "figure" });
    const mark = icon("attention");
    const tile = h("a", { class: "tile", href: tabOf(id, tab) },
      figure, h("span", { class: "name" }, mark, words.names[name]),
      h("span", { class: "muted small" }, words.meanings[name]));
    return { name, figure, mark, tile };
  });
  const first = h("div", { class: "tile" }, linked, h("span", { class: "name" }, words.linked),
    h("span", { class: "muted small" }, words.linkedMeaning));
  const element = h("div", { class: "tiles", role: "group", "aria-label": words.heading });
  fill(element, ...[first, ...tiles.map(({ tile }) => tile)]);

  function update(status) {
    const links = status.run?.links ?? status.full?.links;
    setText(linked, Number.isFinite(links) ? number(links) : texts.none);
    for (const { name, figure, mark, tile } of tiles) {
      const count = status.attention?.[name] ?? 0;
      setText(figure, countedTo(count));
      setAttribute(tile, "data-tone", count ? "warn" : "zero");
      mark.toggleAttribute("hidden", !count);
    }
  }
  return { element, update };
}
