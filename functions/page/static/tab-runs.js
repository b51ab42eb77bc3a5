/** Runs: the history with who asked for what, and the audit of what people did. */

import { chart } from "./charts.js";
import { countsInLine } from "./counts.js";
import { fill, foreign, h, show } from "./dom.js";
import { duration, number, whenInWords } from "./format.js";
import { tookMilliseconds, wordsOf } from "./lastruns.js";
import { pagedList } from "./list.js";
import { chooser, dataTable, outcomeWord, section, tabHeading, when } from "./parts.js";
import { COUNTS, DIRECTIONS } from "./status.js";
import { texts } from "./texts.js";

// What an operator asks for, by the trigger of the run that it leads to.
const ASKED = { restart: "restart", demand: "full" };
const OUTCOMES = ["succeeded", "partial", "failed", "held", "skipped"];
const CHANGES = ["added", "updated", "deleted"];
const TONES = { failed: "bad", partial: "warn", held: "warn" };

export function view(context, id) {
  const words = texts.runs;
  const audit = auditSection(context, id, () => whoAsked());
  const heads = words.heads;
  const table = dataTable(words.heading, [
    heads.started, heads.outcome, heads.what, heads.from, heads.to, heads.effort,
  ]);
  const charts = runCharts();
  const whos = new Map();
  const list = pagedList(context, {
    id, name: "runs", rows: table.body, frame: table.element, empty: words.empty,
    older: true,
    row: (run) => runRow(table, run, context.clock.now(), whos),
    drawn: () => { charts.update(list.items); whoAsked(); },
  });
  const filter = chooser(words.outcome,
    [["", words.all], ...OUTCOMES.map((each) => [each, texts.run.outcomes[each]])],
    (wanted) => list.filter((run) => !wanted || run.outcome === wanted));
  const underWay = dataTable(texts.run.underWay, [
    heads.started, heads.outcome, heads.what, heads.from, heads.to, heads.effort,
  ]);
  let drawn = "";

  /** Say beside each run that somebody asked for who that was, as far as the audit is loaded. */
  function whoAsked() {
    list.items.filter((run) => ASKED[run.trigger]).forEach((run) => {
      const asked = audit.items().find((entry) => entry.action === ASKED[run.trigger]
        && entry.outcome === "done" && entry.at <= run.started_at);
      fill(whos.get(run.run_id), asked ? words.asked(asked.by) : null);
    });
  }

  function update(status, now) {
    const run = status.run?.finished_at ? null : status.run;
    show(underWay.element, Boolean(run));
    const wanted = JSON.stringify(run);
    if (run && wanted !== drawn) {
      fill(underWay.body, runRow(underWay, run, now, new Map()));
    }
    drawn = wanted;
    list.update([status.run, status.full].map((each) => each?.finished_at && each.run_id).join());
  }

  list.reload();
  audit.reload();
  const element = h("div", { class: "stack" }, tabHeading(words, filter.element),
    h("div", { class: "panels charts" }, ...charts.elements),
    underWay.element, list.element, audit.element);
  return { element, update, close: () => { list.close(); audit.close(); } };
}

function runRow(table, run, now, whos) {
  const words = texts.runs;
  const said = wordsOf(run, now);
  const outcome = outcomeWord();
  outcome.update(run);
  const who = h("span", { class: "small muted block" });
  whos.set(run.run_id, who);
  return table.row(
    when(run.started_at, now),
    [outcome.element, run.reason ? foreign(run.reason, "foreign small") : ""],
    [words.what(said.kind, said.trigger), who,
      run.runs > 1 ? h("span", { class: "small muted block" },
        words.shared(number(run.runs), whenInWords(run.since, now))) : "",
      run.watermark_after ? h("span", { class: "small muted block" },
        words.upTo(whenInWords(run.watermark_after, now))) : ""],
    ...DIRECTIONS.map((direction) => countsInLine(run.counts?.[direction])),
    [h("span", { class: "nowrap" }, said.duration),
      h("span", { class: "small muted block nowrap" }, words.effort(said.steps, said.requests))],
  );
}

/** Durations and changes of the runs that are loaded, oldest first. */
function runCharts() {
  const words = texts.charts;
  const durations = chart({
    ...words.durations, kind: "bars", className: "durations",
    format: (seconds) => duration(seconds * 1000),
  });
  const changes = chart({
    ...words.changes, kind: "bars", className: "run-changes", format: number,
  });

  function update(runs) {
    const bars = (value) => runs.map((run) => [
      Date.parse(run.started_at), value(run),
      { tone: TONES[run.outcome] ?? "good", word: texts.run.outcomes[run.outcome] ?? run.outcome },
    ]).reverse();
    durations.update(bars((run) => Math.round(tookMilliseconds(run, 0) / 1000)));
    changes.update(bars((run) => CHANGES.filter((name) => COUNTS.includes(name)).reduce(
      (sum, name) => sum + DIRECTIONS.reduce((both, way) => both + run.counts[way][name], 0), 0,
    )));
  }
  return { elements: [durations.element, changes.element], update };
}

function auditSection(context, id, drawn) {
  const words = texts.audit;
  const { heads } = words;
  const table = dataTable(words.heading,
    [heads.at, heads.by, heads.action, heads.outcome, heads.request]);
  const list = pagedList(context, {
    id, name: "audit", rows: table.body, frame: table.element, empty: words.empty, drawn,
    older: true,
    row: (entry) => table.row(
      when(entry.at, context.clock.now()), entry.by, foreign(entry.action),
      foreign(words.outcomes[entry.outcome] ?? entry.outcome), h("code", {}, entry.request_id),
    ),
  });
  const part = section("audit", words.heading, h("p", { class: "muted small" }, words.intro),
    list.element);
  return {
    element: part.element, items: () => list.items, reload: list.reload, close: list.close,
  };
}
