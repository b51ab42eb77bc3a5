/** The API as this page uses it. Addresses are relative to the page's own (`…/v1/page`). */

const TIMEOUT_MILLISECONDS = 20_000;

/** A request that did not give what was asked for; `kind` says which text to show. */
export class ApiError extends Error {
  /** @param {"unauthorized"|"forbidden"|"gone"|"busy"|"server"|"unreachable"} kind */
  constructor(kind, { status = null, detail = null } = {}) {
    super(kind);
    this.kind = kind;
    this.status = status;
    this.detail = detail;
  }
}

const KINDS = { 401: "unauthorized", 403: "forbidden", 404: "gone", 429: "busy" };

/** A header can carry visible ASCII only: any other text cannot be a token. */
export function canBeToken(text) {
  return /^[\x21-\x7e]+$/.test(text);
}

export class Api {
  #token;
  #clock;
  #etag = null;
  #statuses = null;

  /** @param {string} token @param {{observe: (date: string|null) => void}} clock */
  constructor(token, clock) {
    this.#token = token;
    this.#clock = clock;
  }

  /** The statuses of all connections; an unchanged answer (304) costs no body. */
  async connections(signal) {
    const headers = this.#etag ? { "If-None-Match": this.#etag } : {};
    const answer = await this.#send("connections", { headers, signal });
    if (answer.status === 304) {
      return this.#statuses;
    }
    if (!Array.isArray(answer.body?.items)) {
      throw new ApiError("server", { status: answer.status });
    }
    this.#etag = answer.etag;
    this.#statuses = answer.body.items;
    return this.#statuses;
  }

  /** Mark the wish for a restart: `{restart_requested_at, next_run}`. */
  async restart(connectionId) {
    // What is kept is older than the mark, so the next status is asked for whole.
    this.#etag = null;
    const path = `connections/${encodeURIComponent(connectionId)}/restart`;
    return (await this.#send(path, { method: "POST" })).body;
  }

  async #send(path, { method = "GET", headers = {}, signal = null }) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MILLISECONDS);
    signal?.addEventListener("abort", () => abort.abort());
    let answer;
    let text;
    try {
      answer = await fetch(path, {
        method,
        headers: { Accept: "application/json", Authorization: `Bearer ${this.#token}`, ...headers },
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
    const body = parsed(text);
    if (!answer.ok && answer.status !== 304) {
      throw new ApiError(KINDS[answer.status] ?? "server", {
        status: answer.status, detail: typeof body?.detail === "string" ? body.detail : null,
      });
    }
    return { status: answer.status, etag: answer.headers.get("ETag"), body };
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
