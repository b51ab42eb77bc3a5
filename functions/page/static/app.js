/**
 * The sync page: signs in, then shows one view at a time. A view is an object with an `element`,
 * `shown(…)` and `close()`; more of them (runs, conflicts …) are put into the page by `put` alike.
 */

import { Api, ApiError } from "./api.js";
import { ServerClock } from "./clock.js";
import { h, icon, show } from "./dom.js";
import { Overview } from "./overview.js";
import { forgetToken, savedToken, saveToken } from "./session.js";
import { signInView } from "./signin.js";
import { texts } from "./texts.js";

const clock = new ServerClock();
const main = document.getElementById("main");
const signOut = h("button", { type: "button", class: "quiet", on: { click: () => leave(null) } },
  texts.signIn.leave);
let view = null;

function put(next, ...how) {
  view?.close();
  view = next;
  main.replaceChildren(next.element);
  next.shown(...how);
}

function askForToken(message) {
  show(signOut, false);
  put(signInView({ message, signIn }));
}

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
  show(signOut, true);
  put(new Overview({ api, clock, signedOut: leave }), statuses);
  main.focus();
}

function leave(message) {
  forgetToken();
  askForToken(message);
}

document.title = texts.product;
document.getElementById("bar").append(
  h("span", { class: "brand" }, h("span", { class: "mark" }, icon("running")), texts.product),
  signOut,
);
const token = savedToken();
if (token) {
  enter(new Api(token, clock));
} else {
  askForToken(null);
}
