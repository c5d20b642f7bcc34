"""Logs: what has arrived for one case, and whether anything is still going on.

Owns the order of arrivals, the counting of what is under way, and the noticing of quiet. The stage's loop writes, the
judge's thread reads and waits; both may at any time. It must not know what a request is for.
"""

import math
import threading
import time

import msgspec

from sora_conformance.client.arrivals import KEPT_BODY, Arrival
from sora_conformance.client.performing import Performance

MAX_ARRIVALS = 1000
"""How many arrivals a log keeps; a client that sends more is not answered."""


class Log:
    """The arrivals of one case, or those that are nobody's."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._arrivals: list[Arrival] = []
        self._performing: dict[int, Performance] = {}
        self._last = time.monotonic()
        self._most = 0
        self._ended = False

    # -- for the judge -----------------------------------------------------------------------------------------------

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        """Return what has arrived so far, in the order in which it was there as a whole."""
        with self._changed:
            return tuple(self._arrivals)

    @property
    def under_way(self) -> int:
        """Return how many requests are being answered now."""
        with self._changed:
            return len(self._performing)

    @property
    def most_at_once(self) -> int:
        """Return how many requests have been under way at once."""
        with self._changed:
            return self._most

    def quiet_for(self, seconds: float) -> bool:
        """Tell whether nothing is under way, and nothing has begun or ended in the last seconds."""
        with self._changed:
            return self._quiet_since(self._last) >= seconds

    def wait_quiet(self, seconds: float, limit: float) -> bool:
        """Wait until it has been quiet for so many seconds from now on; False if it is not within `limit` seconds."""
        start = time.monotonic()
        with self._changed:
            while (quiet := self._quiet_since(max(start, self._last))) < seconds:
                rest = start + limit - time.monotonic()
                if rest <= 0:
                    return False
                self._changed.wait(rest if self._performing else min(rest, seconds - quiet))
        return True

    def wait_ended(self, limit: float) -> bool:
        """Wait until nothing is under way; False if it is not within `limit` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._performing, limit)

    def _quiet_since(self, instant: float) -> float:
        return -1.0 if self._performing else time.monotonic() - instant

    # -- for the stage -----------------------------------------------------------------------------------------------

    def write(self, arrival: Arrival) -> None:
        """Write down an arrival that needs no answer; its number is given to it."""
        with self._changed:
            self._put(arrival)
            self._changed.notify_all()

    def begin(self, arrival: Arrival, performance: Performance) -> int | None:
        """Write down an arrival that is to be answered; return its number, None if it is not to be answered after all.

        That is so when there are too many, and when the log has ended.
        """
        with self._changed:
            number = self._put(msgspec.structs.replace(arrival, done=math.inf))
            if number is not None:
                self._performing[number] = performance
                self._most = max(self._most, len(self._performing))
            self._changed.notify_all()
            return number

    def finish(self, number: int) -> None:
        """Write down how an answer has ended."""
        with self._changed:
            performance = self._performing.pop(number)
            self._last = time.monotonic()
            self._arrivals[number] = msgspec.structs.replace(
                self._arrivals[number],
                done=self._last if performance.sent_at is None or performance.abandoned else performance.sent_at,
                status=performance.status,
                answered=performance.answered,
                reply_headers=performance.reply.headers if performance.status is not None else (),
                reply_body=performance.reply.body[:KEPT_BODY] if performance.status is not None else b"",
                abandoned=performance.abandoned,
                cut=performance.cut and not performance.abandoned,
            )
            self._changed.notify_all()

    def end(self) -> None:
        """Take nothing more, and break off what is under way. Only for the loop's thread."""
        with self._changed:
            self._ended = True
            performing = tuple(self._performing.values())
        for performance in performing:
            performance.end()

    def _put(self, arrival: Arrival) -> int | None:
        self._last = time.monotonic()
        number = len(self._arrivals)
        if self._ended or number >= MAX_ARRIVALS:
            return None
        self._arrivals.append(msgspec.structs.replace(arrival, number=number))
        return number
