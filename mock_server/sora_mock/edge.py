"""The edge: ASGI on one side, exchanges on the other.

Owns the taking in of a request, within bounds of size and time. It must not know what a request asks for, nor how a
reply is delivered.
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from starlette.types import Message, Receive, Scope, Send

from sora_mock.delivery import abandon, perform
from sora_mock.engine import problems
from sora_mock.engine.problems import Problem
from sora_mock.exchange import Exchange
from sora_mock.intake import Bounds, Intake
from sora_mock.wire import Reply, Request

BODY_SECONDS = 30.0
"""How long the rest of a body may take to come."""

SILENT_SECONDS = 2.0
"""How long nothing of it may come meanwhile."""


class Gone(Exception):  # noqa: N818 - the caller left, nothing is wrong
    """The caller hung up before its request was complete."""


class Edge:
    """An ASGI application that answers every HTTP request by an exchange."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        bounds: Bounds,
        body_seconds: float = BODY_SECONDS,
        silent_seconds: float = SILENT_SECONDS,
    ) -> None:
        self._exchange = exchange
        self._bounds = bounds
        self._body_seconds = body_seconds
        self._silent_seconds = silent_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the request in, have it answered, perform the reply."""
        try:
            message = await receive()
            if message.get("more_body"):
                reply = await self._answer_to_parts(scope, receive, message)
            else:
                body = self._bounds.checked(_chunk(message), scope["path"], scope["headers"])
                reply = await self._exchange.answer(request_of(scope, body))
            await perform(reply, scope, receive, send)
        except Gone:
            return
        except asyncio.CancelledError:
            # The server's time is up: whoever still waits is told so by the end of the connection.
            if not await abandon(scope):
                raise

    async def _answer_to_parts(self, scope: Scope, receive: Receive, first: Message) -> Reply:
        """Answer a request whose body comes in parts; what was written of it is gone afterwards, whatever happens."""
        intake = Intake(self._bounds, scope["path"], scope["headers"])
        try:
            late = await self._take_in(intake, receive, first)
            body = intake.taken() if late is None else late
            spool = intake.spool if isinstance(body, bytes) else None
            return await self._exchange.answer(request_of(scope, body, spool=spool))
        finally:
            intake.close()

    async def _take_in(self, intake: Intake, receive: Receive, message: Message) -> Problem | None:
        """Take in a body up to its end or its limit; return the problem that it did not come in time."""
        intake.take(_chunk(message))
        now = asyncio.get_running_loop().time
        end = now() + self._body_seconds
        try:
            async with asyncio.timeout(None) as patience:
                while message.get("more_body") and not intake.is_too_large:
                    patience.reschedule(min(end, now() + self._silent_seconds))
                    message = await receive()
                    intake.take(_chunk(message))
        except TimeoutError:
            return problems.timed_out(min(self._silent_seconds, self._body_seconds))
        return None


def _chunk(message: Message) -> bytes:
    if message["type"] == "http.disconnect":
        raise Gone
    chunk: bytes = message.get("body", b"")
    return chunk


def request_of(scope: Scope, body: bytes | Problem, *, spool: Path | None = None) -> Request:
    """Return the request that a scope and its body make, or the reason why the body could not be taken in.

    Of a body that lies in the file `spool`, `body` is the beginning.
    """
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
        spool=spool,
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
