/** Small pieces that several sections of the page are made of: each has nodes and an update(). */

import { absolute, relative } from "./format.js";
import { h, icon, setAttribute, setText } from "./dom.js";

/** An instant shown twice: relative, and absolute in a `<time>`; `none` stands in for null. */
export function instant(none) {
  const ago = h("span", { class: "relative" });
  const time = h("time", { class: "absolute" });
  return {
    nodes: [ago, time],
    update(value, now) {
      setText(ago, value ? relative(value, now) : none);
      setText(time, value ? absolute(value) : "");
      setAttribute(time, "datetime", value);
    },
  };
}

/** A word with its icon: neither says it alone. */
export function iconWord(name, className) {
  const word = h("span", {});
  const element = h(name, { class: className }, icon("unknown"), word);
  return {
    element,
    update(iconName, text) {
      if (element.dataset.icon !== iconName) {
        element.dataset.icon = iconName;
        element.firstChild.replaceWith(icon(iconName));
      }
      setText(word, text);
    },
  };
}

/** A titled section: heading, a muted note beside it, content. */
export function section(className, heading, ...content) {
  const title = h("h3", {}, heading);
  const note = h("p", { class: "note" });
  return {
    title,
    note,
    element: h("div", { class: `panel ${className}`, role: "group", "aria-label": heading },
      h("div", { class: "panel-head" }, title, note), ...content),
  };
}
