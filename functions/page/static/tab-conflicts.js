/** Conflicts: what both sides had changed, all three values, and the way back to the record's. */

import { actingButton, doneLine, troubleLine } from "./acting.js";
import { about } from "./controls.js";
import { fill, foreign, h, icon } from "./dom.js";
import { pagedList } from "./list.js";
import { bothIds, chooser, tabHeading, values, when } from "./parts.js";
import { texts } from "./texts.js";

export function view(context, id) {
  const words = texts.conflicts;
  const trouble = troubleLine();
  const done = doneLine();
  const rows = h("ul", { class: "cards" });
  const list = pagedList(context, {
    id, name: "conflicts", rows, empty: words.empty, older: true,
    row: (conflict) => conflictCard(context, id, conflict, { trouble, done }),
  });
  const filter = chooser(words.show, [["", words.all], ["open", words.open]],
    (wanted) => list.filter((conflict) => !wanted || !conflict.resolved_at));
  const element = h("div", { class: "stack" }, tabHeading(words, filter.element),
    trouble.element, done.element, list.element);

  function update(status) {
    list.update(String(status.attention?.conflicts));
  }
  list.reload();
  return { element, update, close: list.close };
}

function conflictCard(context, id, conflict, lines) {
  const words = texts.conflicts;
  const card = h("li", { class: "card conflict" });
  draw(conflict);

  function draw(it) {
    const now = context.clock.now();
    const side = (label, note, content, kind) => h("div", { class: `side ${kind}` },
      h("h4", {}, label, note ? h("span", { class: "badge" }, note) : null), content);
    fill(card,
      h("div", { class: "card-head" },
        h("h3", {}, foreign(it.record_name, "id"),
          it.property === it.record_name ? null
            : h("span", { class: "muted" }, " (", foreign(it.property, "id"), ")")),
        when(it.at, now)),
      bothIds(id, it),
      h("p", { class: "small" }, foreign(it.explanation)),
      h("div", { class: "sides" },
        side(words.base, null, it.base ? values(it.base)
          : h("span", { class: "muted small" }, words.tooLong(it.base_digest)), "base"),
        side(words.record, words.lost, values(it.record_value), "record"),
        side(words.mediamosa, words.stands, values(it.mediamosa_value), "mediamosa")),
      it.asset_modified ? h("p", { class: "small muted" }, `${words.asset_modified} `,
        when(it.asset_modified, now)) : null,
      it.resolved_at ? resolvedLine(it, now) : useButton(it));
  }

  function useButton(it) {
    return actingButton(context, {
      label: words.use, trouble: lines.trouble, class: "secondary",
      "aria-label": words.useNamed(it.record_name),
      async act() {
        const wanted = await context.ask({
          question: words.question(it.record_name),
          about: about(context.feed.statuses.get(id), bothIds(null, it), values(it.record_value),
            words.explains),
          yes: words.yes,
        });
        if (wanted) {
          draw(await context.api.act(
            id, "POST", ["conflicts", it.conflict_id, "use-record-value"],
          ));
          lines.done.say(words.done(it.record_name));
          lines.done.takeFocus();
          context.feed.refresh();
        }
      },
    });
  }
  return card;
}

function resolvedLine(it, now) {
  const words = texts.conflicts;
  return h("p", { class: "outcome", "data-tone": "good" }, icon("idle"),
    h("span", {}, words.resolved, it.resolved_by ? ` ${words.resolvedBy(it.resolved_by)}` : ""),
    when(it.resolved_at, now));
}
