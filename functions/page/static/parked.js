/** Retry and discard, of one, of those chosen, or of everything that is parked. */

import { actingButton, doneLine, troubleLine } from "./acting.js";
import { about, atNextRun } from "./controls.js";
import { countedTo } from "./counts.js";
import { fill, foreign, h, setText, show } from "./dom.js";
import { number } from "./format.js";
import { bothIds } from "./parts.js";
import { texts } from "./texts.js";

const ENTRIES_A_REQUEST = 100;
// Of everything: an API that kept saying "more" without marking any would be asked for ever.
const MOST_REQUESTS = 1_000;

/** The bodies of the requests that name these links: of assets, and of records without a link. */
function bodiesOf(links) {
  const assets = links.filter((link) => link.asset_id).map((link) => link.asset_id);
  const records = links.filter((link) => !link.asset_id).map((link) => link.media_id);
  return [
    ...portions(assets).map((ids) => ({ asset_ids: ids })),
    ...portions(records).map((ids) => ({ media_ids: ids })),
  ];
}

function portions(ids) {
  const count = Math.ceil(ids.length / ENTRIES_A_REQUEST);
  return Array.from({ length: count }, (_, place) => (
    ids.slice(place * ENTRIES_A_REQUEST, (place + 1) * ENTRIES_A_REQUEST)));
}

/**
 * @param {object} options
 * @param {() => object[]} options.chosen  the links that are chosen
 * @param {() => Promise} options.changed  called when something was marked
 */
export function parkedActions(context, id, { chosen, changed }) {
  const words = texts.links;
  const trouble = troubleLine();
  const done = doneLine();
  const left = h("ul", { class: "left small" });
  const button = (label, act) => actingButton(context, { label, act, trouble });
  const [retryChosen, discardChosen] = [h("span", {}), h("span", {})];
  const buttons = {
    retryChosen: button(retryChosen, () => mark("retry", bodiesOf(chosen()))),
    discardChosen: button(discardChosen, () => discard(chosen())),
    retryAll: button(words.retryAll, () => mark("retry", null)),
    discardAll: button(words.discardAll, () => discard(null)),
  };
  const element = h("div", {}, h("div", { class: "buttons" }, ...Object.values(buttons)),
    trouble.element, done.element, left);
  let parked = 0;

  async function discard(links) {
    const count = links ? number(links.length) : countedTo(parked);
    const wanted = await context.ask({
      question: links ? words.question(count) : words.questionAll(count),
      about: about(context.feed.statuses.get(id), words.discards),
      yes: links ? words.yes(count) : words.yesAll,
      danger: true,
    });
    if (wanted) {
      await mark("discard", links && bodiesOf(links));
    }
  }

  /** Send the requests one after another; without bodies, of everything until no more is told. */
  async function mark(verb, bodies) {
    const sum = { marked: 0, left: [], next_run: null };
    const say = (sentence) => done.say(sentence);
    fill(left);
    try {
      for (let sent = 0; sent < (bodies?.length ?? MOST_REQUESTS); sent += 1) {
        const answer = await context.api.act(id, "POST", ["parked", verb],
          bodies ? bodies[sent] : { all: true });
        sum.marked += answer.marked;
        sum.left.push(...answer.left);
        sum.next_run = answer.next_run;
        if (!bodies && (!answer.more || !answer.marked)) {
          break;
        }
        say(words.progress(number(sum.marked)));
      }
    } finally {
      tell(sum);
      context.feed.refresh();
      await changed();
      done.takeFocus();
    }
  }

  function tell(sum) {
    done.say(words.marked(number(sum.marked), atNextRun(sum.next_run, context.clock.now())));
    fill(left, sum.left.length ? h("li", {}, words.left(number(sum.left.length))) : null,
      ...sum.left.map((each) => h("li", {}, bothIds(id, each), foreign(each.reason))));
  }

  /** The two buttons of one link. */
  function ofOne(link, name) {
    return [
      actingButton(context, {
        label: words.retry, trouble, class: "secondary small-button",
        "aria-label": words.retryOne(name), act: () => mark("retry", bodiesOf([link])),
      }),
      actingButton(context, {
        label: words.discard, trouble, class: "secondary small-button",
        "aria-label": words.discardOne(name), act: () => discard([link]),
      }),
    ];
  }

  function draw(count, listed) {
    setText(retryChosen, words.retryChosen(number(count)));
    setText(discardChosen, words.discardChosen(number(count)));
    [buttons.retryChosen, buttons.discardChosen].forEach((each) => show(each, count > 0));
    [buttons.retryAll, buttons.discardAll].forEach((each) => show(each, listed > 0));
  }

  function update(status) {
    parked = status.attention?.parked ?? 0;
  }
  draw(0, 0);
  return { element, ofOne, draw, update };
}
