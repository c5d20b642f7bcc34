// The official Node SDK, asked by lines of JSON as witness.py is. The address of the API stands in OPENAI_BASE_URL,
// the folder in which the SDK is installed in SDK_FOLDER.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, extname, join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(join(process.env.SDK_FOLDER, "package.json")));
const { OpenAI, toFile } = require("openai");

const KINDS = { ".mp4": "video/mp4", ".png": "image/png" };
const NAMES = { max_retries: "maxRetries", timeout: "timeout", webhook_secret: "webhookSecret" };

const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

async function filesOf(asked) {
  const files = {};
  for (const [name, path] of Object.entries(asked.files)) {
    files[name] = await toFile(readFileSync(path), basename(path), { type: KINDS[extname(path)] });
  }
  return files;
}

function clientOf(asked) {
  const options = Object.entries(asked.client).map(([name, value]) => [NAMES[name], value]);
  const client = new OpenAI({ apiKey: asked.key, ...Object.fromEntries(options) });
  // Python counts seconds, Node milliseconds.
  if (asked.client.timeout) client.timeout *= 1000;
  return client;
}

async function call(asked) {
  const client = clientOf(asked);
  if (asked.method === "post") return client.post(asked.of[0], { body: asked.with });
  const names = asked.method.split(".").map(camel);
  const last = names.pop();
  const target = names.reduce((found, name) => found[name], client);
  const body = { ...asked.with, ...asked.beyond, ...(await filesOf(asked)) };
  const args = Object.keys(body).length ? [...asked.of, body] : asked.of;
  const made = await target[last](...args);
  if (last !== "list") return made;
  const items = [];
  for await (const item of made) items.push(item);
  return items;
}

async function told(result) {
  if (!(result instanceof Response)) return result?._request_id ? { ...result, _request_id: result._request_id } : result;
  const content = Buffer.from(await result.arrayBuffer());
  return { sha256: createHash("sha256").update(content).digest("hex"), size: content.length };
}

function wrong(error) {
  const { message, status: status_code, code, param, type, requestID: request_id } = error;
  return { class: error.constructor.name, message, status_code, code, param, type, request_id };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { result: await told(await call(JSON.parse(line))) };
  } catch (error) {
    answer = { error: wrong(error) };
  }
  console.log(JSON.stringify(answer));
}
