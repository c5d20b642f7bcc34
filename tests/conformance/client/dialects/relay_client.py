"""A client of relays with its adapter: right in everything, but for what its argument says."""

import json
import sys
import urllib.error
import urllib.request

HOW = sys.argv[1]
PLAIN = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def say(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def body_of(op, args):
    start, end = map(float, args["timestamps"].split(","))
    if HOW != "any-span" and not 1 <= end - start <= 3:
        raise ValueError(f"timestamps: expected a span of 1 to 3 s, found {args['timestamps']}")
    body = {"timestamps": [start, end] if HOW == "timestamps-list" else args["timestamps"]}
    if op == "create_from_url":
        body["url"] = args["url"]
        if HOW == "two-sources":
            body["from_task"] = "task_1"
    else:
        body["from_task"] = args["task_id"]
        if HOW == "no-timestamps-with-a-task":
            del body["timestamps"]
    return body


def create(call):
    body, key, url = body_of(call["op"], call["args"]), call["api_key"], f"{call['base_url']}/characters"
    if HOW == "key-in-query":
        url += f"?key={key}"
    headers = {"Authorization": key if HOW == "no-bearer" else f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with PLAIN.open(request, timeout=10) as reply:
        return {"character_id": json.load(reply)["id"]}


def answer(call):
    try:
        return {"outcome": "ok", "value": create(call)}
    except ValueError as error:
        return {"outcome": "error", "error": {"kind": "local_validation", "message": str(error)}}
    except urllib.error.HTTPError as error:
        return {"outcome": "error", "error": {"kind": "invalid_request", "message": "refused", "status": error.code}}


for line in sys.stdin:
    message = json.loads(line)
    if message["cmd"] == "hello":
        about = {"name": "a client of relays", "language": "python"}
        say({"protocol": 1, "client": about, "operations": ["create_from_url", "create_from_task"]})
    elif message["cmd"] == "call":
        say({"id": message["id"], **answer(message)})
    elif message["cmd"] == "stop":
        break
