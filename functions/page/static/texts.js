/**
 * Every text of the page. To translate it, translate this file and the `lang` of index.html.
 * Texts with values in them are functions, so that a language can order and inflect as it needs.
 * It is one file, however long, because a translation is one; they stand by the view they are of.
 */

const plural = (count, one, many) => (String(count) === "1" ? one : many);
const some = (count, one, many) => `${count} ${plural(count, one, many)}`;

export const texts = {
  locale: "en-GB",
  product: "MediaMosa Sync",
  title: (view) => `${view} · MediaMosa Sync`,
  none: "–",
  noValue: "no value",

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

  errors: {
    onlyLook: "This token may look, but not act. Sign in with an operator's token to act.",
    unreachable: "The server could not be reached. Try again: asking twice does no harm.",
    gone: "This is not there any more.",
    busy: "Too many requests at once. Try again in a moment.",
    server: (status) => `The server answered with error ${status}. Try again in a moment.`,
  },

  ask: { cancel: "Cancel" },

  lazy: {
    heading: "This part did not load",
    failed: "The server could not be reached for this part of the page. Load the page again.",
    reload: "Load the page again",
  },

  list: {
    loading: "Loading …",
    more: "Show more",
    older: "Show older",
    again: "Try again",
    latest: "Show the latest",
    changed: "This list has changed meanwhile.",
    shown: (count, more) => (more ? `The first ${count} are shown.` : `${count} shown.`),
    filtered: (count, all) => `${count} of the ${all} loaded are shown.`,
  },

  overview: {
    heading: "Connections",
    all: "All connections",
    add: "Add a connection",
    updated: (time) => `Updated ${time}`,
    summary: (count) => some(count, "connection", "connections"),
    percent: (number) => `${number} %`,
    scheduleOff: "schedule is off",
    badges: {
      pending: (count) => `${count} pending`,
      parked: (count) => `${count} parked`,
      conflicts: (count) => some(count, "conflict", "conflicts"),
      held: (count) => `${count} held`,
    },
    emptyHeading: "No connections yet",
    empty: "The first scheduled run writes the default connection from the parameters of the "
      + "stack. It appears here by itself.",
    unreachable: (since) => `The server could not be reached since ${since}, trying again.`,
    answered: (status) => `It answers with error ${status}.`,
    old: (time) => `The values below are from ${time}.`,
    changed: (name, word) => `${name}: ${word}.`,
  },

  connection: {
    all: "All connections",
    user: "User",
    id: "Connection",
    reason: "Reason",
    goneHeading: "No such connection",
    gone: "There is no connection with this id. It may have been removed, or the link is wrong.",
  },

  tabs: {
    label: "Parts of this connection",
    waiting: "waiting",
    status: "Status",
    runs: "Runs",
    attention: "Attention",
    conflicts: "Conflicts",
    deletions: "Deletions",
    plan: "Dry run",
    properties: "Properties",
    settings: "Settings",
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
      days: (count) => some(count, "day", "days"),
    },
  },

  states: {
    paused: {
      word: "Paused",
      meaning: "Paused by a person. Changes and wishes wait until it is resumed.",
    },
    failing: {
      word: "Failing",
      meaning: "The last run did not succeed. Do what the reason says; the next run tries again.",
    },
    held: {
      word: "Held",
      meaning: "Deletions wait for a person's decision. Everything else goes on.",
    },
    requested: {
      word: "Requested",
      meaning: "A restart is requested. The next scheduled run begins it.",
    },
    running: { word: "Running", meaning: "A run is under way. There is nothing to do." },
    stale: {
      word: "Stale",
      meaning: "The last successful sync is longer ago than it should be. Check the schedule.",
    },
    never_synced: {
      word: "Never synced",
      meaning: "The first sync has not finished yet. It begins by itself at the next run.",
    },
    idle: {
      word: "Idle",
      meaning: "All is well. Nothing to do until the next run.",
      butWaiting: "The sync works. What is marked is not in step: look at why, and decide.",
    },
  },
  unknownState: { meaning: "This page does not know this state." },

  // Where to go on from a state: a tab, and what the link to it says.
  onward: {
    failing: ["runs", "See the runs"],
    held: ["deletions", "Look at the held deletions"],
    stale: ["runs", "See the runs"],
    paused: ["settings", "Switch the connection on or off"],
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
    left: (pages) => `About ${some(pages, "page", "pages")} to go, one a step.`,
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
    linked: "Linked",
    linkedMeaning: "records tied to an asset",
    orMore: (count) => `${count}+`,
    names: { pending: "Pending", parked: "Parked", conflicts: "Conflicts", held: "Held" },
    meanings: {
      pending: "edits still to be sent",
      parked: "set aside, with a reason",
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
      demand: "Full run request",
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

  controls: {
    heading: "What you can do",
    atNextRun: (time, wait) => `at the next run, ${time} (${wait})`,
    scheduleOff: "once the schedule is switched on",
  },

  restart: {
    button: "Restart at the next run",
    requestedButton: "Restart requested",
    withdraw: "Withdraw",
    starts: (when) => `Starts ${when}.`,
    paused: "Paused: a restart starts with the first run after it is resumed.",
    requested: (at) => `Requested at ${at}.`,
    asking: "Sending the request …",
    question: "Restart this sync?",
    begins: (time) => `The next run, ${time}, begins a full run: every asset is compared again.`,
    beginsSometime: "The next scheduled run begins a full run: every asset is compared again.",
    extent: (count) => `The last full run compared ${some(count, "asset", "assets")}.`,
    keeps: "Records, links, conflicts and held deletions stay. "
      + "A run under way stops after its page.",
    confirm: "Request restart",
  },

  full: {
    button: "Ask for a full run",
    requestedButton: "Full run requested",
    meaning: "Compares every asset again, and breaks nothing off for it.",
    asked: (at, when) => `A full run was asked for at ${at}. It starts ${when}.`,
  },

  pause: {
    heading: "Directions",
    ways: { pull: "From MediaMosa", push: "To MediaMosa" },
    directions: { pull: "from MediaMosa", push: "to MediaMosa" },
    pause: "Pause",
    resume: "Resume",
    states: { on: "on", paused: "paused" },
    named: {
      pause: (direction) => `Pause ${direction}`,
      resume: (direction) => `Resume ${direction}`,
    },
    done: {
      pause: (direction) => `Paused: nothing goes ${direction} until it is resumed.`,
      resume: (direction) => `Resumed: changes go ${direction} again.`,
    },
    meaning: "What waits is kept, and goes on where it was.",
  },

  ids: {
    asset: "Asset", record: "Record", no_asset: "no asset yet", no_media: "no record",
  },

  charts: {
    time: "Time",
    asTable: "Show as a table",
    summary: (last, least, most) => `now ${last}, from ${least} to ${most}`,
    links: {
      heading: "Records in sync",
      unit: "Records",
      about: "Records tied to an asset when each run ended; of the latest 100 rows of the history.",
      empty: "Two runs are needed for a line.",
    },
    pending: {
      heading: "Edits waiting",
      unit: "Pending",
      about: "Counted while this page is open, in this browser tab; up to 1,000.",
      empty: "The line begins once the page was open for a moment.",
    },
    durations: {
      heading: "Duration of runs",
      unit: "Seconds",
      said: "Outcome",
      about: "Of the runs loaded below. Red: failed; brown: partial or held.",
      empty: "Two runs are needed for bars.",
    },
    changes: {
      heading: "Changes per run",
      unit: "Added, updated, deleted",
      said: "Outcome",
      about: "Both directions together, of the runs loaded below."
        + " Red: failed; brown: partial or held.",
      empty: "Two runs are needed for bars.",
    },
  },

  runs: {
    heading: "Runs",
    intro: "The history of 90 days, newest first. Runs in a row that found nothing share a row.",
    outcome: "Outcome",
    all: "All outcomes",
    empty: "No run has ended yet.",
    heads: {
      started: "Started", outcome: "Outcome", what: "Run", from: "From MediaMosa",
      to: "To MediaMosa", effort: "Duration",
    },
    what: (kind, trigger) => `${kind} · ${trigger}`,
    asked: (who) => `asked for by ${who}`,
    shared: (count, since) => `${count} runs since ${since} found nothing`,
    effort: (steps, requests) => `${some(steps, "step", "steps")}, `
      + some(requests, "request", "requests"),
    upTo: (time) => `complete up to ${time}`,
  },

  audit: {
    heading: "Audit",
    intro: "Who did what, or was refused, newest first.",
    empty: "Nobody has done anything yet.",
    heads: { at: "When", by: "Who", action: "Action", outcome: "Outcome", request: "Request" },
    outcomes: { done: "Done", "no change": "No change" },
  },

  links: {
    heading: "Attention",
    intro: "What is not in step, and why. Mend the cause, and it goes by itself.",
    pending: {
      heading: "Pending",
      about: "Edits that MediaMosa does not have yet. They are sent by themselves, oldest first.",
      empty: "No edit is waiting.",
    },
    parked: {
      heading: "Parked",
      about: "Set aside until somebody mends what the reason says: refused values, records whose "
        + "uri leads nowhere, second records of an asset.",
      empty: "Nothing is parked.",
    },
    heads: {
      chosen: "Choose", ids: "Asset and record", reason: "Reason", since: "Since",
      next: "Next attempt", acts: "Actions",
    },
    states: {
      linked: "In step", pending: "Pending", parked: "Parked", forgotten: "Forgotten",
      held: "Held", kept: "Kept", removed: "Removed", foreign: "Foreign",
    },
    choose: (key) => `Choose ${key}`,
    chooseAll: "Choose all that are shown",
    retry: "Retry",
    discard: "Discard",
    retryOne: (key) => `Retry ${key}`,
    discardOne: (key) => `Discard ${key}`,
    retryChosen: (count) => `Retry chosen (${count})`,
    discardChosen: (count) => `Discard chosen (${count})`,
    retryAll: "Retry all",
    discardAll: "Discard all",
    property: (name) => `Value of ${name}`,
    given: "given up; the next run carries that out",
    noReason: "no reason is known",
    question: (count) => `Discard ${some(count, "parked entry", "parked entries")}?`,
    questionAll: (count) => `Discard everything that is parked (${count})?`,
    discards: "The records take MediaMosa's values. Each value that is given up is kept in the "
      + "conflict log, from which it can be brought back. What is parked for another reason stays.",
    yes: (count) => `Discard ${count}`,
    yesAll: "Discard all",
    marked: (count, when) => `${count} marked. It is carried out ${when}.`,
    left: (count) => `${some(count, "entry was", "entries were")} left:`,
    progress: (count) => `${count} marked so far …`,
    lookUp: {
      heading: "Look up",
      about: "Everything about one asset or record.",
      what: "Kind of id", asset: "Asset id", media: "Record id",
      key: "Id",
      button: "Look up",
      none: "There is no link and no waiting record with this id.",
      missing: "Enter an id.",
    },
    facts: {
      state: "State", since: "Since", next_attempt: "Next attempt", modified: "Asset changed",
      first_contact_done: "Has been in step", pushed_unknown: "Sent, outcome unknown",
      parked: "Parked values", ignored: "Ignored keys of the record",
    },
    yesNo: { true: "yes", false: "not yet" },
  },

  conflicts: {
    heading: "Conflicts",
    intro: "Both sides had changed a property. MediaMosa's value stands; the record's is kept.",
    show: "Show", open: "Unresolved", all: "All",
    empty: "There is no conflict.",
    base: "Agreed before", record: "Record's value", mediamosa: "MediaMosa's value",
    lost: "lost", stands: "stands",
    tooLong: (digest) => `too long to be kept (SHA-256 ${digest})`,
    asset_modified: "Asset changed",
    use: "Use the record's value",
    useNamed: (name) => `Use the record's value of ${name}`,
    question: (name) => `Use the record's value of ${name}?`,
    explains: "It is written into the record again and goes to MediaMosa as any other edit.",
    yes: "Use this value",
    resolved: "Resolved",
    resolvedBy: (who) => `by ${who}`,
    done: (name) => `The record has its value of ${name} again; it is sent to MediaMosa.`,
  },

  held: {
    heading: "Deletions",
    intro: "Nothing is ever deleted in MediaMosa. Records follow assets that are gone from it.",
    title: "Held",
    count: (count) => `${some(count, "deletion waits", "deletions wait")} for a decision.`,
    ofLinks: (links) => `${some(links, "record is", "records are")} linked.`,
    why: "Many assets that vanish at once usually mean another server or application, or a "
      + "restored backup: look there first.",
    approve: "Approve …", reject: "Reject …",
    approveQuestion: (count) => `Remove ${some(count, "record", "records")}?`,
    rejectQuestion: (count) => `Keep ${some(count, "record", "records")}?`,
    approves: "The next runs ask MediaMosa for each asset once more, and remove the records of "
      + "those that are gone. A copy of each is kept and can be restored.",
    rejects: "The records stay. They are not held again until MediaMosa has shown their assets.",
    bound: (token) => `The decision is about exactly the list shown (${token}).`,
    approveYes: (count) => `Remove ${count}`, rejectYes: (count) => `Keep ${count}`,
    approved: (count, when) => `The removal of ${count} is approved. It begins ${when}.`,
    rejected: (count, when) => `${count} are kept. That is carried out ${when}.`,
    empty: "No deletion is held.",
    heads: { ids: "Asset and record", since: "Held since" },
    reloaded: (before, now) => `The list has been loaded again: ${now} are held now, `
      + `${before} before.`,
  },

  removed: {
    heading: "Removed records",
    about: "A copy of each is kept until the day given, and can be brought back.",
    empty: "No copy of a removed record is kept.",
    heads: {
      ids: "Asset and record", removed: "Removed", reason: "Reason", expires: "Kept until",
      acts: "Actions",
    },
    restore: "Restore",
    restoreNamed: (key) => `Restore ${key}`,
    restored: "Restored",
    done: (key) => `The record ${key} is back.`,
  },

  plan: {
    link: "Dry run",
    linkMeaning: "See first what the next run would do. Nothing is written.",
    heading: "Dry run",
    intro: "What the next run would do, asked of MediaMosa now, page by page. Nothing is written, "
      + "here or there.",
    full: "As if a full run had been asked for",
    begin: "Begin the dry run", anew: "Begin anew", stop: "Stop", onward: "Go on",
    kinds: { full: "It would be a full run.", incremental: "It would be an incremental run." },
    none: "No run is due.",
    running: "Asking …", stopped: "Stopped: this is a part of the plan.",
    progress: (done, total) => `${done} of ${total} assets`,
    label: "Assets looked at",
    said: {
      assets: (count) => some(count, "asset", "assets"),
      added: (count) => some(count, "new record", "new records"),
      updated: (count) => some(count, "changed record", "changed records"),
      deleted: (count) => some(count, "removed record", "removed records"),
      linked: (count) => `${count} linked`,
      conflicts: (count) => some(count, "conflict", "conflicts"),
      held: (count) => some(count, "held deletion", "held deletions"),
      pushed: (count) => `${some(count, "edit", "edits")} to MediaMosa`,
      errors: (count) => some(count, "error", "errors"),
      minutes: (count) => `about ${some(count, "minute", "minutes")}`,
      seconds: "less than a minute",
      unknown: "for how long is unknown, for the schedule is off",
    },
    nothing: "Nothing would change.",
    effort: (steps, requests) => `${some(steps, "step", "steps")}, `
      + `${some(requests, "request", "requests")} to MediaMosa.`,
    sums: "Sums",
    items: "What would be done",
    action: "Action", allActions: (count) => `All (${count})`,
    ofAction: (action, count) => `${action} (${count})`,
    actions: {
      create: "Create", update: "Update", remove: "Remove", restore: "Restore", link: "Link",
      take_over: "Take over", push: "Push", hold: "Hold", park: "Park", note: "Note",
    },
    sides: { record: "in the record", mediamosa: "in MediaMosa" },
    old: "before", new: "after", conflict: "conflict",
    more: (count) => `Show ${count} more`,
    shown: (count, all) => `${count} of ${all} shown.`,
  },

  properties: {
    heading: "Properties",
    intro: "What MediaMosa knows, and what becomes of each. Changes hold from the next step on.",
    readAt: (time) => `Read from MediaMosa at ${time}.`,
    empty: "The properties are not known before the first run.",
    find: "Find", which: "Show", all: "All", partOnly: "Those that take part",
    heads: { name: "Property", direction: "Direction", record: "Key in the record" },
    directionOf: (name) => `Direction of ${name}`,
    keyOf: (name) => `Key of ${name} in the record`,
    directions: {
      both: "Both ways", pull: "From MediaMosa only", push: "To MediaMosa only",
      ignore: "Not at all",
    },
    save: "Save the rules",
    question: (count) => `Save ${some(count, "rule", "rules")}?`,
    replaces: "They take the place of all rules that stand. A property without a rule is synced "
      + "both ways under its own name.",
    yes: "Save",
    saved: "Saved. Ask for a full run (Status) to bring it to every record.",
    unchanged: "Nothing is changed.",
  },

  add: {
    heading: "Add a connection",
    intro: "One connection is one application (user) at one MediaMosa. The first run begins at the "
      + "next tick.",
    button: "Add the connection",
  },

  settings: {
    heading: "Settings",
    intro: "Address and user are what a connection is known by, and cannot be changed.",
    button: "Save the changes",
    saved: "Saved.", unchanged: "Nothing is changed.",
    byStack: "The stack's parameters name this connection, and decide about its key, time zone and "
      + "page size: deploy the stack to change them.",
    keyKept: "Leave it empty to keep the one that is known. It is never shown.",
    fields: {
      url: "Address of MediaMosa", user_name: "User (application)", password: "Shared key",
      time_zone: "Time zone of the application", page_size: "Assets per page (1 to 199)",
      on_trash: "When an asset is trashed", on_unpublish: "When an asset is unpublished",
      on_record_delete: "When an application deletes a record",
    },
    hints: {
      url: "https, as https://mediamosa.example.org", password: "It is kept in Secrets Manager and "
        + "never shown.", time_zone: "A name of the tz database, as Europe/Amsterdam or UTC.",
      policies: "What is done where one side puts something away.",
    },
    usual: (text) => `${text} (usual)`,
    choices: {
      keep: "Keep its record", remove: "Remove its record",
      forget: "Leave the asset without one", recreate: "Create it again",
    },
    policies: "Policies",
    missing: (label) => `Fill in: ${label}.`,
    number: "Write a whole number from 1 to 199.",
    enabled: "On or off",
    is: { true: "This connection is on.", false: "This connection is off: nothing is synced." },
    switchOn: "Switch on", switchOff: "Switch off …", off: "Switch off",
    offQuestion: "Switch this connection off?",
    offMeans: "Nothing is synced until it is switched on again. Nothing is lost.",
    switched: { true: "The connection is switched on.", false: "The connection is switched off." },
  },
};
