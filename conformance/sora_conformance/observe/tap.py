"""The tap: a relay between a command and the mock, which passes every byte on and writes down what it hears.

Owns the port, and the thread whose loop serves it. What becomes of a connection is `relaying`'s.
"""

import asyncio
import socket
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar

from sora_conformance.client.arrivals import Arrival
from sora_conformance.observe.notes import Notes
from sora_conformance.observe.relaying import Pairs

END_SECONDS = 5.0
"""How long the thread may take to end."""

_BACKLOG = 128
_TURNS = 8

T = TypeVar("T")


class Tap:
    """A relay to the server at a port of this machine, for the length of a `with` block.

    `origin` is its address. `errors` is what went wrong by its own fault: no traffic is to be judged where it is not
    empty.
    """

    def __init__(self, port: int, notes: Notes | None = None) -> None:
        self.errors: list[str] = []
        self.notes = Notes() if notes is None else notes
        self._pairs = Pairs(port, self.notes)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
        self.origin = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = runner.get_loop()
        self._loop.set_exception_handler(self._mishap)
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._run, args=(runner,), name="tap", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(END_SECONDS)
        self._listener.close()

    def quiet(self, seconds: float) -> bool:
        """Wait until no connection is open, but not longer than that; tell whether none is."""
        with suppress(RuntimeError):
            asyncio.run_coroutine_threadsafe(self._turns(), self._loop).result(seconds)
        return self._pairs.idle.wait(seconds)

    def arrivals(self) -> tuple[Arrival, ...]:
        """Return what has arrived so far, as it stands now."""
        return self._asked(lambda: tuple(call.arrival(number) for number, call in enumerate(self.notes.calls)))

    def _asked(self, ask: Callable[[], T]) -> T:
        """Return what a function returns in the thread, where nothing changes meanwhile."""
        answer: Future[T] = Future()

        def give() -> None:
            try:
                answer.set_result(ask())
            except BaseException as error:  # noqa: BLE001 - whoever asked is told
                answer.set_exception(error)

        try:
            self._loop.call_soon_threadsafe(give)
        except RuntimeError:
            # The loop is closed: nothing changes any more.
            return ask()
        return answer.result(END_SECONDS)

    # -- in the thread -----------------------------------------------------------------------------------------------

    def _run(self, runner: asyncio.Runner) -> None:
        try:
            with runner:
                runner.run(self._work())
        except Exception:  # noqa: BLE001 - a thread has nobody to raise it to
            self.errors.append(traceback.format_exc())

    async def _work(self) -> None:
        server = await self._loop.create_server(self._pairs.client, sock=self._listener)
        await self._ended.wait()
        server.close()
        self._pairs.abort()
        await self._turns()

    async def _turns(self) -> None:
        # What has come by now is taken in by these turns of the loop, connections that wait to be accepted included.
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    def _mishap(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.errors.append(f"{context['message']}: {context.get('exception')!r}")
