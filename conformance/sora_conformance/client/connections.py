"""Connections: HTTP/1.1 on a stream, as far as a staged server needs it.

Owns the reading of requests, the bytes of replies, the ways to end a connection, and the noticing of a client that
hangs up. It must not know whose request it is, nor what is answered.
"""

import asyncio
import socket
import struct
import time
from typing import Literal

import h11
import msgspec

from sora_conformance.exchanges import Headers

MAX_HEAD = 64 * 1024
"""The most bytes of a request's head, and of what is kept of something that is no request."""

MAX_BODY = 1024 * 1024
"""The most bytes of a request's body."""

_PIECE = 64 * 1024
_NO_LINGER = struct.pack("ii", 1, 0)


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it came.

    `state` is `cut` where the client hung up half-way, `bad` for what is no HTTP or too long; then `method` may be
    empty, and `body` what came instead.
    """

    at: float
    state: Literal["whole", "cut", "bad"] = "whole"
    method: str = ""
    target: str = ""
    headers: Headers = ()
    body: bytes = b""
    connection: int
    secure: bool = False


class Connection:
    """One connection of a client; requests come one after the other."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, number: int, secure: bool = False
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._number = number
        self._secure = secure
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
        self._early = b""
        self._raw = bytearray()
        self._at = 0.0

    # -- from the client ---------------------------------------------------------------------------------------------

    async def request(self) -> Heard | None:
        """Return the next request; None once there will be no more."""
        if self._http.our_state is h11.DONE:
            if self._http.their_state is not h11.DONE:
                return None
            self._http.start_next_cycle()
        elif self._http.our_state is not h11.IDLE:
            return None
        self._raw.clear()
        self._at = 0.0
        head: h11.Request | None = None
        body = bytearray()
        try:
            while True:
                event = self._http.next_event()
                if isinstance(event, h11.Request):
                    head = event
                elif isinstance(event, h11.Data):
                    body += event.data
                    if len(body) > MAX_BODY:
                        return self._heard(head, body, "bad")
                elif isinstance(event, h11.EndOfMessage):
                    return self._heard(head, body, "whole")
                elif event is h11.NEED_DATA:
                    await self._feed()
                else:
                    return None
        except (h11.RemoteProtocolError, OSError):
            if not self._raw:
                return None
            state: Literal["cut", "bad"] = "cut" if self._ended else "bad"
            return self._heard(head, body if head else self._raw, state)

    async def gone(self) -> None:
        """Return once the client has hung up. What it sends meanwhile is kept for the next request."""
        while True:
            try:
                data = await self._reader.read(_PIECE)
            except OSError:
                return
            if not data:
                return
            self._early += data
            if len(self._early) > MAX_HEAD:
                # Nobody sends so much ahead; what is left unread keeps the client waiting.
                await asyncio.Future()

    async def _feed(self) -> None:
        if self._http.they_are_waiting_for_100_continue:
            await self.write(self._send(h11.InformationalResponse(status_code=100, headers=[])))
        data, self._early = self._early, b""
        data = data or await self._reader.read(_PIECE)
        if not self._raw:
            self._at = time.monotonic()
        self._raw += data[: MAX_HEAD - len(self._raw)]
        self._http.receive_data(data)

    @property
    def _ended(self) -> bool:
        return self._reader.at_eof() or self._reader.exception() is not None

    def _heard(self, head: h11.Request | None, body: bytearray, state: Literal["whole", "cut", "bad"]) -> Heard:
        return Heard(
            at=self._at or time.monotonic(),
            state=state,
            method=head.method.decode("latin-1") if head else "",
            target=head.target.decode("latin-1") if head else "",
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
            if head
            else (),
            body=bytes(body),
            connection=self._number,
            secure=self._secure,
        )

    # -- to the client -----------------------------------------------------------------------------------------------

    def head(self, status: int, headers: Headers) -> bytes:
        """Return the bytes that begin a reply; without a content-length it is sent in chunks."""
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return self._send(h11.Response(status_code=status, headers=raw))

    def data(self, body: bytes) -> bytes:
        """Return the bytes of a part of the body."""
        return self._send(h11.Data(data=body)) if body else b""

    def end(self) -> bytes:
        """Return the bytes that end a reply."""
        return self._send(h11.EndOfMessage())

    async def write(self, data: bytes) -> None:
        """Send bytes. Raises OSError if the client is gone."""
        self._writer.write(data)
        await self._writer.drain()

    def hang_up(self) -> None:
        """Close the connection once everything is sent."""
        self._writer.close()

    def reset(self) -> None:
        """Close the connection at once, so that the client sees a reset."""
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._writer.transport.abort()

    def _send(self, event: h11.Event) -> bytes:
        return self._http.send(event) or b""
