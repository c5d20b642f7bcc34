"""A client of relays with its adapter, to copy: `sora-conformance client --dialect relay -- python relay.py`.

It needs nothing but Python. Whatever it prints must go to standard error."""

import json
import sys
import urllib.error
import urllib.request

# ---- your client ----------------------------------------------------------------------------------------------------
SHORTEST, LONGEST = 1, 3  # seconds of a span
KINDS = {400: "invalid_request", 401: "auth", 403: "auth", 404: "not_found", 429: "rate_limited"}


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: another host would get the key."""

    def redirect_request(self, *_):
        """Return nothing to be asked for instead."""


DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)  # a proxy would see the key, too


class SenselessReplyError(Exception):
    """The relay's reply has no character in it."""


def create(base_url, key, timestamps, **source):
    """Make a character of a span of a video, `url`, or of a task of one's own, `from_task`; return its id."""
    start, end = map(float, timestamps.split(","))
    if not SHORTEST <= round(end - start, 3) <= LONGEST:
        raise ValueError(f"timestamps: expected a span of {SHORTEST} to {LONGEST} s, found {timestamps}")
    body = json.dumps({"timestamps": timestamps, **source}).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{base_url.rstrip('/')}/characters", body, headers, method="POST")
    with DIRECT.open(request, timeout=60) as reply:
        text = reply.read(1 << 20)
    try:
        return json.loads(text)["id"]
    except (ValueError, LookupError, TypeError):
        raise SenselessReplyError("expected a JSON object with id") from None


OPERATIONS = {
    "create_from_url": lambda call, args: create(*call, args["timestamps"], url=args["url"]),
    "create_from_task": lambda call, args: create(*call, args["timestamps"], from_task=args["task_id"]),
}


# ---- the talk -------------------------------------------------------------------------------------------------------
def answer(message):
    """Make a call, and say what came of it."""
    call = message["base_url"], message["api_key"]
    try:
        return {"outcome": "ok", "value": {"character_id": OPERATIONS[message["op"]](call, message["args"])}}
    except urllib.error.HTTPError as error:
        about = {
            "kind": KINDS.get(error.code, "server"),
            "status": error.code,
            "message": error.read(500).decode("utf-8", "replace"),
        }
    except OSError as error:
        about = {"kind": "transport", "message": str(error)}
    except SenselessReplyError as error:
        about = {"kind": "protocol", "message": str(error)}
    except ValueError as error:
        about = {"kind": "local_validation", "message": str(error)}
    return {"outcome": "error", "error": about}


def say(message):
    """Write a line."""
    print(json.dumps(message), flush=True)


for message in map(json.loads, sys.stdin):
    if message["cmd"] == "hello":
        client = {"name": "a client of relays", "language": "python"}
        say({"protocol": 1, "client": client, "operations": [*OPERATIONS], "capabilities": []})
    elif message["cmd"] == "call":
        say({"id": message["id"], **answer(message)})
    elif message["cmd"] == "stop":
        break
