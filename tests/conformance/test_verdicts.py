"""What a broken rule amounts to, and which verdict outranks which."""

import pytest

from sora_conformance.contract import Basis, Level, load
from sora_conformance.verdicts import Line, Overlay, Verdict, breach, by_rule, worst

CONTRACT = load("guide")


def rule(level, basis):
    return next(rule for rule in CONTRACT.rules if rule.level == level and rule.basis == basis)


def line(rule, verdict, case="a/b", overlay=None):
    return Line(case=case, rule=rule.id, level=rule.level, basis=rule.basis, verdict=verdict, overlay=overlay)


@pytest.mark.parametrize(
    ("level", "basis", "lenient", "strict"),
    [
        (Level.MUST, Basis.DOCUMENTED, Verdict.FAIL, Verdict.FAIL),
        (Level.MUST, Basis.PROTOCOL, Verdict.FAIL, Verdict.FAIL),
        (Level.MUST, Basis.IMPLIED, Verdict.WARN, Verdict.FAIL),
        (Level.MUST, Basis.ASSUMED, Verdict.WARN, Verdict.FAIL),
        (Level.SHOULD, Basis.DOCUMENTED, Verdict.WARN, Verdict.WARN),
        (Level.SHOULD, Basis.ASSUMED, Verdict.WARN, Verdict.WARN),
        (Level.MAY, Basis.ASSUMED, Verdict.INFO, Verdict.INFO),
    ],
)
def test_a_breach_amounts_to_what_level_and_basis_say(level, basis, lenient, strict):
    assert breach(rule(level, basis), strict=False) is lenient
    assert breach(rule(level, basis), strict=True) is strict


def test_the_worst_verdict_outranks_the_others():
    assert worst([Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.SKIP]) is Verdict.FAIL
    assert worst([Verdict.PASS, Verdict.SKIP]) is Verdict.PASS
    assert worst([Verdict.PASS, Verdict.INCONCLUSIVE]) is Verdict.INCONCLUSIVE


def test_of_nothing_there_is_no_verdict():
    assert worst([]) is Verdict.NOT_APPLICABLE


def test_a_rule_has_the_worst_verdict_of_its_cases():
    one = rule(Level.MUST, Basis.DOCUMENTED)
    (found,) = by_rule(CONTRACT.rules, [line(one, Verdict.PASS, "a/a"), line(one, Verdict.FAIL, "a/b")])
    assert (found.rule, found.verdict, len(found.lines)) == (one, Verdict.FAIL, 2)


def test_rules_without_a_line_have_no_verdict():
    assert by_rule(CONTRACT.rules, []) == ()


def test_a_rule_is_excused_when_all_its_deviations_were_expected():
    one = rule(Level.MUST, Basis.DOCUMENTED)
    expected = line(one, Verdict.FAIL, "a/a", Overlay.XFAIL)
    (found,) = by_rule(CONTRACT.rules, [expected, line(one, Verdict.PASS)])
    assert found.excused
    (found,) = by_rule(CONTRACT.rules, [expected, line(one, Verdict.FAIL)])
    assert not found.excused
