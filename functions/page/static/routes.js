/**
 * Where one is on the page, kept in the part of its address behind `#`, so that every view can be
 * linked, bookmarked and left by the back button:
 *
 *     #/                         the connection if there is only one, else all of them
 *     #/connections   #/add      all of them; the form for another one
 *     #/c/<id>/<tab>/…           one connection; what follows the tab is the tab's own
 */

export const TABS = [
  "status", "runs", "attention", "conflicts", "deletions", "plan", "properties", "settings",
];

/**
 * @returns {{name: "home"|"list"|"add"|"connection", id?: string, tab?: string, rest?: string[]}}
 */
export function readRoute(hash) {
  const [first, id, tab, ...rest] = partsOf(hash);
  if (first === "c" && id) {
    return { name: "connection", id, tab: TABS.includes(tab) ? tab : TABS[0], rest };
  }
  return { name: { connections: "list", add: "add" }[first] ?? "home" };
}

function partsOf(hash) {
  try {
    return hash.replace(/^#?\/?/, "").split("/").map(decodeURIComponent);
  } catch {
    // A broken escape leads nowhere in particular.
    return [];
  }
}

export const LIST = "#/connections";
export const ADD = "#/add";

/** The address of a tab of a connection. */
export function tabOf(id, tab = TABS[0], ...rest) {
  return `#/c/${[id, tab, ...rest].map(encodeURIComponent).join("/")}`;
}

/** Where everything about one asset, or one record, is told. */
export function lookUp(id, what, key) {
  return tabOf(id, "attention", what, key);
}
