"""The cases of generations, of keys and of HEAD: on our mock every one of them passes, whatever its pace."""

import pytest

import sora_mock
from sora_conformance.budget import Budget, Limits
from sora_conformance.contract import Cost, load
from sora_conformance.server import probes_auth, probes_content, probes_generation, probes_result, probes_task
from sora_conformance.server.judge import Judge
from sora_conformance.server.layers import all_cases
from sora_conformance.server.stage import PROPS as SHARED
from sora_conformance.server.stage import Stage
from sora_conformance.server.survey import survey_cases
from sora_conformance.server.survey_expiry import EXPIRY
from sora_conformance.server.survey_life import LIFE
from sora_conformance.server.survey_mentions import MENTIONS
from sora_conformance.server.table import table_cases
from sora_conformance.target import MOCK_SOURCES, Target
from sora_conformance.verdicts import Verdict
from sora_conformance.wire import Wire
from sora_mock.engine.policy import Policy, with_knobs
from sora_mock.settings import Settings

CONTRACT = load("guide")
SLOW = Settings(policy=with_knobs(Policy(), {"latency": "generation=30..180"}))
PROBES = (probes_auth, probes_generation, probes_task, probes_content, probes_result)
SURVEYS = (MENTIONS, LIFE, EXPIRY)


def is_mine(rule):
    return rule.startswith(("generation.", "auth.")) or rule == "protocol.head"


def cases():
    mine = {case.id for module in PROBES for case in module.PROBES.cases}
    mine |= {case.id for survey in SURVEYS for case in survey_cases(survey)}
    mine |= {case.id for case in table_cases() if case.id.startswith("generation/")}
    return [case for case in all_cases() if case.id in mine]


CASES = cases()


class Tried:
    """What came of the cases, and what each of them has called and made."""

    def __init__(self, settings=None):
        self.lines, self.spent = {}, {}
        with sora_mock.running(settings) as sora:
            target = Target(
                url=sora.base_url, api_key="sk-first", second_api_key="sk-second", sources=MOCK_SOURCES, mock=True
            )
            with Wire(target, Budget(Limits())) as wire:
                judge = Judge(Stage(wire), CONTRACT, strict=True, allow=frozenset(Cost))
                for case in CASES:
                    before = self._counts(wire)
                    self.lines[case.id] = judge.judge(case)
                    after = self._counts(wire)
                    self.spent[case.id] = [now - then for now, then in zip(after, before, strict=True)]

    @staticmethod
    def _counts(wire):
        return [wire.budget.spent(name) for name in ("calls", "characters", "generations")]

    @property
    def wanting(self):
        return [
            (line.case, line.verdict, line.reason) for line in self.lines.values() if line.verdict is not Verdict.PASS
        ]


@pytest.fixture(scope="module")
def tried():
    return Tried()


def test_every_case_passes_on_the_mock(tried):
    assert tried.wanting == []


def test_every_case_passes_where_tasks_take_minutes():
    assert Tried(SLOW).wanting == []


def test_no_case_goes_beyond_its_price(tried):
    dear = []
    for case in CASES:
        allowed = sum((SHARED[prop] for prop in case.props), case.price)
        # One look more at each shared thing, to see that it is still there.
        calls = allowed.calls + len(case.props)
        if any(
            spent > most
            for spent, most in zip(tried.spent[case.id], (calls, allowed.characters, allowed.generations), strict=True)
        ):
            dear.append((case.id, tried.spent[case.id], allowed))
    assert dear == []


def test_the_area_is_thrifty(tried):
    assert sum(calls for calls, _, _ in tried.spent.values()) <= 250


@pytest.mark.parametrize("rule", [rule.id for rule in CONTRACT.rules if is_mine(rule.id) and rule.untestable is None])
def test_every_rule_of_the_area_has_a_case(rule):
    assert rule in {case.rule for case in CASES}
