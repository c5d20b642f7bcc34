"""Relaying: pairs of connections, of which each passes on what the other gets, at once and as it is.

Owns how bytes, ends and resets of one connection become those of the other. What the bytes mean is `hearing`'s.
"""

import asyncio
import socket
import struct
import threading
import time
from contextlib import suppress
from itertools import count
from typing import cast

from sora_conformance.observe.hearing import Hearing
from sora_conformance.observe.notes import Notes

_NO_LINGER = struct.pack("ii", 1, 0)


class Pairs:
    """All pairs of a relay to the server at a port of this machine. `idle` is set while no connection is open."""

    def __init__(self, port: int, notes: Notes) -> None:
        self.idle = threading.Event()
        self.idle.set()
        self._port = port
        self._notes = notes
        self._open: set[_Side] = set()
        self._numbers = count()

    def client(self) -> asyncio.Protocol:
        """Return the protocol of a client's connection that is about to be made."""
        hearing = Hearing(self._notes, next(self._numbers))
        client = _Client(self, hearing)
        client.other = _Server(self, hearing, client)
        return client

    def abort(self) -> None:
        """End all connections at once."""
        for side in list(self._open):
            side.transport.abort()

    async def connect(self, server: "_Side", client: "_Client") -> None:
        """Connect one side to the server, and let the other be read; without a server, nobody is answered."""
        try:
            await asyncio.get_running_loop().create_connection(lambda: server, "127.0.0.1", self._port)
        except OSError:
            server.hearing.server_gone(time.monotonic())
            client.reset()
            return
        if client.lost:
            server.transport.abort()
        else:
            client.transport.resume_reading()

    def opened(self, side: "_Side") -> None:
        """Count a connection."""
        self._open.add(side)
        self.idle.clear()

    def closed(self, side: "_Side") -> None:
        """Count it no more."""
        self._open.discard(side)
        if not self._open:
            self.idle.set()


class _Side(asyncio.Protocol):
    """One of the two connections of a pair. Whatever happens to it happens to the other."""

    other: "_Side"
    transport: asyncio.Transport

    def __init__(self, pairs: Pairs, hearing: Hearing) -> None:
        self._pairs = pairs
        self.hearing = hearing
        self.ended = False
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._pairs.opened(self)

    def data_received(self, data: bytes) -> None:
        self.other.transport.write(data)

    def eof_received(self) -> bool:
        if not self.ended:
            self.ended = True
            if not self.other.transport.is_closing():
                self.other.transport.write_eof()
            if self.other.ended:
                self.transport.close()
                self.other.transport.close()
        # The other direction stays open.
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self._pairs.closed(self)
        if not hasattr(self.other, "transport"):
            return
        if exc is None:
            self.other.transport.close()
        else:
            self.other.reset()

    def pause_writing(self) -> None:
        if not self.other.ended:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if not self.other.ended:
            self.other.transport.resume_reading()

    def reset(self) -> None:
        """End the connection so that whoever is at its other end sees a reset."""
        if not self.lost:
            with suppress(OSError):
                self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            self.transport.abort()


class _Client(_Side):
    """The connection of a client."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.pause_reading()
        self._connecting = asyncio.ensure_future(self._pairs.connect(self.other, self))

    def data_received(self, data: bytes) -> None:
        self.hearing.from_client(data, time.monotonic())
        super().data_received(data)

    def eof_received(self) -> bool:
        self.hearing.client_ended(time.monotonic())
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self.hearing.client_gone(time.monotonic())
        super().connection_lost(exc)


class _Server(_Side):
    """The connection to the server."""

    def __init__(self, pairs: Pairs, hearing: Hearing, client: _Client) -> None:
        super().__init__(pairs, hearing)
        self.other = client

    def data_received(self, data: bytes) -> None:
        # Before it is passed on: whoever gets it may be ahead of us from then on, and must not seem to be hasty.
        now = time.monotonic()
        super().data_received(data)
        self.hearing.from_server(data, now)

    def eof_received(self) -> bool:
        self.hearing.server_gone(time.monotonic())
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self.hearing.server_gone(time.monotonic())
        super().connection_lost(exc)
