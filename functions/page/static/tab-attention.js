/** Attention: what is not in step, and why; what is parked can be retried or discarded. */

import { h, setText } from "./dom.js";
import { countedTo } from "./counts.js";
import { nameOf, reasons } from "./links.js";
import { pagedList } from "./list.js";
import { lookUpSection } from "./lookup.js";
import { parkedActions } from "./parked.js";
import { bothIds, dataTable, section, tabHeading, when } from "./parts.js";
import { texts } from "./texts.js";

export function view(context, id, rest) {
  const words = texts.links;
  const lookUp = lookUpSection(context, id, rest);
  const parked = parkedSection(context, id);
  const pending = pendingSection(context, id);
  const element = h("div", { class: "stack" }, tabHeading(words), lookUp.element, parked.element,
    pending.element);

  function update(status, now) {
    parked.update(status, now);
    pending.update(status);
  }

  parked.reload();
  pending.reload();
  return {
    element, update, close: () => [lookUp, parked, pending].forEach((part) => part.close()),
  };
}

function pendingSection(context, id) {
  const words = texts.links;
  const { heads } = words;
  const table = dataTable(words.pending.heading,
    [heads.ids, heads.reason, heads.since, heads.next]);
  const list = pagedList(context, {
    id, name: "links", query: { state: "pending" }, rows: table.body, frame: table.element,
    empty: words.pending.empty,
    row: (link) => table.row(bothIds(id, link), reasons(link),
      when(link.since, context.clock.now()), when(link.next_attempt, context.clock.now())),
  });
  const part = section("pending", words.pending.heading,
    h("p", { class: "muted small" }, words.pending.about), list.element);

  function update(status) {
    setText(part.note, countedTo(status.attention?.pending ?? 0));
    list.update(String(status.attention?.pending));
  }
  return { element: part.element, update, reload: list.reload, close: list.close };
}

function parkedSection(context, id) {
  const words = texts.links;
  const { heads } = words;
  const chosen = new Map();
  const all = h("input", {
    type: "checkbox", "aria-label": words.chooseAll, on: { change: () => chooseAll(all.checked) },
  });
  const table = dataTable(words.parked.heading, [
    h("span", { "data-all": words.chooseAll }, all,
      h("span", { class: "visually-hidden" }, heads.chosen)),
    heads.ids, heads.reason, heads.since, heads.acts,
  ]);
  const list = pagedList(context, {
    id, name: "links", query: { state: "parked" }, rows: table.body, frame: table.element,
    empty: words.parked.empty, row,
    drawn: () => { forget(); draw(); },
  });
  const actions = parkedActions(context, id, {
    chosen: () => [...chosen.values()],
    changed: () => list.note(),
  });
  const part = section("parked", words.parked.heading,
    h("p", { class: "muted small" }, words.parked.about), actions.element, list.element);

  function row(link) {
    const box = h("input", {
      type: "checkbox", "aria-label": words.choose(nameOf(link)),
      on: { change: () => choose(link, box.checked) },
    });
    const made = table.row(box, bothIds(id, link), reasons(link),
      when(link.since, context.clock.now()),
      h("div", { class: "buttons" }, ...actions.ofOne(link, nameOf(link))));
    made.box = box;
    return made;
  }

  function choose(link, wanted) {
    if (wanted) {
      chosen.set(link, link);
    } else {
      chosen.delete(link);
    }
    draw();
  }

  function chooseAll(wanted) {
    list.items.forEach((link, place) => {
      list.elements[place].box.checked = wanted;
      choose(link, wanted);
    });
  }

  /** What is not listed any more is not chosen any more. */
  function forget() {
    const listed = new Set(list.items);
    [...chosen.keys()].filter((link) => !listed.has(link)).forEach((link) => chosen.delete(link));
  }

  function draw() {
    all.checked = chosen.size > 0 && chosen.size === list.items.length;
    all.indeterminate = chosen.size > 0 && chosen.size < list.items.length;
    actions.draw(chosen.size, list.items.length);
  }

  function update(status, now) {
    const count = status.attention?.parked ?? 0;
    setText(part.note, countedTo(count));
    actions.update(status, now);
    list.update(String(count));
  }
  return { element: part.element, update, reload: list.reload, close: list.close };
}
