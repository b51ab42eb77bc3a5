/** Code that comes when it is needed, and what is shown when it does not come. */

import { h } from "./dom.js";
import { texts } from "./texts.js";

/** Load the code of a view by `import()`; where that fails, of one that says so. */
export async function loaded(load) {
  try {
    return await load();
  } catch {
    return { view: notLoaded, addView: notLoaded };
  }
}

function notLoaded() {
  const words = texts.lazy;
  const heading = h("h2", { tabindex: "-1" }, words.heading);
  // The browser may remember that the code was not there: loading the page anew always helps.
  const again = h("button", { type: "button", class: "secondary", on: {
    click: () => location.reload(),
  } }, words.reload);
  return {
    element: h("div", { class: "stack" }, heading,
      h("p", { class: "message", role: "alert" }, words.failed), h("p", {}, again)),
    heading,
    update() {},
    close() {},
  };
}
