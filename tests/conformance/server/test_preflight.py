"""The preflight: what is no server of the contract gets no verdict."""

import json

import pytest

import sora_mock
from sora_conformance.budget import CALLS, Budget, Limits
from sora_conformance.server.preflight import another_dialect, known_mock, preflight
from sora_conformance.target import MOCK_SOURCES, Target
from sora_conformance.wire import Wire
from tests.conformance.servers import answering, closed, silent

SOUND = (400, {}, json.dumps({"error": {"code": "missing_required_parameter"}}).encode())


def looked_at(url, *, limits=None, timeout=5.0, max_wait=0.0):
    with Wire(Target(url=url, api_key="sk-a", timeout=timeout), Budget(limits or Limits()), max_wait=max_wait) as wire:
        return preflight(wire), wire.budget.spent(CALLS)


def looked_at_answer(*answer, **options):
    with answering(lambda *_: answer) as url:
        return looked_at(url, **options)


def test_a_server_that_refuses_as_it_should_is_fit():
    found, calls = looked_at_answer(*SOUND)
    assert (found.unfit, found.remark, calls) == (None, None, 1)


def test_a_closed_port_is_unavailable():
    found, calls = looked_at(closed())
    assert found.unfit.startswith("target unavailable: connection refused")
    assert calls == 1


def test_a_silent_server_is_unavailable():
    with silent() as url:
        found, _ = looked_at(url, timeout=0.1)
    assert found.unfit.startswith("target unavailable: timeout (no reply within 0.1 s")


def test_a_server_that_limits_everything_is_asked_twice():
    found, calls = looked_at_answer(429, {"Retry-After": "0"}, b"{}")
    assert found.unfit.startswith("rate limited: ")
    assert calls == 2


def test_a_server_that_asks_for_too_long_a_wait_is_asked_once():
    found, calls = looked_at_answer(429, {"Retry-After": "99"}, b"{}", max_wait=1)
    assert "99 s would have to pass" in found.unfit
    assert calls == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "key refused"),
        (403, "key refused"),
        (404, "wrong dialect"),
        (405, "wrong dialect"),
        (301, "wrong address"),
        (502, "target unavailable"),
        (503, "target unavailable"),
    ],
)
def test_what_is_not_the_api_is_unfit(status, words):
    found, _ = looked_at_answer(status, {"Location": "/x"}, b'{"detail": "no"}')
    assert found.unfit.startswith(words)


def test_html_is_worth_a_remark():
    found, _ = looked_at_answer(200, {"Content-Type": "text/html"}, b"<h1>Welcome</h1>")
    assert found.unfit is None
    assert found.remark == "The target answers text/html instead of JSON (200 to an empty creation)."


@pytest.mark.parametrize(
    ("dialect", "path", "meant"),
    [
        ("guide", "/v1/sora", None),
        ("guide", "/proxy/v1/sora", None),
        ("guide", "/elsewhere", None),
        ("openai", "/v1", None),
        ("guide", "/sora/v1", "relay"),
        ("openai", "/sora/v1", "relay"),
        ("relay", "/v1/sora", "guide"),
        ("guide", "/v1", "openai"),
    ],
)
def test_an_address_is_told_to_be_another_dialects(dialect, path, meant):
    found = another_dialect(Target(url=f"http://localhost{path}", api_key="sk-a", dialect=dialect))
    assert (found and found.dialect) == meant


def test_a_server_that_refuses_nothing_is_worth_a_remark():
    found, _ = looked_at_answer(200, {}, b'{"character_id": "char_a"}')
    assert "refuse nothing" in found.remark


def test_without_a_budget_nothing_is_asked():
    found, calls = looked_at_answer(*SOUND, limits=Limits(calls=0))
    assert found.unfit == "budget: the run may make at most 0 calls"
    assert calls == 0


def test_a_mock_is_known_by_its_clock():
    with sora_mock.running() as sora:
        target = known_mock(Target(url=sora.base_url, api_key="sk-a"))
    assert target.mock
    assert target.sources == MOCK_SOURCES


def test_a_source_that_was_given_is_kept():
    with sora_mock.running() as sora:
        target = known_mock(Target(url=sora.base_url, api_key="sk-a", sources={"video": "https://a.example/b.mp4"}))
    assert target.sources["video"] == "https://a.example/b.mp4"


@pytest.mark.parametrize("answer", [(200, {}, b"{}"), (200, {}, b"[]"), (404, {}, b""), (200, {}, b"<html>")])
def test_a_server_without_our_health_page_is_no_mock(answer):
    with answering(lambda *_: answer) as url:
        assert not known_mock(Target(url=url, api_key="sk-a")).mock


def test_a_server_elsewhere_is_not_asked():
    target = Target(url="https://relay.invalid/v1/sora", api_key="sk-a")
    assert known_mock(target) is target
