// An adapter to copy: puts a client in JavaScript under test, as `sora-conformance client -- node adapter.mjs`.
// Exchange what stands between the two lines for your own client. Whatever it prints must go to standard error.

import { createInterface } from "node:readline";

// ---- your client ----------------------------------------------------------------------------------------------------
import { SoraClient } from "./client.mjs";

const clients = new Map();

/** Return the client for an address, a key and a limit: the same for all calls, as in a program. */
function clientFor({ base_url: url, api_key: key, timeout_s: timeout }) {
  const name = JSON.stringify([url, key, timeout]);
  if (!clients.has(name)) clients.set(name, new SoraClient({ url, key: key ?? undefined, timeout: timeout ?? undefined }));
  return clients.get(name);
}

const operations = {
  create_from_url: async (client, { url, timestamps }, signal) => ({
    character_id: await client.createFromUrl(url, timestamps, signal),
  }),
  create_from_task: async (client, { task_id }, signal) => ({ character_id: await client.createFromTask(task_id, signal) }),
  generate: async (client, { character_ids, scenario, duration, resolution }, signal) => ({
    task_id: await client.generate(character_ids, scenario, { duration, resolution, signal }),
  }),
};

// ---- the talk -------------------------------------------------------------------------------------------------------
const running = new Map();
const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");

async function answer({ id, op, args, ...how }) {
  if (!(op in operations)) return say({ id, outcome: "unsupported" });
  const control = new AbortController();
  running.set(id, control);
  try {
    say({ id, outcome: "ok", value: await operations[op](clientFor(how), args, control.signal) });
  } catch (error) {
    const { kind = "other", message = "", status = null, retryAfter = null, name = null } = error;
    say({ id, outcome: "error", error: { kind, message, status, retry_after: retryAfter, class: name } });
  }
  running.delete(id);
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.cmd === "hello") {
    const client = { name: "my client", language: "javascript" };
    const capabilities = ["async", "concurrent", "cancel", "custom_timeout"];
    say({ protocol: 1, client, operations: Object.keys(operations), capabilities });
  }
  if (message.cmd === "call") answer(message);
  if (message.cmd === "cancel") running.get(message.id)?.abort();
  if (message.cmd === "stop") break;
}
process.exit(0);
