/** Status: is it in sync, if not why, what happens next, what can one do. */

import { controlsSection } from "./controls.js";
import { attentionTiles, countsSection } from "./counts.js";
import { h, icon, setAttribute, setForeignText, setText, show } from "./dom.js";
import { lastRunsSection } from "./lastruns.js";
import { instant, stateWord, tabHeading, toneOf } from "./parts.js";
import { progressSection } from "./progress.js";
import { tabOf } from "./routes.js";
import { meaningOf } from "./status.js";
import { texts } from "./texts.js";

export function view(context, id) {
  const parts = [
    verdictSection(id), progressSection(), factsRow(), attentionTiles(id),
    countsSection(), lastRunsSection(), overTime(context, id), controlsSection(context, id),
  ];
  const [verdict, progress, facts, tiles, counts, runs, charts, controls] = parts;
  const element = h("div", { class: "status-tab" },
    h("div", { class: "visually-hidden" }, tabHeading({ heading: texts.tabs.status })),
    h("div", { class: "status-main" }, verdict.element, progress.element, facts.element,
      tiles.element),
    controls.element,
    h("div", { class: "panels sheet" }, counts.element, runs.element),
    charts.element);

  function update(status, now) {
    parts.forEach((part) => part.update(status, now));
  }
  return { element, update, close: charts.close };
}

/** The state word, what it means, why it is so, and where to go on. */
function verdictSection(id) {
  const word = stateWord();
  const meaning = h("p", { class: "meaning" });
  const reason = h("bdi", { class: "foreign" });
  const reasonBox = h("div", { class: "reason" },
    h("span", { class: "label" }, texts.connection.reason), reason);
  const onward = h("a", { class: "onward" });
  const element = h("div", { class: "verdict" }, word.element, meaning, reasonBox, onward);

  function update(status) {
    setAttribute(element, "data-tone", toneOf(status.state));
    word.update(status.state);
    setText(meaning, meaningOf(status));
    setForeignText(reason, status.reason);
    show(reasonBox, Boolean(status.reason));
    const [tab, label] = texts.onward[status.state] ?? [];
    show(onward, Boolean(tab));
    if (tab && onward.dataset.tab !== tab) {
      onward.dataset.tab = tab;
      setAttribute(onward, "href", tabOf(id, tab));
      onward.replaceChildren(label, icon("arrow"));
    }
  }
  return { element, update };
}

function factsRow() {
  const words = texts.facts;
  const fields = [
    ["last_sync", words.lastSync, words.never],
    ["last_attempt", words.lastAttempt, words.never],
    ["complete_up_to", words.completeUpTo, words.notYet],
    ["next_run", words.nextRun, words.scheduleOff],
  ].map(([name, label, none]) => ({ name, label, field: instant(none) }));
  const element = h("dl", { class: "facts" }, ...fields.map(({ label, field }) => h(
    "div", {}, h("dt", {}, label), h("dd", {}, ...field.nodes),
  )));

  function update(status, now) {
    for (const { name, field } of fields) {
      field.update(status[name], now);
    }
  }
  return { element, update };
}

/** The charts of this tab: their code comes when it is needed, after what matters more. */
function overTime(context, id) {
  const element = h("div", { class: "panels charts" });
  let charts = null;
  let closed = false;
  let latest = null;
  import("./overtime.js").then(({ overTimeCharts }) => {
    if (!closed) {
      charts = overTimeCharts(context, id);
      element.append(...charts.elements);
      latest && charts.update(...latest);
    }
    // Without the charts the tab says all that it said before: there is nothing to tell.
  }, () => {});
  return {
    element,
    update(...now) {
      latest = now;
      charts?.update(...now);
    },
    close() {
      closed = true;
      charts?.close();
    },
  };
}
