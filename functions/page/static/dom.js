/**
 * Building and changing the document. Nothing here parses HTML: whatever comes from the API is set
 * as text, so that a hostile title or reason stays text.
 */

const SVG = "http://www.w3.org/2000/svg";

/** Make an element; `attributes.on` holds its listeners, strings among the children become text. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "on") {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else {
      setAttribute(element, key, value);
    }
  }
  element.append(...children.filter(isThere));
  return element;
}

const isThere = (child) => child !== null && child !== undefined && child !== false;

/** Put these, and nothing else, into an element; null stands for nothing. */
export function fill(element, ...children) {
  element.replaceChildren(...children.filter(isThere));
}

/** Set, or with null or false remove, an attribute; an unchanged one is not touched. */
export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) {
    element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) {
    element.setAttribute(name, text);
  }
}

/** Set an element's text only where it differs, so that selections and live regions stay quiet. */
export function setText(element, text) {
  const wanted = text === null || text === undefined ? "" : String(text);
  if (element.textContent !== wanted) {
    element.textContent = wanted;
  }
}

/** Show an element exactly when `shown`. */
export function show(element, shown) {
  element.hidden = !shown;
}

// Characters: longer ones get a box of their own, with a scroll bar.
const LONG = 160;

/** Text of unknown length and direction: isolated, wrapped, scrollable by keyboard when long. */
export function setForeignText(element, text) {
  const wanted = text === null || text === undefined ? "" : String(text);
  setText(element, wanted);
  const long = wanted.length > LONG;
  element.classList.toggle("long", long);
  setAttribute(element, "tabindex", long ? "0" : null);
}

/** Text from outside in an element of its own; a block of its own, or one of a line. */
export function foreign(text, className = "foreign") {
  const element = h("bdi", { class: className });
  setForeignText(element, text);
  return element;
}

/** Make an element of a drawing. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => setAttribute(element, key, value));
  element.append(...children.filter(isThere));
  return element;
}

const CIRCLE = "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8z";
const PATHS = {
  paused: "M6 4.5v7M10 4.5v7",
  failing: "M5.5 1.5h5l4 4v5l-4 4h-5l-4-4v-5zM8 4.8v3.7M8 11v.1",
  held: "M4 7.3h8v6H4zM5.7 7.3V5a2.3 2.3 0 0 1 4.6 0v2.3",
  requested: `${CIRCLE}M8 4.8V8l2.2 1.5`,
  running: "M2.5 7A5.6 5.6 0 0 1 13 5M13.5 9A5.6 5.6 0 0 1 3 11M13.3 1.9V5.2H10M2.7 14.1v-3.3H6",
  stale: "M4 1.8h8M4 14.2h8M5 1.8v2.7L8 8l3-3.5V1.8M5 14.2v-2.7L8 8l3 3.5v2.7",
  never_synced: `${CIRCLE}M5.4 8h5.2`,
  idle: `${CIRCLE}M5.2 8.2l2 2 3.7-4.2`,
  back: "M9.5 3.5 5 8l4.5 4.5",
  onward: "M6.5 3.5 11 8l-4.5 4.5",
  arrow: "M3 8h9.5M9 4.5 12.5 8 9 11.5",
  attention: "M8 2 14.5 13.5h-13zM8 6.3v3.4M8 11.7v.1",
  unknown: `${CIRCLE}M6.2 6.3A1.9 1.9 0 1 1 8 8.3v1M8 11.3v.1`,
};

/** A decorative 16 px icon; the word beside it says the same. */
export function icon(name) {
  return svg("svg", { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" },
    svg("path", { d: PATHS[name] ?? PATHS.unknown }));
}
