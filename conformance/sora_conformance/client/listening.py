"""Listening: the ports of a stage, and the connections that come to them.

Owns the listeners, and the beginning and the end of every connection. Who is behind it, and what it gets, is the
house's business.
"""

import asyncio
import socket
import ssl
import traceback
from contextlib import ExitStack, suppress
from itertools import count
from typing import NamedTuple

from sora_conformance.client.arrivals import Place
from sora_conformance.client.connections import Connection
from sora_conformance.client.serving import House

MAX_CONNECTIONS = 512
"""How many connections may be open at once; more are closed as they come."""

_BACKLOG = 128
_TLS_SECONDS = 10.0


class Listener(NamedTuple):
    """A port; what comes to it comes to `place`."""

    socket: socket.socket
    place: Place
    tls: ssl.SSLContext | None = None


class Reception:
    """All listeners of a stage. `errors` takes what goes wrong by its own fault."""

    def __init__(self, house: House, errors: list[str]) -> None:
        self._house = house
        self._errors = errors
        self._listeners: list[Listener] = []
        self._connections: set[asyncio.Task[None]] = set()
        self._numbers = count()

    def listen(self, exits: ExitStack, place: Place, *, tls: ssl.SSLContext | None = None) -> int:
        """Listen on a free port until `exits` closes; return it."""
        listener = exits.enter_context(socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG))
        self._listeners.append(Listener(listener, place, tls))
        port: int = listener.getsockname()[1]
        # `localhost` is first of all ::1 to some clients. Where there is none, or it is taken, they try the other.
        with suppress(OSError):
            twin = exits.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6, backlog=_BACKLOG))
            self._listeners.append(Listener(twin, place, tls))
        return port

    async def work(self, ended: asyncio.Event) -> None:
        """Take connections until the event is set; then close them all."""
        accepting = [asyncio.create_task(self._accept(listener)) for listener in self._listeners]
        await ended.wait()
        tasks = [*accepting, *self._connections]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accept(self, listener: Listener) -> None:
        loop = asyncio.get_running_loop()
        listener.socket.settimeout(0)  # as the loop wants it
        while True:
            try:
                accepted, _ = await loop.sock_accept(listener.socket)
            except ConnectionError:
                continue  # it was given up before it could be taken
            except OSError:
                self._errors.append(traceback.format_exc())
                return
            if len(self._connections) >= MAX_CONNECTIONS:
                accepted.close()
                continue
            task = asyncio.create_task(self._serve(accepted, listener))
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)

    async def _serve(self, accepted: socket.socket, listener: Listener) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        tls = {"ssl_handshake_timeout": _TLS_SECONDS, "ssl_shutdown_timeout": 1.0} if listener.tls else {}
        try:
            transport, _ = await loop.connect_accepted_socket(lambda: protocol, accepted, ssl=listener.tls, **tls)
        except OSError:
            return  # a handshake that the client did not want
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        connection = Connection(reader, writer, number=next(self._numbers), secure=listener.tls is not None)
        try:
            await self._house.serve(connection, listener.place)
            writer.close()
            await writer.wait_closed()
        except OSError:
            pass  # the client was faster
        except Exception:  # noqa: BLE001 - a mistake of the stage's must not look like one of the client's
            self._errors.append(traceback.format_exc())
        finally:
            # asyncio cannot abort a transport that has sent its last bytes after it was closed: it has let go of its
            # loop by then.
            with suppress(AttributeError):
                transport.abort()
            with suppress(OSError):
                await writer.wait_closed()
