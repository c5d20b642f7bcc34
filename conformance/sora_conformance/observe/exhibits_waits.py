"""Exhibits of waits: how long a client waits before it tries again.

Owns the rules that the time between two tries speaks of. It is pure. Whether there is another try at all is told
elsewhere.
"""

from collections.abc import Callable, Iterator
from itertools import groupby, pairwise

from sora_conformance.client.arrivals import Arrival
from sora_conformance.client.backoff import JITTER_SECONDS
from sora_conformance.client.expecting import EARLY_SECONDS
from sora_conformance.observe.asked import LONG_SECONDS, Asked, End, asked_by, due_after, end_of
from sora_conformance.observe.calls import Call
from sora_conformance.observe.scene import Exhibit, Scene, Shown

BUSY_SECONDS = 0.05
"""A wait that is shorter is none."""

GROWTH = 1.1
"""By which factor a wait has to be longer than the first to have grown, rather than to have been measured so."""

ENOUGH_WAITS = 3
"""How many waits that did not grow are hardly chance, where chance has a part in them."""

ENOUGH_CALLS = 5
"""How many calls have to wait equally long to do so without jitter, rather than by chance."""


def early(scene: Scene, call: Call, number: int) -> list[str]:
    """Say if the try after one came before the wait was over that had been asked for."""
    earlier, later = call.tries[number], call.tries[number + 1]
    asked = asked_by(earlier)
    if asked is None or later.at >= due_after(earlier) - EARLY_SECONDS:
        return []
    waited = later.at - earlier.done
    return [
        (
            f"expected a wait of {asked.seconds:g} s (Retry-After: {asked.text[:40]}) before "
            f"{scene.told(call, number + 1)}, found {waited:.2f} s"
        )
    ]


def _pairs(scene: Scene, *ends: End) -> Iterator[tuple[Call, int, Arrival, Arrival]]:
    for call in scene.calls:
        for number, (earlier, later) in enumerate(call.pairs):
            if end_of(earlier) in ends:
                yield call, number, earlier, later


def _kept(concerns: Callable[[Asked], bool]) -> Exhibit:
    """Return the exhibit of waits after a 429 that are asked for in a certain way."""

    def exhibit(scene: Scene) -> Iterator[Shown]:
        for call, number, earlier, later in _pairs(scene, End.LIMITED):
            asked = asked_by(earlier)
            if asked is not None and concerns(asked):
                yield Shown((earlier, later), early(scene, call, number))

    return exhibit


def _cap(scene: Scene) -> Iterator[Shown]:
    for call in scene.calls:
        for number, tried in enumerate(call.tries):
            asked = asked_by(tried)
            if asked is None or asked.seconds <= LONG_SECONDS:
                continue
            following = call.tries[number + 1 : number + 2]
            slept = [
                f"expected a wait of {asked.seconds:g} s to be reported rather than slept through, "
                f"found {scene.told(call, number + 1)} after {later.at - tried.done:.0f} s"
                for later in following
                if later.at >= due_after(tried) - EARLY_SECONDS
            ]
            yield Shown((tried, *following), slept)


def _garbage(scene: Scene) -> Iterator[Shown]:
    survived = False
    given_up: list[tuple[Call, Arrival]] = []
    for call in scene.calls:
        for number, tried in enumerate(call.tries):
            asked = asked_by(tried)
            if asked is None or asked.form != "garbage" or end_of(tried) is not End.LIMITED:
                continue
            if number + 1 == len(call.tries):
                given_up.append((call, tried))
                continue
            survived = True
            later = call.tries[number + 1]
            yield Shown((tried, later), _busy(scene, call, number, f"after Retry-After: {asked.text[:40]}"))
    others = any(_is_sound(earlier) for _, _, earlier, _ in _pairs(scene, End.LIMITED))
    if given_up and not survived and others and all(scene.went_on(tried.done) for _, tried in given_up):
        call, tried = given_up[0]
        text = (asked_by(tried) or Asked(form="garbage", text="", seconds=0)).text
        yield Shown(
            [tried],
            [f"expected 'Retry-After: {text[:40]}' to be survived, found {scene.told(call)} never tried again"],
        )


def _is_sound(arrival: Arrival) -> bool:
    asked = asked_by(arrival)
    return asked is None or asked.form != "garbage"


def _zero(scene: Scene) -> Iterator[Shown]:
    for call in scene.calls:
        zeros = [number for number, (earlier, _) in enumerate(call.pairs) if _asks_nothing(earlier)]
        at_once = [number for number in zeros if _busy(scene, call, number, "")]
        # Once at once is what was asked for; it takes two in a row to make a loop.
        loop = [number for number, following in pairwise(at_once) if following == number + 1]
        if loop:
            found = _busy(scene, call, loop[0] + 1, "between tries after Retry-After: 0")
            yield Shown(call.tries[loop[0] : loop[0] + 3], found)
        elif set(zeros) - set(at_once):
            yield Shown(call.tries)


def _asks_nothing(arrival: Arrival) -> bool:
    asked = asked_by(arrival)
    return asked is not None and asked.form == "seconds" and asked.seconds == 0


def _busy(scene: Scene, call: Call, number: int, why: str) -> list[str]:
    """Say if the try after one came at once."""
    earlier, later = call.tries[number], call.tries[number + 1]
    waited = later.at - earlier.done
    if waited >= BUSY_SECONDS - EARLY_SECONDS:
        return []
    return [f"expected a delay {why}, found {scene.told(call, number + 1)} after {waited:.3f} s"]


def _backoff(scene: Scene) -> Iterator[Shown]:
    # Whoever looks again and again for an end keeps a pace of its own.
    runs = [run for call in scene.calls if call.tries[0].method != "GET" for run in _own_waits(call)]
    long_runs = [run for run in runs if len(run) > 1]
    flat = [run for run in long_runs if max(_waits(run)[1:]) < _waits(run)[0] * GROWTH]
    later = sum(len(run) - 1 for run in flat)
    constant = [run for run in flat if max(_waits(run)) - min(_waits(run)) < JITTER_SECONDS]
    if flat and len(flat) == len(long_runs) and (constant or later >= ENOUGH_WAITS):
        run = (constant or flat)[0]
        shown = ", ".join(f"{wait:.2f}" for wait in _waits(run))
        call = next(call for call in scene.calls if any(tried is run[0][0] for tried in call.tries))
        found = [f"expected waits that grow from try to try, found {shown} s in {scene.told(call)}"]
        yield Shown([run[0][0], *(later for _, later in run)], found)
    else:
        yield from (Shown([run[0][0], *(later for _, later in run)]) for run in long_runs)
    firsts = [run[0] for run in runs if end_of(run[0][0]) is End.LIMITED]
    if len(firsts) >= ENOUGH_CALLS:
        waits = [later.at - earlier.done for earlier, later in firsts]
        spread = max(waits) - min(waits)
        equal = (
            f"expected calls that were refused to wait differently long, found {len(waits)} that all waited "
            f"{min(waits):.3f} to {max(waits):.3f} s"
        )
        yield Shown([later for _, later in firsts], [equal] if spread < JITTER_SECONDS else ())


def _own_waits(call: Call) -> Iterator[list[tuple[Arrival, Arrival]]]:
    """Yield the tries in a row between which the client waited as it chose itself."""

    def chosen(pair: tuple[Arrival, Arrival]) -> bool:
        return end_of(pair[0]) in {End.LIMITED, End.FAILED} and asked_by(pair[0]) is None

    for own, run in groupby(call.pairs, key=chosen):
        if own:
            yield list(run)


def _waits(run: list[tuple[Arrival, Arrival]]) -> list[float]:
    return [later.at - earlier.done for earlier, later in run]


WAITS: dict[str, Exhibit] = {
    "client.retry.retry-after": _kept(lambda asked: asked.form == "seconds" and asked.seconds > 0),
    "client.retry.retry-after-date": _kept(lambda asked: asked.form == "date"),
    "client.retry.retry-after-cap": _cap,
    "client.retry.retry-after-garbage": _garbage,
    "client.retry.retry-after-zero": _zero,
    "client.retry.backoff": _backoff,
}
"""The exhibits, by rule."""
