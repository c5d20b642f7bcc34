"""The clock: the only place that asks the machine for the time.

Owns the present instant, in milliseconds since the Unix epoch.
"""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> int:
        """Return the present instant in milliseconds since the Unix epoch."""
        ...


class SystemClock:
    """The machine's time, taken once and then counted steadily: it never runs backwards when somebody sets it."""

    def __init__(self) -> None:
        self._offset = time.time_ns() - time.monotonic_ns()

    def now(self) -> int:
        """Return the present instant."""
        return (self._offset + time.monotonic_ns()) // 1_000_000


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: int = 1_700_000_000_000) -> None:
        self._now = start

    def now(self) -> int:
        """Return the instant it stands at."""
        return self._now

    def advance(self, milliseconds: int) -> None:
        """Move it forward."""
        self._now += milliseconds
