import msgspec

from sora_conformance.contract import load
from sora_conformance.observe.drill import drill
from sora_conformance.observe.moved import MOVED, TIMED, ungraded, without_waits
from sora_conformance.verdicts import Line, Verdict
from tests.conformance.observe.by_hand import traffic

LINE = Line(case="a", rule="client.retry.retry-after", level="MUST", basis="assumed", verdict=Verdict.FAIL, reason="no")


def but(**changes):
    return msgspec.structs.replace(LINE, **changes)


def test_the_rules_about_waits_are_rules():
    assert {rule.id for rule in load("guide").rules} >= TIMED


def test_nothing_is_said_of_waits():
    for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.WARN):
        (line,) = without_waits([but(verdict=verdict)])
        assert (line.verdict, line.reason) == (Verdict.INCONCLUSIVE, MOVED)


def test_all_else_stands():
    lines = (but(rule="client.auth.bearer"), but(verdict=Verdict.ERROR), but(verdict=Verdict.INCONCLUSIVE))
    assert without_waits(lines) == lines


def test_a_drill_has_no_grade():
    found = ungraded(drill(traffic()))
    assert (found.grade, found.reasons) == (None, (f"Not graded: {MOVED}.",))
