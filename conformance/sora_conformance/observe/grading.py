"""Grading: what the figures of a drill are worth, as one letter with its reasons.

Owns the table of what is deducted for what, and why. A letter says how much a client costs others and its caller; it
is no verdict on a rule.
"""

from typing import Literal

import msgspec

from sora_conformance.report.words import counted, span

Grade = Literal["A", "B", "C", "D", "E", "F"]

FULL = 100
LEAST: tuple[tuple[int, Grade], ...] = ((FULL, "A"), (85, "B"), (70, "C"), (50, "D"), (30, "E"), (0, "F"))
"""The least points of each grade. Whatever is deducted, it is no A any more."""

MOST_TRIES = 10
"""How many tries of one call are within limits."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """The figures that are graded.

    `unfit` says why nothing can be said of the drill, if so. `left` are the disturbed calls that neither recovered nor
    were rightly given up; `slowest` is the longest recovery in seconds.
    """

    requests: int
    unfit: str | None = None
    early: int = 0
    repeated: int = 0
    after_success: int = 0
    duplicates: int = 0
    orphans: int = 0
    disturbed: int = 0
    recovered: int = 0
    left: int = 0
    slowest: float | None = None
    most_tries: int = 0
    at_once: tuple[int, int] = (0, 0)

    @property
    def endless(self) -> int:
        """Return by how many tries the longest call is beyond limits."""
        return max(0, self.most_tries - MOST_TRIES)

    @property
    def undiminished(self) -> int:
        """Return how many requests were under way at once after the first 429, where they were no fewer than before."""
        before, after = self.at_once
        return after if before > 1 and after >= before else 0


class Penalty(msgspec.Struct, frozen=True):
    """What is deducted for a figure: `points` for each, `most` in all. `one` and `many` tell it, and `why` it costs."""

    figure: str
    points: int
    most: int
    one: str
    many: str
    why: str


PENALTIES = (
    Penalty(
        "duplicates",
        20,
        60,
        "creation was done twice",
        "creations were done twice",
        "nobody has the id of the first of each",
    ),
    Penalty(
        "left",
        15,
        60,
        "disturbed call was given up",
        "disturbed calls were given up",
        "another try in time would have helped",
    ),
    Penalty(
        "early",
        8,
        40,
        "request came before the wait was over",
        "requests came before the wait was over",
        "it is refused for certain, and adds to the load that it is refused for",
    ),
    Penalty(
        "endless",
        5,
        30,
        f"try more than {MOST_TRIES} of one call",
        f"tries more than {MOST_TRIES} of one call",
        "somebody waits for a call that does not end",
    ),
    Penalty(
        "repeated",
        5,
        25,
        "refusal was answered with the same request",
        "refusals were answered with the same request",
        "it cannot succeed",
    ),
    Penalty(
        "after_success",
        15,
        45,
        "request was sent again after its success",
        "requests were sent again after their success",
        "it is done, and billed, twice",
    ),
    Penalty(
        "undiminished",
        10,
        10,
        "request was under way at once after the first 429, no fewer than before",
        "requests were under way at once after the first 429, no fewer than before",
        "the limit is met again at once",
    ),
    Penalty(
        "orphans",
        5,
        15,
        "creation never reached the client",
        "creations never reached the client",
        "nobody has the id; a caller that is told can at least know",
    ),
)
"""What is deducted, the dearest first: what cannot be undone, then what the caller suffers, then what others do."""


def graded(tally: Tally) -> tuple[Grade | None, tuple[str, ...]]:
    """Return the grade of a drill and the reasons for it, None where there is nothing to grade."""
    if tally.unfit is not None:
        return None, (f"Not graded: {tally.unfit}.",)
    if not tally.requests:
        return None, ("Not graded: 0 requests reached the mock.",)
    points, reasons = FULL, []
    for penalty in PENALTIES:
        count = getattr(tally, penalty.figure)
        if count:
            off = min(penalty.points * count, penalty.most)
            points -= off
            reasons.append(f"{counted(count, penalty.one, penalty.many)} (−{off}): {penalty.why}.")
    if not reasons and not tally.disturbed:
        return None, (f"Not graded: nothing was disturbed in {counted(tally.requests, 'request')}.",)
    if tally.recovered:
        slow = "" if tally.slowest is None else f", the slowest in {span(tally.slowest)}"
        reasons.append(f"{tally.recovered} of {counted(tally.disturbed, 'disturbed call')} recovered{slow}.")
    if points == FULL:
        reasons.append(f"0 of {counted(tally.requests, 'request')} were wasted, and nothing was lost or made twice.")
    return next(letter for least, letter in LEAST if max(points, 0) >= least), tuple(reasons)
