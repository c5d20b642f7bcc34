"""The survey of the rate limit: the rules that one burst speaks of, as cases.

Owns what the burst needs and costs. How it goes is told in `burst`.
"""

import msgspec

from sora_conformance.contract import Cost
from sora_conformance.server.burst import Burst
from sora_conformance.server.cases import SECOND_KEY, Case, Price
from sora_conformance.server.survey import Survey, survey_cases

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
    ),
    explore=lambda stage, seen: Burst(stage, seen).run(),
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
