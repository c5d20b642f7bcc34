"""The edge: ASGI on one side, exchanges on the other.

Owns the taking in of a request, within bounds of size and time, and the performance of a reply's plan on a
connection. It must not know what a request asks for.
"""

import asyncio
from collections.abc import Iterable

import msgspec
from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from sora_mock.dialects.guide import refusal
from sora_mock.engine import problems
from sora_mock.engine.problems import Problem
from sora_mock.exchange import Exchange
from sora_mock.wire import Reply, Request

BODY_SECONDS = 30.0
"""How long the rest of a body may take to come."""


class Gone(Exception):  # noqa: N818 - the caller left, nothing is wrong
    """The caller hung up before its request was complete."""


class UnmetRange(Exception):  # noqa: N818 - the caller asked for what is not there
    """A range cannot be sent; `size` is the header that says how long the file is, None when the range says nothing."""

    def __init__(self, size: bytes | None) -> None:
        super().__init__(size)
        self.size = None if size is None else size.decode("latin-1")


class Edge:
    """An ASGI application that answers every HTTP request by an exchange."""

    def __init__(self, exchange: Exchange, *, max_body: int, body_seconds: float = BODY_SECONDS) -> None:
        self._exchange = exchange
        self._max_body = max_body
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the request in, have it answered, perform the reply."""
        try:
            body = await self._body(receive)
        except Gone:
            return
        reply = await self._exchange.answer(_request(scope, body))
        await perform(reply, scope, receive, send)

    async def _body(self, receive: Receive) -> bytes | Problem:
        message = await receive()
        if not message.get("more_body"):
            return self._bounded(_chunk(message))
        chunks = bytearray(_chunk(message))
        try:
            async with asyncio.timeout(self._body_seconds):
                while message.get("more_body") and len(chunks) <= self._max_body:
                    message = await receive()
                    chunks += _chunk(message)
        except TimeoutError:
            return problems.timed_out(self._body_seconds)
        return self._bounded(bytes(chunks))

    def _bounded(self, body: bytes) -> bytes | Problem:
        return body if len(body) <= self._max_body else problems.too_large(self._max_body)


async def perform(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """Perform a reply's plan: wait, then send its body or its file."""
    if reply.delay:
        await asyncio.sleep(reply.delay / 1000)
    if reply.file is not None:
        try:
            await _send_file(reply, scope, receive, send)
            return
        except UnmetRange as unmet:
            if unmet.size is None:
                # RFC 9110 §14.2: a range in another unit, or one that cannot be read, is as good as none.
                headers = [pair for pair in scope["headers"] if pair[0] != b"range"]
                await _send_file(reply, {**scope, "headers": headers}, receive, send)
                return
            refused = refusal(problems.range_unsatisfiable(), headers=(("content-range", unmet.size),))
            marks = (*reply.headers, ("x-sora-mock-rule", refused.rule or ""))
            reply = msgspec.structs.replace(refused, headers=refused.headers + marks)
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


async def _send_file(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a reply's file; raise UnmetRange before anything is sent when the range asked for cannot be."""

    async def send_unless_refused(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= 400:
            raise UnmetRange(dict(message["headers"]).get(b"content-range"))
        await send(message)

    response = FileResponse(reply.file or "", reply.status, dict(reply.headers), "video/mp4")
    await response(scope, receive, send_unless_refused)


def _chunk(message: Message) -> bytes:
    if message["type"] == "http.disconnect":
        raise Gone
    chunk: bytes = message.get("body", b"")
    return chunk


def _request(scope: Scope, body: bytes | Problem) -> Request:
    # Header bytes are latin-1 by definition, so nothing that a caller sends can fail to decode.
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if len(headers) < len(scope["headers"]):
        headers = _joined(scope["headers"])
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body if isinstance(body, bytes) else b"",
        origin=f"{scope['scheme']}://{headers.get('host') or _served_at(scope)}",
        unreadable=body if isinstance(body, Problem) else None,
    )


def _joined(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers with the values of equal names joined (RFC 9110 §5.2), so that two keys are never one."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        known = headers.get(name.decode("latin-1"))
        text = value.decode("latin-1")
        headers[name.decode("latin-1")] = text if known is None else f"{known}, {text}"
    return headers


def _served_at(scope: Scope) -> str:
    host, port = scope.get("server") or ("localhost", None)
    return host if port is None else f"{host}:{port}"
