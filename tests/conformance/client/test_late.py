"""Late: what comes when a case is over is still held against a client, if it is too much."""

import msgspec
import pytest

from sora_conformance.client.arrivals import Place
from sora_conformance.client.late import held_against, with_late
from sora_conformance.client.watch import Seen
from sora_conformance.contract import load
from sora_conformance.redacting import Redactor
from sora_conformance.verdicts import Line, Verdict
from tests.conformance.client.trying import arrival, case, failed, tried

RULE = load().rule("client.retry.invalid")
NOBODY = Redactor({})


def seen(*answers, **expect):
    return Seen(case=case(rule=RULE.id, **expect), tried=tried(*answers))


def line(verdict=Verdict.PASS, reason=None):
    return Line(case="a/case", rule=RULE.id, level=RULE.level, basis=RULE.basis, verdict=verdict, reason=reason)


def held(one, *, said=None):
    (whole,) = with_late([one], [arrival(9.0)]).values()
    return held_against(said or line(), RULE, whole, NOBODY, strict=False)


def test_a_request_too_many_is_held_against_its_case():
    found = held(seen(failed(), requests=1))
    assert found.verdict is Verdict.WARN
    assert found.reason == "expected 1 request, found 2, some of them after the call had ended"
    assert len(found.evidence) == 2


@pytest.mark.parametrize("allowed", [None, 2, (1, 20)])
def test_a_request_that_is_allowed_is_not(allowed):
    assert held(seen(failed(), requests=allowed)) == line()


def test_what_was_said_already_stays():
    said = line(Verdict.FAIL, "another reason")
    assert held(seen(failed(), requests=1), said=said) == said


def test_a_case_that_was_given_up_is_left_out():
    assert with_late([seen(None, requests=1)], [arrival(9.0)]) == {}


@pytest.mark.parametrize("changed", [{"case": "other"}, {"place": Place.BESIDE}, {"place": Place.PROXY}])
def test_what_is_of_no_case_is_left_out(changed):
    assert with_late([seen(failed(), requests=1)], [msgspec.structs.replace(arrival(9.0), **changed)]) == {}


def test_the_watch_sees_it_too():
    (whole,) = with_late([seen(failed())], [arrival(9.0)]).values()
    assert [one.at for one in whole.tried.arrivals] == [1.0, 9.0]
