/** Buttons that act: what they share is how a press is answered, refused, and not taken twice. */

import { ApiError } from "./api.js";
import { h, setAttribute, setForeignText, show } from "./dom.js";
import { isViewer, rememberViewer } from "./session.js";
import { texts } from "./texts.js";

/** The id of the sentence that a viewer's token may only look (see app.js). */
export const ONLY_LOOK = "only-look";

/** One sentence for a failed request: the API's own where it gave one. */
export function sentenceOf(error) {
  const words = texts.errors;
  return error.detail ?? {
    unreachable: words.unreachable, gone: words.gone, busy: words.busy,
  }[error.kind] ?? words.server(error.status);
}

/** A line for what went wrong, hidden while nothing did. */
export function troubleLine() {
  const element = h("p", { class: "message small", role: "alert", hidden: true });
  return {
    element,
    say(sentence) {
      setForeignText(element, sentence);
      show(element, Boolean(sentence));
    },
  };
}

/** A line for what was done, spoken politely. */
export function doneLine() {
  const element = h("p", { class: "done small", role: "status", tabindex: "-1" });
  return {
    element,
    say(sentence) {
      setForeignText(element, sentence);
      setAttribute(element, "tabindex", "-1");
    },
    /** Take the focus over from a button that was pressed and is gone. */
    takeFocus() {
      if (document.activeElement === document.body) {
        element.focus();
      }
    },
  };
}

/**
 * A button whose press is one request at a time. A viewer's press is not sent: the button says why.
 * @param {object} context  what app.js gives to every view
 * @param {object} options
 * @param {string} options.label
 * @param {() => Promise<void>} options.act  may throw an ApiError, which `trouble` then tells
 * @param {{say: (sentence: string|null) => void}} options.trouble
 * @param {() => boolean} [options.blocked]  whether a press means nothing now; the view says why
 */
export function actingButton(context, {
  label, act, trouble, blocked = () => false, kind = "secondary", ...attributes
}) {
  const button = h("button", {
    type: "button", class: kind, "data-acts": true, ...attributes, on: { click: pressed },
  }, label);
  if (isViewer()) {
    deny(button);
  }

  async function pressed() {
    // Not `disabled`: that would take the focus away from whoever has just pressed it.
    if (button.getAttribute("aria-disabled") === "true") {
      return;
    }
    setAttribute(button, "aria-disabled", "true");
    trouble.say(null);
    try {
      await act();
    } catch (error) {
      told(context, error, trouble);
    } finally {
      setAttribute(button, "aria-disabled", isViewer() || blocked() ? "true" : null);
    }
  }
  return button;
}

/** Tell a failure where it happened; a token that is refused concerns the whole page. */
export function told(context, error, trouble) {
  if (!(error instanceof ApiError)) {
    throw error;
  }
  if (error.kind === "unauthorized") {
    context.signedOut();
  } else if (error.kind === "forbidden") {
    rememberViewer();
    document.querySelectorAll("[data-acts]").forEach(deny);
    context.changed();
  } else {
    trouble.say(sentenceOf(error));
  }
}

function deny(button) {
  setAttribute(button, "aria-disabled", "true");
  setAttribute(button, "aria-describedby", ONLY_LOOK);
}
