/** The API as this page uses it. Addresses are relative to the page's own (`…/v1/page`). */

const TIMEOUT_MILLISECONDS = 20_000;
// A page of a dry run may take as long as the gateway waits for it.
const PLAN_TIMEOUT_MILLISECONDS = 32_000;

/** A request that did not give what was asked for; `kind` says which text to show. */
export class ApiError extends Error {
  /**
   * @param {"unauthorized"|"forbidden"|"gone"|"changed"|"busy"|"server"|"unreachable"} kind
   * @param {{status?: number|null, detail?: string|null, type?: string|null}} problem
   */
  constructor(kind, { status = null, detail = null, type = null } = {}) {
    super(kind);
    this.kind = kind;
    this.status = status;
    this.detail = detail;
    this.type = type;
  }
}

const KINDS = {
  400: "refused", 401: "unauthorized", 403: "forbidden", 404: "gone", 409: "changed", 429: "busy",
};

/** A header can carry visible ASCII only: any other text cannot be a token. */
export function canBeToken(text) {
  return /^[\x21-\x7e]+$/.test(text);
}

/** The path of a connection, or of something below it: every part is escaped. */
function pathOf(connectionId, ...below) {
  return ["connections", ...[connectionId, ...below].map(encodeURIComponent)].join("/");
}

export class Api {
  #token;
  #clock;
  // What was answered last by path: an unchanged answer (304) costs no body.
  #known = new Map();

  /** @param {string} token @param {{observe: (date: string|null) => void}} clock */
  constructor(token, clock) {
    this.#token = token;
    this.#clock = clock;
  }

  /** The statuses of all connections. */
  async connections(signal) {
    return (await this.#status("connections", signal, (body) => Array.isArray(body?.items))).items;
  }

  /** The status of one connection. */
  async connection(connectionId, signal) {
    return this.#status(pathOf(connectionId), signal, (body) => Boolean(body?.connection_id));
  }

  /**
   * One part of a list below a connection: `{items, next, …}`.
   * @param {string} name  such as "runs"
   * @param {Record<string, string|number|null|undefined>} query  what has no value is left out
   */
  async list(connectionId, name, query = {}, signal = null) {
    const given = Object.entries(query)
      .filter(([, value]) => value !== null && value !== undefined);
    const tail = given.length ? `?${new URLSearchParams(given)}` : "";
    const { body, status } = await this.#send(pathOf(connectionId, name) + tail, { signal });
    if (!Array.isArray(body?.items)) {
      throw new ApiError("server", { status });
    }
    return body;
  }

  /** Do something: `act(id, "POST", ["held", "approve"], {token})` gives the answer's body. */
  async act(connectionId, method, below = [], body = undefined, signal = null) {
    // What is kept is older than what is done now, so the next status is asked for whole.
    this.#known.clear();
    const timeout = below[0] === "plan" ? PLAN_TIMEOUT_MILLISECONDS : TIMEOUT_MILLISECONDS;
    const path = pathOf(connectionId, ...below);
    return (await this.#send(path, { method, body, signal, timeout })).body;
  }

  /** Add a connection; gives its status. */
  async add(connection) {
    this.#known.clear();
    return (await this.#send("connections", { method: "POST", body: connection })).body;
  }

  async #status(path, signal, isWhole) {
    const known = this.#known.get(path);
    const headers = known ? { "If-None-Match": known.etag } : {};
    const answer = await this.#send(path, { headers, signal });
    if (answer.status === 304 && known) {
      return known.body;
    }
    if (!isWhole(answer.body)) {
      throw new ApiError("server", { status: answer.status });
    }
    if (answer.etag) {
      this.#known.set(path, answer);
    }
    return answer.body;
  }

  async #send(path, {
    method = "GET", headers = {}, body = undefined, signal = null, timeout = TIMEOUT_MILLISECONDS,
  }) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeout);
    signal?.addEventListener("abort", () => abort.abort());
    const type = body === undefined ? {} : { "Content-Type": "application/json" };
    let answer;
    let text;
    try {
      answer = await fetch(path, {
        method,
        headers: {
          Accept: "application/json", Authorization: `Bearer ${this.#token}`, ...type, ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: "no-store",
        credentials: "omit",
        signal: abort.signal,
      });
      text = await answer.text();
    } catch {
      throw new ApiError("unreachable");
    } finally {
      clearTimeout(timer);
    }
    this.#clock.observe(answer.headers.get("Date"));
    const content = parsed(text);
    if (!answer.ok && answer.status !== 304) {
      throw new ApiError(KINDS[answer.status] ?? "server", {
        status: answer.status, detail: asText(content?.detail), type: asText(content?.type),
      });
    }
    return { status: answer.status, etag: answer.headers.get("ETag"), body: content };
  }
}

function asText(value) {
  return typeof value === "string" && value ? value : null;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
