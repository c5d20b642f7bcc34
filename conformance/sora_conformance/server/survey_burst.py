"""The survey of the rate limit: the rules that one burst speaks of, as cases.

Owns what the burst needs and costs. How it goes is told in `burst`.
"""

import msgspec

from sora_conformance.contract import Cost
from sora_conformance.server.burst import Burst
from sora_conformance.server.cases import SECOND_KEY, Case, Price
from sora_conformance.server.stage import Stage
from sora_conformance.server.survey import Sightings, Survey, survey_cases
from sora_conformance.server.watch import watch


def _explore(stage: Stage, seen: Sightings) -> None:
    """Make the burst; that the replies to it say what the guide says is seen nowhere else."""
    before = len(stage.wire.exchanges)
    try:
        Burst(stage, seen).run()
    finally:
        limited = [exchange for exchange in stage.wire.exchanges[before:] if exchange.status == 429]
        watch(limited, stage.target, seen)


BURST = Survey(
    name="burst",
    rules=(
        "limit.characters",
        "limit.allowance",
        "limit.account",
        "limit.generations",
        "limit.retry-after",
        "limit.retry-after.true",
        "limit.recovery",
        "limit.not-extended",
        "limit.window",
        "limit.refusals",
        "limit.failures",
        "error.message",
    ),
    explore=_explore,
    cost=Cost.BURST,
    price=Price(calls=140, characters=125, generations=1),
    needs=frozenset({"source video"}),
    alone=True,
)

_NEEDS = {"limit.account": SECOND_KEY, "limit.failures": "source private"}


def burst_cases() -> tuple[Case, ...]:
    """Return the cases of the burst; one whose rule needs more than the others is left out where that is wanting."""
    return tuple(
        msgspec.structs.replace(case, needs=case.needs | {_NEEDS[case.rule]}) if case.rule in _NEEDS else case
        for case in survey_cases(BURST)
    )
