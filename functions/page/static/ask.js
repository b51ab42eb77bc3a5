/** The page's one dialog: a question with what it is about, and two answers. */

import { h, fill, setText } from "./dom.js";
import { texts } from "./texts.js";

/** @returns {{element: HTMLDialogElement, ask: (question: object) => Promise<boolean>}} */
export function questionDialog() {
  const heading = h("h2", { id: "ask-heading" });
  const about = h("div", { id: "ask-text" });
  const cancel = h("button", { type: "button", class: "secondary" }, texts.ask.cancel);
  const confirm = h("button", { type: "button" });
  const element = h("dialog", { "aria-labelledby": "ask-heading", "aria-describedby": "ask-text" },
    heading, about,
    // Cancel comes first, so that Enter pressed twice does not confirm unread.
    h("div", { class: "actions" }, cancel, confirm));

  /** @param {{question: string, about: (Node|string|null)[], yes: string, danger?: boolean}} it */
  function ask({ question, about: sentences, yes, danger = false }) {
    setText(heading, question);
    fill(about, ...sentences.map((each) => (typeof each === "string" ? h("p", {}, each) : each)));
    setText(confirm, yes);
    confirm.className = danger ? "danger" : "primary";
    return new Promise((resolve) => {
      let wanted = false;
      confirm.onclick = () => { wanted = true; element.close(); };
      cancel.onclick = () => element.close();
      element.onclose = () => resolve(wanted);
      element.showModal();
    });
  }
  return { element, ask };
}
