/** Look up one asset or one record: everything that is known about it. */

import { sentenceOf, told, troubleLine } from "./acting.js";
import { fill, h, setAttribute } from "./dom.js";
import { reasons } from "./links.js";
import { lookUp } from "./routes.js";
import { bothIds, chooser, section, values, when } from "./parts.js";
import { texts } from "./texts.js";

const KINDS = { asset: "asset_id", media: "media_id" };

/** @param {string[]} rest  of the route: what kind of id, and the id, where one is asked for */
export function lookUpSection(context, id, [kind = "asset", key = ""]) {
  const words = texts.links.lookUp;
  const trouble = troubleLine();
  const found = h("div", { class: "found", role: "status" });
  const what = chooser(words.what, [["asset", words.asset], ["media", words.media]], () => {});
  const field = h("input", { id: "look-up-key", autocomplete: "off", spellcheck: "false" });
  const form = h("form", { class: "inline-form", novalidate: true, on: { submit: submitted } },
    what.element,
    h("label", { class: "choice grow" }, h("span", {}, words.key), field),
    h("button", { type: "submit", class: "secondary" }, words.button));
  const part = section("look-up", words.heading, h("p", { class: "muted small" }, words.about),
    form, trouble.element, found);
  const abort = new AbortController();
  what.field.value = KINDS[kind] ? kind : "asset";
  field.value = key;

  function submitted(event) {
    event.preventDefault();
    const wanted = field.value.trim();
    trouble.say(wanted ? null : words.missing);
    setAttribute(field, "aria-invalid", wanted ? null : "true");
    if (!wanted) {
      field.focus();
      return;
    }
    // It has an address of its own; what is open already is asked for once more.
    const hash = lookUp(id, what.field.value, wanted);
    if (location.hash === hash) {
      ask(what.field.value, wanted);
    } else {
      location.hash = hash;
    }
  }

  async function ask(kindOfId, wanted) {
    trouble.say(null);
    try {
      const query = { [KINDS[kindOfId]]: wanted };
      const answer = await context.api.list(id, "links", query, abort.signal);
      fill(found, ...(answer.items.length
        ? answer.items.map((link) => linkCard(id, link, context.clock.now()))
        : [h("p", { class: "muted" }, words.none)]));
    } catch (error) {
      if (abort.signal.aborted) {
        return;
      }
      if (error.kind === "forbidden") {
        trouble.say(sentenceOf(error));
      } else {
        told(context, error, trouble);
      }
    }
  }

  if (key) {
    ask(what.field.value, key);
  }
  return { element: part.element, close: () => abort.abort() };
}

function linkCard(id, link, now) {
  const words = texts.links;
  const facts = {
    state: words.states[link.state] ?? link.state,
    since: when(link.since, now),
    next_attempt: when(link.next_attempt, now),
    modified: when(link.modified, now),
    first_contact_done: words.yesNo[link.first_contact_done],
    pushed_unknown: values(link.pushed_unknown, texts.none),
    ignored: values(link.ignored, texts.none),
  };
  const card = h("div", { class: "card" }, bothIds(id, link),
    h("dl", { class: "facts" }, ...Object.entries(facts).map(([name, value]) => h("div", {},
      h("dt", {}, words.facts[name]), h("dd", {}, value)))));
  if (link.reason || link.parked.length) {
    card.append(h("div", { class: "stack" }, ...reasons(link)));
  }
  return card;
}
