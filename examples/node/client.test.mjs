// Run against a mock in which a storm of rate limits plays:
//
//   sora-mock serve --scenario rate-limit-storm
//   SORA_BASE_URL=http://127.0.0.1:8000/v1/sora node --test
//
// The pauses are noted instead of made: what is under test is how long the client means to wait.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { CallFailed, SoraClient, pauseAfter } from "./client.mjs";

const url = process.env.SORA_BASE_URL;
const skip = url ? false : "SORA_BASE_URL is not set";
const VIDEO = "https://videos.sora-mock.test/hero.mp4";

function aClient(options = {}) {
  const pauses = [];
  const client = new SoraClient({
    url,
    key: `sk-${randomUUID()}`,
    sleep: async (seconds) => void pauses.push(seconds),
    ...options,
  });
  return { client, pauses };
}

test("a character is made though the first two calls are refused", { skip }, async () => {
  const { client, pauses } = aClient();
  const character = await client.createCharacter(VIDEO, "5,8");
  assert.match(character.character_id, /^char_/);
  assert.deepEqual(pauses, [1, 1], "Retry-After was 1 both times");
});

test("calls without Retry-After, or with a date, are waited out as well", { skip }, async () => {
  const { client, pauses } = aClient();
  const made = new Set();
  for (let number = 0; number < 5; number++) made.add((await client.createCharacter(VIDEO, "5,8")).character_id);
  assert.equal(made.size, 5, "nothing was made twice");
  assert.ok(pauses.length >= 2, `${pauses.length} pauses`);
  assert.ok(pauses.every((seconds) => seconds >= 0 && seconds <= 60), `${pauses}`);
});

test("a task is found finished though some polls are refused", { skip }, async () => {
  const { client } = aClient();
  for (let number = 0; number < 4; number++) {
    const task = await client.createGeneration("a quiet street", 1);
    assert.equal((await client.finished(task.id)).status, "completed");
  }
});

test("the true limit is met after six characters, and named with its own pause", { skip }, async () => {
  const { client, pauses } = aClient({ attempts: 4 });
  for (let number = 0; number < 6; number++) await client.createCharacter(VIDEO, "5,8");
  pauses.length = 0;
  await assert.rejects(client.createCharacter(VIDEO, "5,8"), (error) => error instanceof CallFailed && error.status === 429);
  assert.ok(Math.max(...pauses) > 30, `a minute has not passed yet: ${pauses}`);
});

test("what is wrong is not tried again", { skip }, async () => {
  const { client, pauses } = aClient();
  await assert.rejects(client.call("POST", "/nowhere", {}), (error) => error.status === 404);
  assert.deepEqual(pauses, []);
});

test("a pause is what the server says, within reason", () => {
  const at = { longest: 60, now: () => Date.parse("Tue, 14 Nov 2023 22:13:20 GMT") };
  assert.equal(pauseAfter("7", 1, at), 7);
  assert.equal(pauseAfter("Tue, 14 Nov 2023 22:13:22 GMT", 1, at), 2);
  assert.equal(pauseAfter("Tue, 14 Nov 2023 22:13:00 GMT", 1, at), 0);
  assert.equal(pauseAfter("1000000000", 1, at), 60);
  assert.deepEqual([1, 2, 3].map((attempt) => pauseAfter("soon-ish", attempt, at)), [1, 2, 4]);
  assert.deepEqual([1, 2, 3].map((attempt) => pauseAfter(null, attempt, at)), [1, 2, 4]);
});
