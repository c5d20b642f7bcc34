"""Judging: what came of a case becomes a verdict, and every reason for which there is none has words."""

from contextlib import nullcontext

import msgspec
import pytest

from sora_conformance.client import judging
from sora_conformance.client.adapter import AdapterFailed, Misdeed
from sora_conformance.client.judging import Judge, said
from sora_conformance.client.protocol import About, Greeting, HarnessError, Skipped, Unsupported
from sora_conformance.client.stage import Stage
from sora_conformance.contract import load
from sora_conformance.verdicts import Verdict
from tests.conformance.client.trying import KEY, arrival, case, failed, ok, tried

MUST = load("guide").rule("client.auth.bearer")
ASSUMED = load("guide").rule("client.reply.no-id")
GREETING = Greeting(protocol=1, client=About(name="c"), operations=("create_from_url",), capabilities=("single_try",))


@pytest.mark.parametrize(
    ("result", "verdict", "reason"),
    [
        (tried(HarnessError(id="c", message="oops")), Verdict.ERROR, "the adapter failed: oops"),
        (tried(HarnessError(id="c")), Verdict.ERROR, "the adapter failed: it says no more"),
        (tried(Unsupported(id="c")), Verdict.NOT_APPLICABLE, "the client cannot do what was asked for"),
        (tried(Skipped(id="c")), Verdict.SKIP, "the adapter leaves it out: it says no more"),
        (tried(Skipped(id="c", issue_url="u")), Verdict.SKIP, "the adapter leaves it out: u"),
        (tried(failed()), Verdict.FAIL, "expected the call to succeed, found error other (no class: )"),
        (tried(ok()), Verdict.PASS, None),
    ],
)
def test_what_came_of_a_case_is_said(result, verdict, reason):
    assert said(case(outcome="ok"), MUST, result, strict=False) == (verdict, reason)


def test_only_a_strict_run_fails_what_the_guide_does_not_state():
    asked, result = case(outcome="ok"), tried(failed())
    assert said(asked, ASSUMED, result, strict=False)[0] is Verdict.WARN
    assert said(asked, ASSUMED, result, strict=True)[0] is Verdict.FAIL


def test_what_was_not_exercised_is_not_passed():
    verdict, reason = said(case(keeps_key=True), MUST, tried(arrivals=[]), strict=False)
    assert (verdict, reason) == (Verdict.INCONCLUSIVE, "not exercised: the client sent nothing")
    short = tried(arrivals=[arrival(1), arrival(2), arrival(3)])
    assert said(case(growing=True), MUST, short, strict=False)[0] is Verdict.INCONCLUSIVE


class FakeProcesses:
    retired = None

    def lent(self, overlay, *, alone):
        self.overlay, self.alone = overlay, alone
        return nullcontext("adapter")

    def retire(self, adapter):
        self.retired = adapter


@pytest.fixture(scope="module")
def stage():
    with Stage() as open_stage:
        yield open_stage


@pytest.fixture
def processes():
    return FakeProcesses()


@pytest.fixture
def judge(stage, processes, monkeypatch):
    """Return a function that judges a case of which this comes."""

    def judged(outcome, asked=None):
        def attempt(*_):
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(judging, "attempt", attempt)
        judge = Judge(stage, processes, GREETING, strict=False, other_key="sk-canary-00")
        return judge.judge(asked or case(outcome="ok"), MUST)

    return judged


def test_a_failed_adapter_is_an_error_to_be_tried_again(judge):
    found = judge(AdapterFailed(Misdeed.DIED, f"it exited with 1 and {KEY}"))
    assert (found.line.verdict, found.failed) == (Verdict.ERROR, True)
    assert found.line.reason == "the adapter failed: died: it exited with 1 and $CANARY"


def test_what_this_machine_cannot_do_is_left_out(judge):
    assert judge(LookupError("no such address")).line.verdict is Verdict.SKIP


def test_a_case_says_nothing_of_a_client_that_declares_what_it_excludes(judge):
    line = judge(tried(), msgspec.structs.replace(case(), excludes=("single_try",))).line
    assert (line.verdict, line.reason) == (Verdict.NOT_APPLICABLE, "the client declares single_try")


@pytest.mark.parametrize("alone", [True, False])
def test_a_case_may_want_a_process_of_its_own(judge, processes, alone):
    judge(tried(), msgspec.structs.replace(case(), alone=alone))
    assert processes.alone is alone


def test_a_mistake_of_the_suite_is_an_error_that_says_where(judge):
    found = judge(ZeroDivisionError("oh")).line
    assert found.verdict is Verdict.ERROR
    assert found.reason.startswith("the suite failed: ZeroDivisionError: oh (")


def test_what_arrived_is_shown_without_the_key(judge):
    found = judge(tried(arrivals=[arrival(number=number) for number in range(20)])).line
    assert len(found.evidence) == 12
    assert found.evidence[0].request.headers["Authorization"] == "Bearer $CANARY"


def test_whoever_does_not_answer_is_lent_to_nobody_any_more(judge, processes):
    judge(tried(None))
    assert processes.retired == "adapter"


def test_the_file_of_the_authority_is_put_into_the_environment(judge, processes, stage):
    asked = case(outcome="ok")
    judge(tried(), msgspec.structs.replace(asked, env={"A": "{ca}"}))
    assert processes.overlay == {"A": str(stage.ca_file)}


def test_a_case_that_the_client_cannot_do_is_not_tried(judge):
    found = judge(ZeroDivisionError(), case({"op": "generate"}))
    assert (found.line.verdict, found.line.reason) == (Verdict.NOT_APPLICABLE, "the client has no generate")
