/** The restart button, its question, and what came of it. */

import { h, setAttribute, setForeignText, setText, show } from "./dom.js";
import { number, relative, whenInWords } from "./format.js";
import { assetsCompared } from "./status.js";
import { texts } from "./texts.js";

/**
 * @param {string} id  unique in the page, for labels
 * @param {() => void} pressed  called for a press that can mean something
 */
export function restartButton(id, pressed) {
  const label = h("span", {});
  const button = h("button", {
    type: "button", id: `${id}-restart`, class: "secondary",
    "aria-labelledby": `${id}-restart ${id}-name`, "aria-describedby": `${id}-when`,
    on: { click: () => button.getAttribute("aria-disabled") !== "true" && pressed() },
  }, label);
  const when = h("p", { id: `${id}-when`, class: "small muted" });
  const trouble = h("p", { class: "message small", role: "alert", hidden: true });
  const element = h("div", { class: "restart" }, button, when, trouble);

  /** @param {{asking: boolean, viewer: boolean, trouble: string|null}} doing */
  function update(status, doing, now) {
    const requested = Boolean(status.restart_requested_at);
    const busy = requested || doing.asking || doing.viewer;
    setText(label, requested ? texts.restart.requestedButton : texts.restart.button);
    // Not `disabled`: that would take the focus away from whoever has just pressed it.
    setAttribute(button, "aria-disabled", busy ? "true" : null);
    setText(when, sentence(status, doing, requested, now));
    setText(trouble, doing.trouble);
    show(trouble, Boolean(doing.trouble));
  }
  return { element, update };
}

function sentence(status, doing, requested, now) {
  const words = texts.restart;
  if (doing.asking) {
    return words.asking;
  }
  if (doing.viewer && !requested) {
    return words.onlyLook;
  }
  const before = requested ? `${words.requested(whenInWords(status.restart_requested_at, now))} ` : "";
  if (status.state === "paused") {
    return before + words.paused;
  }
  return before + (status.next_run
    ? words.startsAt(whenInWords(status.next_run, now), relative(status.next_run, now))
    : words.scheduleOff);
}

/** The page's one dialog; `ask` resolves to whether the restart is wanted. */
export function restartDialog() {
  const words = texts.restart;
  const name = h("p", { class: "foreign strong" });
  const starts = h("p", {});
  const extent = h("p", {});
  const cancel = h("button", { type: "button", class: "secondary" }, words.cancel);
  const confirm = h("button", { type: "button", class: "primary" }, words.confirm);
  const element = h("dialog", { "aria-labelledby": "ask-heading", "aria-describedby": "ask-text" },
    h("h2", { id: "ask-heading" }, words.question),
    h("div", { id: "ask-text" }, name, starts, extent, h("p", { class: "muted" }, words.keeps)),
    // Cancel comes first, so that Enter pressed twice does not confirm unread.
    h("div", { class: "actions" }, cancel, confirm));

  function ask(status, now) {
    const compared = assetsCompared(status.full);
    setForeignText(name, `${status.user_name} · ${status.url}`);
    setText(starts, status.next_run && status.state !== "paused"
      ? words.starts(whenInWords(status.next_run, now)) : words.startsUnknown);
    setText(extent, words.extent(number(compared)));
    show(extent, compared > 0);
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
