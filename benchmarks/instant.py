"""A client that does next to nothing, behind an adapter: one request a call, and the answer.

Owns how long that took, which it tells on standard error in seconds, one line a call. It is written against the
protocol, like any adapter.
"""

import http.client
import json
import sys
import threading
import time
from typing import Any
from urllib.parse import urlsplit

_LOCK = threading.Lock()


def say(message: dict[str, Any]) -> None:
    """Write a line of the protocol."""
    with _LOCK:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def answer(call: dict[str, Any]) -> None:
    """Make a call and answer it."""
    began = time.perf_counter()
    address = urlsplit(call["base_url"])
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    body = json.dumps({"model": "sora-2-character", **call["args"]})
    headers = {"Authorization": f"Bearer {call['api_key']}", "Content-Type": "application/json"}
    connection.request("POST", f"{address.path}/characters", body, headers)
    found = json.loads(connection.getresponse().read())
    connection.close()
    say({"id": call["id"], "outcome": "ok", "value": {"character_id": found["character_id"]}})
    sys.stderr.write(f"{time.perf_counter() - began:.6f}\n")


def main() -> None:
    """Talk until `stop`."""
    for line in sys.stdin:
        message = json.loads(line)
        if message["cmd"] == "hello":
            client = {"name": "instant"}
            say({"protocol": 1, "client": client, "operations": ["create_from_url"], "capabilities": ["concurrent"]})
        elif message["cmd"] == "call":
            threading.Thread(target=answer, args=(message,), daemon=True).start()
        elif message["cmd"] == "stop":
            return


if __name__ == "__main__":
    main()
