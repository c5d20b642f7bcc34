"""What replies to creations state of the limit, on servers that tell the truth and on others."""

import json

import pytest

import sora_mock
from sora_conformance.budget import Budget, Limits
from sora_conformance.contract import Cost, load
from sora_conformance.server.judge import Judge
from sora_conformance.server.probes_limit import PROBES
from sora_conformance.server.stage import Stage
from sora_conformance.target import MOCK_SOURCES, Target
from sora_conformance.wire import Wire
from tests.conformance.servers import answering


def lines(url, **about):
    target = Target(url=url, api_key="sk-first", sources=MOCK_SOURCES, **about)
    with Budget(Limits()) as budget, Wire(target, budget) as wire:
        judge = Judge(Stage(wire), load(), strict=False, allow=set(Cost))
        return {case.id: judge.judge(case) for case in PROBES.cases}, budget.spent("calls")


class Stating:
    """A server whose clock stands still, which states of the limit what `state` makes of the truth."""

    def __init__(self, state):
        self._state = state
        self.made = 0

    def answer(self, method, path, headers, body):
        url = json.loads(body).get("url", "")
        self.made += bool(url)
        status = 500 if "status=403" in url else 200 if url and "4,1" not in body.decode() else 400
        self.made -= status == 400 and bool(url)
        return status, dict(self._state(self.made)), json.dumps({"character_id": f"char_{self.made}"}).encode()


def stated(limit=60, remaining=None, reset="59s"):
    def state(made):
        left = limit - made if remaining is None else remaining(made)
        values = {"limit": limit, "remaining": left, "reset": reset}
        return {f"x-ratelimit-{word}-requests": str(value) for word, value in values.items()}

    return state


def verdicts(state):
    with answering(Stating(state).answer) as url:
        found, _ = lines(url)
    return {case.removeprefix("limit/headers/"): str(line.verdict) for case, line in found.items()}


def test_a_mock_tells_the_truth():
    with sora_mock.running() as sora:
        found, calls = lines(sora.base_url, mock=True)
    assert {line.verdict for line in found.values()} == {"PASS"}, found
    assert calls <= sum(case.price.calls for case in PROBES.cases)


def test_without_a_clock_the_course_of_a_minute_is_left_out():
    assert verdicts(stated()) == {"created": "PASS", "failed": "PASS", "refused": "PASS", "counted": "SKIP"}


UNTRUE = {
    "never-less": stated(remaining=lambda made: 59),
    "nothing-counted": stated(remaining=lambda made: 60),
    "counted-twice": stated(remaining=lambda made: 60 - 2 * made),
    "free-at-once": stated(reset="0s"),
    "without-unit": stated(reset="59"),
    "no-limit": stated(limit=0),
    "not-stated": lambda made: {},
    "limit-that-grows": lambda made: stated(limit=60 + made)(made),
}


@pytest.mark.parametrize("untrue", UNTRUE.values(), ids=UNTRUE.keys())
def test_what_is_untrue_is_found(untrue):
    found = verdicts(untrue)
    assert found["created"] == found["failed"] == "WARN"


def test_refused_requests_that_count_are_found():
    class Counting(Stating):
        def answer(self, *request):
            status, _, body = super().answer(*request)
            self.made += status == 400
            return status, dict(stated()(self.made)), body

    with answering(Counting(stated()).answer) as url:
        found, _ = lines(url)
    assert found["limit/headers/refused"].verdict == "WARN"
    assert found["limit/headers/created"].verdict == "PASS"


def test_a_server_that_makes_nothing_says_nothing_of_the_limit():
    with answering(lambda *_: (503, {}, b"")) as url:
        found, _ = lines(url)
    assert {line.verdict for line in found.values()} == {"INCONCLUSIVE", "SKIP"}


@pytest.mark.parametrize(
    "untrue", [stated(), stated(remaining=lambda made: 60), lambda made: {}], ids=["59s", "60", "none"]
)
def test_a_course_that_is_not_told_truly_is_found(untrue):
    class Timed(Stating):
        def answer(self, method, path, headers, body):
            # Its clock can be advanced, and nothing comes of it.
            return (200, {}, b"{}") if path.startswith("/_mock") else super().answer(method, path, headers, body)

    with answering(Timed(untrue).answer) as url:
        found, _ = lines(url, mock=True)
    assert found["limit/headers/counted"].verdict == "WARN"
