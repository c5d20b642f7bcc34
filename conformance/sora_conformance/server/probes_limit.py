"""Probes of what replies to creations state of the rate limit.

Owns the cases that compare what is stated with what was done. None of them goes near the limit.
"""

from collections.abc import Callable
from functools import partial

from sora_conformance.budget import inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import CLOCK, Findings, Price
from sora_conformance.server.probe import Probes
from sora_conformance.server.quota import WINDOW, Quota, flaws, quota_of
from sora_conformance.server.stage import Stage, told

PROBES = Probes()

RULE = "limit.headers"
ATTEMPTS = 2
"""How often two replies are compared before they are found untrue: an earlier creation may cease to count between
them."""


SLACK = 5.0
"""How many seconds the course of a case may take besides what it waits."""


@PROBES(
    "limit/headers/created",
    RULE,
    cost=Cost.CHARACTER,
    price=Price(calls=2 * ATTEMPTS, characters=2 * ATTEMPTS),
    needs=("source video",),
    alone=True,
)
def created(stage: Stage) -> Findings:
    """A creation states what is left after it, one less than the creation before."""
    return _falling(stage, 1, lambda: _answered(stage.create(), 200))


@PROBES(
    "limit/headers/failed",
    RULE,
    cost=Cost.CHARACTER,
    price=Price(calls=2 * ATTEMPTS, characters=ATTEMPTS),
    needs=("source video", "source private"),
    alone=True,
)
def failed(stage: Stage) -> Findings:
    """A creation that fails in processing states what is left after it, too."""
    return _falling(stage, 1, lambda: _answered(stage.create(url=stage.source("private")), 500))


@PROBES(
    "limit/headers/refused",
    RULE,
    cost=Cost.CHARACTER,
    price=Price(calls=6 * ATTEMPTS, characters=3 * ATTEMPTS),
    needs=("source video",),
    alone=True,
)
def refused(stage: Stage) -> Findings:
    """A refused creation states what is left, no less than before it."""
    requests: tuple[Callable[[], Exchange], ...] = (
        partial(_nothing, stage),
        lambda: stage.create(timestamps="4,1", refusal="invalid_timestamps", param="timestamps"),
        lambda: stage.create_from(stage.unknown("task_", RULE), refusal="task_not_found"),
    )
    for request in requests:
        findings = _falling(stage, 0, partial(_refused, request))
        if findings:
            return findings
    return []


@PROBES(
    "limit/headers/counted",
    RULE,
    cost=Cost.CHARACTER,
    price=Price(calls=5, characters=2),
    needs=("source video", CLOCK),
    alone=True,
)
def counted(stage: Stage) -> Findings:
    """As creations are made and cease to count, the remainder falls and rises by exactly as many."""
    stage.wire.waiting.wait(WINDOW + 1)
    for wait, is_creation, used, reset in _COURSE:
        if wait:
            stage.wire.waiting.wait(wait)
        exchange = _answered(stage.create(), 200) if is_creation else _refused(partial(_nothing, stage))
        quota = quota_of(exchange)
        if quota is None:
            return flaws(exchange)
        if quota.used != used:
            return [f"expected {used} creations to be counted, found {_stated(quota)}"]
        # A reply may have taken a while, and a creation counts from its beginning.
        if not min(reset, reset - SLACK - exchange.seconds) <= quota.reset <= reset:
            return [f"expected all to be free again in {reset:g} s, found {_stated(quota)}"]
    return []


_COURSE = (
    (0.0, False, 0, 0.0),
    (0.0, True, 1, 60.0),
    (30.0, True, 2, 60.0),
    (31.0, False, 1, 29.0),
    (30.0, False, 0, 0.0),
)
"""How many seconds to wait, whether to make a character or to be refused, how many then count, and for how long."""


def _nothing(stage: Stage) -> Exchange:
    return stage.create(url=None, timestamps=None, refusal="missing_required_parameter")


def _falling(stage: Stage, by: int, request: Callable[[], Exchange]) -> list[str]:
    """Expect the remainder to be `by` less in the reply to a request than in one just before."""
    findings: list[str] = []
    for _ in range(ATTEMPTS):
        before, after = _answered(stage.create(), 200), request()
        findings = flaws(before) or flaws(after)
        first, second = quota_of(before), quota_of(after)
        if first is None or second is None:
            return findings
        findings = _compared(first, second, by)
        if not findings:
            break
    return findings


def _compared(first: Quota, second: Quota, by: int) -> list[str]:
    if second.limit != first.limit:
        return [f"expected the limit to stay, found {first.limit} and then {second.limit}"]
    if first.used < 1 or second.used < 1 or not second.reset:
        return [f"expected the creation just made to be counted, found {_stated(first)}, then {_stated(second)}"]
    if second.remaining != first.remaining - by:
        return [f"expected {by} less to be left, found {_stated(first)}, then {_stated(second)}"]
    return []


def _refused(request: Callable[[], Exchange]) -> Exchange:
    return _answered(request(), range(400, 500))


def _answered(exchange: Exchange, wanted: int | range) -> Exchange:
    """Return an exchange; raise NotJudged if it has not the status that the case needs."""
    statuses = (wanted,) if isinstance(wanted, int) else wanted
    if exchange.status not in statuses:
        raise inconclusive(f"setup: a creation was answered {told(exchange)}")
    return exchange


def _stated(quota: Quota | None) -> str:
    return "none" if quota is None else f"{quota.remaining} of {quota.limit} left, all in {quota.reset:g} s"
