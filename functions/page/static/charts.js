/** Small charts of real series, drawn here: a line or bars, and the same numbers as a table. */

import { fill, h, setText, show, svg } from "./dom.js";
import { absolute, timeOfDay } from "./format.js";
import { texts } from "./texts.js";

const WIDTH = 320;
const HEIGHT = 96;
const INSET = 4;
const MOST_TABLE_ROWS = 100;
const DAY_MILLISECONDS = 86_400_000;

/**
 * @param {object} options
 * @param {string} options.heading
 * @param {string} options.about  what the numbers are, and from where
 * @param {string} options.unit  the head of the table's column of values
 * @param {string} options.empty  the sentence for fewer than two points
 * @param {(value: number) => string} options.format
 * @param {"line"|"bars"} [options.kind]
 * @param {string} [options.said]  the head of a column for the words of bars
 * @returns `update(points)` takes `[ms, value, {tone, word}?]`, oldest first
 */
export function chart({ heading, about, unit, empty, said, format, className, kind = "line" }) {
  const words = texts.charts;
  const summary = h("p", { class: "note" });
  const drawing = h("div", { class: "drawing", role: "img" });
  const range = h("p", { class: "range small muted" });
  const none = h("p", { class: "muted small" }, empty);
  const body = h("tbody", {});
  const table = h("details", { class: "small" }, h("summary", {}, words.asTable),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": heading },
      h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words.time),
        h("th", { scope: "col" }, unit), said && h("th", { scope: "col" }, said))), body)));
  const element = h("figure", { class: `panel chart ${className}` },
    h("figcaption", { class: "panel-head" }, h("h3", {}, heading), summary),
    drawing, range, none, table, h("p", { class: "small muted" }, about));

  function update(points) {
    const enough = points.length > 1;
    [drawing, range, table, summary].forEach((part) => show(part, enough));
    show(none, !enough);
    if (!enough) {
      return;
    }
    const all = points.map(([, value]) => value);
    const spoken = words.summary(
      format(all.at(-1)), format(Math.min(...all)), format(Math.max(...all)),
    );
    setText(summary, spoken);
    drawing.setAttribute("aria-label", `${heading}: ${spoken}`);
    fill(drawing, kind === "line" ? line(points) : bars(points, format));
    fill(range, ...ends(points).map((text) => h("span", {}, text)));
    fill(body, ...points.slice(-MOST_TABLE_ROWS).reverse().map(([at, value, is]) => h("tr", {},
      h("td", {}, absolute(new Date(at).toISOString())), h("td", {}, format(value)),
      is && h("td", {}, is.word))));
  }
  update([]);
  return { element, update };
}

/** The times at both ends: of day where all is within one, else with their dates. */
function ends(points) {
  const instants = [points[0][0], points.at(-1)[0]];
  const short = instants[1] - instants[0] < DAY_MILLISECONDS;
  return instants.map((at) => new Date(at).toISOString())
    .map((at) => (short ? timeOfDay(at, "seconds") : absolute(at)));
}

function frame(...content) {
  return svg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true",
  }, ...content);
}

/** Heights from zero up, so that a small change does not look like a large one. */
function heightsOf(points) {
  const top = Math.max(1, ...points.map(([, value]) => value));
  return points.map(([, value]) => HEIGHT - INSET - (value / top) * (HEIGHT - 2 * INSET));
}

function line(points) {
  const [from, to] = [points[0][0], points.at(-1)[0]];
  const across = points.map(([at]) => ((at - from) / Math.max(1, to - from)) * WIDTH);
  const heights = heightsOf(points);
  // A count holds until the next one is known: steps, no slopes.
  const path = points.map((_, place) => (place
    ? `H${across[place].toFixed(1)}V${heights[place].toFixed(1)}`
    : `M${across[0].toFixed(1)} ${heights[0].toFixed(1)}`)).join("");
  return frame(
    svg("path", { class: "area", d: `${path}V${HEIGHT}H${across[0].toFixed(1)}Z` }),
    svg("path", { class: "line", d: path }),
  );
}

function bars(points, format) {
  const room = WIDTH / points.length;
  const heights = heightsOf(points);
  return frame(...points.map(([at, value, is], place) => svg("rect", {
    "data-tone": is.tone, x: (place * room + room * 0.1).toFixed(1), y: heights[place].toFixed(1),
    width: (room * 0.8).toFixed(1), height: (HEIGHT - heights[place]).toFixed(1),
  }, svg("title", {}, `${absolute(new Date(at).toISOString())}: ${format(value)}, ${is.word}`))));
}
