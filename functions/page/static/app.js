/**
 * The sync page: signs in, then shows one view at a time, by the part of the address behind `#`.
 * A view is an object with an `element`, `update(…)` and `close()`.
 */

import { ONLY_LOOK } from "./acting.js";
import { Api, ApiError } from "./api.js";
import { questionDialog } from "./ask.js";
import { ServerClock } from "./clock.js";
import { connectionView } from "./connection.js";
import { fill, h, icon, setText, show } from "./dom.js";
import { Feed, isGone } from "./feed.js";
import { timeOfDay } from "./format.js";
import { loaded } from "./lazy.js";
import { overview } from "./overview.js";
import { redrawTimes, wordOf } from "./parts.js";
import { LIST, readRoute, tabOf } from "./routes.js";
import { forgetToken, isViewer, savedToken, saveToken } from "./session.js";
import { signInView } from "./signin.js";
import { percentDone } from "./status.js";
import { texts } from "./texts.js";

const REDRAW_MILLISECONDS = 1_000;
// A live region that spoke at every page of a run would say nothing else.
const SPOKEN_PERCENT = 10;

const clock = new ServerClock();
const main = document.getElementById("main");
const dialog = questionDialog();
const updated = h("p", { class: "muted small updated" });
const signOut = h("button", { type: "button", class: "quiet", on: { click: () => leave(null) } },
  texts.signIn.leave);
const trouble = h("p", { class: "message", role: "status" });
const onlyLook = h("p", { class: "only-look small", id: ONLY_LOOK }, texts.errors.onlyLook);
const announcer = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
const place = h("div", {});

/** What every view is given. */
const context = {
  clock,
  api: null,
  feed: null,
  // Dry runs by connection: they outlive their tab, and end with the session.
  plans: null,
  ask: dialog.ask,
  changed: draw,
  announce: (sentence) => setText(announcer, sentence),
  signedOut: () => leave(texts.signIn.expired),
};
let view = null;
let redraw = null;

/** Try a token; gives the sentence to show when it does not open the API. */
async function signIn(token) {
  const api = new Api(token, clock);
  let statuses;
  try {
    statuses = await api.connections();
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    return refusal(error);
  }
  saveToken(token);
  enter(api, statuses);
  return null;
}

function refusal(error) {
  const words = texts.signIn;
  if (error.kind === "unauthorized" || error.kind === "forbidden") {
    return words.wrong;
  }
  return error.kind === "unreachable" ? words.unreachable : words.server(error.status);
}

function enter(api, statuses = null) {
  context.api = api;
  context.plans = new Map();
  context.feed = new Feed({
    api, clock, signedOut: context.signedOut, changed: (before) => { announce(before); draw(); },
  });
  show(signOut, true);
  fill(main, trouble, onlyLook, announcer, place, dialog.element);
  redraw = setInterval(() => !document.hidden && draw(), REDRAW_MILLISECONDS);
  window.addEventListener("hashchange", moved);
  if (statuses) {
    context.feed.watch(null, { known: statuses });
  }
  open(readRoute(location.hash));
}

function leave(message) {
  forgetToken();
  window.removeEventListener("hashchange", moved);
  clearInterval(redraw);
  view?.close();
  view = null;
  context.feed?.close();
  context.feed = null;
  show(signOut, false);
  setText(updated, "");
  const form = signInView({ message, signIn });
  document.title = texts.product;
  fill(main, form.element);
  form.shown();
}

function moved() {
  // A question is about the place where it was asked.
  dialog.element.close();
  open(readRoute(location.hash));
}

/** Go to a place of the page, without a step to come back to where one is sent on. */
function sendOn(hash) {
  history.replaceState(null, "", hash);
  open(readRoute(hash));
}

async function open(route) {
  const { feed } = context;
  if (route.name === "connection") {
    document.title = texts.title(texts.tabs[route.tab]);
    feed.watch(route.id);
    const here = view?.id === route.id;
    if (!here) {
      put(connectionView(context, route.id));
    }
    await view.go(route.tab, route.rest, here);
    return;
  }
  feed.watch(null);
  document.title = texts.title(texts[route.name === "add" ? "add" : "overview"].heading);
  if (route.name === "add") {
    const code = await loaded(() => import("./tab-settings.js"));
    if (readRoute(location.hash).name === "add") {
      put(code.addView(context));
    }
  } else {
    put(overview(context));
  }
}

function put(next) {
  view?.close();
  view = next;
  fill(place, next.element);
  draw();
  next.heading.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

/** Draw what is known; called whenever something was heard, and every second for the times. */
function draw() {
  const { feed } = context;
  if (!feed || !view) {
    return;
  }
  const now = clock.now();
  if (!view.id && readRoute(location.hash).name === "home" && feed.complete
    && feed.statuses.size === 1) {
    sendOn(tabOf([...feed.statuses.keys()][0]));
    return;
  }
  tellTrouble(feed);
  show(onlyLook, isViewer());
  setText(updated, feed.readAt ? texts.overview.updated(timeOfDay(feed.readAt, "seconds")) : "");
  view.update(now);
  redrawTimes(now);
}

function tellTrouble({ error, failingSince, readAt }) {
  const words = texts.overview;
  const told = error && !(isGone(error) && view.id);
  setText(trouble, told ? [
    words.unreachable(timeOfDay(failingSince, "seconds")),
    error.status && words.answered(error.status),
    readAt && words.old(timeOfDay(readAt, "seconds")),
  ].filter(Boolean).join(" ") : "");
}

/** Say what changed, for those who do not see it. */
function announce(before) {
  const said = [];
  for (const [id, status] of context.feed.statuses) {
    const old = before.get(id);
    if (!old) {
      continue;
    }
    if (old.state !== status.state) {
      said.push(texts.overview.changed(status.url, wordOf(status.state)));
    }
    const percent = percentDone(status.progress);
    if (percent !== null && tenth(percent) !== tenth(percentDone(old.progress) ?? 0)) {
      said.push(texts.progress.spoken(status.url, percent));
    }
  }
  if (said.length) {
    context.announce(said.join(" "));
  }
}

const tenth = (percent) => Math.floor(percent / SPOKEN_PERCENT);

document.title = texts.product;
document.getElementById("bar").append(
  h("a", { class: "brand", href: LIST }, h("span", { class: "mark" }, icon("running")),
    texts.product),
  updated, signOut,
);
const token = savedToken();
if (token) {
  enter(new Api(token, clock));
} else {
  leave(null);
}
