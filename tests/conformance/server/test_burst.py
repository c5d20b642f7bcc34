"""The burst, on limits of many kinds."""

import pytest

import sora_mock
from sora_conformance.budget import Budget, Limits, NotJudged
from sora_conformance.contract import Cost, load
from sora_conformance.exchanges import Exchange, Failure, Sent
from sora_conformance.server.burst import Burst
from sora_conformance.server.judge import Judge
from sora_conformance.server.stage import Stage
from sora_conformance.server.survey import Sightings
from sora_conformance.server.survey_burst import BURST, burst_cases
from sora_conformance.target import MOCK_SOURCES, Target
from sora_conformance.wire import Wire
from tests.conformance.server.limiters import Limiter, fixed, limited, sliding, verdicts

# All these stubs have one limit for all accounts.
SHARED = {"account": "WARN"}
SOUND = {rule.removeprefix("limit."): "PASS" for rule in BURST.rules if rule.startswith("limit.")} | SHARED


def with_(**changes):
    return SOUND | {name.replace("_", "-"): verdict for name, verdict in changes.items()}


def test_a_mock_keeps_every_rule_within_the_price():
    with sora_mock.running() as sora:
        target = Target(url=sora.base_url, api_key="sk-a", second_api_key="sk-b", sources=MOCK_SOURCES, mock=True)
        with Budget(Limits()) as budget, Wire(target, budget) as wire:
            judge = Judge(Stage(wire), load(), strict=False, allow=set(Cost))
            lines = [judge.judge(case) for case in burst_cases()]
            assert {line.verdict for line in lines} == {"PASS"}, lines
            assert budget.spent("calls") <= BURST.price.calls
            assert budget.spent("characters") <= BURST.price.characters
            assert budget.spent("generations") <= BURST.price.generations


def test_a_sliding_window_of_another_server_is_just_as_good():
    assert verdicts(Limiter(sliding(60))) == SOUND


def test_a_higher_tier_is_no_deviation():
    assert verdicts(Limiter(sliding(120), stated=120)) == SOUND


def test_a_limit_of_ten_is_too_low_and_otherwise_kept():
    found = verdicts(Limiter(sliding(10)))
    assert found == with_(allowance="WARN", window="WARN", refusals="INCONCLUSIVE", failures="INCONCLUSIVE")


def test_where_nothing_is_limited_only_that_can_be_said():
    found = verdicts(Limiter(lambda *_: None))
    assert found.pop("characters") == "FAIL"
    assert found.pop("allowance") == "PASS"
    assert found.pop("window") == "WARN"
    assert set(found.values()) == {"INCONCLUSIVE"}


def test_where_nothing_is_let_through_no_limit_is_reached():
    limiter = Limiter(lambda *_: 7)
    found = verdicts(limiter)
    assert {rule: verdict for rule, verdict in found.items() if verdict != "INCONCLUSIVE"} == {
        "allowance": "WARN",
        "recovery": "FAIL",
        "retry-after": "PASS",
        "retry-after.true": "WARN",
    }
    assert limiter.allowed == []


@pytest.mark.parametrize("offset", [5, 20, 35, 50])
def test_windows_that_follow_the_calendar_only_do_not_slide(offset):
    found = verdicts(Limiter(fixed(60, offset=offset)))
    assert found["window"] == "WARN"
    assert found["characters"] == found["allowance"] == found["recovery"] == found["retry-after.true"] == "PASS"
    assert "WARN" not in {found["refusals"], found["failures"]}


def test_a_refusal_of_another_kind_is_no_429():
    found = verdicts(Limiter(sliding(60), failing=503))
    assert found["characters"] == "FAIL"
    assert found["allowance"] == "PASS"


def test_a_window_of_two_minutes_lets_the_account_recover_too_late():
    found = verdicts(Limiter(lambda allowed, now: 30 if sliding(60, 120.0)(allowed, now) else None))
    assert found["retry-after.true"] == "WARN"
    assert found["characters"] == found["recovery"] == "PASS"


def test_a_stated_limit_beyond_a_drill_is_not_gone_for():
    limiter = Limiter(sliding(300), stated=300)
    found = verdicts(limiter)
    assert len(limiter.allowed) == 40
    assert found["allowance"] == "PASS"
    assert found["characters"] == "INCONCLUSIVE"


def test_a_limit_that_counts_carelessly_is_overrun():
    calls = []

    def careless(allowed, now):
        """Let one creation in ten through whatever the limit says, once it has been used up before."""
        calls.append(now)
        wait = sliding(60)(allowed, now)
        return None if wait and now > 1110 and len(calls) % 2 else wait

    assert verdicts(Limiter(careless))["window"] == "WARN"


def test_without_a_clock_and_without_time_nothing_is_said():
    with limited(Limiter(sliding(60)), mock=False) as stage:
        judge = Judge(stage, load(), strict=False, allow=set(Cost))
        line = judge.judge(burst_cases()[0])
    assert line.verdict == "INCONCLUSIVE"
    assert "--max-wait" in line.reason


def test_what_a_case_needs_beyond_the_others_is_its_own():
    needs = {case.rule: case.needs for case in burst_cases()}
    assert needs.pop("limit.account") == {"source video", "a second key"}
    assert needs.pop("limit.failures") == {"source video", "source private"}
    assert set(needs.values()) == {frozenset({"source video"})}


def test_a_server_that_takes_a_minute_for_a_burst_is_not_blamed():
    with limited(Limiter(sliding(60))) as stage:
        seen = Sightings()
        burst = Burst(stage, seen)
        send = burst._drill.send

        def slowly(number, **fields):
            wave = send(number, **fields)
            burst._drill._start -= 40
            return wave

        burst._drill.send = slowly
        with pytest.raises(NotJudged, match="no burst"):
            burst.run()
    assert seen.of("limit.characters").exercised == 0


def test_a_creation_too_many_that_is_never_answered_says_nothing():
    limiter = Limiter(sliding(60))
    with limited(limiter) as stage:
        seen = Sightings()
        burst = Burst(stage, seen)
        silent = Exchange(sent=Sent(method="POST", url="http://localhost/"), failure=Failure.TIMEOUT)
        burst._drill.send_one_too_many = lambda: silent
        with pytest.raises(NotJudged, match="timeout"):
            burst.run()
    assert seen.of("limit.characters").exercised == 0
    assert seen.of("limit.allowance").exercised == 1
