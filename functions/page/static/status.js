/** What the page reads out of a status object of the API. */

import { texts } from "./texts.js";

export const COUNTS = ["added", "updated", "deleted", "unchanged", "conflicts", "errors"];
export const DIRECTIONS = ["from_mediamosa", "to_mediamosa"];
/** What waits, and the tab that lists it. */
export const ATTENTION = [
  { name: "pending", tab: "attention" },
  { name: "parked", tab: "attention" },
  { name: "conflicts", tab: "conflicts" },
  { name: "held", tab: "deletions" },
];
/** The API stops counting what waits here: exactly this many means this many or more. */
export const COUNTED_TO = 1000;

/** What a state means, and what to do: an idle sync may have things that wait for a person. */
export function meaningOf(status) {
  const words = texts.states[status.state] ?? texts.unknownState;
  const waits = ["parked", "conflicts", "held"].some((name) => status.attention?.[name] > 0);
  return (waits && words.butWaiting) || words.meaning;
}

/** How many assets a run has compared: the sum of its counts from MediaMosa; 0 without a run. */
export function assetsCompared(run) {
  const counts = run?.counts?.from_mediamosa ?? {};
  return COUNTS.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
}

/** The full run that is under way: one can be while an incremental run is the last one. */
export function fullRunUnderWay(status) {
  return [status.run, status.full].find((run) => run?.kind === "full" && !run.finished_at) ?? null;
}

/** Whole percent done, null where the total is not known. */
export function percentDone(progress) {
  return progress?.total > 0
    ? Math.min(100, Math.floor((progress.done * 100) / progress.total)) : null;
}

/** How many pages the walk of a full run has still to do, a step each; null if unknown. */
export function pagesLeft({ progress, configuration }) {
  return progress?.total > 0 && configuration?.page_size > 0
    ? Math.max(0, Math.ceil((progress.total - progress.done) / configuration.page_size)) : null;
}

/** Whether anything is moving or about to, so that it is worth asking often. */
export function isLively(status) {
  return status.state === "running" || status.state === "requested" || Boolean(status.progress);
}

/** The status as it is once a restart has been asked for, until the API says it itself. */
export function withRestart(status, { restart_requested_at, next_run }) {
  // These states stand before "requested"; the mark is shown beside them.
  const state = ["paused", "failing", "held"].includes(status.state) ? status.state : "requested";
  return { ...status, state, restart_requested_at, next_run };
}

/** The status as it is once a full run has been asked for, until the API says it itself. */
export function withFull(status, { requested_at, next_run }) {
  return { ...status, full_requested_at: requested_at, next_run };
}
