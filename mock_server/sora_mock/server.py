"""The mock as a process that serves: a bound socket, a uvicorn server, a clean stop.

Owns the life of the server. It must not know what is served.
"""

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import LOGGING_CONFIG

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

    def __init__(
        self,
        app: ASGIApp,
        *,
        log_level: str | None,
        ready: Callable[[], None],
        log_config: dict[str, Any] | None = LOGGING_CONFIG,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Protocol,
                ws="none",
                lifespan="on",
                log_level=log_level,
                log_config=log_config,
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


class ThreadServer(Server):
    """A server in a thread: it starts and stops at once, and leaves the process's signals and log handlers alone."""

    def __init__(self, app: ASGIApp) -> None:
        access = logging.getLogger("uvicorn.access")
        before = access.handlers, access.propagate
        super().__init__(app, log_level=None, ready=self._note_ready, log_config=None)
        access.handlers, access.propagate = before  # uvicorn takes them away, whatever it is configured to
        self._settled = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failure: BaseException | None = None

    def serve_on(self, listener: socket.socket) -> None:
        """Serve on a bound socket until `stop`; this is what the thread runs."""
        try:
            self.run(sockets=[listener])
        except BaseException as error:  # noqa: BLE001 - whoever waits for the start is told
            self._failure = error
        finally:
            listener.close()
            self._settled.set()

    def loop(self) -> asyncio.AbstractEventLoop:
        """Return the server's event loop once requests are taken. Raises RuntimeError when it could not start."""
        self._settled.wait()
        if self._loop is None:
            raise RuntimeError("the mock could not start serving") from self._failure
        return self._loop

    def stop(self) -> None:
        """Let the server end; the thread that runs it is over soon after. May be repeated."""
        loop = self.loop()
        # The loop is closed once the server has ended.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self._end.set)

    def _note_ready(self) -> None:
        self._end = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._settled.set()

    async def main_loop(self) -> None:
        """Wait for the end; once a second uvicorn's own chores are done."""
        while not self._end.is_set():
            await self.on_tick(0)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._end.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what is idle at once, and the rest when it is done, but not after the time of grace."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)  # a closed connection takes its leave in the next turn of the loop
        if self.server_state.connections or self.server_state.tasks:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wait_tasks_to_complete(), GRACE_SECONDS)
        await self.lifespan.shutdown()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the process."""
        yield
