"""A small client with its adapter, for the tests of the judge: right in everything, but for what its argument says."""

import json
import os
import ssl
import sys
import threading
import urllib.request
from contextlib import suppress

HOW = sys.argv[1] if len(sys.argv) > 1 else "well"
LOCK = threading.Lock()
TRUST = ssl._create_unverified_context() if HOW == "trusts-all" else None
PLAIN = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=TRUST))
CALLS = []
IDS = []


def say(message):
    with LOCK:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def post(url, body, key):
    if HOW == "env-key":
        key = os.environ["SORA_API_KEY"]
    if HOW == "key-in-query":
        url += f"?key={key}"
    if HOW == "loses-prefix":
        url = url.replace("/v1/sora", "")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    if HOW == "no-bearer":
        headers["Authorization"] = key
    if HOW == "no-type":
        headers["Content-Type"] = "text/plain"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with PLAIN.open(request, timeout=60) as reply:
        return json.load(reply)


def sent(url, body, key):
    try:
        return post(url, body, key)
    except OSError:
        if HOW != "retries-all":
            raise
        return post(url, body, key)


def body_of(call):
    args = call["args"]
    match call["op"]:
        case "create_from_url":
            body = {"model": "sora-2-character", "url": args["url"], "timestamps": args["timestamps"]}
        case "create_from_task":
            body = {"model": "sora-2-character", "from_task": args["task_id"]}
        case _:
            mentions = " ".join(f"@{name}" for name in args["character_ids"])
            body = {"model": "sora-2", "prompt": f"{mentions} {args['scenario']}"}
    match HOW:
        case "nulls":
            body["notes"] = None
        case "one-model":
            body["model"] = "sora-2"
        case "forgets-at" if "prompt" in body:
            body["prompt"] = body["prompt"].replace("@", "")
        case "ascii-only" if "prompt" in body:
            body["prompt"] = body["prompt"].encode("ascii", "replace").decode()
        case "both-sources" if "url" in body:
            body["from_task"] = "task_a"
        case "no-timestamps":
            body.pop("timestamps", None)
        case "list-timestamps" if "timestamps" in body:
            body["timestamps"] = [1, 4]
    return body


def before(call, path):
    url, key = call["base_url"], call["api_key"]
    match HOW:
        case "lists":
            PLAIN.open(urllib.request.Request(url + path, headers={"Authorization": f"Bearer {key}"})).close()
        case "fetches" if "url" in call["args"]:
            source = urllib.request.Request(call["args"]["url"], headers={"Authorization": f"Bearer {key}"})
            PLAIN.open(source).close()
        case "calls-home":
            with suppress(OSError):
                urllib.request.urlopen("https://api.openai.com/v1/sora", timeout=5)
        case "logs-key":
            sys.stderr.write(f"using {key}\n")


def answer(call):
    CALLS.append(call)
    if HOW == "crashes-later" and len(CALLS) == 3:
        os._exit(1)
    if HOW == "silent-later" and len(CALLS) > 1:
        return
    if HOW == "skips":
        say({"id": call["id"], "outcome": "skipped", "message": "not today"})
        return
    if HOW == "unsupported":
        say({"id": call["id"], "outcome": "unsupported"})
        return
    path = "/generations" if call["op"] == "generate" else "/characters"
    try:
        before(call, path)
        for _ in range(2 if HOW == "sends-twice" else 1):
            reply = sent(call["base_url"] + path, body_of(call), call["api_key"])
        name = "task_id" if call["op"] == "generate" else "character_id"
        IDS.append(reply[name])
        say({"id": call["id"], "outcome": "ok", "value": {name: IDS[0] if HOW == "mixes-ids" else reply[name]}})
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        said = f"{error} {call['api_key']}" if HOW == "tells-key" else str(error)
        say({"id": call["id"], "outcome": "error", "error": {"kind": "other", "message": said}})


for line in sys.stdin:
    message = json.loads(line)
    match message["cmd"]:
        case "hello":
            operations = ["create_from_url", "create_from_task"] + ["generate"] * (HOW != "no-generate")
            capabilities = ["concurrent"] if HOW != "one-by-one" else []
            client = {"name": "small", "version": "1"}
            say({"protocol": 1, "client": client, "operations": operations, "capabilities": capabilities})
        case "call" if HOW == "one-by-one":
            answer(message)
        case "call":
            threading.Thread(target=answer, args=(message,), daemon=True).start()
        case "stop":
            break
