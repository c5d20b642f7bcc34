// A client of the character API on the fetch of Node 20, without dependencies, that keeps what the contract asks of
// clients: patient with a server that is busy, careful with characters (which can be neither listed nor deleted), and
// silent about the key.

const DEFAULT_URL = "https://api.openai.com/v1/sora";
const PATIENT = new Set([429, 502, 503, 504]);
const MAX_REPLY = 1024 * 1024;

/** `kind` is one of the adapter protocol's words; `status` and `retryAfter` (seconds) are undefined if not known. */
export class SoraError extends Error {
  constructor(kind, message, { status, retryAfter } = {}) {
    super(message);
    Object.assign(this, { name: "SoraError", kind, status, retryAfter });
  }
}

export class SoraClient {
  #key;

  /** Times are in seconds. A longer `Retry-After` than `longest` is told instead of waited for. */
  constructor({ url, key, timeout = 60, attempts = 4, longest = 60, sleep = pause, now = Date.now, chance = Math.random } = {}) {
    this.#key = key ?? process.env.SORA_API_KEY ?? "";
    if (!/^[\x21-\x7e]+$/.test(this.#key)) throw new SoraError("local_validation", "key: expected visible ASCII, found none");
    this.url = (url ?? process.env.SORA_BASE_URL ?? DEFAULT_URL).replace(/\/+$/, "");
    Object.assign(this, { timeout, attempts, longest, sleep, now, chance });
  }

  /** Make a character of a span of a video, such as "5,8"; return its id. `signal` ends the call at once. */
  async createFromUrl(url, timestamps, signal) {
    const span = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(timestamps);
    if (!span || Number(span[1]) >= Number(span[2])) {
      throw new SoraError("local_validation", `timestamps: expected "start,end" with start < end, found ${timestamps}`);
    }
    return this.#create({ url, timestamps }, signal);
  }

  /** Make a character of a completed task; return its id. */
  async createFromTask(taskId, signal) {
    return this.#create({ from_task: taskId }, signal);
  }

  /** Ask for a video with these characters in it; return the id of the task. */
  async generate(characterIds, scenario, { duration = 10, resolution = "1080p", signal } = {}) {
    const prompt = [...characterIds.map((id) => `@${id}`), scenario].join(" ");
    const task = await this.#call("POST", "/generations", { model: "sora-2", prompt, duration, resolution }, signal);
    return idIn(task.task_id ?? task.id, "task_id");
  }

  async #create(source, signal) {
    const made = await this.#call("POST", "/characters", { model: "sora-2-character", ...source }, signal);
    return idIn(made.character_id, "character_id");
  }

  async #call(method, path, body, signal) {
    for (let attempt = 1; ; attempt++) {
      const { status, headers, text } = await this.#send(method, path, body, signal);
      const found = parsed(text);
      if (status === 200) {
        if (found === undefined) throw new SoraError("protocol", "200 without a JSON object", { status });
        return found;
      }
      const asked = seconds(headers.get("retry-after"), this.now());
      if (!PATIENT.has(status) || attempt >= this.attempts || asked > this.longest) {
        const message = this.#hide(`${status}: ${found?.error?.message ?? (text.slice(0, 500) || "no message")}`);
        throw new SoraError(kindOf(status), status === 429 ? `rate limited: ${message}` : message, { status, retryAfter: asked });
      }
      // Twice as long from attempt to attempt, less up to a half: many clients do not come back together.
      const own = Math.min(2 ** (attempt - 1), 30) * (0.5 + this.chance() / 2);
      await this.sleep(asked === undefined ? own : Math.max(asked, 0.25) + this.chance() / 4, signal);
    }
  }

  /** Send one request. A failure may come after the work was done: it is never sent again. */
  async #send(method, path, body, signal) {
    const limit = AbortSignal.timeout(this.timeout * 1000);
    let status;
    try {
      const reply = await fetch(this.url + path, {
        method,
        headers: { authorization: `Bearer ${this.#key}`, "content-type": "application/json", "accept-encoding": "identity" },
        body: JSON.stringify(body),
        redirect: "manual", // the key is for this address and no other
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      status = reply.status;
      return { status, headers: reply.headers, text: await bounded(reply) };
    } catch (error) {
      if (error instanceof SoraError) throw error;
      if (signal?.aborted) throw new SoraError("cancelled", "cancelled");
      if (limit.aborted) throw new SoraError("timeout", `no whole answer within ${this.timeout} s`, { status });
      const kind = status === 200 ? "protocol" : "transport";
      throw new SoraError(kind, this.#hide(`${error.message}: ${error.cause?.message ?? "no more is known"}`), { status });
    }
  }

  #hide(text) {
    return text.replaceAll(this.#key, "[key]");
  }
}

/** Return what `Retry-After` says in seconds, from a number or a date; undefined for none, and for nonsense. */
export function seconds(header, now) {
  const value = header?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  const date = /^[A-Z][a-z]+,? .*\d{2}:\d{2}:\d{2}/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? undefined : Math.max((date - now) / 1000, 0);
}

async function bounded(reply) {
  const parts = [];
  let size = 0;
  for await (const part of reply.body ?? []) {
    parts.push(part);
    size += part.length;
    if (size > MAX_REPLY) throw new SoraError("protocol", `the reply is longer than ${MAX_REPLY} bytes`, { status: reply.status });
  }
  return Buffer.concat(parts).toString("utf8");
}

function parsed(text) {
  try {
    const found = JSON.parse(text);
    return found !== null && typeof found === "object" && !Array.isArray(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function idIn(value, name) {
  if (typeof value !== "string" || value === "") throw new SoraError("protocol", `200 without ${name}`, { status: 200 });
  return value;
}

function kindOf(status) {
  if (status === 429) return "rate_limited";
  if (status === 401 || status === 403) return "auth";
  if (status === 404) return "not_found";
  if (status >= 500) return "server";
  return status >= 400 ? "invalid_request" : "protocol";
}

function pause(duration, signal) {
  return new Promise((done, fail) => {
    const stop = () => (clearTimeout(timer), fail(new SoraError("cancelled", "cancelled")));
    const timer = setTimeout(() => (signal?.removeEventListener("abort", stop), done()), duration * 1000);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
