"""Replies are those of the contract, and their placeholders are filled."""

import json
from email.utils import parsedate_to_datetime

import pytest

from sora_conformance.client.bodies import File
from sora_conformance.client.dialects import GUIDE, Facts
from sora_conformance.client.replies import compose
from sora_conformance.client.script import Step
from sora_conformance.contract import load

NOW = 1_790_208_000.25


def facts(**changed):
    usual = {
        "method": "POST",
        "path": "/v1/sora/characters",
        "fields": {"model": "sora-2-character", "url": "https://a.test/a.mp4", "timestamps": "1,3"},
        "key": "sk-canary",
        "token": "t0",
        "elsewhere": "http://localhost:1/x/t0",
        "video": "http://127.0.0.1:2/x/t0/results",
        "unique": "0a",
        "now": NOW,
    }
    return Facts(**{**usual, **changed})


def replied(step, **changed):
    reply = compose(step, facts(**changed), GUIDE)
    return reply, dict(reply.headers), json.loads(reply.body)


def test_a_character_has_an_id_of_its_own_and_its_source():
    reply, headers, body = replied(Step(reply="character"))
    assert (reply.status, reply.answered, body["character_id"]) == (200, "char_0a", "char_0a")
    assert body["metadata"]["source"] == {"type": "url", "url": "https://a.test/a.mp4", "timestamps": "1,3"}
    assert headers["content-type"] == "application/json"
    assert headers["content-length"] == str(len(reply.body))


def test_a_character_of_a_task_names_the_task():
    _, _, body = replied(Step(reply="character"), fields={"from_task": "task_1"})
    assert body["metadata"]["source"] == {"type": "task", "task_id": "task_1"}


def test_a_task_is_queued_with_what_was_asked():
    reply, _, body = replied(
        Step(reply="task"), fields={"prompt": "@char_a meets @char_b", "duration": 4, "resolution": "720p"}
    )
    assert reply.answered == body["id"] == body["task_id"] == "task_0a"
    assert (body["status"], body["duration"], body["resolution"]) == ("queued", 4, "720p")
    assert body["characters"] == ["char_a", "char_b"]


def test_a_completed_task_is_the_one_that_was_asked_for():
    reply, _, body = replied(Step(reply="completed"), method="GET", path="/v1/sora/generations/task_7", fields=None)
    assert reply.answered == body["task_id"] == "task_7"
    assert (body["status"], body["video_url"]) == ("completed", "http://127.0.0.1:2/x/t0/results/task_7.mp4")


@pytest.mark.parametrize("name", ["task", "completed"])
def test_a_task_has_every_field_of_the_contract(name):
    _, _, body = replied(Step(reply=name))
    assert set(body) == set(load().openapi["components"]["schemas"]["Generation"]["required"])


@pytest.mark.parametrize(
    ("method", "path", "answered"),
    [
        ("POST", "/v1/sora/characters", "char_0a"),
        ("POST", "/v1/sora/generations", "task_0a"),
        ("GET", "/v1/sora/generations/task_7", "task_7"),
    ],
)
def test_a_step_without_a_reply_succeeds(method, path, answered):
    assert compose(Step(), facts(method=method, path=path), GUIDE).answered == answered


@pytest.mark.parametrize("kind", load().errors, ids=lambda kind: kind.code)
def test_an_error_of_the_contract_has_its_status_and_words(kind):
    reply, headers, body = replied(Step(reply=kind.code))
    assert (reply.status, reply.answered) == (kind.status, None)
    assert (body["error"]["code"], body["error"]["type"]) == (kind.code, kind.type)
    assert body["error"]["message"].startswith(kind.words or "")
    assert ("retry-after" in headers) is (kind.code == "rate_limit_exceeded")
    assert ("www-authenticate" in headers) is (kind.status == 401)


@pytest.mark.parametrize(("value", "expected"), [("7", "7"), ("", None)])
def test_headers_of_a_step_go_first_and_empty_ones_are_left_out(value, expected):
    _, headers, _ = replied(Step(reply="rate_limit_exceeded", headers={"Retry-After": value}))
    assert headers.get("retry-after") == expected


def test_placeholders_are_filled_wherever_they_stand():
    body = {"error": {"message": "no {key}", "at": ["{token}", 1, "{unknown}", "{key+1}"]}}
    _, headers, filled = replied(Step(status=401, body=body, headers={"location": "{elsewhere}/v1/sora"}))
    assert filled == {"error": {"message": "no sk-canary", "at": ["t0", 1, "{unknown}", "{key+1}"]}}
    assert headers["location"] == "http://localhost:1/x/t0/v1/sora"


@pytest.mark.parametrize(("text", "least"), [("{date+3}", 3), ("{date-60}", -60)])
def test_a_date_is_never_sooner_than_it_says(text, least):
    _, headers, _ = replied(Step(reply="rate_limit_exceeded", headers={"retry-after": text}))
    assert least <= parsedate_to_datetime(headers["retry-after"]).timestamp() - NOW < least + 1


def test_text_is_sent_as_it_is():
    reply = compose(Step(status=502, text="<h1>{token}</h1>", headers={"content-type": "text/html"}), facts(), GUIDE)
    assert (reply.status, reply.body, reply.answered) == (502, b"<h1>t0</h1>", None)
    assert dict(reply.headers)["content-type"] == "text/html"


def test_a_body_replaces_that_of_the_preset_but_keeps_its_status():
    reply, _, body = replied(Step(reply="character", body={"character_id": "char_é", "more": None}))
    assert (reply.status, reply.answered, body) == (200, "char_é", {"character_id": "char_é", "more": None})


def test_a_status_alone_has_no_body():
    reply = compose(Step(status=503), facts(), GUIDE)
    assert (reply.status, reply.body, dict(reply.headers)["content-length"]) == (503, b"", "0")


def test_null_is_a_body():
    assert compose(Step(status=200, body=None), facts(), GUIDE).body == b"null"


@pytest.mark.parametrize(("step", "length"), [(Step(status=204), None), (Step(reply="character"), "some")])
def test_what_has_no_body_gets_none(step, length):
    reply = compose(step, facts(method="HEAD"), GUIDE)
    assert reply.body == b""
    assert ("content-length" in dict(reply.headers)) is (length is not None)


@pytest.mark.parametrize(
    "asked",
    [None, [], {"prompt": 7, "url": "\ud800"}, {"prompt": File("upload", "text/plain", 3), "url": [File(None, "", 0)]}],
    ids=["nothing", "list", "strange", "files"],
)
@pytest.mark.parametrize("name", ["character", "task", "completed"])
def test_whatever_is_sent_is_answered(name, asked):
    assert compose(Step(reply=name), facts(fields=asked), GUIDE).status == 200


def test_a_reply_that_there_is_not_is_refused():
    with pytest.raises(
        ValueError, match="expected one of character, task, completed or an error's code, found 'charm'"
    ):
        compose(Step(reply="charm"), facts(), GUIDE)
