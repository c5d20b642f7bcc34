"""Exhibits of traffic: what only shows beside other requests, or in how long somebody waits for a reply.

Owns the rules on requests at once, on patience, and on connections. It is pure.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sora_conformance.client.arrivals import Arrival
from sora_conformance.observe.asked import End, due_after, end_of, keeps_open
from sora_conformance.observe.scene import Exhibit, Scene, Shown

AFTERMATH_SECONDS = 2.0
"""How long after a 429's wait is over requests are counted that are under way at once; later they may be more again."""

PATIENCE_SECONDS = 30.0
"""How long an answer may take that is waited for."""

PATIENCE_TOLERANCE = 0.5
"""By how much that may fall short: a client counts from when it began to connect."""

HANG_SECONDS = 120.0
"""How long a client may wait for a reply that never comes."""

IDLE_SECONDS = 4.0
"""How long a connection may stand idle for it to be used again: common clients let go of it after five."""

ENOUGH_CONNECTIONS = 3
"""How many times a connection has to be left unused for it to be a habit."""


def most_at_once(arrivals: Sequence[Arrival]) -> int:
    """Return how many of the requests were under way at once, at the most."""
    moments = sorted([(arrival.at, 1) for arrival in arrivals] + [(arrival.done, -1) for arrival in arrivals])
    most = now = 0
    for _, change in moments:
        now += change
        most = max(most, now)
    return most


def first_limited(arrivals: Sequence[Arrival]) -> Arrival | None:
    """Return the request that was the first to be told 429."""
    limited = (arrival for arrival in arrivals if end_of(arrival) is End.LIMITED)
    return min(limited, key=lambda arrival: arrival.done, default=None)


def before_and_after(scene: Scene) -> tuple[Sequence[Arrival], Sequence[Arrival]]:
    """Return the requests that began before the first 429 was told, and those that began in its aftermath."""
    first = first_limited(scene.arrivals)
    if first is None:
        return scene.arrivals, ()
    until = due_after(first) + AFTERMATH_SECONDS
    before = [arrival for arrival in scene.arrivals if arrival.at <= first.done]
    return before, [arrival for arrival in scene.arrivals if first.done < arrival.at <= until]


def _falls(scene: Scene) -> Iterator[Shown]:
    before, after = before_and_after(scene)
    earlier, later = most_at_once(before), most_at_once(after)
    if earlier < 2 or not after:
        return
    found = f"expected fewer requests at once after the first 429 than the {earlier} before, found {later}"
    yield Shown(after, [found] if later >= earlier else ())


def _read(scene: Scene) -> Iterator[Shown]:
    for call in scene.calls:
        for number, tried in enumerate(call.tries):
            if tried.status is not None:
                continue
            open_still = end_of(tried) is End.OPEN
            waited = (scene.traffic.finished if open_still else tried.done) - tried.at
            if tried.abandoned and not scene.by_exit(tried.done):
                yield Shown([tried])
            elif waited > HANG_SECONDS and not tried.abandoned:
                yield Shown(
                    [tried],
                    [
                        (
                            f"expected a reply that never comes to be given up within {HANG_SECONDS:g} s, "
                            f"found {scene.told(call, number)} waiting for {waited:.0f} s"
                        )
                    ],
                )


def _patience(scene: Scene) -> Iterator[Shown]:
    for call in scene.calls:
        for number, tried in enumerate(call.tries):
            waited = tried.done - tried.at
            if end_of(tried) is End.OPEN or tried.cut or (tried.abandoned and scene.by_exit(tried.done)):
                continue
            if waited >= PATIENCE_SECONDS - PATIENCE_TOLERANCE:
                yield Shown([tried])
            elif tried.abandoned and tried.status is None:
                found = f"given up after {waited:.1f} s (so it looks too where its caller cancelled it)"
                expected = f"expected {PATIENCE_SECONDS:g} s of waiting for an answer"
                yield Shown([tried], [f"{expected}, found {scene.told(call, number)} {found}"])


def _keep_alive(scene: Scene) -> Iterator[Shown]:
    used: set[int] = set()
    unused: list[tuple[Arrival, Arrival]] = []
    reused: list[tuple[Arrival, Arrival]] = []
    for earlier, later in pairwise(scene.arrivals):
        used.add(earlier.connection)
        if later.connection in used:
            reused.append((earlier, later))
        elif keeps_open(earlier) and earlier.done <= later.at < earlier.done + IDLE_SECONDS:
            unused.append((earlier, later))
    if reused:
        yield Shown(reused[0])
    elif len(unused) >= ENOUGH_CONNECTIONS:
        found = f"found a new one {len(unused)} times beside one that was kept open"
        yield Shown(unused[0], [f"expected successive requests on one connection, {found}"])


TRAFFIC: dict[str, Exhibit] = {
    "client.concurrency.falls": _falls,
    "client.timeout.read": _read,
    "client.timeout.patience": _patience,
    "client.request.keep-alive": _keep_alive,
}
"""The exhibits, by rule."""
