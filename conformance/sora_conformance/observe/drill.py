"""A drill: what a person wants to know at once of how a client came through disturbances.

Owns the figures: what was tried when, what was wasted, how long it took to recover, and what was made twice or lost.
It is pure, and knows no rules; what the figures are worth is `grading`'s.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from sora_conformance.client.arrivals import Arrival
from sora_conformance.client.expecting import EARLY_SECONDS
from sora_conformance.observe.asked import AGAIN, LONG_SECONDS, End, asked_by, due_after, end_of
from sora_conformance.observe.calls import Call
from sora_conformance.observe.exhibits_traffic import before_and_after, most_at_once
from sora_conformance.observe.grading import Grade, Tally, graded
from sora_conformance.observe.losses import Duplicate, duplicates_of, orphans_of
from sora_conformance.observe.scene import Scene
from sora_conformance.observe.traffic import Traffic

Waste = Literal["too early", "repeat of a refusal", "after a success"]
"""Why a request could do no good."""

Outcome = Literal["succeeded", "refused", "given up", "lost", "under way"]
"""How a call ended."""

_OUTCOMES: dict[End, Outcome] = {
    End.DONE: "succeeded",
    End.REFUSED: "refused",
    End.LIMITED: "given up",
    End.FAILED: "given up",
    End.LOST: "lost",
    End.OPEN: "under way",
}


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """One try. All times are in seconds, `began` and `ended` since the first request of the drill.

    `ended` is None while it is under way. `result` is how it ended, and `told` the same in a word: the status, or what
    became of the reply. `asked` is the wait that the reply asked for, None where it named none that can be read;
    `waited` how long it was until the next try, None where there was none. `waste` is why the try itself could do no
    good.
    """

    began: float
    ended: float | None
    status: int | None
    result: End
    told: str
    asked: float | None = None
    waited: float | None = None
    waste: Waste | None = None


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """One call. `disturbed` tells that a try failed, or was lost, that could have succeeded later.

    `recovery` is how many seconds it took from the end of the first such try to the success, None where there was
    none. `pardoned` is a call that was rightly given up: its creation may have been done, or the wait was too long, or
    the video is at fault.
    """

    number: int
    operation: str
    tries: tuple[Try, ...]
    outcome: Outcome
    disturbed: bool
    recovery: float | None = None
    pardoned: bool = False


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """The waits that replies asked for and that were followed by another try, and what was waited, in seconds."""

    number: int
    early: int
    asked_longest: float
    asked_total: float
    waited_longest: float
    waited_total: float


class Drill(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a drill.

    `requests` counts all, `by_status` by what came of them. Of the `disturbed` calls so many `recovered`; `recovery` is
    the longest, and `recovery_last` that of the last one. `orphans` are the ids of what was made and never reached the
    client, `duplicates` what it made again because no reply had told it of the first. `at_once` is how many requests
    were under way at once before the first 429, and soon after it. `grade` is None where there is nothing to grade.
    """

    scenario: str | None
    seconds: float
    calls: tuple[Played, ...]
    requests: int
    by_status: dict[str, int]
    wasted: dict[Waste, int]
    waits: Waits
    disturbed: int
    recovered: int
    recovery: float | None
    recovery_last: float | None
    duplicates: tuple[Duplicate, ...]
    orphans: tuple[str, ...]
    at_once: tuple[int, int]
    grade: Grade | None
    reasons: tuple[str, ...]


def drill(traffic: Traffic) -> Drill:
    """Return what came of a command's traffic, taken as a drill."""
    scene = Scene.of(traffic)
    start = scene.arrivals[0].at if scene.arrivals else traffic.began
    calls = tuple(_played(call, start) for call in scene.calls)
    tries = [tried for call in calls for tried in call.tries]
    wasted = Counter(tried.waste for tried in tries if tried.waste)
    disturbed = [call for call in calls if call.disturbed]
    recoveries = [call.recovery for call in disturbed if call.recovery is not None]
    duplicates, orphans = duplicates_of(traffic, scene.calls), orphans_of(traffic)
    before, after = before_and_after(scene)
    at_once = (most_at_once(before), most_at_once(after))
    grade, reasons = graded(
        Tally(
            requests=len(tries),
            unfit=None if traffic.ended.misdeed is None else traffic.ended.detail or traffic.ended.misdeed,
            early=wasted["too early"],
            repeated=wasted["repeat of a refusal"],
            after_success=wasted["after a success"],
            duplicates=len(duplicates),
            orphans=len(set(orphans) - {duplicate.id for duplicate in duplicates}),
            disturbed=len(disturbed),
            recovered=len(recoveries),
            left=sum(call.recovery is None and not call.pardoned for call in disturbed),
            slowest=max(recoveries, default=None),
            most_tries=max((len(call.tries) for call in calls), default=0),
            at_once=at_once,
        )
    )
    return Drill(
        scenario=traffic.scenario,
        seconds=round(max((tried.ended or tried.began for tried in tries), default=0.0), 3),
        calls=calls,
        requests=len(tries),
        by_status=dict(sorted(Counter(tried.told for tried in tries).items())),
        wasted=dict(sorted(wasted.items())),
        waits=_waits(scene.calls),
        disturbed=len(disturbed),
        recovered=len(recoveries),
        recovery=max(recoveries, default=None),
        recovery_last=disturbed[-1].recovery if disturbed else None,
        duplicates=duplicates,
        orphans=orphans,
        at_once=at_once,
        grade=grade,
        reasons=reasons,
    )


def _played(call: Call, start: float) -> Played:
    bad = [tried for tried in call.tries if end_of(tried) in AGAIN]
    done = call.end is End.DONE
    return Played(
        number=call.number,
        operation=call.operation or f"{call.tries[0].method} {call.tries[0].path}"[:40],
        tries=tuple(
            _tried(earlier, tried, later, start)
            for earlier, tried, later in zip((None, *call.tries), call.tries, (*call.tries[1:], None), strict=False)
        ),
        outcome=_OUTCOMES[call.end],
        disturbed=bool(bad),
        recovery=round(call.tries[-1].done - bad[0].done, 3) if bad and done else None,
        pardoned=_pardoned(call),
    )


def _tried(earlier: Arrival | None, tried: Arrival, later: Arrival | None, start: float) -> Try:
    result, asked = end_of(tried), asked_by(tried)
    return Try(
        began=round(tried.at - start, 3),
        ended=None if result is End.OPEN else round(tried.done - start, 3),
        status=tried.status,
        result=result,
        told=_told(tried),
        asked=None if asked is None or asked.form == "garbage" else asked.seconds,
        waited=None if later is None else round(later.at - tried.done, 3),
        waste=None if earlier is None else _waste(earlier, tried),
    )


def _told(tried: Arrival) -> str:
    result = end_of(tried)
    if result is End.OPEN:
        return "under way"
    if result is End.LOST and (tried.abandoned or tried.cut or tried.status is None):
        return "hung up" if tried.abandoned else "broken off"
    return str(tried.status)


def _waste(earlier: Arrival, tried: Arrival) -> Waste | None:
    match end_of(earlier):
        case End.REFUSED:
            return "repeat of a refusal"
        case End.DONE:
            return "after a success"
        case _:
            return "too early" if tried.at < due_after(earlier) - EARLY_SECONDS else None


def _pardoned(call: Call) -> bool:
    last = call.tries[-1]
    asked = asked_by(last)
    return (
        (call.end is End.LOST and last.method == "POST")
        or (call.creates and call.end is End.FAILED and last.status == 500)
        or (asked is not None and asked.seconds > LONG_SECONDS)
    )


def _waits(calls: Iterable[Call]) -> Waits:
    pairs = [
        (found.seconds, later.at - earlier.done)
        for call in calls
        for earlier, later in call.pairs
        if (found := asked_by(earlier)) and found.form != "garbage"
    ]
    asked, waited = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return Waits(
        number=len(pairs),
        early=sum(wait < wanted - EARLY_SECONDS for wanted, wait in pairs),
        asked_longest=_longest(asked),
        asked_total=round(sum(asked), 3),
        waited_longest=_longest(waited),
        waited_total=round(sum(waited), 3),
    )


def _longest(seconds: Sequence[float]) -> float:
    return round(max(seconds, default=0.0), 3)
