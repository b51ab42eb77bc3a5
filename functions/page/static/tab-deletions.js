/** Deletions: those that wait for a person's decision, and removed records that can come back. */

import { actingButton, doneLine, troubleLine } from "./acting.js";
import { about, atNextRun } from "./controls.js";
import { foreign, h, setForeignText, setText, show } from "./dom.js";
import { number } from "./format.js";
import { pagedList } from "./list.js";
import { bothIds, dataTable, section, tabHeading, when } from "./parts.js";
import { texts } from "./texts.js";

export function view(context, id) {
  const held = heldSection(context, id);
  const removed = removedSection(context, id);
  held.reload();
  removed.reload();
  return {
    element: h("div", { class: "stack" }, tabHeading(texts.held), held.element, removed.element),
    update: held.update,
    close: () => { held.close(); removed.close(); },
  };
}

function heldSection(context, id) {
  const words = texts.held;
  const trouble = troubleLine();
  const done = doneLine();
  const count = h("p", { class: "strong" });
  const reason = h("bdi", { class: "foreign" });
  const reloaded = h("p", { class: "small" });
  const approve = decision("approve", { danger: true });
  const reject = decision("reject", {});
  const decide = h("div", { class: "decide" }, count, reason,
    h("p", { class: "muted small" }, words.why),
    h("div", { class: "buttons" }, approve, reject));
  const table = dataTable(words.title, [words.heads.ids, words.heads.since]);
  // What is decided is what is shown: the token came with this very list.
  let shown = { token: null, count: 0 };
  const list = pagedList(context, {
    id, name: "held", rows: table.body, frame: table.element, empty: words.empty,
    row: (asset) => table.row(bothIds(id, asset), when(asset.since, context.clock.now())),
    // The rows of two lists must not stand above one token.
    belongs: (answer) => answer.token === shown.token,
    heard(answer) {
      setText(reloaded, shown.token && answer.token !== shown.token
        ? words.reloaded(number(shown.count), number(answer.count)) : "");
      shown = { token: answer.token, count: answer.count };
      show(decide, answer.count > 0);
      draw();
    },
  });
  const part = section("held", words.title, decide, trouble.element, done.element, reloaded,
    list.element);

  function decision(verb, { danger = false }) {
    return actingButton(context, {
      label: words[verb], trouble,
      async act() {
        const decided = shown;
        const said = number(decided.count);
        done.say(null);
        setText(reloaded, "");
        const wanted = await context.ask({
          question: words[`${verb}Question`](said),
          about: about(context.feed.statuses.get(id),
            words[verb === "approve" ? "approves" : "rejects"],
            h("p", { class: "small muted" }, words.bound(decided.token))),
          yes: words[`${verb}Yes`](said),
          danger,
        });
        if (wanted) {
          await send(verb, decided, said);
        }
      },
    });
  }

  async function send(verb, { token }, said) {
    const told = words[verb === "approve" ? "approved" : "rejected"];
    try {
      const mark = await context.api.act(id, "POST", ["held", verb], { token });
      done.say(told(said, atNextRun(mark.next_run, context.clock.now())));
      context.feed.refresh();
    } catch (error) {
      if (error.kind === "changed") {
        // Show what is held now beside the API's sentence about what is not any more.
        await list.note();
      }
      throw error;
    }
  }

  function draw() {
    const status = context.feed.statuses.get(id);
    const links = status?.run?.links ?? status?.full?.links;
    setText(count, [words.count(number(shown.count)),
      Number.isFinite(links) ? words.ofLinks(number(links)) : null].filter(Boolean).join(" "));
    setForeignText(reason, status?.state === "held" ? status.reason : null);
  }

  function update(status) {
    draw();
    list.update(String(status.attention?.held));
  }

  show(decide, false);
  return { element: part.element, update, reload: list.reload, close: list.close };
}

function removedSection(context, id) {
  const words = texts.removed;
  const { heads } = words;
  const trouble = troubleLine();
  const done = doneLine();
  const table = dataTable(words.heading,
    [heads.ids, heads.removed, heads.reason, heads.expires, heads.acts]);
  const list = pagedList(context, {
    id, name: "removed", rows: table.body, frame: table.element, empty: words.empty,
    row: (record) => {
      const now = context.clock.now();
      return table.row(bothIds(id, record), when(record.removed_at, now), foreign(record.reason),
        when(record.expires_at, now), restoreButton(record));
    },
  });

  function restoreButton(record) {
    let restored = false;
    const label = h("span", {}, words.restore);
    return actingButton(context, {
      label, trouble, class: "secondary small-button", blocked: () => restored,
      "aria-label": words.restoreNamed(record.media_id),
      async act() {
        await context.api.act(id, "POST", ["removed", record.asset_id, "restore"]);
        restored = true;
        setText(label, words.restored);
        done.say(words.done(record.media_id));
        context.feed.refresh();
      },
    });
  }
  const part = section("removed", words.heading, h("p", { class: "muted small" }, words.about),
    trouble.element, done.element, list.element);
  return { element: part.element, reload: list.reload, close: list.close };
}
