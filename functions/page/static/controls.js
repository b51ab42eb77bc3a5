/** What one can do about a connection as a whole: restart, full run, pause and resume, dry run. */

import { actingButton, doneLine, troubleLine } from "./acting.js";
import { foreign, h, icon, setAttribute, setText, show } from "./dom.js";
import { number, relative, whenInWords } from "./format.js";
import { iconWord } from "./parts.js";
import { tabOf } from "./routes.js";
import { isViewer } from "./session.js";
import { assetsCompared, withFull, withRestart } from "./status.js";
import { texts } from "./texts.js";

export function controlsSection(context, id) {
  const words = texts.controls;
  const trouble = troubleLine();
  const done = doneLine();
  const parts = [
    restartPart(context, id, trouble),
    fullPart(context, id, trouble),
    planPart(id),
    pausePart(context, id, { trouble, done }),
  ];
  const element = h("div", { class: "controls", role: "group", "aria-label": words.heading },
    h("h3", {}, words.heading), trouble.element, done.element,
    ...parts.map((part) => part.element));

  function update(status, now) {
    parts.forEach((part) => part.update(status, now));
  }
  return { element, update };
}

/** Name, address and the sentences of a question about a connection. */
export function about(status, ...sentences) {
  return [foreign(`${status.user_name} · ${status.url}`, "foreign strong"), ...sentences];
}

/** "at the next run, 14:05 UTC (in 40 s)", or that the schedule is off. */
export function atNextRun(nextRun, now) {
  const words = texts.controls;
  return nextRun
    ? words.atNextRun(whenInWords(nextRun, now), relative(nextRun, now)) : words.scheduleOff;
}

function restartPart(context, id, trouble) {
  const words = texts.restart;
  let asking = false;
  const status = () => context.feed.statuses.get(id);
  const requested = () => Boolean(status()?.restart_requested_at);
  const label = h("span", {});
  const sentence = h("p", { class: "small muted", id: "restart-when" });
  const button = actingButton(context, {
    label, trouble, blocked: requested, class: "secondary", "aria-describedby": "restart-when",
    async act() {
      if (!await context.ask(question(status(), context.clock.now()))) {
        return;
      }
      asking = true;
      draw(context.clock.now());
      try {
        const mark = await context.api.act(id, "POST", ["restart"]);
        context.feed.put(withRestart(status(), mark));
      } finally {
        asking = false;
        context.changed();
      }
    },
  });
  const withdraw = actingButton(context, {
    label: words.withdraw, trouble, class: "secondary",
    async act() {
      await context.api.act(id, "DELETE", ["restart"]);
      button.focus();
      context.feed.put(await context.api.connection(id));
    },
  });

  function draw(now) {
    const it = status();
    if (!it) {
      return;
    }
    setText(label, requested() ? words.requestedButton : words.button);
    if (!isViewer()) {
      setAttribute(button, "aria-disabled", requested() || asking ? "true" : null);
    }
    show(withdraw, requested());
    setText(sentence, asking ? words.asking : [
      requested() && words.requested(whenInWords(it.restart_requested_at, now)),
      it.state === "paused" ? words.paused : words.starts(atNextRun(it.next_run, now)),
    ].filter(Boolean).join(" "));
  }
  return { element: control(h("div", { class: "buttons" }, button, withdraw), sentence),
    update: (_, now) => draw(now) };
}

function question(status, now) {
  const words = texts.restart;
  const compared = assetsCompared(status.full);
  return {
    question: words.question,
    yes: words.confirm,
    about: about(status,
      status.next_run && status.state !== "paused"
        ? words.begins(whenInWords(status.next_run, now)) : words.beginsSometime,
      compared > 0 ? words.extent(number(compared)) : null,
      h("p", { class: "muted" }, words.keeps)),
  };
}

function fullPart(context, id, trouble) {
  const words = texts.full;
  const status = () => context.feed.statuses.get(id);
  const requested = () => Boolean(status()?.full_requested_at);
  const label = h("span", {});
  const sentence = h("p", { class: "small muted", id: "full-when" });
  const button = actingButton(context, {
    label, trouble, blocked: requested, "aria-describedby": "full-when",
    async act() {
      const mark = await context.api.act(id, "POST", ["full"]);
      context.feed.put(withFull(status(), mark));
    },
  });

  function update(it, now) {
    setText(label, requested() ? words.requestedButton : words.button);
    if (!isViewer()) {
      setAttribute(button, "aria-disabled", requested() ? "true" : null);
    }
    setText(sentence, requested()
      ? words.asked(whenInWords(it.full_requested_at, now), atNextRun(it.next_run, now))
      : words.meaning);
  }
  return { element: control(button, sentence), update };
}

function planPart(id) {
  const words = texts.plan;
  const link = h("a", { class: "button secondary", href: tabOf(id, "plan") }, words.link,
    icon("arrow"));
  const meaning = h("p", { class: "small muted" }, words.linkMeaning);
  return { element: control(link, meaning), update() {} };
}

function pausePart(context, id, { trouble, done }) {
  const words = texts.pause;
  const rows = ["pull", "push"].map((direction) => directionRow(context, id, direction,
    { trouble, done }));
  const element = h("div", { class: "control" },
    h("h4", {}, words.heading),
    h("ul", { class: "ways" }, ...rows.map((row) => row.element)),
    h("p", { class: "small muted" }, words.meaning));
  return { element, update: (status) => rows.forEach((row) => row.update(status)) };
}

function directionRow(context, id, direction, { trouble, done }) {
  const words = texts.pause;
  const rests = () => context.feed.statuses.get(id)?.configuration?.paused.includes(direction);
  const state = iconWord("span", "small way-state");
  const label = h("span", {});
  const button = actingButton(context, {
    label, trouble, class: "secondary small-button",
    async act() {
      const verb = rests() ? "resume" : "pause";
      context.feed.put(await context.api.act(id, "POST", [verb], { direction }));
      done.say(words.done[verb](words.directions[direction]));
    },
  });
  const element = h("li", {}, h("span", {}, words.ways[direction]), state.element, button);

  function update() {
    const verb = rests() ? "resume" : "pause";
    state.update(rests() ? "paused" : "idle", words.states[rests() ? "paused" : "on"]);
    setAttribute(state.element, "data-tone", rests() ? "warn" : "good");
    setText(label, words[verb]);
    setAttribute(button, "aria-label", words.named[verb](words.directions[direction]));
  }
  return { element, update };
}

function control(...children) {
  return h("div", { class: "control" }, ...children);
}
