"""Moved time: what cannot be said of a command that moves the mock's time instead of waiting.

Owns which rules are about waits, and what takes the place of their verdicts. It is pure.
"""

from collections.abc import Iterable

import msgspec

from sora_conformance.observe.drill import Drill
from sora_conformance.observe.exhibits_waits import WAITS
from sora_conformance.report.summary import JUDGED
from sora_conformance.verdicts import Line, Verdict

TIMED = frozenset(WAITS) | {
    "client.concurrency.falls",
    "client.retry.unavailable",
    "client.timeout.patience",
    "client.timeout.read",
}
"""The rules that ask how long a client has waited."""

MOVED = "the command moved the mock's time, so that its waits are not those of the clock"
"""Why nothing is said of waits."""


def without_waits(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines with nothing said of the rules that are about waits."""
    return tuple(
        msgspec.structs.replace(line, verdict=Verdict.INCONCLUSIVE, reason=MOVED)
        if line.rule in TIMED and line.verdict in JUDGED
        else line
        for line in lines
    )


def ungraded(drill: Drill) -> Drill:
    """Return the drill without a grade."""
    return msgspec.structs.replace(drill, grade=None, reasons=(f"Not graded: {MOVED}.",))
