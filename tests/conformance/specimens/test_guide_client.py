"""The specimen behaves as the guide describes its manager, shortcomings included."""

import json

import httpx2
import pytest

from sora_conformance.specimens.guide_client import BASE_URL, GuideClient, Method
from tests.conformance.specimens.support import KEY, VIDEO

BASE = "http://sora.test/v1/sora"


def answered(status, body, **headers):
    return httpx2.Response(
        status, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


MADE = answered(200, {"character_id": "char_a"})
LIMITED = answered(429, {"error": {"message": "Rate limited"}}, retry_after="9")


class Guide:
    """The client, its requests and its waits."""

    def __init__(self, *answers, key=KEY, base=BASE):
        self.answers, self.requests, self.pauses = list(answers), [], []
        self.client = GuideClient(key, base, sleep=self.pauses.append, transport=httpx2.MockTransport(self.answer))

    def answer(self, request):
        self.requests.append(request)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(found, Exception):
            raise found
        return httpx2.Response(found.status_code, content=found.content, headers=found.headers)

    @property
    def bodies(self):
        return [json.loads(request.content) for request in self.requests]


@pytest.fixture
def guide():
    made = []

    def make(*answers, **options):
        made.append(Guide(*answers, **options))
        return made[-1]

    yield make
    for each in made:
        each.client.close()


def test_it_sends_what_the_contract_asks_for(guide):
    guide = guide(MADE, MADE, answered(200, {"id": "task_a"}))
    guide.client.create_from_url(VIDEO, "5,8")
    guide.client.create_from_task("task_a")
    guide.client.generate_with_character("char_a", "walks")
    assert guide.bodies == [
        {"model": "sora-2-character", "url": VIDEO, "timestamps": "5,8"},
        {"model": "sora-2-character", "from_task": "task_a"},
        {"model": "sora-2", "prompt": "@char_a walks", "duration": 10, "resolution": "1080p"},
    ]
    assert guide.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_it_remembers_characters_without_a_call(guide):
    guide = guide(MADE)
    made = guide.client.create_from_url(VIDEO, "5,8")
    assert guide.client.get_character("char_a") is made
    assert guide.client.get_character("char_b") is None
    assert guide.client.list_characters() == [made]
    assert (made.source_method, made.metadata) == (Method.VIDEO_URL, {"url": VIDEO, "timestamps": "5,8"})


def test_it_waits_its_own_time_after_a_429_and_once_more_after_the_last(guide):
    guide = guide(LIMITED)
    with pytest.raises(Exception, match="Max retries exceeded"):
        guide.client.create_from_url(VIDEO, "5,8")
    assert guide.pauses == [1, 2, 4]
    assert len(guide.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 404, 500, 503])
def test_it_repeats_nothing_else_and_shows_what_came(guide, status):
    guide = guide(answered(status, {"echo": KEY}))
    with pytest.raises(Exception, match=f"API error: {status} - .*{KEY}"):
        guide.client.create_from_task("task_a")
    assert len(guide.requests) == 1


def test_it_sends_a_creation_again_at_once_after_a_timeout(guide):
    guide = guide(httpx2.ReadTimeout("slow"))
    with pytest.raises(Exception, match="Character creation timed out after retries"):
        guide.client.create_from_url(VIDEO, "5,8")
    assert len(guide.requests) == 3
    assert guide.pauses == []


def test_it_tries_a_generation_once(guide):
    guide = guide(LIMITED)
    with pytest.raises(Exception, match="Generation failed: "):
        guide.client.generate_with_character("char_a", "walks")
    assert len(guide.requests) == 1


def test_it_stumbles_over_a_success_without_an_id(guide):
    with pytest.raises(KeyError):
        guide(answered(200, {})).client.create_from_url(VIDEO, "5,8")


@pytest.mark.parametrize("key", [None, ""])
def test_it_sends_none_for_a_key_that_is_not_there(guide, key, monkeypatch):
    monkeypatch.delenv("SORA_API_KEY", raising=False)
    guide = guide(MADE, key=key)
    guide.client.create_from_url(VIDEO, "5,8")
    assert guide.requests[0].headers["authorization"] == "Bearer None"


def test_it_takes_the_key_from_the_environment_and_the_address_from_the_guide(monkeypatch):
    monkeypatch.setenv("SORA_API_KEY", "sk-of-the-environment")
    client = GuideClient()
    assert (client.api_key, client.base_url) == ("sk-of-the-environment", BASE_URL)
    client.close()


def test_it_waits_a_minute_for_characters_and_two_for_generations(guide):
    guide = guide(MADE)
    guide.client.create_from_url(VIDEO, "5,8")
    guide.client.generate_with_character("char_a", "walks")
    assert [request.extensions["timeout"]["read"] for request in guide.requests] == [60, 120]
