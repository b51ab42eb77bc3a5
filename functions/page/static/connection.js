/** One connection: its state in a word, then what is behind it. */

import { attentionSection, countsSection } from "./counts.js";
import { h, setAttribute, setForeignText, setText, show } from "./dom.js";
import { iconWord, instant } from "./parts.js";
import { progressSection } from "./progress.js";
import { restartButton } from "./restart.js";
import { runsSection } from "./runs.js";
import { texts } from "./texts.js";

/** @param {string} id connection id @param {() => void} restartPressed */
export function connectionCard(id, restartPressed) {
  const key = `c-${id}`;
  const state = iconWord("p", "state");
  const meaning = h("p", { class: "meaning" });
  const url = h("bdi", { class: "foreign" });
  const user = h("bdi", { class: "foreign" });
  const reason = h("bdi", { class: "foreign" });
  const reasonBox = h("div", { class: "reason" },
    h("span", { class: "label" }, texts.connection.reason), reason);
  const restart = restartButton(key, restartPressed);
  const progress = progressSection();
  const facts = factsRow();
  const counts = countsSection();
  const attention = attentionSection();
  const runs = runsSection();

  const element = h("article", { class: "connection", "aria-labelledby": `${key}-name` },
    h("header", { class: "head" },
      h("div", { class: "who" },
        h("h2", { id: `${key}-name` }, url),
        h("p", { class: "user" }, `${texts.connection.user} `, user),
        h("div", { class: "verdict" }, state.element, meaning)),
      restart.element,
      reasonBox),
    progress.element,
    facts.element,
    h("div", { class: "panels" },
      counts.element, attention.element, runs.element),
    h("footer", { class: "small muted" }, `${texts.connection.id} `, h("code", {}, id)));

  function update(status, doing, now) {
    setAttribute(element, "data-state", status.state);
    state.update(status.state, stateWord(status.state));
    setText(meaning, (texts.states[status.state] ?? texts.unknownState).meaning);
    setForeignText(url, status.url);
    setForeignText(user, status.user_name);
    setForeignText(reason, status.reason);
    show(reasonBox, Boolean(status.reason));
    restart.update(status, doing, now);
    progress.update(status);
    facts.update(status, now);
    counts.update(status);
    attention.update(status);
    runs.update(status, now);
  }

  return { element, update };
}

/** The word for a state; one that this page does not know is shown as it came. */
export function stateWord(state) {
  return texts.states[state]?.word ?? String(state);
}

function factsRow() {
  const words = texts.facts;
  const fields = [
    ["last_sync", words.lastSync, words.never],
    ["last_attempt", words.lastAttempt, words.never],
    ["complete_up_to", words.completeUpTo, words.notYet],
    ["next_run", words.nextRun, words.scheduleOff],
  ].map(([name, label, none]) => ({ name, label, field: instant(none) }));
  const element = h("dl", { class: "facts" }, ...fields.map(({ label, field }) => h(
    "div", {}, h("dt", {}, label), h("dd", {}, ...field.nodes),
  )));

  function update(status, now) {
    for (const { name, field } of fields) {
      field.update(status[name], now);
    }
  }
  return { element, update };
}
