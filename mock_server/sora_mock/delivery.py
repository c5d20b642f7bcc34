"""Delivery: the plan of a reply, performed on a connection.

Owns what really happens on the wire: waiting, hanging, resetting, hanging up half-way, dripping. Where the server
hands its transport over (see `protocol`) the connection itself is treated; elsewhere the caller gets the exception that
a broken connection raises.
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

DRIPS = 20
"""Into how many pieces a body is cut when it drips."""

_NO_LINGER = struct.pack("ii", 1, 0)


class CutOff(Exception):  # noqa: N818 - what was asked for, not an error
    """The part of the body that was to be sent has been sent."""


async def perform(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """Perform a reply's plan."""
    if reply.delay:
        await asyncio.sleep(reply.delay / 1000)
    match reply.delivery:
        case Whole():
            await send_reply(reply, scope, receive, send)
        case Hang():
            scope[HANGING] = True
            await _until_gone(receive)
        case Reset():
            _reset(scope)
            await _until_gone(receive)
        case Truncate(keep):
            try:
                await send_reply(reply, scope, receive, _Truncating(send, keep))
            except CutOff:
                _close(scope)
                await _until_gone(receive)
        case Drip(seconds):
            await send_reply(reply, scope, receive, _Dripping(send, seconds))


class _Truncating:
    """A `send` that lets the fraction `keep` of the announced body through and then raises CutOff."""

    def __init__(self, send: Send, keep: float) -> None:
        self._send = send
        self._keep = keep
        self._left = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._left = int(int(dict(message["headers"])[b"content-length"]) * self._keep)
            await self._send(message)
            return
        part = message.get("body", b"")[: self._left]
        self._left -= len(part)
        await self._send({"type": "http.response.body", "body": part, "more_body": True})
        if not self._left:
            raise CutOff


class _Dripping:
    """A `send` that cuts the body into pieces and pauses before each, `seconds` in all."""

    def __init__(self, send: Send, seconds: float) -> None:
        self._send = send
        self._seconds = seconds
        self._total = 1

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._total = max(1, int(dict(message["headers"])[b"content-length"]))
            await self._send(message)
            return
        body = message.get("body", b"")
        size = max(1, -(-self._total // DRIPS))
        for start in range(0, len(body), size):
            piece = body[start : start + size]
            await asyncio.sleep(self._seconds * len(piece) / self._total)
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        if not message.get("more_body"):
            await self._send({"type": "http.response.body", "body": b""})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _transport(scope: Scope) -> Any:  # noqa: ANN401 - whatever the event loop's transport is
    transport = scope.get(TRANSPORT)
    if transport is None:
        raise ConnectionResetError("the mock was told to break the connection")
    return transport


def _reset(scope: Scope) -> None:
    transport = _transport(scope)
    # Without lingering, the end of the connection is a reset instead of an orderly farewell.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


def _close(scope: Scope) -> None:
    _transport(scope).close()
