"""A mock served from a thread of this process, on a free loopback port.

Owns the start and end of that thread, and the way of calls into it. The rest of the process keeps its own event loops,
log handlers and signals.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cached_property, partial
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import TYPE_CHECKING, TypeVar

from sora_mock.app import create_app
from sora_mock.clock import Clock
from sora_mock.control.desk import Desk
from sora_mock.handle import Sora
from sora_mock.settings import Settings

if TYPE_CHECKING:
    import httpx
    import httpx2

API_KEY = "sk-sora-mock"
"""The key that a handle uses unless another is named."""

Result = TypeVar("Result")


class LocalServer:
    """A Venue: a mock on a loopback port, served by a thread. Raises KeysError, StateError or BindError.

    It takes requests once it is made, and until `close`.
    """

    def __init__(self, settings: Settings | None = None, *, clock: Clock | None = None, port: int = 0) -> None:
        # Uvicorn is the dearest import of all: only who serves pays for it.
        from sora_mock.server import ThreadServer, bind, origin

        # First of all, so that nothing else is open yet when the port is taken.
        listener = bind("127.0.0.1", port)
        try:
            app = create_app(settings, clock=clock)
        except BaseException:
            listener.close()
            raise
        self.desk = Desk(app.exchange.understudy, app.exchange.journal)
        self.origin = origin(listener)
        self._server = ThreadServer(app)
        self._thread = threading.Thread(target=self._server.serve_on, args=(listener,), name="sora-mock", daemon=True)
        self._thread.start()
        self._loop = self._server.loop()

    def call(self, function: Callable[[], Result]) -> Result:
        """Return the function's result; it runs between two requests, in the server's thread."""
        if threading.current_thread() is self._thread:
            return function()
        future: Future[Result] = Future()
        self._loop.call_soon_threadsafe(_settle, future, function)
        return future.result()

    def later(self, function: Callable[[], object]) -> None:
        """Run the function in the server's thread, without waiting for it."""
        self._loop.call_soon_threadsafe(function)

    def transport(self) -> httpx2.BaseTransport:
        """Return new connections for an httpx2 client."""
        import httpx2

        return httpx2.HTTPTransport(verify=self._no_tls, trust_env=False)

    def httpx_transport(self) -> httpx.BaseTransport:
        """Return new connections for an httpx client."""
        import httpx

        return httpx.HTTPTransport(verify=self._no_tls, trust_env=False)

    def close(self) -> None:
        """Stop serving: idle connections are closed, exchanges under way get a moment to end. May be repeated."""
        self._server.stop()
        self._thread.join()

    @cached_property
    def _no_tls(self) -> SSLContext:
        # A client loads all authorities of the machine unless it is given a context; here none is ever asked.
        return SSLContext(PROTOCOL_TLS_CLIENT)


def _settle(future: Future[Result], function: Callable[[], Result]) -> None:
    try:
        future.set_result(function())
    except BaseException as error:  # noqa: BLE001 - it is raised where the call was made
        future.set_exception(error)


class Running:
    """A mock that runs while a `with` or `async with` block lasts, or from `start` to `stop`."""

    def __init__(self, settings: Settings | None, *, clock: Clock | None, api_key: str, port: int) -> None:
        self._make = partial(LocalServer, settings, clock=clock, port=port)
        self._api_key = api_key
        self._sora: Sora | None = None

    def start(self) -> Sora:
        """Return the handle of a mock that takes requests. Raises KeysError, StateError or BindError."""
        if self._sora is None:
            self._sora = Sora(self._make(), self._api_key, owns_venue=True)
        return self._sora

    def stop(self) -> None:
        """End the mock. May be repeated."""
        if self._sora is not None:
            self._sora.close()
            self._sora = None

    def __enter__(self) -> Sora:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def __aenter__(self) -> Sora:
        return await asyncio.to_thread(self.start)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.stop)


def running(
    settings: Settings | None = None, *, clock: Clock | None = None, api_key: str = API_KEY, port: int = 0
) -> Running:
    """Return a mock to run on a loopback port (0: a free one) in a thread of this process.

        with sora_mock.running() as sora:
            generate_clip(base_url=sora.base_url, api_key=sora.api_key)

    `async with` does the same without blocking the event loop; `start` and `stop` are for where there is no block.
    `api_key` is the handle's own; any other opens an account of its own, unless the settings name a keys file.
    """
    return Running(settings, clock=clock, api_key=api_key, port=port)
