"""The stage: one mock in the caller's own process, and the performance of its replies.

Owns the way of a client's request through the exchange, waits included. It must not know which library the client uses.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from starlette.types import Message, Scope

from sora_mock.app import create_understudy
from sora_mock.clock import Clock
from sora_mock.control.desk import Desk
from sora_mock.edge import request_of
from sora_mock.exchange import Exchange
from sora_mock.inprocess.driving import by_hand, in_turns
from sora_mock.inprocess.reception import Reception, check_answered, received, wait_before
from sora_mock.journal import Journal
from sora_mock.sending import send_reply
from sora_mock.settings import Settings
from sora_mock.wire import Reply

if TYPE_CHECKING:
    import httpx
    import httpx2

ORIGIN = "http://sora-mock.test"
"""Where the mock seems to be; the name is reserved and leads nowhere."""

Result = TypeVar("Result")


def _sleep(seconds: float) -> None:
    threading.Event().wait(seconds)


class Stage:
    """A Venue: a mock without a socket. Raises KeysError or StateError.

    `sleep` and `async_sleep` wait out the delays of replies, in real seconds.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        clock: Clock | None = None,
        origin: str = ORIGIN,
        sleep: Callable[[float], object] = _sleep,
        async_sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        settings = settings or Settings()
        self.origin = origin
        self.exchange = Exchange(create_understudy(settings, clock=clock), Journal())
        self.desk = Desk(self.exchange.understudy, self.exchange.journal)
        self.sleep = sleep
        self.async_sleep = async_sleep
        self._bounds = settings.bounds
        self._turn = threading.RLock()

    # -- a Venue -------------------------------------------------------------------------------------------------

    def call(self, function: Callable[[], Result]) -> Result:
        """Return the function's result; no request is answered meanwhile."""
        with self._turn:
            return function()

    def later(self, function: Callable[[], object]) -> None:
        """Run the function now: there is nobody to leave it to."""
        self.call(function)

    def transport(self) -> httpx2.BaseTransport:
        """Return a transport for an httpx2 client."""
        from sora_mock.inprocess.for_httpx2 import Transport

        return Transport(self)

    def httpx_transport(self) -> httpx.BaseTransport:
        """Return a transport for an httpx client."""
        from sora_mock.inprocess.for_httpx import Transport

        return Transport(self)

    def close(self) -> None:
        """Let go of files and threads. May be repeated."""
        self.desk.understudy.close()

    # -- requests ------------------------------------------------------------------------------------------------

    def perform(self, scope: Scope, body: bytes, patience: float | None) -> Reception:
        """Answer a request and wait as long as its reply does; raise Broken when the client would get none."""
        if _is_in_loop():
            # The loop stands still for this call anyway; the coroutines of the mock must not find it.
            return _aside(self._perform, scope, body, patience)
        return self._perform(scope, body, patience)

    async def perform_async(self, scope: Scope, body: bytes, patience: float | None) -> Reception:
        """Do the same without blocking the event loop (asyncio's)."""
        reply = await in_turns(self._answer(scope, body), self._turn)
        if seconds := wait_before(reply, patience):
            await self.async_sleep(seconds)
        check_answered(reply)
        return received(reply, await _sent(reply, scope), scope["method"])

    def _perform(self, scope: Scope, body: bytes, patience: float | None) -> Reception:
        reply = by_hand(self._answer(scope, body), self._turn)
        if seconds := wait_before(reply, patience):
            self.sleep(seconds)
        check_answered(reply)
        sending = _sent(reply, scope)
        # Reading a file needs an event loop, which is nothing to leave behind in the caller's thread.
        messages = by_hand(sending, self._turn) if reply.file is None else _aside(asyncio.run, sending)
        return received(reply, messages, scope["method"])

    def _answer(self, scope: Scope, body: bytes) -> Coroutine[Any, Any, Reply]:
        return self.exchange.answer(request_of(scope, self._bounds.checked(body, scope["path"], scope["headers"])))


def _aside(function: Callable[..., Result], *args: Any) -> Result:  # noqa: ANN401 - whatever the function takes
    with ThreadPoolExecutor(1, thread_name_prefix="sora-mock-aside") as thread:
        return thread.submit(function, *args).result()


def scope_of(method: str, scheme: str, target: bytes, headers: list[tuple[bytes, bytes]]) -> Scope:
    """Return the ASGI scope of a request to `target`, its path and query as they would be sent."""
    raw_path, _, query = target.partition(b"?")
    path = raw_path.decode("ascii")
    return {
        "type": "http",
        "method": method,
        "path": unquote(path) if "%" in path else path,
        "query_string": query,
        "headers": [(name.lower(), value) for name, value in headers],
        "scheme": scheme,
    }


async def _sent(reply: Reply, scope: Scope) -> list[Message]:
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    await send_reply(reply, scope, _nothing_more, send)
    return messages


async def _nothing_more() -> Message:
    return await asyncio.Future()


def _is_in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
