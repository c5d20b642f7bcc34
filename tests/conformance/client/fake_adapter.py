"""A fake adapter that misbehaves as its first argument says; for the tests of the judge's own runner.

It speaks the protocol by hand, because it has to speak it wrongly.
"""

import json
import os
import sys
import threading
import time

HOW = sys.argv[1] if len(sys.argv) > 1 else "well"
LOCK = threading.Lock()


def say(message, *, end="\n"):
    with LOCK:
        sys.stdout.write((message if isinstance(message, str) else json.dumps(message)) + end)
        sys.stdout.flush()


def greet():
    match HOW:
        case "never-says-hello":
            threading.Event().wait()
        case "banner":
            say("Welcome to the adapter!")
        case "other-protocol":
            say({"protocol": 2, "client": {"name": "fake"}, "operations": []})
            return
        case "dies-at-once":
            sys.stderr.write("cannot import client\n")
            sys.exit(3)
        case "floods":
            sys.stdout.write("x" * 3_000_000)
            sys.stdout.flush()
    say(
        {
            "protocol": 1,
            "client": {"name": "fake", "extra": 1},
            "operations": ["create_from_url"],
            "capabilities": ["async"],
        }
    )


def answer(call):
    value = {"id": call["id"], "outcome": "ok", "value": {"character_id": "char_a"}}
    match HOW:
        case "hangs":
            threading.Event().wait()
        case "crashes":
            sys.stderr.write("segmentation fault\n")
            os._exit(139)
        case "splits-lines":
            text = json.dumps(value)
            say(text[:10], end="")
            time.sleep(0.02)
            say(text[10:])
        case "garbage":
            say("<html>")
        case "not-an-object":
            say([1, 2])
        case "twice":
            say(value)
            say(value)
        case "wrong-id":
            say({**value, "id": "c999"})
        case "late":
            threading.Timer(0.2, say, [value]).start()
        case "bad-kind":
            say({"id": call["id"], "outcome": "error", "error": {"kind": "sad"}})
        case "harness-error":
            say({"id": call["id"], "outcome": "harness_error", "message": "no such thing"})
        case _:
            say(value)


greet()
for line in sys.stdin:
    message = json.loads(line)
    if message["cmd"] == "call":
        answer(message)
    if message["cmd"] == "stop":
        if HOW == "deaf-to-stop":
            threading.Event().wait()
        break
