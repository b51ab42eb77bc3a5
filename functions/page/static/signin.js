/** The form that asks for the bearer token. */

import { canBeToken } from "./api.js";
import { h, setAttribute, setText, show } from "./dom.js";
import { texts } from "./texts.js";

/**
 * @param {object} options
 * @param {string|null} options.message  why it is asked again
 * @param {(token: string) => Promise<string|null>} options.signIn  gives the sentence of a failure
 */
export function signInView({ message, signIn }) {
  const words = texts.signIn;
  const error = h("p", { id: "token-error", class: "message", role: "alert" });
  const field = h("input", {
    id: "token", type: "password", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    required: true, "aria-describedby": "token-error token-kept",
  });
  const button = h("button", { type: "submit", class: "primary" }, words.button);

  function complain(sentence) {
    setText(error, sentence ?? "");
    show(error, Boolean(sentence));
    setAttribute(field, "aria-invalid", sentence ? "true" : null);
  }

  async function submitted(event) {
    event.preventDefault();
    const token = field.value.trim();
    if (!canBeToken(token)) {
      complain(token ? words.wrong : words.missing);
      field.focus();
      return;
    }
    setText(button, words.busy);
    const sentence = await signIn(token);
    setText(button, words.button);
    if (sentence) {
      complain(sentence);
      field.focus();
      field.select();
    }
  }

  complain(message);
  const element = h("section", { class: "sign-in", "aria-labelledby": "sign-in-heading" },
    h("h1", { id: "sign-in-heading" }, words.heading),
    h("p", { class: "muted" }, words.intro),
    // novalidate: the page says in its own words what is missing.
    h("form", { novalidate: true, on: { submit: submitted } },
      h("label", { for: "token" }, words.label), field, error, button),
    h("p", { id: "token-kept", class: "small muted" }, words.kept));
  return { element, shown: () => field.focus(), close() {} };
}
