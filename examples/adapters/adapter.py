"""An adapter to copy: `sora-conformance client -- python adapter.py` puts a client in Python under test.

Exchange what stands between the two lines for your own. Whatever it prints must go to standard error."""

import json
import sys
from functools import cache
from threading import Lock, Thread

# ---- your client ----------------------------------------------------------------------------------------------------
from sora_conformance import reference

OPERATIONS = {
    "create_from_url": lambda client, args: {"character_id": client.create_from_url(**args).character_id},
    "create_from_task": lambda client, args: {"character_id": client.create_from_task(**args).character_id},
    "generate": lambda client, args: {"task_id": client.generate(**args).task_id},
}
KINDS = (  # what the client raises, and what the protocol calls it; the first that fits
    (reference.RateLimitedError, "rate_limited"), (reference.InvalidRequestError, "invalid_request"),
    (reference.UnauthorizedError, "auth"), (reference.NotFoundError, "not_found"), (reference.ServerError, "server"),
    (reference.TimedOutError, "timeout"), (reference.TransportError, "transport"),
    (reference.ProtocolError, "protocol"), (reference.LocalValidationError, "local_validation"), (Exception, "other"),
)  # fmt: skip


@cache  # all calls with the same address go through one client, as in a program
def client_for(base_url, api_key, timeout_s):
    return reference.Client(api_key, base_url, timeout_s=timeout_s or 60)


# ---- the talk -------------------------------------------------------------------------------------------------------
ABOUT = {"client": {"name": "my client", "language": "python"}, "capabilities": ["concurrent", "custom_timeout"]}
making, saying = Lock(), Lock()


def answer(call):
    try:
        with making:
            client = client_for(call["base_url"], call["api_key"], call.get("timeout_s"))
        told = {"outcome": "ok", "value": OPERATIONS[call["op"]](client, call["args"])}
    except Exception as error:  # noqa: BLE001 - whatever the client raises is its answer
        about = {"message": str(error), "class": type(error).__name__, "status": getattr(error, "status", None)}
        kind = next(kind for cls, kind in KINDS if isinstance(error, cls))
        told = {"outcome": "error", "error": {"kind": kind, **about}}
    say({"id": call["id"], **told})


def say(message):
    with saying:
        print(json.dumps(message), flush=True)


for message in map(json.loads, sys.stdin):
    if message["cmd"] == "hello":
        say({"protocol": 1, "operations": [*OPERATIONS], **ABOUT})
    elif message["cmd"] == "call":
        Thread(target=answer, args=(message,), daemon=True).start()
    elif message["cmd"] == "stop":
        break
