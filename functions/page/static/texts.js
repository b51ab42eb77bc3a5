/**
 * Every text of the page. To translate it, translate this file and the `lang` of index.html.
 * Texts with values in them are functions, so that a language can order and inflect as it needs.
 */

const plural = (count, one, many) => (count === 1 ? one : many);

export const texts = {
  locale: "en-GB",
  product: "MediaMosa Sync",
  none: "–",

  signIn: {
    heading: "Sign in",
    intro: "Use the access token of a viewer or an operator.",
    label: "Access token",
    button: "Sign in",
    leave: "Sign out",
    busy: "Signing in …",
    kept: "The token stays in this browser tab and is forgotten when the tab is closed.",
    missing: "Enter the access token.",
    wrong: "This token is not accepted. Check that it was copied whole, then try again.",
    expired: "The token is no longer accepted. Sign in again with the current one.",
    unreachable: "The server could not be reached. Try again in a moment.",
    server: (status) => `The server answered with error ${status}. Try again in a moment.`,
  },

  list: {
    heading: "Connections",
    updated: (time) => `Updated ${time}`,
    loading: "Loading …",
    summary: (count) => `${count} ${plural(count, "connection", "connections")}`,
    emptyHeading: "No connections yet",
    empty: "The first scheduled run writes the default connection from the parameters of the "
      + "stack. It appears here by itself.",
    unreachable: (since) => `The server could not be reached since ${since}, trying again.`,
    answered: (status) => `It answers with error ${status}.`,
    old: (time) => `The values below are from ${time}.`,
    changed: (name, word) => `${name}: ${word}.`,
  },

  time: {
    utc: (text) => `${text} UTC`,
    justNow: "just now",
    ago: (text) => `${text} ago`,
    ahead: (text) => `in ${text}`,
    units: {
      seconds: (count) => `${count} s`,
      minutes: (count) => `${count} min`,
      hours: (count) => `${count} h`,
      days: (count) => `${count} ${plural(count, "day", "days")}`,
    },
  },

  states: {
    paused: { word: "Paused", meaning: "Paused by a person. Nothing is synced until it is resumed." },
    failing: { word: "Failing", meaning: "The last run did not succeed. The next run tries again." },
    held: {
      word: "Held",
      meaning: "Deletions wait for a person's decision. Everything else goes on.",
    },
    requested: {
      word: "Requested",
      meaning: "A restart is requested. The next scheduled run begins it.",
    },
    running: { word: "Running", meaning: "A run is under way." },
    stale: {
      word: "Stale",
      meaning: "The last successful sync is longer ago than it should be. Check the schedule.",
    },
    never_synced: { word: "Never synced", meaning: "The first sync has not finished yet." },
    idle: { word: "Idle", meaning: "All is well. Nothing to do until the next run." },
  },
  unknownState: { meaning: "This page does not know this state." },

  connection: {
    user: "User",
    id: "Connection id",
    reason: "Reason",
  },

  facts: {
    lastSync: "Last sync",
    lastAttempt: "Last attempt",
    completeUpTo: "Complete up to",
    nextRun: "Next run",
    never: "never",
    notYet: "not yet known",
    scheduleOff: "no next run: the schedule is off",
  },

  progress: {
    label: "Full run",
    phases: {
      adopt: "Full run: linking records that name an asset",
      walk: "Full run: comparing assets, page by page",
      decide: "Full run: weighing deletions",
      delete: "Full run: proving and removing",
      finish: "Full run: writing the history",
    },
    ofTotal: (done, total, percent) => `${done} of ${total} assets · ${percent} %`,
    counted: (done) => `${done} assets so far`,
    spoken: (name, percent) => `${name}: ${percent} % of the full run done.`,
  },

  counts: {
    heading: "Counts",
    ofRun: (full, running) => (full
      ? (running ? "of the full run under way" : "of the last run, a full one")
      : (running ? "of the run under way" : "of the last run")),
    none: "no run yet",
    what: "What",
    from_mediamosa: "From MediaMosa",
    to_mediamosa: "To MediaMosa",
    names: {
      added: "Added",
      updated: "Updated",
      deleted: "Deleted",
      unchanged: "Unchanged",
      conflicts: "Conflicts",
      errors: "Errors",
    },
    inLine: {
      added: (count) => `${count} added`,
      updated: (count) => `${count} updated`,
      deleted: (count) => `${count} deleted`,
      unchanged: (count) => `${count} unchanged`,
      conflicts: (count) => `${count} in conflict`,
      errors: (count) => `${count} with errors`,
    },
    nothing: "nothing",
  },

  attention: {
    heading: "Attention",
    nothing: "nothing is waiting",
    something: "waiting now",
    orMore: (count) => `${count}+`,
    names: { pending: "Pending", parked: "Parked", conflicts: "Conflicts", held: "Held" },
    meanings: {
      pending: "edits still to be sent",
      parked: "values set aside, with a reason",
      conflicts: "edited on both sides",
      held: "deletions to be decided",
    },
  },

  run: {
    heading: "Runs",
    underWay: "Run under way",
    last: "Last run",
    fullUnderWay: "Full run under way",
    lastFull: "Last full run",
    none: "There was no run yet.",
    rows: {
      outcome: "Outcome",
      kind: "Kind",
      trigger: "Started by",
      phase: "Phase",
      started: "Started",
      duration: "Duration",
      steps: "Steps",
      requests: "Requests",
    },
    kinds: { full: "Full", incremental: "Incremental" },
    triggers: {
      first: "First sync",
      restart: "Restart request",
      schedule: "Schedule",
      clock: "Server clock put back",
      demand: "Request",
      demand: "Request",
    },
    phases: {
      adopt: "Adopt", walk: "Walk", decide: "Decide", delete: "Delete", finish: "Finish",
    },
    outcomes: {
      running: "Running",
      succeeded: "Succeeded",
      partial: "Partial",
      failed: "Failed",
      held: "Held",
      skipped: "Skipped",
    },
  },

  restart: {
    button: "Restart at the next run",
    requestedButton: "Restart requested",
    startsAt: (time, wait) => `Starts at the next run, ${time} (${wait}).`,
    scheduleOff: "The schedule is off: a restart starts once it is switched on.",
    paused: "Paused: a restart starts with the first run after it is resumed.",
    requested: (at) => `Requested at ${at}.`,
    onlyLook: "This token may look, but not restart. Sign in with an operator's token to restart.",
    asking: "Sending the request …",
    gone: "This connection no longer exists.",
    busy: "Too many requests at once. Try again in a moment.",
    unreachable: "The server could not be reached. Press again: asking twice is one restart.",
    server: (status) => `The server answered with error ${status}. Press again in a moment.`,
    question: "Restart this sync?",
    starts: (time) => `The next run, ${time}, begins a full run: every asset is compared again.`,
    startsUnknown: "The next scheduled run begins a full run: every asset is compared again.",
    extent: (count) => `The last full run compared ${count} ${plural(count, "asset", "assets")}.`,
    keeps: "Records, links, conflicts and held deletions stay. A run under way stops after its page.",
    confirm: "Request restart",
    cancel: "Cancel",
  },
};
