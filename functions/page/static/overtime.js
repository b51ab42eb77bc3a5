/** How it went: records in sync by the history, and edits waiting as this tab has seen them. */

import { ApiError } from "./api.js";
import { chart } from "./charts.js";
import { number } from "./format.js";
import { pendingSamples, samplePending } from "./session.js";
import { texts } from "./texts.js";

const ROWS = 100;

/** The ties of records to assets over time: `[ms, count]`, oldest first. */
function linksSeries(rows) {
  return rows.filter((row) => Number.isFinite(row.links))
    // A row that several runs share says that nothing changed from its first to its last.
    .flatMap((row) => [...new Set([row.since, row.finished_at])]
      .map((at) => [Date.parse(at), row.links]))
    .sort(([one], [other]) => one - other);
}

export function overTimeCharts(context, id) {
  const words = texts.charts;
  const links = chart({ ...words.links, format: number, className: "links" });
  const pending = chart({ ...words.pending, format: number, className: "pending" });
  const abort = new AbortController();
  let known = null;
  let readAt = null;

  async function read() {
    try {
      const answer = await context.api.list(id, "runs", { limit: ROWS }, abort.signal);
      links.update(linksSeries(answer.items));
    } catch (error) {
      // The status above tells of an outage already; the next run is another chance.
      if (!(error instanceof ApiError)) {
        throw error;
      }
      known = null;
    }
  }

  function update(status, now) {
    // Once a heard status: the page is also drawn every second in between.
    if (context.feed.readAt !== readAt) {
      readAt = context.feed.readAt;
      samplePending(id, now, status.attention?.pending ?? 0);
      pending.update(pendingSamples(id));
    }
    const ended = [status.run, status.full].filter((run) => run?.finished_at)
      .map((run) => run.run_id).join() || "none";
    if (ended !== known) {
      known = ended;
      read();
    }
  }
  return {
    elements: [links.element, pending.element], update, close: () => abort.abort(),
  };
}
