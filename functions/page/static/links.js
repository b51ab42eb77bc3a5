/** What is said of a link wherever it is shown. */

import { foreign, h } from "./dom.js";
import { texts } from "./texts.js";

/** What an entry is called where its ids do not stand beside it. */
export const nameOf = (link) => link.media_id ?? link.asset_id ?? texts.none;

/** Why a link is as it is: its reason, and that of each parked property. */
export function reasons(link) {
  const words = texts.links;
  const own = link.parked.map((each) => each.reason);
  return [
    // A link's reason repeats that of its first parked property.
    link.reason && !own.includes(link.reason) ? foreign(link.reason) : null,
    ...link.parked.map((each) => h("div", { class: "parked-value" },
      foreign(words.property(each.record_name), "foreign strong small"), foreign(each.reason),
      each.discarded ? h("span", { class: "small muted" }, words.given) : null)),
    link.reason || link.parked.length ? null : h("span", { class: "muted" }, words.noReason),
  ].filter(Boolean);
}
