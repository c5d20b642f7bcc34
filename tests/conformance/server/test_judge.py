"""The judge: from findings to a verdict, and the reasons for which there is none."""

import pytest

from sora_conformance.budget import Budget, Limits, inconclusive
from sora_conformance.contract import Cost, load
from sora_conformance.exchanges import Exchange, Failure, Sent
from sora_conformance.server.cases import CLOCK, SECOND_KEY, Case
from sora_conformance.server.judge import SHOWN_EXCHANGES, Judge, not_run
from sora_conformance.server.stage import Stage
from sora_conformance.target import Target
from sora_conformance.verdicts import Verdict
from sora_conformance.wire import Wire
from tests.conformance.servers import answering, closed

DOCUMENTED, ASSUMED = "character.model.required", "request.content-type"


def case(run=lambda _: [], **changes):
    return Case(**{"id": "a/b", "rule": DOCUMENTED, "cost": Cost.FREE, "run": run, **changes})


@pytest.fixture
def judge_at():
    """Return a function that makes a judge of the server at an address."""
    wires = []

    def make(url="http://127.0.0.1:9/v1/sora", *, strict=False, allow=tuple(Cost), unfit=None):
        wires.append(Wire(Target(url=url, api_key="sk-secret", timeout=2), Budget(Limits())))
        return Judge(Stage(wires[-1]), load("guide"), strict=strict, allow=allow, unfit=unfit)

    yield make
    for wire in wires:
        wire.close()


def test_no_finding_is_a_pass(judge_at):
    line = judge_at().judge(case())
    assert (line.verdict, line.reason) == (Verdict.PASS, None)
    assert (line.case, line.rule, line.level, line.basis) == ("a/b", DOCUMENTED, "MUST", "documented")


def test_findings_are_the_reason(judge_at):
    line = judge_at().judge(case(lambda _: ["expected a", "expected b"]))
    assert (line.verdict, line.reason) == (Verdict.FAIL, "expected a; expected b")


def test_an_assumed_rule_fails_only_when_strict(judge_at):
    broken = case(lambda _: ["expected a"], rule=ASSUMED)
    assert judge_at().judge(broken).verdict is Verdict.WARN
    assert judge_at(strict=True).judge(broken).verdict is Verdict.FAIL


def test_keys_are_in_no_reason(judge_at):
    assert judge_at().judge(case(lambda _: ["found sk-secret"])).reason == "found $SORA_API_KEY"


def test_nothing_can_be_said_of_a_case_that_says_so(judge_at):
    def run(_):
        raise inconclusive("setup: no task")

    line = judge_at().judge(case(run))
    assert (line.verdict, line.reason) == (Verdict.INCONCLUSIVE, "setup: no task")


def test_a_mistake_of_the_suite_is_an_error(judge_at):
    line = judge_at().judge(case(lambda _: 1 / 0))
    assert line.verdict is Verdict.ERROR
    assert "ZeroDivisionError" in line.reason


def test_an_unfit_target_gets_no_verdict(judge_at):
    line = judge_at(unfit="target unavailable: gone").judge(case(lambda _: ["expected a"]))
    assert (line.verdict, line.reason) == (Verdict.INCONCLUSIVE, "target unavailable: gone")


def test_a_target_that_stops_answering_gets_no_verdict_from_then_on(judge_at):
    tried = []

    def run(stage):
        tried.append(1)
        return [str(stage.retrieve("task_a").failure)]

    judge = judge_at(closed())
    lines = [judge.judge(case(run)) for _ in range(3)]
    assert {line.verdict for line in lines} == {Verdict.INCONCLUSIVE}
    assert all(line.reason.startswith("target unavailable: it stopped answering") for line in lines)
    assert len(tried) == 1


def test_a_single_lost_reply_of_a_living_server_is_a_finding(judge_at):
    def run(stage):
        lost = Exchange(sent=Sent(method="GET", url="x"), failure=Failure.BROKEN)
        stage.wire.exchanges.append(lost)
        return ["expected a reply"]

    with answering(lambda *_: (404, {}, b"{}")) as url:
        assert judge_at(url).judge(case(run)).verdict is Verdict.FAIL


def test_evidence_is_bounded(judge_at):
    def run(stage):
        for number in range(40):
            stage.wire.exchanges.append(Exchange(sent=Sent(method="GET", url=f"http://x/{number}"), status=200))
        return ["expected a"]

    line = judge_at().judge(case(run))
    shown = [evidence.request.url for evidence in line.evidence]
    assert len(shown) == SHOWN_EXCHANGES
    assert (shown[0], shown[-1]) == ("http://x/0", "http://x/39")


def test_a_case_can_choose_its_evidence(judge_at):
    chosen = Exchange(sent=Sent(method="GET", url="http://x/chosen"), status=200)

    def run(stage):
        stage.wire.exchanges.append(Exchange(sent=Sent(method="GET", url="http://x/other"), status=200))
        stage.show([chosen])
        return []

    assert [evidence.request.url for evidence in judge_at().judge(case(run)).evidence] == ["http://x/chosen"]


BARE = Target(url="https://relay.example/v1/sora", api_key="sk-a", video_seconds=None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"cost": Cost.BURST}, "cost: burst calls are not allowed (--allow burst)"),
        ({"needs": frozenset({SECOND_KEY})}, "needs a second key"),
        ({"needs": frozenset({CLOCK})}, "needs a clock that can be advanced"),
        ({"needs": frozenset({"source avi"})}, "needs source avi"),
        ({"needs": frozenset({"the length of the source video"})}, "needs the length of the source video"),
        ({}, None),
    ],
)
def test_a_case_is_left_out_for_a_reason(changes, reason):
    assert not_run(case(**changes), BARE, {Cost.FREE}) == reason


def test_a_case_is_run_where_everything_is_given():
    given = Target(
        url="http://localhost/v1/sora",
        api_key="sk-a",
        second_api_key="sk-b",
        mock=True,
        sources={"avi": "http://x/a.avi"},
    )
    needs = frozenset({SECOND_KEY, CLOCK, "source avi", "the length of the source video"})
    assert not_run(case(needs=needs), given, {Cost.FREE}) is None
