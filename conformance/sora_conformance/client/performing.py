"""Performing: a reply, sent in the manner of its step.

Owns the manners: whole, hanging, reset, cut, dripped, without end; and the end of a performance, whoever brings it
about. What the reply says is made elsewhere.
"""

import asyncio
import time
from contextlib import suppress

from sora_conformance.client.connections import Connection
from sora_conformance.client.replies import Reply
from sora_conformance.client.script import Step

DRIPS = 20
"""Into how many pieces a body is cut when it drips."""

MAX_ENDLESS = 64 * 1024 * 1024
"""After how many bytes a body without end ends all the same, by hanging up."""

FINISHING = frozenset({"whole", "drip"})
"""The manners that bring a reply to its end."""

_FILLER = b" " * (64 * 1024)


class Performance:
    """One reply under way.

    `reply` is what is to be answered, `status` what was answered so far, `abandoned` whether the client hung up first.
    `sent_at` is when the latest bytes were about to be sent, None before that. `cut` tells that the manner leaves the
    reply unfinished. Once it has run, `reusable` tells whether the connection is good for another request.
    """

    def __init__(self, connection: Connection, step: Step, reply: Reply, *, method: str) -> None:
        self._connection = connection
        self._step = step
        self.reply = reply
        self._manner = "whole" if method == "HEAD" and step.manner in {"endless", "drip", "truncate"} else step.manner
        self._task: asyncio.Task[None] | None = None
        self.status: int | None = None
        self.abandoned = False
        self.sent_at: float | None = None
        self.cut = self._manner not in FINISHING
        self.reusable = False

    async def run(self) -> None:
        """Perform until the reply is complete, the client hangs up, or `end` is called."""
        performing = self._task = asyncio.create_task(self._perform())
        leaving = asyncio.create_task(self._connection.gone())
        try:
            await asyncio.wait({performing, leaving}, return_when=asyncio.FIRST_COMPLETED)
            self.abandoned = not performing.done()
            if performing.done() and not performing.cancelled():
                await performing
                self.reusable = not self.cut
        except OSError:
            self.abandoned = True
        finally:
            for task in (performing, leaving):
                task.cancel()
                with suppress(asyncio.CancelledError, OSError):
                    await task

    @property
    def answered(self) -> str | None:
        """Return the id in the reply, None if none went out."""
        return None if self.status is None else self.reply.answered

    def end(self) -> None:
        """Break it off."""
        if self._task is not None:
            self._task.cancel()

    async def _perform(self) -> None:
        if self._step.after:
            await asyncio.sleep(self._step.after)
        line, body = self._connection, self.reply.body
        match self._manner:
            case "hang":
                await asyncio.Future()
            case "reset":
                line.reset()
            case "close":
                line.hang_up()
            case "whole":
                await self._send(self._head() + line.data(body) + line.end())
            case "truncate":
                await self._send(self._head() + line.data(body[: len(body) // 2]))
                line.hang_up()
            case "drip":
                await self._drip()
            case "endless":
                await self._pour()

    def _head(self, *, chunked: bool = False) -> bytes:
        headers = tuple(pair for pair in self.reply.headers if not (chunked and pair[0] == "content-length"))
        head = self._connection.head(self.reply.status, headers)
        self.status = self.reply.status
        return head

    async def _drip(self) -> None:
        line, body = self._connection, self.reply.body
        await self._send(self._head())
        size = max(1, -(-len(body) // DRIPS))
        for start in range(0, len(body), size):
            await asyncio.sleep(self._step.seconds * size / len(body))
            await self._send(line.data(body[start : start + size]))
        await self._send(line.end())

    async def _send(self, data: bytes) -> None:
        # Before it goes out: a client may be ahead of us from then on, and must not seem to be hasty.
        if data:
            self.sent_at = time.monotonic()
            await self._connection.write(data)

    async def _pour(self) -> None:
        line = self._connection
        await line.write(self._head(chunked=True))
        for _ in range(MAX_ENDLESS // len(_FILLER)):
            await line.write(line.data(_FILLER))
        line.hang_up()
