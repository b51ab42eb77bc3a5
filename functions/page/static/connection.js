/** One connection: who it is, its state, and its tabs, whose code comes when they are opened. */

import { countedTo } from "./counts.js";
import { fill, h, setAttribute, setForeignText, setText, show } from "./dom.js";
import { isGone } from "./feed.js";
import { loaded } from "./lazy.js";
import { stateWord } from "./parts.js";
import { LIST, TABS, tabOf } from "./routes.js";
import { ATTENTION, COUNTED_TO } from "./status.js";
import { view as statusTab } from "./tab-status.js";
import { texts } from "./texts.js";

const CODE = {
  status: async () => ({ view: statusTab }),
  runs: () => import("./tab-runs.js"),
  attention: () => import("./tab-attention.js"),
  conflicts: () => import("./tab-conflicts.js"),
  deletions: () => import("./tab-deletions.js"),
  plan: () => import("./tab-plan.js"),
  properties: () => import("./tab-properties.js"),
  settings: () => import("./tab-settings.js"),
};

/** @param {object} context  what app.js gives to every view @param {string} id */
export function connectionView(context, id) {
  const words = texts.connection;
  const url = h("bdi", { class: "foreign" });
  const heading = h("h1", { tabindex: "-1" }, url);
  const user = h("bdi", { class: "foreign" });
  const state = stateWord();
  const tabs = tabRow(id);
  const loading = h("p", { class: "muted" }, texts.list.loading);
  const gone = h("div", { class: "empty" },
    h("h2", {}, words.goneHeading), h("p", {}, words.gone),
    h("p", {}, h("a", { href: LIST }, words.all)));
  const place = h("section", { class: "tab" });
  const body = h("div", { class: "connection" },
    h("header", { class: "who" },
      h("div", { class: "name-and-state" }, heading, state.element),
      h("p", { class: "user small muted" }, `${words.user} `, user, " · ",
        h("span", { class: "nowrap" }, `${words.id} `, h("code", {}, id)))),
    tabs.element, place);
  const element = h("div", {}, h("p", { class: "back" }, h("a", { href: LIST }, words.all)),
    loading, gone, body);
  let view = null;
  let turn = 0;

  /** Open a tab; `moved` says that somebody went there, who is then to be at its heading. */
  async function go(tab, rest, moved) {
    turn += 1;
    const mine = turn;
    tabs.mark(tab);
    setAttribute(place, "aria-busy", "true");
    const code = await loaded(CODE[tab]);
    if (mine !== turn) {
      return;
    }
    view?.close();
    view = code.view(context, id, rest);
    fill(place, view.element);
    setAttribute(place, "aria-busy", null);
    update(context.clock.now());
    if (moved) {
      window.scrollTo(0, 0);
      place.querySelector("h2")?.focus({ preventScroll: true });
    }
  }

  function update(now) {
    const status = context.feed.statuses.get(id);
    show(loading, !status && !context.feed.error);
    show(gone, isGone(context.feed.error));
    show(body, Boolean(status));
    if (!status) {
      return;
    }
    setForeignText(url, status.url);
    setForeignText(user, status.user_name);
    state.update(status.state);
    tabs.update(status);
    view?.update(status, now);
  }

  function close() {
    turn += 1;
    view?.close();
  }
  return { id, element, heading, go, update, close };
}

/** The tabs are links with a place of their own each; the open one is `aria-current`. */
function tabRow(id) {
  const items = TABS.map((tab) => {
    const badge = h("span", { class: "badge" });
    const spoken = h("span", { class: "visually-hidden" });
    const link = h("a", { href: tabOf(id, tab) }, texts.tabs[tab], badge, spoken);
    return { tab, badge, spoken, link };
  });
  const element = h("nav", { class: "tabs", "aria-label": texts.tabs.label },
    h("ul", {}, ...items.map(({ link }) => h("li", {}, link))));

  function mark(open) {
    items.forEach(({ tab, link }) => setAttribute(link, "aria-current", tab === open && "page"));
  }

  function update(status) {
    for (const { tab, badge, spoken } of items) {
      const counts = ATTENTION.filter((each) => each.tab === tab)
        .map(({ name }) => status.attention?.[name] ?? 0);
      const sum = counts.reduce((one, other) => one + other, 0);
      const said = counts.includes(COUNTED_TO) ? countedTo(COUNTED_TO) : countedTo(sum);
      setText(badge, sum ? said : "");
      setText(spoken, sum ? ` ${texts.tabs.waiting}` : "");
      show(badge, sum > 0);
    }
  }
  return { element, mark, update };
}
