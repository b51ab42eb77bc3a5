/** Dry run: what the next run would do, field by field, without anything being written. */

import { actingButton, told, troubleLine } from "./acting.js";
import { countsTable } from "./counts.js";
import { fill, foreign, h, setAttribute, setText, show } from "./dom.js";
import { number } from "./format.js";
import { bothIds, chooser, section, tabHeading, values } from "./parts.js";
import { planOf } from "./plan.js";
import { texts } from "./texts.js";

const ITEMS_A_PORTION = 100;

export function view(context, id) {
  const words = texts.plan;
  const plan = planOf(context, id);
  const trouble = troubleLine();
  const full = h("input", { type: "checkbox" });
  const ask = (body, signal) => context.api.act(id, "POST", ["plan"], body, signal);
  const begin = actingButton(context, {
    label: words.begin, trouble, kind: "primary", act: () => run({ full: full.checked }),
  });
  const onward = actingButton(context, {
    label: words.onward, trouble, act: () => run({ anew: false }),
  });
  const stop = h("button", { type: "button", class: "secondary", on: { click: () => {
    plan.stop();
    draw();
    begin.focus();
  } } }, words.stop);
  const progress = planProgress();
  const sums = planSums();
  const items = planItems(id);
  const element = h("div", { class: "stack" }, tabHeading(words),
    h("div", { class: "buttons" }, begin, onward, stop,
      h("label", { class: "check" }, full, words.full)),
    trouble.element, progress.element, sums.element, items.element);

  async function run(how) {
    await plan.run(ask, how, draw);
    if (plan.error) {
      told(context, plan.error, trouble);
    }
  }

  function draw() {
    const running = plan.state === "running";
    setText(begin, plan.state === "new" ? words.begin : words.anew);
    show(begin, !running);
    show(stop, running);
    show(onward, plan.canGoOn);
    progress.update(plan);
    sums.update(plan);
    items.update(plan);
  }

  draw();
  return {
    element,
    update() {},
    close() {
      plan.stop();
    },
  };
}

function planProgress() {
  const words = texts.plan;
  const bar = h("progress", { "aria-label": words.label });
  const amount = h("span", { class: "amount" });
  const sentence = h("span", { class: "phase", role: "status" });
  const element = h("div", { class: "progress" },
    h("p", { class: "progress-head" }, sentence, amount), bar);

  function update({ state, progress }) {
    show(element, state === "running" || state === "stopped");
    setText(sentence, state === "running" ? words.running : words.stopped);
    show(bar, Boolean(progress?.total));
    setText(amount, progress ? words.progress(number(progress.done), number(progress.total)) : "");
    if (progress?.total) {
      setAttribute(bar, "max", progress.total);
      setAttribute(bar, "value", progress.done);
      setAttribute(bar, "aria-valuetext", amount.textContent);
    }
  }
  return { element, update };
}

/** "312 assets, 298 new records, 14 linked, 3 conflicts, about 6 minutes." */
function planInWords(totals) {
  const said = texts.plan.said;
  const { from_mediamosa: from, to_mediamosa: to } = totals.counts;
  const parts = [
    ["added", from.added], ["updated", from.updated], ["deleted", from.deleted],
    ["linked", totals.linked], ["conflicts", from.conflicts + to.conflicts],
    ["held", totals.held], ["pushed", to.added + to.updated],
    ["errors", from.errors + to.errors],
  ].filter(([, count]) => count > 0).map(([name, count]) => said[name](number(count)));
  const minutes = Math.round((totals.seconds ?? 0) / 60);
  const long = totals.seconds === null ? said.unknown
    : minutes ? said.minutes(number(minutes)) : said.seconds;
  return [said.assets(number(totals.assets)), ...parts, long].join(", ");
}

function planSums() {
  const words = texts.plan;
  const kind = h("p", { class: "muted" });
  const sentence = h("p", { class: "plan-sentence", role: "status" });
  const effort = h("p", { class: "small muted" });
  const table = countsTable();
  const part = section("sums", words.sums, kind, sentence, table.element, effort);

  function update({ kind: which, totals, items, state }) {
    show(part.element, Boolean(totals));
    if (!totals) {
      return;
    }
    setText(kind, words.kinds[which] ?? words.none);
    setText(sentence, `${planInWords(totals)}.${
      state === "complete" && !items.length ? ` ${words.nothing}` : ""}`);
    setText(effort, words.effort(number(totals.steps), number(totals.requests)));
    table.update(totals.counts);
  }
  return { element: part.element, update };
}

/** The items, of which only so many are in the document as were asked for. */
function planItems(id) {
  const words = texts.plan;
  const rows = h("ul", { class: "cards" });
  const shown = h("p", { class: "muted small", tabindex: "-1" });
  const more = h("button", { type: "button", class: "secondary", on: { click: () => {
    portions += 1;
    draw();
    if (more.hidden) {
      shown.focus();
    }
  } } });
  const which = chooser(words.action, [], () => { portions = 1; fill(rows); draw(); });
  const part = section("items", words.items, which.element, rows,
    h("div", { class: "list-foot" }, shown, more));
  let items = [];
  let portions = 1;

  function draw() {
    const wanted = items.filter(({ action }) => !which.field.value || action === which.field.value);
    const end = Math.min(wanted.length, portions * ITEMS_A_PORTION);
    rows.append(...wanted.slice(rows.children.length, end).map((item) => itemCard(id, item)));
    setText(shown, words.shown(number(end), number(wanted.length)));
    setText(more, words.more(number(Math.min(ITEMS_A_PORTION, wanted.length - end))));
    show(more, end < wanted.length);
  }

  function choices() {
    const counts = new Map();
    items.forEach(({ action }) => counts.set(action, (counts.get(action) ?? 0) + 1));
    const chosen = which.field.value;
    fill(which.field, h("option", { value: "" }, words.allActions(number(items.length))),
      ...[...counts].map(([action, count]) => h("option", { value: action },
        words.ofAction(words.actions[action] ?? action, number(count)))));
    which.field.value = counts.has(chosen) ? chosen : "";
  }

  function update(plan) {
    if (items !== plan.items) {
      items = plan.items;
      portions = 1;
      fill(rows);
    }
    show(part.element, items.length > 0);
    choices();
    draw();
  }
  return { element: part.element, update };
}

function itemCard(id, item) {
  const words = texts.plan;
  return h("li", { class: "card" },
    h("div", { class: "card-head" },
      h("span", { class: "action", "data-action": item.action },
        words.actions[item.action] ?? item.action),
      bothIds(id, item)),
    item.reason ? foreign(item.reason) : null,
    item.changes.length ? h("ul", { class: "changes" }, ...item.changes.map(changeRow)) : null);
}

function changeRow(change) {
  const words = texts.plan;
  return h("li", { class: "change" },
    h("p", { class: "small" }, foreign(change.record_name, "id strong"), " ",
      h("span", { class: "muted" }, words.sides[change.side] ?? change.side),
      ...(change.conflict ? [" ", h("span", { class: "badge" }, words.conflict)] : [])),
    h("div", { class: "sides two" },
      h("div", { class: "side old" }, h("h4", {}, words.old), values(change.old)),
      h("div", { class: "side new" }, h("h4", {}, words.new), values(change.new))));
}
