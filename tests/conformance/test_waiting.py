"""Waiting: time that passes on a target, and what time it is there."""

import time

import httpx2
import pytest

from sora_conformance.budget import NotJudged
from sora_conformance.exchanges import Party
from sora_conformance.target import Target
from sora_conformance.waiting import Waiting
from tests.conformance.servers import answering, closed


def waiting(url, client, *, mock=True, max_wait=0.0):
    target = Target(url=url, api_key="sk-a", second_api_key="sk-b", mock=mock)
    return Waiting(target, client, max_wait=max_wait)


@pytest.fixture
def client():
    with httpx2.Client(trust_env=False) as client:
        yield client


def test_a_mocks_clock_is_advanced_for_the_party(client):
    asked = []

    def answer(method, path, headers, body):
        asked.append((method, path, headers["authorization"], body))
        return 200, {}, b"{}"

    with answering(answer) as url:
        waiting(url, client).wait(61, Party.SECOND)
    assert asked == [("POST", "/_mock/accounts/self/clock", "Bearer sk-b", b'{"advance":61}')]


def test_a_mock_tells_what_time_it_is(client):
    with answering(lambda *_: (200, {}, b'{"now": 1790208000.5, "ahead": 3600}')) as url:
        assert waiting(url, client).now() == 1790208000.5


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"now": "noon"}'])
def test_a_mock_that_does_not_tell_is_not_believed(client, body):
    with answering(lambda *_: (200, {}, body)) as url, pytest.raises(NotJudged, match="what time it is"):
        waiting(url, client).now()


def test_elsewhere_it_is_the_time_of_the_calendar(client):
    assert waiting(closed(), client, mock=False).now() == pytest.approx(time.time(), abs=60)


def test_a_clock_out_of_reach_ends_the_case(client):
    with pytest.raises(NotJudged, match="cannot be reached"):
        waiting(closed(), client).wait(1)


def test_a_clock_that_cannot_be_advanced_ends_the_case(client):
    with answering(lambda *_: (403, {}, b"{}")) as url, pytest.raises(NotJudged, match="403"):
        waiting(url, client).wait(1)


def test_a_real_wait_beyond_what_is_allowed_is_not_begun(client):
    real = waiting(closed(), client, mock=False, max_wait=10)
    assert real.can(10)
    assert not real.can(11)
    with pytest.raises(NotJudged, match="--max-wait"):
        real.wait(11)
