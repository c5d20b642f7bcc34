"""The mock as a process that serves: a bound socket, a uvicorn server, a clean stop.

Owns the life of the server. It must not know what is served.
"""

import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from sora_mock.protocol import Protocol

GRACE_SECONDS = 5
"""How long exchanges under way may take to end after a stop was asked for."""


class BindError(Exception):
    """The address cannot be listened on; the message says which and why."""


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one. Raises BindError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise BindError(f"cannot serve on {host} port {port}: {error.strerror or error}") from error
    return listener


def origin(listener: socket.socket) -> str:
    """Return `http://host:port` of a bound socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """A uvicorn server that says when it is ready and takes a signal to stop as a wish, not as a failure."""

    def __init__(self, app: ASGIApp, *, log_level: str, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Protocol,
                ws="none",
                lifespan="on",
                log_level=log_level,
                access_log=False,
                # Whoever forwards requests here does not get to say where they came from.
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM, and let the process end as one that did what it was told."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(app: ASGIApp, listener: socket.socket, *, log_level: str, ready: Callable[[], None]) -> None:
    """Serve on a bound socket until a signal says stop; `ready` is called once requests are taken."""
    logging.getLogger("sora_mock").setLevel(log_level.upper())
    Server(app, log_level=log_level, ready=ready).run(sockets=[listener])
