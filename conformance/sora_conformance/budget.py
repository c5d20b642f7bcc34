"""The budget of a run: how much it may call and make, and how much of that is spent.

Owns the counting, so that no run goes one call beyond what it was allowed, and the reasons for which a case cannot be
judged. Several threads and processes may share one budget through a file.
"""

import sqlite3
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from sora_conformance.verdicts import Verdict

CALLS, CHARACTERS, GENERATIONS = "calls", "characters", "generations"
"""The names of what is counted."""


class NotJudged(BaseException):
    """Ends a case that cannot be judged, with the verdict that this amounts to.

    It is no Exception, because it has to pass unhindered through libraries that take any exception for a finding.
    """

    def __init__(self, verdict: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.verdict = verdict
        self.reason = reason


def inconclusive(reason: str) -> NotJudged:
    """Return what to raise when a case was tried and nothing can be said."""
    return NotJudged(Verdict.INCONCLUSIVE, reason)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The most that a run may call and make; None is without limit."""

    calls: int | None = None
    characters: int | None = None
    generations: int | None = None


class Budget:
    """Counts what is spent. What a call may make is reserved before it and settled after it.

    `file` is shared with other processes of the run; without it the budget is this process's own.
    """

    def __init__(self, limits: Limits, *, file: Path | None = None) -> None:
        self.limits = limits
        self._lock = threading.Lock()
        self._db = sqlite3.connect(file or ":memory:", check_same_thread=False, isolation_level=None, timeout=30)
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("CREATE TABLE IF NOT EXISTS spent (name TEXT PRIMARY KEY, made INTEGER, held INTEGER)")
        for name in (CALLS, CHARACTERS, GENERATIONS):
            self._db.execute("INSERT OR IGNORE INTO spent VALUES (?, 0, 0)", (name,))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def spent(self, name: str) -> int:
        """Return how many calls, characters or generations there have been."""
        with self._lock:
            made: int = self._db.execute("SELECT made FROM spent WHERE name = ?", (name,)).fetchone()[0]
            return made

    def call(self) -> None:
        """Count a call that is about to be made; raise NotJudged if it would be one too many."""
        self._take(CALLS, "made = made + 1", "made < :limit")

    def reserve(self, name: str) -> None:
        """Hold back one of what a call is expected to make; raise NotJudged if that would be one too many."""
        self._take(name, "held = held + 1", "made + held < :limit")

    def check_free(self, name: str) -> None:
        """Raise NotJudged if something was made against all expectation, and another would be beyond the limit.

        A request that has to be refused costs nothing on a sound server, so that it needs no budget; on one that has
        shown that it refuses nothing, it does.
        """
        self._take(name, "held = held", "made = 0 OR made + held < :limit")

    def settle(self, name: str, *, reserved: bool, made: bool) -> None:
        """Count what a call has made, and give back what was held for it."""
        with self._lock:
            self._db.execute("UPDATE spent SET made = made + ?, held = held - ? WHERE name = ?", (made, reserved, name))

    def _take(self, name: str, change: str, condition: str) -> None:
        limit = getattr(self.limits, name)
        if limit is None:
            limit = 2**62
        with self._lock:
            done = self._db.execute(
                f"UPDATE spent SET {change} WHERE name = :name AND ({condition})",  # noqa: S608 - words of this module
                {"name": name, "limit": limit},
            )
            if done.rowcount == 0:
                raise inconclusive(f"budget: the run may make at most {limit} {name}")
