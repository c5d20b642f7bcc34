"""Backoff: whether waits grow from try to try, and whether chance has a part in them.

Owns the telling of a habit from an accident: a client may draw its waits, and what a draw may well come to is not held
against it. It is pure.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import mean, variance

from sora_conformance.client.arrivals import Arrival

GROWTH = 1.2
"""By what factor waits grow at least from try to try."""

LEAST_SECONDS = 0.05
"""What is shorter is no wait, and what grows out of it is an accident."""

ERRORS = 3.0
"""By how many standard errors waits have to fall short of it. Of the clients that draw each wait between nothing and
twice the last bound, the widest draw there is, four calls show that in one run of four thousand."""

JITTER_SECONDS = 0.03
"""By how much waits differ at least where chance has a part in them."""

SHOWN = 6
"""How many waits are told."""

Waits = tuple[float, ...]


def waits_of(staged: Sequence[Arrival]) -> list[Waits]:
    """Return the waits of each call that was tried again; calls are told apart by their marks."""
    calls: dict[str | None, list[Arrival]] = defaultdict(list)
    for arrival in staged:
        calls[arrival.mark].append(arrival)
    waits = [tuple(later.at - earlier.done for earlier, later in pairwise(mine)) for mine in calls.values()]
    return [mine for mine in waits if mine]


def growth_shows(staged: Sequence[Arrival]) -> bool:
    """Tell whether calls wait often enough for their waits to grow."""
    return len(_longer(staged)) > 1


def growing(staged: Sequence[Arrival]) -> Iterator[str]:
    """Say that waits do not grow. Between the first and the last wait that all calls have, they have to."""
    calls = _longer(staged)
    if len(calls) < 2:
        return
    last = min(map(len, calls)) - 1
    wanted = GROWTH**last
    early, late = [max(waits[0], LEAST_SECONDS) * wanted for waits in calls], [waits[last] for waits in calls]
    error = float(((variance(early) + variance(late)) / len(calls)) ** 0.5)
    if mean(late) + ERRORS * error < mean(early):
        shown = ", ".join(f"{mean(waits[number] for waits in calls):.2f}" for number in range(last + 1))
        yield f"expected waits that grow, found {shown} s in the mean of {len(calls)} calls"


def pausing(staged: Sequence[Arrival]) -> Iterator[str]:
    """Say that there is hardly ever a wait between tries. One that is drawn from nothing may be none now and then."""
    waits = [wait for mine in waits_of(staged) for wait in mine]
    short = [wait for wait in waits if wait < LEAST_SECONDS]
    if 4 * len(short) > 3 * len(waits):
        shown = ", ".join(f"{wait:.3f}" for wait in waits[:SHOWN])
        yield f"expected waits between tries, found {shown} s"


def jittered(staged: Sequence[Arrival]) -> Iterator[str]:
    """Say that calls which were refused together wait equally long. Once may be an accident, mostly is none."""
    calls = waits_of(staged)
    tries = [
        [waits[number] for waits in calls if len(waits) > number] for number in range(max(map(len, calls), default=0))
    ]
    tries = [waits for waits in tries if len(waits) > 1]
    alike = [waits for waits in tries if max(waits) - min(waits) < JITTER_SECONDS]
    if 2 * len(alike) > len(tries):
        shown = ", ".join(f"{wait:.3f}" for wait in alike[0])
        yield f"expected calls that were refused at once to wait differently long, found {shown} s"


def _longer(staged: Sequence[Arrival]) -> list[Waits]:
    return [waits for waits in waits_of(staged) if len(waits) > 1]
