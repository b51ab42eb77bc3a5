/** A list of the API, which gives it in parts: the first at once, the next ones on demand. */

import { sentenceOf, told, troubleLine } from "./acting.js";
import { fill, h, setText, show } from "./dom.js";
import { number } from "./format.js";
import { nothing } from "./parts.js";
import { texts } from "./texts.js";

const ROWS_A_PART = 50;
// An answer may have no rows and a token all the same; so often is asked on in one go.
const EMPTY_PARTS = 20;

/**
 * @param {object} context  what app.js gives to every view
 * @param {object} options
 * @param {string} options.id  connection id
 * @param {string} options.name  of the list in the API, such as "runs"
 * @param {object} [options.query]  what to ask for beside the part
 * @param {Element} options.rows  where the rows go
 * @param {Element} [options.frame]  hidden with the rows while there are none
 * @param {(item: object) => Element} options.row
 * @param {string} options.empty  the sentence for no rows
 * @param {boolean} [options.older]  whether later parts are older ones
 * @param {(answer: object) => void} [options.heard]  every answer
 * @param {(answer: object) => boolean} [options.belongs]  whether a later part is of the same list
 *   as those before it; if not, the list is loaded anew
 * @param {() => void} [options.drawn]  after rows came or went
 */
export function pagedList(context, options) {
  const {
    id, name, query = {}, rows, frame = rows, row, empty, older = false, heard,
    belongs = () => true, drawn,
  } = options;
  const words = texts.list;
  const trouble = troubleLine();
  const none = nothing(empty);
  const loading = h("p", { class: "muted" }, words.loading);
  const shown = h("p", { class: "muted small", tabindex: "-1" });
  const button = (label, click, kind = "secondary") => h(
    "button", { type: "button", class: kind, on: { click } }, label,
  );
  const more = button(older ? words.older : words.more, onward);
  const again = button(words.again, reload);
  const changed = h("p", { class: "changed small", role: "status" });
  const latest = button(words.latest, anew, "link");
  const foot = h("div", { class: "list-foot" }, shown, more, again);
  const element = h("div", { class: "list" }, changed, loading, frame, none.element,
    trouble.element, foot);
  const list = { element, items: [], elements: [], reload, note, update, close, filter };
  let abort = new AbortController();
  let next = null;
  let wanted = () => true;
  let signature = null;
  let loadedSignature = null;
  let loaded = false;
  // Whether the next other signature is that of what is shown.
  let expected = false;

  function draw() {
    const visible = list.items.filter(wanted).length;
    show(frame, list.items.length > 0);
    none.show(loaded && list.items.length === 0 && !next);
    show(loading, !loaded);
    show(more, Boolean(next));
    setText(shown, visible === list.items.length
      ? words.shown(number(visible), Boolean(next))
      : words.filtered(number(visible), number(list.items.length)));
    show(shown, list.items.length > 0);
    drawn?.();
  }

  function add(items) {
    for (const item of items) {
      const made = row(item);
      show(made, wanted(item));
      list.items.push(item);
      list.elements.push(made);
      rows.append(made);
    }
  }

  async function part(after, signal) {
    let answer = { items: [], next: after };
    for (let asked = 0; asked < EMPTY_PARTS && !answer.items.length; asked += 1) {
      answer = await context.api.list(
        id, name, { ...query, limit: ROWS_A_PART, next: answer.next }, signal,
      );
      if (!answer.next) {
        break;
      }
    }
    return answer;
  }

  async function take(after) {
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    trouble.say(null);
    show(again, false);
    const before = signature;
    try {
      const answer = await part(after, signal);
      if (signal.aborted) {
        return false;
      }
      if (after && !belongs(answer)) {
        return reload();
      }
      if (!after) {
        [list.items, list.elements] = [[], []];
        fill(rows);
        // The first list is asked for before the first status is told: it is of that status.
        loadedSignature = before ?? loadedSignature;
        fill(changed);
      }
      loaded = true;
      next = answer.next;
      heard?.(answer);
      add(answer.items);
      draw();
      tellChange();
      return true;
    } catch (error) {
      if (!signal.aborted) {
        failed(error);
      }
      return false;
    }
  }

  function failed(error) {
    show(loading, false);
    show(again, true);
    // A viewer may look at all lists: a refusal here is no matter of roles.
    if (error.kind === "forbidden") {
      trouble.say(sentenceOf(error));
    } else {
      told(context, error, trouble);
    }
  }

  async function anew() {
    await reload();
    // The button is gone with the notice that it stood in.
    shown.focus();
  }

  function reload() {
    return take(null);
  }

  async function onward() {
    if (await take(next) && !next) {
      // The button is gone; the focus stays where it was.
      shown.focus();
    }
  }

  /** Show only the items that `predicate` takes. */
  function filter(predicate) {
    wanted = predicate;
    list.elements.forEach((made, place) => show(made, wanted(list.items[place])));
    draw();
  }

  /** Say that there is something newer when the signature is not that of the list any more. */
  function update(now) {
    signature = now;
    if (loadedSignature === null || (expected && now !== loadedSignature)) {
      loadedSignature = now;
      expected = false;
    }
    tellChange();
  }

  function tellChange() {
    if (loaded && loadedSignature !== signature && !changed.hasChildNodes()) {
      fill(changed, `${words.changed} `, latest);
    }
  }

  /** What is shown is out of date, for somebody here has changed it: so will be the signature. */
  function note() {
    expected = true;
    return reload();
  }

  function close() {
    abort.abort();
  }

  show(more, false);
  show(again, false);
  none.show(false);
  show(frame, false);
  return list;
}
