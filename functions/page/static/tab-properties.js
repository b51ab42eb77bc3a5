/** Properties: what MediaMosa knows, which way each travels, and under which key of the record. */

import { actingButton, doneLine, sentenceOf, told, troubleLine } from "./acting.js";
import { about } from "./controls.js";
import { fill, foreign, h, setText, show } from "./dom.js";
import { absolute, number } from "./format.js";
import { chooser, dataTable, nothing, tabHeading } from "./parts.js";
import { texts } from "./texts.js";

const DIRECTIONS = ["both", "pull", "push", "ignore"];

export function view(context, id) {
  const words = texts.properties;
  const trouble = troubleLine();
  const done = doneLine();
  const none = nothing(words.empty);
  const readAt = h("p", { class: "small muted" });
  const find = h("input", { type: "search", on: { input: filter } });
  const which = chooser(words.which, [["part", words.partOnly], ["", words.all]], filter);
  const { heads } = words;
  const table = dataTable(words.heading, [heads.name, heads.direction, heads.record]);
  const save = actingButton(context, { label: words.save, trouble, kind: "primary", act: ask });
  const tools = h("div", { class: "inline-form" },
    h("label", { class: "choice grow" }, h("span", {}, words.find), find), which.element);
  const element = h("div", { class: "stack" }, tabHeading(words, readAt), tools, none.element,
    table.element, h("div", { class: "buttons" }, save), trouble.element, done.element);
  const abort = new AbortController();
  let rows = [];

  async function read() {
    try {
      take(await context.api.list(id, "properties", {}, abort.signal));
    } catch (error) {
      if (abort.signal.aborted) {
        return;
      }
      if (error.kind === "forbidden") {
        trouble.say(sentenceOf(error));
      } else {
        told(context, error, trouble);
      }
    }
  }

  function take(answer) {
    rows = answer.items.map((property) => propertyRow(table, property));
    fill(table.body, ...rows.map((row) => row.element));
    setText(readAt, answer.read_at ? words.readAt(absolute(answer.read_at)) : "");
    const known = rows.length > 0;
    none.show(!known);
    [tools, table.element, save].forEach((part) => show(part, known));
    filter();
  }

  function filter() {
    const wanted = find.value.trim().toLowerCase();
    rows.forEach(({ element: row, property }) => show(row,
      (!which.field.value || property.takes_part || property.direction === "ignore")
      && [property.name, property.group, property.record_name].some(
        (text) => text?.toLowerCase().includes(wanted),
      )));
  }

  async function ask() {
    const fields = rows.map((row) => row.rule()).filter(Boolean);
    done.say(null);
    if (!rows.some((row) => row.changed())) {
      done.say(words.unchanged);
      return;
    }
    const wanted = await context.ask({
      question: words.question(number(fields.length)),
      about: about(context.feed.statuses.get(id), words.replaces),
      yes: words.yes,
    });
    if (wanted) {
      take(await context.api.act(id, "PUT", ["properties"], { fields }));
      done.say(words.saved);
    }
  }

  none.show(false);
  [tools, table.element, save].forEach((part) => show(part, false));
  read();
  return { element, update() {}, close: () => abort.abort() };
}

function propertyRow(table, property) {
  const words = texts.properties;
  const name = h("div", {}, foreign(property.name, "foreign strong"),
    h("span", { class: "small muted" }, foreign(property.group, "id"), ` · ${property.type}`));
  if (property.direction === null) {
    return {
      property, rule: () => null, changed: () => false,
      element: table.row(name, foreign(property.reason), texts.none),
    };
  }
  const way = h("select", { "aria-label": words.directionOf(property.name) },
    ...DIRECTIONS.map((each) => h("option", { value: each }, words.directions[each])));
  const key = h("input", { "aria-label": words.keyOf(property.name), maxlength: 255 });
  way.value = property.direction;
  key.value = property.record_name;
  const named = () => key.value.trim() || property.name;

  /** What differs from the usual, or nothing: both ways, under its own name. */
  function rule() {
    return way.value === "both" && named() === property.name ? null
      : { name: property.name, direction: way.value, record_name: named() };
  }
  return {
    property, rule,
    changed: () => way.value !== property.direction || named() !== property.record_name,
    element: table.row(
      name, [way, property.reason ? foreign(property.reason, "foreign small") : ""], key,
    ),
  };
}
