"""Gates: where requests wait for a place, in threads and in an event loop.

Owns the waiting and the counting. How many places there are is the pace's to say.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from sora_conformance.reference.outcomes import Outcome, Reply
from sora_conformance.reference.pace import Pace, full


class Place:
    """A place at a gate, held for one request. Whoever holds it says what came of the request."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.outcome: Outcome | None = None


def after(pace: Pace, place: Place, *, under_way: int) -> Pace:
    """Return the pace after what came of a request; `under_way` counts it in."""
    if not isinstance(place.outcome, Reply):
        return pace
    if place.outcome.status == 429:
        return pace.refused(epoch=place.epoch, under_way=under_way)
    return pace.succeeded() if place.outcome.success else pace


class Gate:
    """A gate for threads."""

    def __init__(self, most: int) -> None:
        self.pace = full(most)
        self._under_way = 0
        self._changed = threading.Condition()

    @contextmanager
    def place(self) -> Iterator[Place]:
        """Wait for a place, and hold it."""
        with self._changed:
            self._changed.wait_for(lambda: self._under_way < self.pace.places)
            self._under_way += 1
            place = Place(self.pace.epoch)
        try:
            yield place
        finally:
            with self._changed:
                self.pace = after(self.pace, place, under_way=self._under_way)
                self._under_way -= 1
                self._changed.notify_all()


class AsyncGate:
    """A gate for the tasks of one event loop. Whoever is cancelled while it waits leaves no trace."""

    def __init__(self, most: int) -> None:
        self.pace = full(most)
        self._under_way = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Place]:
        """Wait for a place, and hold it."""
        while self._under_way >= self.pace.places:
            await self._turn()
        self._under_way += 1
        place = Place(self.pace.epoch)
        try:
            yield place
        finally:
            self.pace = after(self.pace, place, under_way=self._under_way)
            self._under_way -= 1
            self._wake()

    async def _turn(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn in self._waiting:
                self._waiting.remove(turn)
            # If it was this one's turn already, the next one takes it.
            self._wake()
            raise

    def _wake(self) -> None:
        free = self.pace.places - self._under_way
        while self._waiting and free > 0:
            turn = self._waiting.popleft()
            # One that is being cancelled stands here until its task hears of it.
            if not turn.done():
                turn.set_result(None)
                free -= 1
