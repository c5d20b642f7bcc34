"""Delivery: the plan of a reply, performed on a connection.

Owns what really happens on the wire: waiting, hanging, resetting, hanging up half-way, dripping. Where the server
hands its transport over (see `protocol`) the connection itself is treated; elsewhere the caller gets the exception that
a broken connection raises. A caller that has left is not waited for.
"""

import asyncio
import socket
import struct
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from sora_mock.sending import send_reply
from sora_mock.wire import Drip, Hang, Reply, Reset, Truncate, Whole

TRANSPORT = "sora_mock.transport"
"""Where the scope holds the connection's transport, if the server hands it over."""

HANGING = "sora_mock.hanging"
"""What the scope says of an exchange that will never be answered."""

PARTING = "sora_mock.parting"
"""Where the scope of an exchange without end holds the asyncio.Event that is set when the server wants to stop."""

DRIPS = 20
"""Into how many pieces a body is cut when it drips."""

_NO_LINGER = struct.pack("ii", 1, 0)


class CutOff(Exception):  # noqa: N818 - what was asked for, not an error
    """The part of the body that was to be sent has been sent."""


class Left(Exception):  # noqa: N818 - the caller is free to go
    """The caller hung up before it had its answer."""


async def perform(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """Perform a reply's plan."""
    try:
        await _wait(reply.delay / 1000, receive)
        await _deliver(reply, scope, receive, send)
    except Left:
        return


async def until_gone(receive: Receive) -> None:
    """Wait until the caller has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _deliver(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    match reply.delivery:
        case Hang():
            scope[HANGING] = True
            await until_gone(receive)
        case Reset():
            _reset(scope)
            await until_gone(receive)
        case Truncate(keep) if _has_body(scope):
            try:
                await send_reply(reply, _plain(scope), receive, _Truncating(send, keep))
            except CutOff:
                _close(scope)
                await until_gone(receive)
        case Drip(seconds) if _has_body(scope):
            await send_reply(reply, _plain(scope), receive, _Dripping(send, seconds, receive))
        case Whole() | Truncate() | Drip():
            await send_reply(reply, scope, receive, send)


async def abandon(scope: Scope) -> bool:
    """Break off the connection of an exchange that will not come to its end; tell whether that could be done."""
    if TRANSPORT not in scope:
        return False
    scope[TRANSPORT].abort()
    await asyncio.sleep(0)  # the connection takes its leave in the next turn of the loop
    return True


class _Truncating:
    """A `send` that lets the fraction `keep` of the announced body through and then raises CutOff."""

    def __init__(self, send: Send, keep: float) -> None:
        self._send = send
        self._keep = keep
        self._left = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._left = int(_announced(message) * self._keep)
            await self._send(message)
            return
        part = message.get("body", b"")[: self._left]
        self._left -= len(part)
        await self._send({"type": "http.response.body", "body": part, "more_body": True})
        if not self._left:
            raise CutOff


class _Dripping:
    """A `send` that cuts the body into pieces and pauses before each, `seconds` in all."""

    def __init__(self, send: Send, seconds: float, receive: Receive) -> None:
        self._send = send
        self._seconds = seconds
        self._receive = receive
        self._total = 1

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._total = max(1, _announced(message))
            await self._send(message)
            return
        body = message.get("body", b"")
        size = -(-self._total // DRIPS)
        for start in range(0, len(body), size):
            piece = body[start : start + size]
            await _wait(self._seconds * len(piece) / self._total, self._receive)
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        if not message.get("more_body"):
            await self._send({"type": "http.response.body", "body": b""})


async def _wait(seconds: float, receive: Receive) -> None:
    """Wait; raise Left as soon as the caller has hung up."""
    if not seconds:
        return
    try:
        async with asyncio.timeout(seconds):
            await until_gone(receive)
    except TimeoutError:
        return
    raise Left


def _has_body(scope: Scope) -> bool:
    return bool(scope["method"] != "HEAD")


def _announced(message: Message) -> int:
    return int(dict(message["headers"])[b"content-length"])


def _plain(scope: Scope) -> Scope:
    """Return the scope of a server that can send nothing but bytes, so that a file is sent in parts that can be cut.

    By the version it names, whoever sends a file leaves it to this module to see that the caller has left.
    """
    return {**scope, "extensions": {}, "asgi": {**scope.get("asgi", {}), "spec_version": "2.4"}}


def _transport(scope: Scope) -> Any:  # noqa: ANN401 - whatever the event loop's transport is
    transport = scope.get(TRANSPORT)
    if transport is None:
        raise ConnectionResetError("the mock was told to break the connection")
    return transport


def _reset(scope: Scope) -> None:
    transport = _transport(scope)
    if transport.is_closing():
        return
    # Without lingering, the end of the connection is a reset instead of an orderly farewell.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


def _close(scope: Scope) -> None:
    _transport(scope).close()
