/** The fields of a connection: what is filled in, and what the API has to say about one of them. */

import { h, setAttribute, setForeignText, setText, show } from "./dom.js";
import { texts } from "./texts.js";

// The usual choice first, which is what the API takes where nothing is said.
const POLICIES = {
  on_trash: ["remove", "keep"],
  on_unpublish: ["keep", "remove"],
  on_record_delete: ["forget", "recreate"],
};
const USUAL = {
  time_zone: "Europe/Amsterdam", page_size: 100,
  ...Object.fromEntries(Object.entries(POLICIES).map(([name, [usual]]) => [name, usual])),
};
const TYPES = { password: "password", page_size: "number", url: "url" };

/**
 * @param {string[]} names  of the fields beside the policies
 * @param {{isNew: boolean}} how  of a new connection, address, user and key are needed
 */
export function connectionFields(names, { isNew }) {
  const words = texts.settings;
  const needed = isNew ? ["url", "user_name", "password"] : ["time_zone", "page_size"];
  const fields = new Map(names.map((name) => [name, field(name, h("input", {
    id: `field-${name}`, name, type: TYPES[name] ?? "text", required: needed.includes(name),
    autocomplete: name === "password" ? "new-password" : "off", spellcheck: "false",
    ...(name === "page_size" ? { min: 1, max: 199, inputmode: "numeric" } : {}),
  }), name === "password" && !isNew ? words.keyKept : words.hints[name])]));
  for (const [name, choices] of Object.entries(POLICIES)) {
    fields.set(name, field(name, h("select", { id: `field-${name}`, name },
      ...choices.map((value, place) => h("option", { value },
        place ? words.choices[value] : words.usual(words.choices[value]))))));
  }
  let known = {};

  /** Show what stands; from then on only what differs is read. */
  function fill(values) {
    known = values;
    fields.forEach(({ input }, name) => { input.value = values[name] ?? ""; });
  }

  /** What was filled in otherwise than it stands; null if something is wrong, which is told. */
  function read(trouble) {
    fields.forEach((each) => each.complain(null));
    const given = {};
    for (const [name, { input }] of fields) {
      const value = name === "password" ? input.value : input.value.trim();
      if (!value && needed.includes(name)) {
        return refuse(trouble, name, input.validity.badInput
          ? words.number : words.missing(words.fields[name]));
      }
      if (value && value !== String(known[name] ?? "")) {
        put(given, name, value);
      }
    }
    return given.page_size === undefined || Number.isInteger(given.page_size)
      ? given : refuse(trouble, "page_size", words.number);
  }

  function put(given, name, value) {
    if (POLICIES[name]) {
      given.policies = { ...given.policies, [name]: value };
    } else {
      given[name] = name === "page_size" ? Number(value) : value;
    }
  }

  function refuse(trouble, name, sentence) {
    trouble.say(null);
    fields.get(name).complain(sentence);
    fields.get(name).input.focus();
    return null;
  }

  /** A trouble line that says at a field what the API says of it, and the rest by itself. */
  function complaints(trouble) {
    return { say(sentence) {
      const named = sentence && [...fields.keys()].find((name) => (
        new RegExp(`(^|[^a-z_])${name}([^a-z_]|$)`).test(sentence)));
      fields.forEach((each) => each.complain(null));
      trouble.say(named ? null : sentence);
      if (named) {
        refuse(trouble, named, sentence);
      }
    } };
  }

  /** Show a field that cannot be changed here. */
  function lock(name, locked) {
    fields.get(name).input.disabled = locked;
  }

  fill(isNew ? USUAL : {});
  known = {};
  const policies = h("fieldset", {}, h("legend", {}, words.policies),
    h("p", { class: "small muted" }, words.hints.policies),
    ...Object.keys(POLICIES).map((name) => fields.get(name).element));
  const elements = [...names.map((name) => fields.get(name).element), policies];
  return { elements, fill, read, complaints, lock };
}

function field(name, input, hint) {
  const words = texts.settings;
  const about = h("p", { class: "small muted", id: `about-${name}` });
  const error = h("p", { class: "message small", id: `error-${name}`, role: "alert" });
  setText(about, hint);
  setAttribute(input, "aria-describedby", `${hint ? `about-${name} ` : ""}error-${name}`);
  show(about, Boolean(hint));
  show(error, false);

  function complain(sentence) {
    setForeignText(error, sentence);
    show(error, Boolean(sentence));
    setAttribute(input, "aria-invalid", sentence ? "true" : null);
  }
  const element = h("div", { class: "field" },
    h("label", { for: `field-${name}` }, words.fields[name]), input, about, error);
  return { input, element, complain };
}
