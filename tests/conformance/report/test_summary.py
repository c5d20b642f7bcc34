import msgspec
import pytest

from sora_conformance.contract import Side
from sora_conformance.report.summary import NOT_IN_RUN, ExitCode, Result, Run, summarise
from sora_conformance.verdicts import Overlay, Verdict
from tests.conformance.report.support import CONTRACT, RUN, but, line, run, sound

FAIL = line("auth.scheme", Verdict.FAIL, "expected 200, found 401")
WARN = line("auth.challenge", Verdict.WARN, "expected a challenge, found none")
ERROR = line("error.shape", Verdict.ERROR, "the suite failed: KeyError")
UNCLEAR = line("character.keeping", Verdict.INCONCLUSIVE, "setup: answered 500")
SKIPPED = line("auth.scheme", Verdict.SKIP, "needs a second key")


def overlaid(line, overlay):
    return msgspec.structs.replace(line, overlay=overlay)


XPASS = overlaid(line("error.shape"), Overlay.XPASS)


def summary(lines, stale=(), facts=RUN):
    return summarise(CONTRACT, lines, facts, stale)


@pytest.mark.parametrize(
    ("lines", "stale", "result"),
    [
        (sound(), (), Result.CONFORMANT),
        (but(WARN), (), Result.CONFORMANT),
        (but(line("character.delete", Verdict.INFO, "taken the other way")), (), Result.CONFORMANT),
        (but(SKIPPED), (), Result.CONFORMANT),
        (but(FAIL), (), Result.NON_CONFORMANT),
        (but(overlaid(FAIL, Overlay.XFAIL)), (), Result.CONFORMANT),
        (but(overlaid(FAIL, Overlay.FLAKY)), (), Result.CONFORMANT),
        (but(XPASS), (), Result.STALE),
        (sound(), ("rule 'x'",), Result.STALE),
        (but(UNCLEAR), (), Result.INCONCLUSIVE),
        (but(line("auth.challenge", Verdict.INCONCLUSIVE, "a SHOULD")), (), Result.CONFORMANT),
        ([SKIPPED], (), Result.INCONCLUSIVE),
        ([], (), Result.INCONCLUSIVE),
        (but(ERROR), (), Result.ERROR),
        (but(ERROR, FAIL, UNCLEAR), ("rule 'x'",), Result.ERROR),
        (but(FAIL, UNCLEAR, XPASS), ("rule 'x'",), Result.NON_CONFORMANT),
        (but(UNCLEAR, XPASS), (), Result.STALE),
    ],
)
def test_the_result_is_the_first_that_applies_of_error_fail_stale_and_inconclusive(lines, stale, result):
    found = summary(lines, stale)

    assert (found.result, found.exit_code) == (result, result.exit_code)


@pytest.mark.parametrize(
    ("lines", "result"),
    [
        (but(UNCLEAR), Result.CONFORMANT),
        ([UNCLEAR], Result.INCONCLUSIVE),
        (but(UNCLEAR, line("error.shape", Verdict.FAIL, "no")), Result.NON_CONFORMANT),
    ],
)
def test_a_rule_that_did_not_come_up_by_chance_leaves_the_result_as_it_is(lines, result):
    assert summarise(CONTRACT, lines, RUN, by_chance=True).result is result


def test_the_exit_codes_are_those_that_are_promised():
    assert {code.name: int(code) for code in ExitCode} == {
        "CONFORMANT": 0,
        "NON_CONFORMANT": 1,
        "USAGE": 2,
        "ERROR": 3,
        "INCONCLUSIVE": 4,
        "STALE": 5,
    }


def test_one_case_that_fails_is_not_made_good_by_others_that_are_expected_to():
    lines = but(overlaid(FAIL, Overlay.XFAIL), msgspec.structs.replace(FAIL, case="another"))

    assert summary(lines).result is Result.NON_CONFORMANT


@pytest.mark.parametrize(
    ("lines", "partial"),
    [
        (sound(), False),
        (but(SKIPPED), True),
        ([line for line in sound() if line.rule != "error.shape"], True),
        (but(line("character.keeping", Verdict.SKIP, "an assumed MUST")), False),
        (but(line("auth.challenge", Verdict.SKIP, "a SHOULD")), False),
    ],
)
def test_it_is_partial_when_a_documented_must_was_not_judged(lines, partial):
    assert summary(lines).partial is partial


def test_what_counts_are_the_rules_of_the_side_under_test_that_a_case_can_judge():
    lines = but(WARN, SKIPPED)
    found = summary(lines)

    assert (found.testable, found.judged, found.passed) == (5, 4, 3)
    assert (found.reachable, found.achieved) == (0.8, 0.75)


def test_a_run_of_clients_counts_their_rules():
    found = summary([line("client.retry")], facts=run(side=Side.CLIENT))

    assert (found.testable, found.judged, found.result) == (1, 1, Result.CONFORMANT)


def test_without_a_judged_rule_the_shares_are_nought():
    assert (summary([]).reachable, summary([]).achieved) == (0, 0)


def test_rules_count_by_their_worst_case_and_cases_by_themselves():
    found = summary([line("auth.scheme", case="a"), msgspec.structs.replace(FAIL, case="b")])

    assert (found.rules[Verdict.FAIL], found.rules[Verdict.PASS]) == (1, 0)
    assert (found.cases[Verdict.FAIL], found.cases[Verdict.PASS]) == (1, 1)


def test_every_verdict_and_every_overlay_has_its_count():
    found = summary(but(overlaid(FAIL, Overlay.XFAIL)))

    assert set(found.rules) == set(found.cases) == set(Verdict)
    assert found.overlays == {Overlay.XFAIL: 1, Overlay.XPASS: 0, Overlay.FLAKY: 0}


def test_rules_that_are_not_judged_stand_under_their_reason_the_commonest_first():
    lines = [
        line("auth.scheme", Verdict.SKIP, "needs a second key"),
        line("auth.challenge", Verdict.SKIP, "cost: burst"),
        line("error.shape", Verdict.SKIP, "cost: burst"),
        line("character.keeping"),
    ]
    found = summary(lines)

    assert [(group.reason, group.rules) for group in found.unjudged] == [
        ("cost: burst", ("auth.challenge", "error.shape")),
        ("needs a second key", ("auth.scheme",)),
        (NOT_IN_RUN, ("character.delete",)),
    ]


def test_a_rule_with_a_clear_and_an_unclear_case_is_not_judged_for_the_reason_of_the_latter():
    found = summary(but(line("character.keeping", case="a"), UNCLEAR))

    assert [group.reason for group in found.unjudged] == ["setup: answered 500"]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://me:secret@api.example.com:8443/v1/sora?key=secret#secret", "https://api.example.com:8443/v1/sora"),
        ("http://[::1]:8000/v1/sora", "http://[::1]:8000/v1/sora"),
        ("me:secret@api.example.com?secret", ""),
        ("http://[broken", ""),
    ],
)
def test_the_target_is_shown_without_user_query_and_fragment(given, shown):
    assert Run(target=given, dialect="guide", contract_version="1").target == shown
