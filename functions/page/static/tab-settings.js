/** Settings of a connection, and the form for another one. */

import { actingButton, doneLine, troubleLine } from "./acting.js";
import { about } from "./controls.js";
import { h, setText, show } from "./dom.js";
import { connectionFields } from "./fields.js";
import { section, tabHeading } from "./parts.js";
import { LIST, tabOf } from "./routes.js";
import { texts } from "./texts.js";

const ALL = ["url", "user_name", "password", "time_zone", "page_size"];
const CHANGEABLE = ["password", "time_zone", "page_size"];

export function view(context, id) {
  const words = texts.settings;
  const trouble = troubleLine();
  const done = doneLine();
  const fields = connectionFields(CHANGEABLE, { isNew: false });
  const byStack = h("p", { class: "small" }, words.byStack);
  const onOff = onOffSection(context, id);
  const save = actingButton(context, {
    label: words.button, kind: "primary", type: "submit", trouble: fields.complaints(trouble),
    async act() {
      const change = fields.read(trouble);
      done.say(null);
      if (change && Object.keys(change).length === 0) {
        done.say(words.unchanged);
      } else if (change) {
        const status = await context.api.act(id, "PUT", [], change);
        known = null;
        context.feed.put(status);
        done.say(words.saved);
      }
    },
  });
  const form = h("form", { class: "fields", novalidate: true, on: { submit: unsent } },
    byStack, ...fields.elements, h("div", { class: "buttons" }, save), trouble.element,
    done.element);
  const element = h("div", { class: "stack" }, tabHeading(words), onOff.element, form);
  let known = null;

  function update({ configuration }) {
    onOff.update(configuration);
    const now = JSON.stringify(configuration);
    // What somebody is typing is not taken away by an answer that says nothing new.
    if (configuration && now !== known) {
      known = now;
      fields.fill({ ...configuration, ...configuration.policies });
      show(byStack, configuration.default);
      CHANGEABLE.forEach((name) => fields.lock(name, configuration.default));
    }
  }
  return { element, update, close() {} };
}

/** The form's button does all: for the browser, Enter in a field is a press of it, no more. */
const unsent = (event) => event.preventDefault();

function onOffSection(context, id) {
  const words = texts.settings;
  const trouble = troubleLine();
  const done = doneLine();
  const is = h("p", {});
  const set = async (enabled) => {
    context.feed.put(await context.api.act(id, "PUT", [], { enabled }));
    done.say(words.switched[enabled]);
  };
  const on = actingButton(context, { label: words.switchOn, trouble, act: () => set(true) });
  const off = actingButton(context, {
    label: words.switchOff, trouble,
    async act() {
      const wanted = await context.ask({
        question: words.offQuestion,
        about: about(context.feed.statuses.get(id), words.offMeans),
        yes: words.off,
        danger: true,
      });
      if (wanted) {
        await set(false);
        on.focus();
      }
    },
  });
  const part = section("on-off", words.enabled, is, h("div", { class: "buttons" }, on, off),
    trouble.element, done.element);

  function update(configuration) {
    const enabled = configuration?.enabled !== false;
    setText(is, words.is[enabled]);
    show(on, !enabled);
    show(off, enabled);
  }
  return { element: part.element, update };
}

/** The view with the form for another connection. */
export function addView(context) {
  const words = texts.add;
  const trouble = troubleLine();
  const fields = connectionFields(ALL, { isNew: true });
  const heading = h("h1", { tabindex: "-1" }, words.heading);
  const add = actingButton(context, {
    label: words.button, kind: "primary", type: "submit", trouble: fields.complaints(trouble),
    async act() {
      const connection = fields.read(trouble);
      if (connection) {
        const status = await context.api.add(connection);
        context.feed.put(status);
        location.hash = tabOf(status.connection_id);
      }
    },
  });
  const element = h("div", { class: "stack narrow" },
    h("p", { class: "back" }, h("a", { href: LIST }, texts.overview.all)),
    heading, h("p", { class: "muted" }, words.intro),
    h("form", { class: "fields", novalidate: true, on: { submit: unsent } },
      ...fields.elements, h("div", { class: "buttons" }, add), trouble.element));
  return { element, heading, update() {}, close() {} };
}
