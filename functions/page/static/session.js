/** What this tab remembers for as long as it is open: the bearer token, and what was seen. */

const TOKEN = "mediamosa-sync-token";
const ROLE = "mediamosa-sync-viewer";
const SAMPLES = "mediamosa-sync-pending-";
// A browser that refuses storage still works until the page is loaded again.
const remembered = new Map();

function storage(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null;
  }
}

function read(key) {
  return storage((tab) => tab.getItem(key)) ?? remembered.get(key) ?? null;
}

function write(key, value) {
  remembered.set(key, value);
  storage((tab) => tab.setItem(key, value));
}

export const savedToken = () => read(TOKEN);

export const saveToken = (token) => write(TOKEN, token);

/** Forget the token and all that was seen with it. */
export function forgetToken() {
  remembered.clear();
  storage((tab) => Object.keys(tab).filter((key) => key.startsWith("mediamosa-sync-"))
    .forEach((key) => tab.removeItem(key)));
}

/** Whether the token has turned out to be a viewer's. The API tells it only by refusing to act. */
export const isViewer = () => read(ROLE) === "yes";

export const rememberViewer = () => write(ROLE, "yes");

/** How many edits were pending when this tab looked: `[[ms, count], …]`, oldest first. */
export function pendingSamples(connectionId) {
  try {
    return JSON.parse(read(SAMPLES + connectionId)) ?? [];
  } catch {
    return [];
  }
}

const MOST_SAMPLES = 240;

/** Keep one more sample; of three equal ones in a row the one in between says nothing. */
export function samplePending(connectionId, at, count) {
  const samples = pendingSamples(connectionId);
  const [before, last] = samples.slice(-2);
  if (last && before[1] === count && last[1] === count) {
    samples.pop();
  }
  samples.push([at, count]);
  write(SAMPLES + connectionId, JSON.stringify(samples.slice(-MOST_SAMPLES)));
}
