"""The watch: what holds for every request and answer, over all that came of a run."""

import base64
import json

import pytest

from sora_conformance.client.arrivals import Place
from sora_conformance.client.dialects import GUIDE
from sora_conformance.client.watch import Seen, watch, watched
from tests.conformance.client.trying import KEY, arrival, case, failed, ok, tried

OTHER = "sk-canary-fedcba9876543210fedcba9876543210"


def seen(*arrivals, answers=(), rule="client.request.once", **ask):
    return Seen(case=case(ask, rule=rule), tried=tried(*answers, arrivals=arrivals))


def breaches(*all_seen, strays=(), logs=()):
    sightings = watch(GUIDE, all_seen, strays, logs, other_key=OTHER)
    return {rule: sightings.of(rule).findings for rule in watched(GUIDE) if sightings.of(rule).findings}


def body(**fields):
    usual = {"model": "sora-2-character", "url": "https://a.test/a.mp4", "timestamps": "1,4"}
    return json.dumps({name: value for name, value in {**usual, **fields}.items() if value != ...}).encode()


def generation(**changed):
    sent = json.dumps({"model": "sora-2", "prompt": "@char_a walks", **changed}).encode()
    return arrival(path="/v1/sora/generations", body=sent)


def headers(**changed):
    usual = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    return tuple((name, value) for name, value in {**usual, **changed}.items() if value)


def test_a_sound_run_breaks_nothing_and_exercises_everything():
    sound = [
        seen(arrival()),
        seen(generation()),
        seen(arrival(body=b'{"model": "sora-2-character", "from_task": "t"}')),
    ]
    assert breaches(*sound) == {}
    sightings = watch(GUIDE, sound, (), ("a log",), other_key=OTHER)
    assert [rule for rule in watched(GUIDE) if not sightings.of(rule).exercised] == []


@pytest.mark.parametrize(
    ("rule", "sent"),
    [
        ("client.body.one-source", arrival(body=body(from_task="task_a"))),
        ("client.body.one-source", arrival(body=body(url=..., timestamps=...))),
        ("client.body.timestamps-with-url", arrival(body=body(timestamps=...))),
        ("client.body.timestamps-text", arrival(body=body(timestamps=[1, 4]))),
        ("client.body.timestamps-text", arrival(body=body(timestamps="1-4"))),
        ("client.body.model", arrival(body=body(model="sora-2"))),
        ("client.body.model", generation(model="sora-2-character")),
        ("client.body.clean", arrival(body=body(notes="x"))),
        ("client.body.clean", arrival(body=body(from_task=None))),
        ("client.body.clean", generation(seed=7)),
        ("client.body.json", arrival(headers=headers(**{"content-type": "text/plain"}))),
        ("client.body.json", arrival(headers=headers(**{"content-type": "application/json; charset=latin-1"}))),
        ("client.body.json", arrival(body=b"url=a")),
        ("client.auth.bearer", arrival(headers=headers(authorization=KEY))),
        ("client.auth.bearer", arrival(headers=headers(authorization=None))),
        ("client.auth.header-only", arrival(query=f"key={KEY}")),
        ("client.auth.header-only", arrival(body=body(notes=base64.b64encode(KEY.encode()).decode()))),
        ("client.base-url.prefix", arrival(place=Place.BESIDE)),
        ("client.base-url.prefix", arrival(path="/v1/sora//characters")),
        ("client.base-url.exclusive", arrival(place=Place.PROXY, path="https://api.openai.com/v1/sora/characters")),
        ("client.request.no-listing", arrival(method="GET", body=b"")),
        ("client.auth.explicit-key", arrival(headers=headers(authorization=f"Bearer {OTHER}"))),
    ],
)
def test_a_request_that_is_amiss_is_found(rule, sent):
    found = breaches(seen(sent))
    assert rule in found
    assert all(finding.startswith("a/case: ") for finding in found[rule])


def test_the_source_may_be_looked_at_without_the_key():
    def fetched(**how):
        return seen(arrival(), arrival(place=Place.VIDEO, path="/source.mp4", method="GET", body=b"", **how))

    assert breaches(fetched(headers=())) == {}
    assert list(breaches(fetched())) == ["client.source.not-fetched"]
    assert "client.source.not-fetched" in breaches(fetched(headers=(), query=f"key={KEY}"))


def test_a_call_to_another_host_is_found_whosever_it_is():
    stray = arrival(place=Place.PROXY, method="CONNECT", path="api.openai.com:443", headers=())
    assert list(breaches(seen(arrival()), strays=[stray])) == ["client.base-url.exclusive"]
    assert breaches(seen(arrival()), strays=[arrival()]) == {}


def test_a_key_in_an_answer_or_in_the_log_is_found():
    assert list(breaches(seen(arrival(), answers=[failed(message=KEY)]))) == ["client.auth.key-hidden"]
    (findings,) = breaches(seen(arrival()), logs=[f"POST with {KEY}", f"have {OTHER}"]).values()
    assert findings == [
        "a/case: expected no key on standard error",
        "the environment: expected no key on standard error",
    ]


def test_a_call_without_a_key_is_not_held_against_the_header():
    assert breaches(seen(arrival(headers=headers(authorization="Bearer None")), key="none")) == {}


def test_what_cannot_be_sent_right_is_not_held_against_the_body():
    asked = seen(arrival(body=body(timestamps="-1,2")), rule="client.body.timestamps-checked", answers=[ok()])
    assert breaches(asked) == {}


def test_an_answer_that_never_came_is_no_leak():
    assert breaches(seen(answers=[None])) == {}
