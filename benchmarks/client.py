"""A small HTTP client that keeps many connections busy: where `wrk` is missing, or an exact number of calls is wanted.

Owns the sending and the checking. Each connection has one request on its way at a time; any answer but 200 ends all.
"""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import cast

import msgspec

from benchmarks.calls import Call
from benchmarks.plan import BenchmarkError

CONNECTIONS = 32
SPARE_SECONDS = 30.0
"""How much longer than planned a run may take."""

COUNT_SECONDS = 300.0
"""How long a run of so many calls may take."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What a load came to: answers, the seconds they took, and the waits for one answer in milliseconds."""

    answers: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.answers / self.seconds


def send(
    port: int,
    calls: Sequence[Call],
    *,
    count: int | None = None,
    seconds: float | None = None,
    connections: int = CONNECTIONS,
) -> Load:
    """Send the calls in turn, `count` of them in all or for so many `seconds`.

    Raises BenchmarkError unless every answer is 200, and whole, and in time.
    """
    requests = cycle([call.encode(port) for call in calls])
    run = _send(port, requests, count=count, seconds=seconds, connections=min(connections, count or connections))
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(run)
    except TimeoutError as error:
        raise BenchmarkError(f"port {port} did not answer in time") from error
    except OSError as error:
        raise BenchmarkError(f"port {port}: {error}") from error


def _loop_factory() -> "type[asyncio.AbstractEventLoop] | None":
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.Loop


async def _send(
    port: int, requests: Iterator[bytes], *, count: int | None, seconds: float | None, connections: int
) -> Load:
    loop = asyncio.get_running_loop()
    tally = _Tally(requests, count=count, ends=None if seconds is None else time.perf_counter() + seconds)
    async with asyncio.timeout(COUNT_SECONDS if seconds is None else seconds + SPARE_SECONDS):
        began = time.perf_counter()
        pairs = [
            await loop.create_connection(lambda: _Connection(tally), "127.0.0.1", port) for _ in range(connections)
        ]
        try:
            await asyncio.gather(*(connection.done for _, connection in pairs))
        finally:
            for transport, _ in pairs:
                transport.abort()
    waits = sorted(tally.waits)
    if not waits:
        raise BenchmarkError(f"port {port}: no call was answered")
    return Load(
        answers=len(waits),
        seconds=tally.last - began,
        p50_ms=waits[len(waits) // 2] * 1000,
        p99_ms=waits[len(waits) * 99 // 100] * 1000,
    )


class _Tally:
    """What the connections share: the requests still to be sent, and how long each answer took."""

    def __init__(self, requests: Iterator[bytes], *, count: int | None, ends: float | None) -> None:
        self.waits: list[float] = []
        self.last = 0.0
        self._requests = requests
        self._left = count
        self._ends = ends

    def next(self, now: float) -> bytes | None:
        """Return the next request, or None when it is enough."""
        if self._ends is not None and now >= self._ends:
            return None
        if self._left is not None:
            if not self._left:
                return None
            self._left -= 1
        return next(self._requests)

    def answered(self, wait: float, now: float) -> None:
        """Note an answer."""
        self.waits.append(wait)
        self.last = now


class _Connection(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, tally: _Tally) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tally = tally
        self._sent = 0.0
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's has the methods, but not the base
        self._next(time.perf_counter())

    def data_received(self, data: bytes) -> None:
        """Take in an answer; once it is whole and right, send the next request."""
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head < 0:
            return
        length = _LENGTH.search(self._received, 0, head)
        if not self._received.startswith(b"HTTP/1.1 200 ") or length is None:
            self._fail(f"expected 200 with a Content-Length, found {self._received[:500]!r}")
        elif len(self._received) >= head + 4 + int(length[1]):
            self._received = b""
            now = time.perf_counter()
            self._tally.answered(now - self._sent, now)
            self._next(now)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell when the server hung up before it was enough."""
        self._fail(f"the server hung up: {exc}")

    def _next(self, now: float) -> None:
        request = self._tally.next(now)
        if request is not None:
            self._sent = now
            self._transport.write(request)
        elif not self.done.done():
            self.done.set_result(None)

    def _fail(self, reason: str) -> None:
        if not self.done.done():
            self.done.set_exception(BenchmarkError(reason))
