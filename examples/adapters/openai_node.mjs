// The official SDK for Node under test: `sora-conformance client --dialect openai -- node openai_node.mjs`.
// It needs the package `openai`, beside it or where NODE_PATH says. Tries, waits and limits are the SDK's own.

import { Console } from "node:console";
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

// Unlike import, it looks into NODE_PATH.
const OpenAI = createRequire(import.meta.url)("openai");
const { VERSION } = createRequire(import.meta.url)("openai/version");

const KINDS = [
  // the first that fits; an abort and a timeout are errors of the connection or of the API, too
  [OpenAI.APIUserAbortError, "cancelled"],
  [OpenAI.RateLimitError, "rate_limited"],
  [OpenAI.BadRequestError, "invalid_request"],
  [OpenAI.UnprocessableEntityError, "invalid_request"],
  [OpenAI.ConflictError, "invalid_request"],
  [OpenAI.AuthenticationError, "auth"],
  [OpenAI.PermissionDeniedError, "auth"],
  [OpenAI.NotFoundError, "not_found"],
  [OpenAI.InternalServerError, "server"],
  [OpenAI.APIConnectionTimeoutError, "timeout"],
  [OpenAI.APIConnectionError, "transport"],
  [OpenAI.APIError, "other"],
  [OpenAI.OpenAIError, "local_validation"],
  [SyntaxError, "protocol"],
  [TypeError, "local_validation"],
];

const clients = new Map();
const logger = new Console(process.stderr); // where the judge looks for keys

/** Return the client for an address, a key and a limit: the same for all calls, as in a program. */
function clientFor({ base_url: baseURL, api_key: apiKey, timeout_s: seconds }) {
  const name = JSON.stringify([baseURL, apiKey, seconds]);
  if (!clients.has(name)) {
    const limits = seconds == null ? {} : { timeout: seconds * 1000 };
    clients.set(name, new OpenAI({ baseURL, apiKey: apiKey ?? undefined, logger, logLevel: "debug", ...limits }));
  }
  return clients.get(name);
}

// What the server left out, the SDK leaves out too: it checks no reply, and returns a page of HTML as a text.
const idOf = (made) => made?.id ?? null;

const operations = {
  create_video: async (videos, { character_ids: ids = [], ...wishes }, options) => {
    const characters = ids.length ? { characters: ids.map((id) => ({ id })) } : {};
    return { video_id: idOf(await videos.create({ ...wishes, ...characters }, options)) };
  },
  create_character: async (videos, { name, video }, options) => ({
    character_id: idOf(await videos.createCharacter({ name, video: createReadStream(video) }, options)),
  }),
  remix: async (videos, { video_id, prompt }, options) => ({
    video_id: idOf(await videos.remix(video_id, { prompt }, options)),
  }),
  edit: async (videos, { video_id: id, ...wishes }, options) => ({
    video_id: idOf(await videos.edit({ video: { id }, ...wishes }, options)),
  }),
  extend: async (videos, { video_id: id, ...wishes }, options) => ({
    video_id: idOf(await videos.extend({ video: { id }, ...wishes }, options)),
  }),
  retrieve: async (videos, { video_id }, options) => ({ video_id: idOf(await videos.retrieve(video_id, options)) }),
  list: async (videos, _, options) => ({ video_ids: ((await videos.list({}, options)).data ?? []).map(idOf) }),
  download: async (videos, { video_id }, options) => {
    const content = await videos.downloadContent(video_id, {}, options);
    return { bytes: (await content.arrayBuffer()).byteLength };
  },
  delete: async (videos, { video_id }, options) => ({ video_id: idOf(await videos.delete(video_id, options)) }),
};

function explained(error) {
  // Where a body breaks off, the SDK passes on what fetch throws: a TypeError with the connection's error as its cause.
  const lost = error instanceof TypeError && error.cause !== undefined;
  const kind = lost ? "transport" : (KINDS.find(([cls]) => error instanceof cls)?.[1] ?? "other");
  return { kind, message: String(error.message), status: error.status ?? null, class: error.constructor.name };
}

// ---- the talk -------------------------------------------------------------------------------------------------------
const ABOUT = {
  client: {
    name: "openai for Node",
    version: VERSION,
    language: "javascript",
    issues: "https://github.com/openai/openai-node/issues",
  },
  capabilities: ["async", "concurrent", "cancel", "custom_ca", "custom_timeout", "log_capture"],
};
const running = new Map();
const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");

async function answer({ id, op, args, ...how }) {
  if (!(op in operations)) return say({ id, outcome: "unsupported" });
  const control = new AbortController();
  running.set(id, control);
  try {
    say({ id, outcome: "ok", value: await operations[op](clientFor(how).videos, args, { signal: control.signal }) });
  } catch (error) {
    say({ id, outcome: "error", error: explained(error) });
  }
  running.delete(id);
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.cmd === "hello") say({ protocol: 1, operations: Object.keys(operations), ...ABOUT });
  if (message.cmd === "call") answer(message);
  if (message.cmd === "cancel") running.get(message.id)?.abort();
  if (message.cmd === "stop") break;
}
process.exit(0);
