import json

import msgspec
import pytest

from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.looks_videos import breaches
from sora_conformance.server.watch import watch
from sora_conformance.target import Target

TARGET = Target(url="http://127.0.0.1:1/v1", api_key="sk-conformance-key", dialect="openai")
VIDEO = {
    "id": "video_1",
    "object": "video",
    "model": "sora-2",
    "status": "completed",
    "progress": 100,
    "created_at": 1_700_000_000,
    "completed_at": 1_700_000_060,
    "expires_at": 1_700_003_660,
    "prompt": "Rain",
    "size": "720x1280",
    "seconds": "4",
    "remixed_from_video_id": None,
    "error": None,
}


def shown(operation="retrieveVideo", **changes):
    body = {name: value for name, value in (VIDEO | changes).items() if value is not ...}
    sent = Sent(method="GET", url="http://127.0.0.1:1/v1/videos/video_1")
    return Exchange(
        operation=operation,
        sent=sent,
        status=200,
        headers=(("content-type", "application/json"), ("x-request-id", "req_1")),
        body=json.dumps(body).encode(),
    )


def test_a_sound_video_breaks_nothing():
    assert breaches(shown()) == ()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"status": "done"}, "video.object.status"),
        ({"progress": 0.5}, "video.object.progress"),
        ({"seconds": 4}, "video.object.seconds"),
        ({"id": "task_1"}, "video.object.id-form"),
        ({"error": ...}, "video.object.nulls"),
        ({"model": ...}, "video.object.keys"),
        ({"created_at": 1.5}, "protocol.instants"),
        ({"error": {"code": 4, "message": "x"}}, "video.object.error"),
    ],
)
def test_a_breach_is_that_of_the_finest_rule(changes, rule):
    assert rule in {found for found, _ in breaches(shown(**changes))}


def test_the_same_holds_in_a_page():
    page = {"object": "list", "data": [VIDEO | {"status": "done"}], "first_id": None, "has_more": False}
    sent = Sent(method="GET", url="http://a/v1/videos")
    exchange = Exchange(operation="listVideos", sent=sent, status=200, body=json.dumps(page).encode())
    assert {rule for rule, _ in breaches(exchange)} == {"video.object.status", "video.list.shape"}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"completed_at": None}, "video.object.completed-at"),
        ({"progress": 99}, "video.lifecycle.progress"),
        ({"expires_at": 1_700_000_061}, "video.lifecycle.expiry"),
        ({"status": "failed", "completed_at": None, "expires_at": None}, "video.object.error"),
    ],
)
def test_what_contradicts_itself_is_noticed(changes, rule):
    seen = watch([shown(**changes)], TARGET)
    assert seen.of(rule).findings
    assert not watch([shown()], TARGET).of(rule).findings


def test_a_list_may_show_what_was_made_elsewhere():
    elsewhere = VIDEO | {"id": "task_1", "expires_at": 1_700_086_460}
    page = {"object": "list", "data": [elsewhere], "first_id": "task_1", "last_id": "task_1", "has_more": False}
    listed = msgspec.structs.replace(shown("listVideos"), body=json.dumps(page).encode())

    sightings = watch([listed], TARGET)
    assert sightings.of("video.object.seconds").exercised
    assert not sightings.of("video.object.id-form").exercised
    assert not sightings.of("video.lifecycle.expiry").exercised


@pytest.mark.parametrize(("id_", "found"), [("video_b3BlbmFp==", 0), ("task_1", 1), (7, 1)])
def test_an_id_has_to_begin_with_video(id_, found):
    assert len(watch([shown(id=id_)], TARGET).of("video.object.id-form").findings) == found


def test_an_id_that_is_given_twice_is_noticed():
    made = shown("createVideo", status="queued", progress=0, completed_at=None, expires_at=None)
    seen = watch([made, shown("createVideo")], TARGET)
    assert seen.of("video.object.id").findings


def asked(operation, **fields):
    sent = Sent(method="POST", url="http://127.0.0.1:1/v1/videos", body=json.dumps(fields).encode())
    return msgspec.structs.replace(shown(operation), sent=sent)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"prompt": "Rain"}, 0),
        ({"prompt": "Rain", "model": "sora-2", "seconds": "4", "size": "720x1280"}, 0),
        ({"prompt": "Snow"}, 1),
        ({"prompt": "Rain", "model": "sora-2-pro", "seconds": "8"}, 2),
    ],
)
def test_a_new_video_repeats_what_was_asked_for(fields, found):
    assert len(watch([asked("createVideo", **fields)], TARGET).of("video.object.echo").findings) == found


@pytest.mark.parametrize(("prompt", "found"), [("Rain", 0), ("Snow", 1)])
def test_a_video_made_from_another_repeats_its_prompt_only(prompt, found):
    extension = asked("extendVideo", prompt=prompt, seconds="8", model="sora-2-pro")
    assert len(watch([extension], TARGET).of("video.object.echo").findings) == found


def test_what_was_not_sent_as_json_is_not_looked_for():
    assert not watch([shown("createVideo")], TARGET).of("video.object.echo").exercised
