"""The talk of an adapter: lines of JSON on standard input and output, calls at once, answers in any order.

Owns the protocol's loop, for any client that can be called from a coroutine. It knows no client, and shares nothing
with the judge, so that a mistake of the one does not hide in the other.
"""

import asyncio
import json
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

PROTOCOL = 1

Begin = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
"""Reads the message of a call, and returns what will perform it and give its value.

What the reading raises is the adapter's own failure; what the performing raises is the client's answer.
"""
Explain = Callable[[Exception], dict[str, Any]]
"""Returns how the protocol tells an exception of the client: at least `kind` and `message`."""

Value = TypeVar("Value")


class UnsupportedError(Exception):
    """The client cannot do what was asked for."""


def serve(
    client: dict[str, Any],
    operations: Sequence[str],
    capabilities: Sequence[str],
    *,
    begin: Begin,
    explain: Explain,
) -> None:
    """Talk until `stop` or the end of the input. Whatever anybody prints goes to standard error."""
    out = sys.stdout.buffer
    sys.stdout = sys.stderr

    def say(line: bytes) -> None:
        out.write(line)
        out.flush()

    greeting = {"protocol": PROTOCOL, "client": client, "operations": operations, "capabilities": capabilities}
    asyncio.run(Talk(greeting, begin=begin, explain=explain, say=say).run(sys.stdin.buffer.readline))


class Talk:
    """One talk. `say` writes a line; a client without the capability `cancel` is not cancelled."""

    def __init__(
        self, greeting: dict[str, Any], *, begin: Begin, explain: Explain, say: Callable[[bytes], None]
    ) -> None:
        self._greeting = greeting
        self._begin = begin
        self._explain = explain
        self._say = say
        self._calls: dict[str, asyncio.Task[None]] = {}
        self._over = False

    async def run(self, read: Callable[[], bytes]) -> None:
        """Take the lines of `read`, which returns nothing at the end."""
        while line := await in_thread(read):
            message = json.loads(line)
            match message["cmd"]:
                case "hello":
                    self._write(self._greeting)
                case "call":
                    self._call(message)
                case "cancel" if message["id"] in self._calls and "cancel" in self._greeting["capabilities"]:
                    self._calls[message["id"]].cancel()
                case "stop":
                    break
        self._over = True
        for call in self._calls.values():
            call.cancel()
        await asyncio.gather(*self._calls.values(), return_exceptions=True)

    def _call(self, message: dict[str, Any]) -> None:
        call_id = message["id"]
        try:
            performing = self._begin(message)
        except UnsupportedError:
            self._write({"id": call_id, "outcome": "unsupported"})
        except Exception as error:  # noqa: BLE001 - it is told, and the talk goes on
            self._write({"id": call_id, "outcome": "harness_error", "message": f"{type(error).__name__}: {error}"})
        else:
            self._calls[call_id] = call = asyncio.ensure_future(self._answer(call_id, performing))
            call.add_done_callback(lambda _: self._calls.pop(call_id, None))

    async def _answer(self, call_id: str, performing: Awaitable[dict[str, Any]]) -> None:
        answer: dict[str, Any] = {"id": call_id}
        try:
            answer |= {"outcome": "ok", "value": await performing}
        except asyncio.CancelledError:
            answer |= {"outcome": "error", "error": {"kind": "cancelled", "message": "cancelled"}}
        except Exception as error:  # noqa: BLE001 - whatever the client raises is its answer
            answer |= {"outcome": "error", "error": {**self._explain(error), "class": type(error).__name__}}
        if not self._over:
            self._write(answer)

    def _write(self, message: dict[str, Any]) -> None:
        self._say(json.dumps(message).encode() + b"\n")


async def in_thread(function: Callable[[], Value]) -> Value:
    """Return what the function returns in a thread of its own, for which the end of the process does not wait."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Value] = loop.create_future()

    def settle(put: Callable[[], None]) -> None:
        if not future.done():
            put()

    def work() -> None:
        try:
            put = partial(future.set_result, function())
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            put = partial(future.set_exception, error)
        # The loop may be over by now, and nobody waiting.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, put)

    threading.Thread(target=work, daemon=True).start()
    return await future
