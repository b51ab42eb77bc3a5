/** How far a full run is: the real numbers of its walk, and nothing that pretends to move. */

import { number } from "./format.js";
import { h, setAttribute, setText, show } from "./dom.js";
import { fullRunUnderWay, pagesLeft, percentDone } from "./status.js";
import { texts } from "./texts.js";

export function progressSection() {
  const bar = h("progress", { "aria-label": texts.progress.label });
  const phase = h("span", { class: "phase" });
  const amount = h("span", { class: "amount" });
  const left = h("p", { class: "small muted" });
  const element = h("div", { class: "progress" },
    h("p", { class: "progress-head" }, phase, amount), bar, left);

  function update(status) {
    const { progress } = status;
    show(element, Boolean(progress));
    if (!progress) {
      return;
    }
    const percent = percentDone(progress);
    const pages = pagesLeft(status);
    setText(left, pages ? texts.progress.left(number(pages)) : "");
    const spoken = percent === null
      ? texts.progress.counted(number(progress.done))
      : texts.progress.ofTotal(number(progress.done), number(progress.total), percent);
    show(bar, percent !== null);
    setText(amount, spoken);
    if (percent !== null) {
      setAttribute(bar, "max", progress.total);
      setAttribute(bar, "value", progress.done);
      setAttribute(bar, "aria-valuetext", spoken);
      setText(bar, spoken);
    }
    setText(phase, texts.progress.phases[fullRunUnderWay(status)?.phase] ?? texts.progress.label);
  }
  return { element, update };
}
