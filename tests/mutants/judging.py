"""A variant before the judge: the cases that decide, tried on it.

Owns which cases those are. The layers that sample (schema, model) are left out: what they notice, a deterministic case
has to notice too.
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
from tests.mutants.mutant import App
from tests.mutants.serving import serving

SAMPLED = ("schema/", "model/")
CONTRACT = load("guide")


@cache
def deciding(*patterns: str) -> tuple[tuple[Case, ...], frozenset[str]]:
    """Return the deterministic cases of the rules that match, those that feed them, and the ids of the former."""
    choice = choose(all_cases(), CONTRACT, patterns)
    return tuple(case for case in choice.cases if not case.id.startswith(SAMPLED)), choice.told


def judged(app: App, *patterns: str, enough: Callable[[Line], bool] = lambda _: False) -> tuple[Line, ...]:
    """Return the lines of a variant, for the rules that match; no further case is tried after one that is `enough`."""
    cases, told = deciding(*patterns)
    lines = []
    with serving(app()) as url:
        target = known_mock(Target(url=url, api_key="sk-first", second_api_key="sk-second"))
        with Wire(target, Budget(Limits())) as wire:
            judge = Judge(Stage(wire), CONTRACT, strict=False, allow=tuple(Cost))
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
