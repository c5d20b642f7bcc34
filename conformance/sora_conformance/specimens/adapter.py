"""The talk of an adapter: lines of JSON on standard input and output, calls at once, answers in any order.

Owns the protocol's loop, for any client that can be called from a coroutine. It knows no client, and shares nothing
with the judge, so that a mistake of the one does not hide in the other.
"""

import asyncio
import json
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

PROTOCOL = 1
Perform = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
"""Performs the call of a message and returns its value; raises Unsupported, or what the client raises."""
Explain = Callable[[Exception], dict[str, Any]]
"""Returns what the protocol has an exception of the client for: at least its `kind` and `message`."""

Value = TypeVar("Value")


class UnsupportedError(Exception):
    """The client cannot do what was asked for."""


def run(about: dict[str, Any], operations: Sequence[str], capabilities: Sequence[str], *, perform: Perform, explain: Explain) -> None:
    """Talk until `stop`, or the end of the input. What anybody prints goes to standard error."""
    out = sys.stdout
    sys.stdout = sys.stderr
    greeting = {
        "protocol": PROTOCOL, "client": about, "operations": list(operations), "capabilities": list(capabilities),
    }
    talk = Talk(greeting, perform, explain, say=lambda line: print(line, file=out, flush=True))
    asyncio.run(talk.run(sys.stdin.readline))


class Talk:
    """One talk. `say` writes a line."""

    def __init__(
        self, greeting: dict[str, Any], perform: Perform, explain: Explain, *, say: Callable[[str], None]
    ) -> None:
        self._greeting = greeting
        self._perform = perform
        self._explain = explain
        self._say = say
        self._calls: dict[str, asyncio.Task[None]] = {}

    async def run(self, read: Callable[[], str]) -> None:
        """Take lines from `read`, which returns an empty text at the end."""
        while line := await in_thread(read):
            message = json.loads(line) if line.strip() else {}
            match message.get("cmd"):
                case "hello":
                    self._write(self._greeting)
                case "call":
                    call = asyncio.create_task(self._answer(message))
                    self._calls[message["id"]] = call
                case "cancel" if message["id"] in self._calls and "cancel" in self._greeting["capabilities"]:
                    self._calls[message["id"]].cancel()
                case "stop":
                    break
        for call in self._calls.values():
            call.cancel()
        await asyncio.gather(*self._calls.values(), return_exceptions=True)

    async def _answer(self, message: dict[str, Any]) -> None:
        answer: dict[str, Any] = {"id": message["id"]}
        try:
            answer |= {"outcome": "ok", "value": await self._perform(message)}
        except asyncio.CancelledError:
            answer |= {"outcome": "error", "error": {"kind": "cancelled", "message": "cancelled"}}
        except UnsupportedError:
            answer |= {"outcome": "unsupported"}
        except (KeyError, TypeError, AttributeError) as error:
            answer |= {"outcome": "harness_error", "message": f"{type(error).__name__}: {error}"}
        except Exception as error:  # noqa: BLE001 - whatever a client raises is its answer
            answer |= {"outcome": "error", "error": {**self._explain(error), "class": type(error).__name__}}
        self._write(answer)

    def _write(self, message: dict[str, Any]) -> None:
        self._say(json.dumps(message))


async def in_thread(function: Callable[[], Value]) -> Value:
    """Return what the function returns in a thread of its own, which the end of the process does not wait for."""
