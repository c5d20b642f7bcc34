"""A variant before the judge: the cases that decide, tried on it.

Owns which cases those are, in each dialect. The layers that sample (schema, model) are left out: what they notice, a
deterministic case has to notice too.
"""

from collections.abc import Callable, Iterable
from functools import cache

from sora_conformance.budget import Budget, Limits
from sora_conformance.contract import Cost, load
from sora_conformance.server.cases import Case
from sora_conformance.server.judge import Judge
from sora_conformance.server.layers import all_cases
from sora_conformance.server.plan import choose
from sora_conformance.server.preflight import known_mock
from sora_conformance.server.stage import Stage
from sora_conformance.target import Target
from sora_conformance.verdicts import DEVIATIONS, Line
from sora_conformance.wire import Wire
from sora_mock.dialects import guide, openai
from tests.mutants.mutant import App
from tests.mutants.serving import serving

FIRST, SECOND = "sk-first-account", "sk-second-account"
"""The keys of the accounts."""

SAMPLED = {"guide": ("schema/", "model/"), "openai": ()}
"""How the ids of cases begin that leave something to chance."""

BASES = {"guide": guide.BASE, "openai": openai.paths.BASE}
"""The path below which a mock answers each dialect."""

USUAL = {"guide": (), "openai": ("video.retrieve.own", "video.list.limit", "video.created", "video.remix.created")}
"""Rules whose cases make videos and look at them, so that the watch over all replies has something to look at."""

DEAR = {
    "guide": (),
    "openai": ("video/input-reference/data-url", "video/character/clip/", "protocol/http/", "request/complete"),
}
"""How the ids of cases begin that take long, and show nothing of rules but their own."""


@cache
def deciding(dialect: str, *patterns: str) -> tuple[tuple[Case, ...], frozenset[str]]:
    """Return the deterministic cases of the rules that match, those that feed them, and the ids of the former.

    Without patterns, these are all cases but the dear ones.
    """
    everything, contract = all_cases(dialect), load(dialect)
    told = choose(everything, contract, patterns).told if patterns else frozenset()
    chosen = choose(everything, contract, (*patterns, *USUAL[dialect]) if patterns else ()).cases
    cases = tuple(
        case
        for case in chosen
        if not case.id.startswith(SAMPLED[dialect]) and (case.id in told or not case.id.startswith(DEAR[dialect]))
    )
    return cases, told or frozenset(case.id for case in cases)


def judged(
    app: App, *patterns: str, dialect: str = "guide", enough: Callable[[Line], bool] = lambda _: False
) -> tuple[Line, ...]:
    """Return the lines of a variant, for the rules that match; no further case is tried after one that is `enough`."""
    cases, told = deciding(dialect, *patterns)
    lines = []
    with serving(app()) as url:
        base = url.removesuffix(BASES["guide"]) + BASES[dialect]
        target = known_mock(Target(url=base, api_key=FIRST, second_api_key=SECOND, dialect=dialect))
        with Wire(target, Budget(Limits())) as wire:
            judge = Judge(Stage(wire), load(dialect), strict=False, allow=tuple(Cost))
            for case in cases:
                line = judge.judge(case)
                if case.id in told:
                    lines.append(line)
                    if enough(line):
                        break
    return tuple(lines)


def deviant(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines that say that a server does not do what a rule says."""
    return tuple(line for line in lines if line.verdict in DEVIATIONS)
