import pytest

from sora_conformance.budget import Budget, Limits
from sora_conformance.contract import Cost, Side, load
from sora_conformance.server.judge import Judge
from sora_conformance.server.layers import all_cases
from sora_conformance.server.plan import choose
from sora_conformance.server.preflight import known_mock
from sora_conformance.server.stage import Stage
from sora_conformance.target import Target
from sora_conformance.verdicts import DEVIATIONS, Verdict
from sora_conformance.wire import Wire
from sora_mock.dialects.guide import BASE as GUIDE
from sora_mock.dialects.relay import BASE
from tests.mutants.serving import serving
from tests.mutants_relay.benign import BENIGN
from tests.mutants_relay.mutants import MUTANTS

FIRST, SECOND = "sk-first-account", "sk-second-account"
CONTRACT = load("relay")
CASES = all_cases("relay")
RULES = {rule.id for rule in CONTRACT.rules if rule.side is Side.SERVER and rule.untestable is None}


def judged(app, cases, *, enough=lambda _: False):
    """Return the lines of a variant; no further case is tried after one that is `enough`."""
    lines = []
    with serving(app()) as url:
        base = url.removesuffix(GUIDE) + BASE
        target = known_mock(Target(url=base, api_key=FIRST, second_api_key=SECOND, dialect="relay"))
        with Wire(target, Budget(Limits())) as wire:
            judge = Judge(Stage(wire), CONTRACT, strict=False, allow=tuple(Cost))
            for case in cases:
                lines.append(judge.judge(case))
                if enough(lines[-1]):
                    break
    return lines


def test_every_rule_that_can_be_judged_has_a_mutant():
    assert {mutant.rule for mutant in MUTANTS} == RULES


def test_the_names_of_mutants_are_unique():
    names = [mutant.name for mutant in MUTANTS]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_broken_rule_is_noticed_by_its_own_verdict(mutant):
    choice = choose(CASES, CONTRACT, (mutant.rule,))
    lines = judged(
        mutant.app, choice.cases, enough=lambda line: line.rule == mutant.rule and line.verdict in DEVIATIONS
    )
    assert Verdict.ERROR not in {line.verdict for line in lines}, lines
    own = [line for line in lines if line.rule == mutant.rule]
    assert {line.verdict for line in own} & DEVIATIONS, [(line.case, line.verdict, line.reason) for line in own]


@pytest.mark.slow
@pytest.mark.parametrize("variant", BENIGN, ids=lambda variant: variant.name)
def test_a_harmless_variant_stays_green(variant):
    lines = judged(variant.app, [case for case in CASES if not case.id.startswith("protocol/http/")])
    said = [(line.case, line.verdict, line.reason) for line in lines if line.verdict is not Verdict.PASS]
    assert said == []
