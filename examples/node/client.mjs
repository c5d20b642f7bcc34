// A small client of the character API that keeps calm: a 429 is waited out and tried again, and so is a 503; whatever
// else is not 200 is an error with the status and the message of the reply.

export class CallFailed extends Error {
  constructor(status, message) {
    super(`${status}: ${message}`);
    this.status = status;
  }
}

const PATIENT = new Set([429, 503]);

export class SoraClient {
  /** `sleep` takes seconds; `longest` is the longest pause that the server may ask for, in seconds. */
  constructor({ url, key, attempts = 6, longest = 60, sleep = pause, now = Date.now }) {
    Object.assign(this, { url, key, attempts, longest, sleep, now });
  }

  createCharacter(url, timestamps) {
    return this.call("POST", "/characters", { model: "sora-2-character", url, timestamps });
  }

  createGeneration(prompt, duration = 10) {
    return this.call("POST", "/generations", { model: "sora-2", prompt, duration });
  }

  /** Ask for a task until it is neither queued nor in progress. */
  async finished(taskId, { polls = 30, every = 5 } = {}) {
    for (let poll = 0; poll < polls; poll++) {
      const task = await this.call("GET", `/generations/${taskId}`);
      if (task.status !== "queued" && task.status !== "in_progress") return task;
      await this.sleep(every);
    }
    throw new Error(`${taskId} is not finished after ${polls} polls`);
  }

  async call(method, path, body) {
    for (let attempt = 1; ; attempt++) {
      const reply = await fetch(this.url + path, {
        method,
        headers: { authorization: `Bearer ${this.key}`, ...(body && { "content-type": "application/json" }) },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(60_000),
      });
      if (reply.status === 200) return reply.json();
      const text = await reply.text();
      if (!PATIENT.has(reply.status) || attempt === this.attempts) throw new CallFailed(reply.status, text);
      await this.sleep(pauseAfter(reply.headers.get("retry-after"), attempt, this));
    }
  }
}

/** Return the seconds to wait: what the server says, as a number or a date, or else twice as long after each attempt. */
export function pauseAfter(retryAfter, attempt, { longest, now }) {
  const own = Math.min(2 ** (attempt - 1), longest);
  if (retryAfter === null) return own;
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - now()) / 1000;
  if (Number.isNaN(seconds)) return own;
  return Math.min(Math.max(seconds, 0), longest);
}

function pause(seconds) {
  return new Promise((done) => setTimeout(done, seconds * 1000));
}
