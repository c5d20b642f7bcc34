import base64
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_conformance.client.arrivals import Place
from sora_conformance.client.dialects import GUIDE
from sora_conformance.contract import Side, load
from sora_conformance.observe.judging import exhibits_of, judge_traffic
from tests.conformance.observe.by_hand import (
    KEY,
    ORIGIN,
    arrival,
    generation,
    headers,
    judged,
    lost,
    poll,
    traffic,
    verdict,
)

RULES = [rule.id for rule in load("guide").rules if rule.side is Side.CLIENT]
DATE = (("Retry-After", "Tue, 24 Nov 2026 10:00:05 GMT"), ("Date", "Tue, 24 Nov 2026 10:00:00 GMT"))


def other(number):
    return {"url": f"https://media.test/{number}.mp4"}


def row(*gaps, status=429, retry_after=None, begin=0.0, last=200, take=arrival, **how):
    """Tries of one call with some waits between them; the last one succeeds unless it is said."""
    at, some = begin, []
    for gap in gaps:
        some.append(take(at, status, retry_after=retry_after, **how))
        at = some[-1].done + gap
    return [*some, take(at, last, **how)]


def at_once(number, *, begin, status, took=1.0, **how):
    return [
        arrival(begin + one / 100, status, took=took, body=other(one), connection=one, **how) for one in range(number)
    ]


def three_connections(**how):
    return [arrival(one, body=other(one), connection=one, **how) for one in range(4)]


KEPT = {
    "retry.rate-limited": [*row(1.2, retry_after="1")],
    "retry.generations": [*row(1.2, retry_after="1", take=generation)],
    "retry.retry-after": [*row(2.0, retry_after="2")],
    "retry.retry-after-date": [arrival(0, 429, reply_headers=DATE), arrival(4.5)],
    "retry.retry-after-cap": [arrival(0, 429, retry_after="86400"), arrival(1, body=other(2))],
    "retry.retry-after-garbage": [*row(0.6, retry_after="soon")],
    "retry.retry-after-zero": [*row(0.4, 0.8, retry_after="0")],
    "retry.backoff": [*row(0.5, 1.1)],
    "retry.bounded": [*row(0.5, 1.1, last=429)],
    "retry.invalid": [arrival(0, 400), arrival(1, body=other(2))],
    "retry.unauthorized": [arrival(0, 401), arrival(1, body=other(2))],
    "retry.unknown-task": [arrival(0, 404)],
    "retry.processing-failed": [*row(1, status=500, last=500)],
    "retry.unavailable": [*row(1.2, status=503, retry_after="1")],
    "retry.ambiguous": [lost(0), arrival(1, body=other(2))],
    "request.once": [arrival(0, headers=headers(Idempotency_Key="k"))],
    "request.keep-alive": [arrival(0), arrival(1)],
    "request.no-listing": [arrival(0)],
    "concurrency.falls": [*at_once(4, begin=0, status=429), *at_once(2, begin=1.5, status=200)],
    "timeout.read": [lost(0, took=20, abandoned=True)],
    "timeout.patience": [arrival(0, took=31)],
    "mention.verbatim": [arrival(0, answered="char_x"), generation(1, body={"prompt": "@char_x walks"})],
    "body.unicode": [generation(0, body={"prompt": "Ein Löwe läuft über die 🌉"})],
    "auth.bearer": [arrival(0)],
    "auth.header-only": [arrival(0)],
    "auth.key-hidden": [arrival(0)],
    "base-url.prefix": [arrival(0)],
    "source.not-fetched": [arrival(0, body={"url": f"{ORIGIN}/v.mp4"})],
    "body.one-source": [arrival(0)],
    "body.timestamps-with-url": [arrival(0)],
    "body.timestamps-text": [arrival(0)],
    "body.model": [arrival(0), generation(1)],
    "body.clean": [arrival(0)],
    "body.json": [arrival(0)],
}
"""By rule, traffic that keeps it."""

NONE = headers(Authorization="Bearer None")
BROKEN = {
    "retry.rate-limited": ("FAIL", [arrival(0, 429, retry_after="1"), arrival(3, body=other(2))]),
    "retry.generations": ("WARN", [generation(0, 429), arrival(3)]),
    "retry.retry-after": ("FAIL", row(1.0, retry_after="2")),
    "retry.retry-after-date": ("WARN", [arrival(0, 429, reply_headers=DATE), arrival(2)]),
    "retry.retry-after-cap": ("WARN", row(90, retry_after="90")),
    "retry.retry-after-garbage": ("WARN", row(0.0, retry_after="soon")),
    "retry.retry-after-zero": ("WARN", row(0.0, 0.0, retry_after="0")),
    "retry.backoff": ("WARN", row(1.0, 1.0)),
    "retry.bounded": ("WARN", row(*[1.0] * 11)),
    "retry.invalid": ("WARN", row(1, status=400)),
    "retry.unauthorized": ("WARN", row(1, status=403)),
    "retry.unknown-task": ("WARN", row(1, status=404)),
    "retry.processing-failed": ("WARN", row(1, 1, status=500, last=500)),
    "retry.unavailable": ("WARN", row(0.2, status=503, retry_after="2")),
    "retry.ambiguous": ("WARN", [lost(0), arrival(1)]),
    "request.once": ("WARN", [arrival(at, headers=headers(Idempotency_Key="k")) for at in (0, 1)]),
    "request.keep-alive": ("INFO", three_connections()),
    "request.no-listing": ("WARN", [arrival(0, 404, method="GET")]),
    "concurrency.falls": ("WARN", [*at_once(4, begin=0, status=429), *at_once(4, begin=1.5, status=200)]),
    "timeout.read": ("FAIL", [lost(0, took=130)]),
    "timeout.patience": ("WARN", [lost(0, took=5, abandoned=True), arrival(9)]),
    "mention.verbatim": ("FAIL", [arrival(0, answered="char_x"), generation(1, body={"prompt": "A char_x walks"})]),
    "body.unicode": ("WARN", [generation(0, body={"prompt": "LÃ¶we"})]),
    "auth.bearer": ("FAIL", [arrival(0, headers=headers(Authorization=KEY))]),
    "auth.missing-key": ("WARN", [arrival(0, 401, headers=NONE)]),
    "auth.header-only": ("FAIL", [arrival(0, query=f"key={KEY}")]),
    "base-url.prefix": ("FAIL", [arrival(0, 404, path="/v1/sora//characters")]),
    "base-url.exclusive": ("WARN", [arrival(0, 502, place=Place.PROXY, path="https://api.openai.com/v1/sora")]),
    "body.timestamps-checked": ("WARN", [arrival(0, 400, body={"timestamps": "4,1"})]),
    "source.not-fetched": (
        "WARN",
        [arrival(0, body={"url": f"{ORIGIN}/v.mp4"}), arrival(1, method="GET", path="/v.mp4", body=b"")],
    ),
    "body.one-source": ("WARN", [arrival(0, 400, body={"from_task": "task_a"})]),
    "body.timestamps-with-url": ("FAIL", [arrival(0, 400, body={"timestamps": None})]),
    "body.timestamps-text": ("FAIL", [arrival(0, 400, body={"timestamps": "1-4"})]),
    "body.model": ("FAIL", [arrival(0, 400, body={"model": "sora-2"})]),
    "body.clean": ("WARN", [arrival(0, body={"notes": "x"})]),
    "body.json": ("FAIL", [arrival(0, 400, body=b"url=a")]),
}
"""By rule, traffic that breaks it, and what is said of it."""


@pytest.mark.parametrize("rule", KEPT)
def test_a_rule_that_is_exercised_and_kept_passes(rule):
    line = judged(*KEPT[rule])[f"client.{rule}"]
    assert (line.verdict.value, line.reason) == ("PASS", None)


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_that_is_broken_is_found(rule):
    expected, some = BROKEN[rule]
    line = judged(*some)[f"client.{rule}"]
    assert line.verdict.value == expected, line.reason
    assert "expected" in line.reason or "found" in line.reason or "with the key" in line.reason
    assert line.evidence
    assert KEY not in repr(line)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_traffic_does_not_come_upon_says_what_would_have_shown_it(rule):
    line = judged(arrival(0, method="GET", path="/v1/other", place=Place.ELSEWHERE, body=b""))[rule]
    if line.verdict != "PASS":
        assert line.verdict == "INCONCLUSIVE"
        assert line.reason.startswith("not exercised: ")
    assert judged()[rule].reason == "not exercised: the command sent nothing to the mock"


@pytest.mark.parametrize("rule", ["retry.backoff", "retry.bounded"])
def test_who_looks_at_an_even_pace_for_an_end_is_not_blamed(rule):
    looks = [poll(number, 500) for number in range(12)]
    assert verdict(rule, *looks, poll(12)) in {"PASS", "INCONCLUSIVE"}


def test_every_exhibit_is_of_a_rule_and_is_tried_broken_here():
    exhibits = set(exhibits_of(GUIDE))
    assert exhibits <= set(RULES)
    told_otherwise = {"client.auth.key-hidden"}
    assert exhibits - told_otherwise == {f"client.{rule}" for rule in BROKEN}


def test_lines_have_names_and_are_those_of_the_patterns():
    lines = judge_traffic(traffic(arrival()), strict=False, patterns=("client.retry.retry-after",))
    assert [line.case for line in lines] == ["traffic/retry/retry-after"]
    assert set(judged()) == set(RULES)


def test_strict_makes_a_failure_of_every_must():
    assert judged(*row(1, status=400), strict=True)["client.retry.invalid"].verdict == "FAIL"


def test_a_command_that_did_not_end_well_is_not_judged():
    line = judged(arrival(), misdeed="flood", detail="it sent 10000 requests")["client.auth.bearer"]
    assert (line.verdict.value, line.reason) == ("ERROR", "it sent 10000 requests")


def test_a_key_in_the_output_is_found():
    line = judged(arrival(), leaked=("stderr",))["client.auth.key-hidden"]
    assert (line.verdict.value, line.reason) == (
        "WARN",
        "expected no key in what the command prints, found it on stderr",
    )


def test_a_finding_says_which_try_when_and_how_long():
    reason = judged(*row(1.0, retry_after="2", begin=5))["client.retry.retry-after"].reason
    assert reason == (
        "expected a wait of 2 s (Retry-After: 2) before call 1 (createCharacter), try 2 at 1.10 s, found 1.00 s"
    )


# What must not be held against a client.


def test_one_429_that_is_tried_again_is_enough():
    given_up = arrival(9, 429, body=other(2))
    assert verdict("retry.rate-limited", *row(1, retry_after="1"), given_up, arrival(20, body=other(3))) == "PASS"


def test_a_429_at_the_very_end_is_not_held_against_the_client():
    assert verdict("retry.rate-limited", arrival(0, 429, retry_after="1"), lived=0.5) == "INCONCLUSIVE"
    assert (
        verdict("retry.rate-limited", arrival(0, 429, retry_after="30"), arrival(40, body=other(2))) == "INCONCLUSIVE"
    )


def test_tries_that_end_in_429_are_tries():
    assert verdict("retry.rate-limited", *row(1, 2, last=429), arrival(30, body=other(2))) == "PASS"


def test_a_wait_may_fall_short_by_what_clocks_do():
    assert verdict("retry.retry-after", *row(1.985, retry_after="2")) == "PASS"


def test_a_huge_wait_that_is_cut_short_is_early_but_not_slept_through():
    some = row(30, retry_after="86400")
    assert verdict("retry.retry-after-cap", *some) == "PASS"
    assert verdict("retry.retry-after", *some) == "FAIL"


def test_a_single_try_at_once_after_zero_is_no_loop():
    assert verdict("retry.retry-after-zero", *row(0.0, retry_after="0")) == "INCONCLUSIVE"


def test_garbage_that_is_never_survived_is_found_where_other_429s_are():
    given_up = [arrival(9, 429, retry_after="soon", body=other(2)), arrival(30, body=other(3))]
    assert verdict("retry.retry-after-garbage", *row(1), *given_up) == "WARN"
    assert verdict("retry.retry-after-garbage", *given_up) == "INCONCLUSIVE"


def test_waits_drawn_from_a_range_need_not_grow_each_time():
    assert verdict("retry.backoff", *row(0.8, 0.5)) == "PASS"
    shrinking = [one for number in range(3) for one in row(0.8, 0.5, begin=number * 10, body=other(number))]
    assert verdict("retry.backoff", *shrinking) == "WARN"


def test_many_calls_that_wait_equally_long_have_no_jitter():
    equal = [one for number in range(5) for one in row(1.0, begin=number * 10, body=other(number))]
    assert verdict("retry.backoff", *equal) == "WARN"
    drawn = [one for number in range(5) for one in row(1 + number / 20, begin=number * 10, body=other(number))]
    assert verdict("retry.backoff", *drawn) == "PASS"


def test_a_loop_over_the_same_prompt_breaks_nothing():
    lines = judged(*(generation(at / 10) for at in range(20)))
    assert {line.verdict.value for line in lines.values()} == {"PASS", "INCONCLUSIVE"}


def test_a_wrong_key_sent_in_its_place_is_a_test_of_the_callers():
    assert verdict("auth.bearer", arrival(0, 401, headers=headers(Authorization="Bearer sk-wrong"))) == "INCONCLUSIVE"


def test_a_key_in_another_form_is_found_in_a_body():
    hidden = base64.b64encode(KEY.encode()).decode()
    assert verdict("auth.header-only", arrival(0, body={"notes": hidden})) == "FAIL"


def test_what_the_mock_serves_beside_the_contract_is_not_held_against_the_address():
    pages = [
        arrival(at, method="GET", path=path, body=b"")
        for at, path in enumerate(["/_mock/health", "/docs", "/openapi.json", "/files/a/task_1.mp4"])
    ]
    assert verdict("base-url.prefix", *pages) == "INCONCLUSIVE"
    assert verdict("base-url.prefix", *pages, arrival(9)) == "PASS"


def test_requests_may_be_as_many_again_once_the_limit_is_over():
    later = at_once(4, begin=20, status=200)
    assert verdict("concurrency.falls", *at_once(4, begin=0, status=429), arrival(1.5), *later) == "PASS"


def test_a_request_given_up_by_the_end_of_the_command_is_nobodys_impatience():
    ended = [lost(0, took=5, abandoned=True)]
    assert verdict("timeout.patience", *ended, lived=5.1) == "INCONCLUSIVE"
    assert verdict("timeout.read", *ended, lived=5.1) == "INCONCLUSIVE"


def test_a_reply_that_never_came_is_waited_for_too_long_also_if_it_is_still_under_way():
    assert verdict("timeout.read", lost(0, took=math.inf, cut=False), lived=150) == "FAIL"
    assert verdict("timeout.read", lost(0, took=math.inf, cut=False), lived=60) == "INCONCLUSIVE"


def test_a_reply_that_was_broken_off_is_nobodys_impatience():
    assert verdict("timeout.patience", lost(0, took=5)) == "INCONCLUSIVE"


def test_a_connection_that_was_to_be_closed_may_be_left():
    closing = three_connections(headers=headers(Connection="close"))
    assert verdict("request.keep-alive", *closing) == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("@char_x and @char_y walk", "PASS"),
        ("Then @char_x walks", "FAIL"),
        ("@char_y meets char_x", "FAIL"),
        ("@CHAR_X walks", "FAIL"),
        ("@char_elsewhere walks", "INCONCLUSIVE"),
    ],
)
def test_a_mention_is_the_id_that_was_handed_out(prompt, expected):
    made = [arrival(0, answered="char_x"), arrival(1, answered="char_y", body=other(2))]
    assert verdict("mention.verbatim", *made, generation(2, body={"prompt": prompt})) == expected


def test_mentions_in_scenes_are_looked_at_too():
    scenes = {"prompt": None, "scenes": [{"prompt": "@char_x walks"}, {"prompt": "char_x runs"}]}
    assert verdict("mention.verbatim", arrival(0, answered="char_x"), generation(1, body=scenes)) == "FAIL"


@given(
    st.lists(
        st.tuples(
            st.sampled_from([429, 503]),
            st.lists(st.tuples(st.sampled_from(["1", "2", "7", "60"]), st.integers(0, 40)), max_size=4),
        ),
        max_size=5,
    )
)
def test_a_client_that_always_waits_as_asked_never_gets_a_finding(plans):
    some = []
    for connection, (status, waits) in enumerate(plans):
        at = connection / 10
        for asks, slack in waits:
            some.append(arrival(at, status, retry_after=asks, connection=connection))
            at = some[-1].done + int(asks) + slack / 10
        some.append(arrival(at, connection=connection))
    lines = judged(*some, lived=1000.0)
    assert [line.reason for line in lines.values() if line.verdict not in {"PASS", "INCONCLUSIVE"}] == []
