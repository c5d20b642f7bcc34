"""Exhibits of tries: what is tried again, how often, and what must not be.

Owns the rules that a call's ends and its number of tries speak of. It is pure. When tries come is told elsewhere.
"""

from collections.abc import Callable, Iterator

from sora_conformance.client.arrivals import Arrival
from sora_conformance.observe.asked import SHORT_SECONDS, End, asked_by, due_after, end_of
from sora_conformance.observe.calls import REPEAT_SECONDS, Call
from sora_conformance.observe.exhibits_waits import early
from sora_conformance.observe.scene import Exhibit, Scene, Shown

MOST_TRIES = 10
"""How many tries of one call are within limits."""

_UNAVAILABLE = frozenset({502, 503, 504})


def _tried_again(
    concerns: Callable[[Call], bool], struck: Callable[[Arrival], bool], name: str
) -> Callable[[Scene], Iterator[Shown]]:
    """Return the exhibit of what has to be tried again; that nothing ever was is what breaks the rule."""

    def exhibit(scene: Scene) -> Iterator[Shown]:
        given_up: list[tuple[Call, Arrival]] = []
        again = False
        for call in filter(concerns, scene.calls):
            for earlier, later in call.pairs:
                if struck(earlier):
                    again = True
                    yield Shown((earlier, later))
            if struck(last := call.tries[-1]) and len(call.tries) == 1 and scene.went_on(due_after(last)):
                given_up.append((call, last))
        if given_up and not again:
            call, last = given_up[0]
            times = "once" if len(given_up) == 1 else f"{len(given_up)} times"
            yield Shown(
                [arrival for _, arrival in given_up],
                [
                    (
                        f"expected {name} to be tried again, found it given up {times} and never tried again: "
                        f"{scene.told(call)} was answered {last.status}, and the command went on"
                    )
                ],
            )

    return exhibit


def _limited(arrival: Arrival) -> bool:
    asked = asked_by(arrival)
    return end_of(arrival) is End.LIMITED and (asked is None or asked.seconds <= SHORT_SECONDS)


def _unavailable_reply(arrival: Arrival) -> bool:
    asked = asked_by(arrival)
    return _is_unavailable(arrival) and (asked is None or asked.seconds <= SHORT_SECONDS)


def _is_unavailable(arrival: Arrival) -> bool:
    return end_of(arrival) is End.FAILED and arrival.status in _UNAVAILABLE


def _unavailable(scene: Scene) -> Iterator[Shown]:
    yield from _tried_again(lambda _call: True, _unavailable_reply, "what is answered 502, 503 or 504")(scene)
    for call in scene.calls:
        failed = [tried for tried in call.tries if _is_unavailable(tried)]
        if len(failed) > MOST_TRIES:
            yield Shown(failed, [_too_many(scene, call)])
        for number, (earlier, later) in enumerate(call.pairs):
            if _is_unavailable(earlier) and (asked := asked_by(earlier)) and asked.form != "garbage":
                yield Shown((earlier, later), early(scene, call, number))


def _bounded(scene: Scene) -> Iterator[Shown]:
    for call in scene.calls:
        # To look again and again is what waiting for an end is, whatever is answered meanwhile.
        if len(call.tries) > MOST_TRIES and call.tries[0].method != "GET":
            yield Shown(call.tries, [_too_many(scene, call)])
        elif len(call.tries) > 1 and call.end in {End.LIMITED, End.FAILED} and scene.went_on(due_after(call.tries[-1])):
            yield Shown(call.tries)


def _too_many(scene: Scene, call: Call) -> str:
    return f"expected at most {MOST_TRIES} tries, found {len(call.tries)} of {scene.told(call)}"


def _refused(*statuses: int, creates: bool = False) -> Callable[[Scene], Iterator[Shown]]:
    """Return the exhibit of what must not be sent again after some statuses."""

    def exhibit(scene: Scene) -> Iterator[Shown]:
        for call in scene.calls:
            if call.tries[0].method != "POST" or (creates and not call.creates):
                continue
            if not any(tried.status in statuses and end_of(tried) is End.REFUSED for tried in call.tries):
                continue
            findings = [
                f"expected {scene.told(call, number)}, answered {earlier.status}, not to be sent again, "
                f"found it sent {later.at - earlier.done:.2f} s later (two calls of the same within "
                f"{REPEAT_SECONDS:g} s on one connection look like this too)"
                for number, (earlier, later) in enumerate(call.pairs)
                if earlier.status in statuses and end_of(earlier) is End.REFUSED
            ]
            yield Shown(call.tries, findings)

    return exhibit


def _processing_failed(scene: Scene) -> Iterator[Shown]:
    for call in scene.calls:
        failed = [tried for tried in call.tries if call.creates and tried.status == 500 and end_of(tried) is End.FAILED]
        if failed:
            more = [
                f"expected one more try after a 500 at most, found {scene.told(call)} answered 500 {len(failed)} times"
            ]
            yield Shown(failed, more if len(failed) > 2 else ())


def _ambiguous(scene: Scene) -> Iterator[Shown]:
    for call in filter(lambda call: call.creates, scene.calls):
        again = [number for number, (earlier, _) in enumerate(call.pairs) if end_of(earlier) is End.LOST]
        for number in again:
            earlier, later = call.tries[number], call.tries[number + 1]
            yield Shown(
                (earlier, later),
                [
                    (
                        f"expected {scene.told(call, number)}, whose reply {how_lost(earlier)}, not to be sent again, "
                        f"found it sent {later.at - earlier.done:.2f} s later: it may have been done"
                    )
                ],
            )
        if not again and call.end is End.LOST:
            yield Shown(call.tries)


def how_lost(arrival: Arrival) -> str:
    """Return in words how a reply came not to be whole."""
    if arrival.abandoned:
        return f"was given up after {arrival.done - arrival.at:.1f} s"
    return "was 408" if arrival.status == 408 and not arrival.cut else "was broken off"


def _once(scene: Scene) -> Iterator[Shown]:
    for call in scene.calls:
        first = call.tries[0]
        if end_of(first) is not End.DONE or not first.header("idempotency-key"):
            continue
        again = f"expected one request, found {len(call.tries)} of {scene.told(call)}, which had succeeded"
        yield Shown(call.tries, [again] if len(call.tries) > 1 else ())


TRIES: dict[str, Exhibit] = {
    "client.retry.rate-limited": _tried_again(lambda call: call.creates, _limited, "a creation answered 429"),
    "client.retry.generations": _tried_again(
        lambda call: call.operation == "createGeneration", _limited, "a generation answered 429"
    ),
    "client.retry.unavailable": _unavailable,
    "client.retry.bounded": _bounded,
    "client.retry.invalid": _refused(400),
    "client.retry.unauthorized": _refused(401, 403),
    "client.retry.unknown-task": _refused(404, creates=True),
    "client.retry.processing-failed": _processing_failed,
    "client.retry.ambiguous": _ambiguous,
    "client.request.once": _once,
}
"""The exhibits, by rule."""
