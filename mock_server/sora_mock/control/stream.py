"""The journal as it is written: server-sent events over one response that has no end of its own.

Owns the form of the events and the life of such a response: it is over when the caller leaves or the server wants to
stop. Which entries are meant is the query's.
"""

import asyncio
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sora_mock.delivery import PARTING, abandon, until_gone
from sora_mock.journal import Entry, Journal, Query, shown

KEEP_ALIVE_SECONDS = 15.0
"""How long nothing may be said before a comment keeps the connection alive."""

_GREETING = b": the journal\n\n"
_KEEP_ALIVE = b": still here\n\n"


class JournalStream(Response):
    """Sends every entry that `query` means, as an event whose id is the entry's number.

    With `replay`, the entries still remembered come first; without it, only those recorded from now on.
    """

    media_type = "text/event-stream"

    def __init__(self, journal: Journal, query: Query, *, replay: bool, keep_alive: float = KEEP_ALIVE_SECONDS) -> None:
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._journal = journal
        # A number that has not been given yet is that of a mock that is no more.
        self._query = msgspec.structs.replace(query, since=0) if query.since > journal.count else query
        self._replay = replay
        self._keep_alive = keep_alive
        self._is_sending = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the caller has gone or the server asks for an end."""
        parting = asyncio.Event()
        scope[PARTING] = parting
        gone = asyncio.ensure_future(until_gone(receive))
        stop = asyncio.ensure_future(parting.wait())
        telling = asyncio.ensure_future(self._tell(send))
        tasks: set[asyncio.Task[Any]] = {gone, stop, telling}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if telling.done():
                telling.result()
            elif stop.done() and not self._is_sending:
                await send({"type": "http.response.body", "body": b""})
            elif stop.done():
                # The caller does not read: nothing more would reach it, a farewell included.
                await abandon(scope)
        finally:
            for task in tasks:
                task.cancel()

    async def _tell(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        with self._journal.listening() as queue:
            await self._say(send, _GREETING + self._past())
            while True:
                try:
                    entry = await asyncio.wait_for(queue.get(), self._keep_alive)
                except TimeoutError:
                    await self._say(send, _KEEP_ALIVE)
                else:
                    if self._query.fits(entry):
                        await self._say(send, event(entry))

    def _past(self) -> bytes:
        return b"".join(map(event, self._journal.entries(self._query))) if self._replay else b""

    async def _say(self, send: Send, text: bytes) -> None:
        self._is_sending = True
        await send({"type": "http.response.body", "body": text, "more_body": True})
        self._is_sending = False


def event(entry: Entry) -> bytes:
    """Return an entry as one event."""
    return b"id: %d\ndata: %s\n\n" % (entry.number, msgspec.json.encode(shown(entry)))
