/** The last run beside the last full run: what each is, how long it took, what became of it. */

import { countsInLine } from "./counts.js";
import { duration, number } from "./format.js";
import { h, setText, show } from "./dom.js";
import { instant, outcomeWord, section } from "./parts.js";
import { DIRECTIONS } from "./status.js";
import { texts } from "./texts.js";

export function lastRunsSection() {
  const words = texts.run;
  const columns = [runColumn(), runColumn()];
  const rows = Object.keys(columns[0].cells).map((name) => h("tr", {},
    h("th", { scope: "row" }, words.rows[name] ?? texts.counts[name]),
    ...columns.map((column) => column.cells[name])));
  const table = h("table", {},
    h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, texts.counts.what)),
      ...columns.map((column) => column.head))),
    h("tbody", {}, ...rows));
  // The last run's counts stand in their own table; these rows are for two runs side by side.
  const countRows = rows.slice(-DIRECTIONS.length);
  const none = h("p", { class: "muted" }, words.none);
  const part = section("runs", words.heading, table, none);

  function update(status, now) {
    const last = status.run;
    const full = status.full && status.full.run_id !== last?.run_id ? status.full : null;
    show(table, Boolean(last ?? full));
    show(none, !last && !full);
    countRows.forEach((row) => show(row, Boolean(full)));
    columns[0].update(last, last?.finished_at ? words.last : words.underWay, now);
    columns[1].update(full, full?.finished_at ? words.lastFull : words.fullUnderWay, now);
  }
  return { element: part.element, update };
}

/** One run's cells, hidden where there is no such run. */
function runColumn() {
  const head = h("th", { scope: "col" });
  const outcome = outcomeWord();
  const started = instant(texts.none);
  const names = ["kind", "trigger", "phase", "started", "duration", "steps", "requests"];
  const cells = { outcome: h("td", {}, outcome.element) };
  for (const name of [...names, ...DIRECTIONS]) {
    cells[name] = h("td", {});
  }
  cells.started.append(...started.nodes);

  function update(run, heading, now) {
    [head, ...Object.values(cells)].forEach((cell) => show(cell, Boolean(run)));
    if (!run) {
      return;
    }
    setText(head, heading);
    outcome.update(run);
    started.update(run.started_at, now);
    for (const [name, value] of Object.entries(wordsOf(run, now))) {
      setText(cells[name], value);
    }
  }
  return { head, cells, update };
}

/** How long a run took, or has taken by now, in milliseconds. */
export function tookMilliseconds(run, now) {
  return (run.finished_at ? Date.parse(run.finished_at) : now) - Date.parse(run.started_at);
}

/** What is said of a run in words, by the names of `texts.run.rows` and the directions. */
export function wordsOf(run, now) {
  const words = texts.run;
  return {
    kind: words.kinds[run.kind] ?? run.kind,
    trigger: words.triggers[run.trigger] ?? run.trigger,
    phase: words.phases[run.phase] ?? run.phase ?? texts.none,
    duration: duration(tookMilliseconds(run, now)),
    steps: number(run.steps),
    requests: number(run.requests),
    ...Object.fromEntries(DIRECTIONS.map((name) => [name, countsInLine(run.counts?.[name])])),
  };
}
