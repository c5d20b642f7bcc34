import hashlib
from datetime import datetime

import pytest

from tests.e2e.sdks.asking import Wrong
from tests.e2e.sdks.conftest import PYTHONS
from tests.e2e.sdks.hooks import receiving

pytestmark = pytest.mark.sdk

SOON = {"retry-after-ms": "1"}
"""A wait that an SDK honours, and that costs nothing."""


def problem(code):
    return {"type": "problem", "code": code, "headers": SOON}


def instant(entry):
    return datetime.fromisoformat(entry.real_time)


only_python = pytest.mark.parametrize("sdk", PYTHONS)


def test_models_are_listed(ask):
    assert {"sora-2", "sora-2-pro"} <= {model["id"] for model in ask("models.list")}


def test_a_video_is_made_with_all_that_can_be_said_of_it(ask):
    wish = {"prompt": "a quiet street", "model": "sora-2-pro", "seconds": "8", "size": "1280x720"}
    made = ask("videos.create", **wish)
    assert made["id"].startswith("video_")
    assert {name: made[name] for name in wish} == wish
    assert (made["object"], made["status"], made["progress"]) == ("video", "queued", 0)
    assert made["_request_id"].startswith("req_")


def test_a_video_is_looked_at_again(ask):
    made = ask("videos.create", prompt="a quiet street")
    shown = ask("videos.retrieve", made["id"])
    assert (shown["id"], shown["status"], shown["progress"]) == (made["id"], "completed", 100)
    assert shown["completed_at"] >= shown["created_at"]


@only_python
def test_the_poll_helper_waits_as_it_is_told_and_sees_the_end(ask, control, seen):
    control.settings.change(latency="generation=60")
    control.clock.speed(300)
    made = ask("videos.create_and_poll", prompt="a quiet street")
    assert made["status"] == "completed"
    polls = seen("retrieveVideo")
    assert len(polls) > 1
    first, *others = (dict(poll.request.headers) for poll in polls)
    assert all(headers["x-stainless-poll-helper"] == "true" for headers in (first, *others))
    told = int(dict(polls[0].reply.headers)["openai-poll-after-ms"])
    assert 100 <= told <= 300
    assert (instant(polls[1]) - instant(polls[0])).total_seconds() * 1000 >= told


@only_python
def test_the_poll_helper_returns_a_video_that_failed(ask, control):
    control.faults.add("task-blocked", operation="createVideo")
    made = ask("videos.create_and_poll", prompt="a quiet street")
    assert (made["status"], made["error"]["code"]) == ("failed", "moderation_blocked")


def test_a_picture_goes_along_as_a_file(ask, uploads, seen):
    made = ask("videos.create", prompt="a street", size="720x1280", files={"input_reference": uploads.picture})
    assert made["status"] == "queued"
    assert dict(seen("createVideo")[0].request.headers)["content-type"].startswith("multipart/form-data")


def test_all_pages_of_a_list_are_gone_through(ask, seen):
    made = [ask("videos.create", prompt=f"street {number}")["id"] for number in range(5)]
    assert [video["id"] for video in ask("videos.list", limit=2)] == made[::-1]
    assert len(seen("listVideos")) == 3
    assert [video["id"] for video in ask("videos.list", limit=3, order="asc")] == made


@pytest.mark.parametrize(
    ("variant", "beginning"), [("video", b"ftyp"), ("thumbnail", b"WEBP"), ("spritesheet", b"\xff\xd8\xff")]
)
def test_each_variant_of_the_content_is_downloaded_whole(ask, told, variant, beginning):
    made = ask("videos.create", prompt="a quiet street")
    content = told(made["id"], variant).body
    assert beginning in content[:16]
    found = ask("videos.download_content", made["id"], variant=variant)
    assert found == {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def test_a_video_is_remixed(ask):
    made = ask("videos.create", prompt="a quiet street")["id"]
    ask("videos.retrieve", made)
    assert ask("videos.remix", made, prompt="at night")["remixed_from_video_id"] == made


def test_an_uploaded_video_is_edited(ask, uploads):
    made = ask("videos.edit", prompt="at night", files={"video": uploads.clip})
    assert (made["prompt"], made["seconds"], made["size"]) == ("at night", "2", "1280x720")


def test_an_uploaded_video_is_extended(ask, uploads):
    made = ask("videos.extend", prompt="the dog runs on", seconds="4", files={"video": uploads.clip})
    assert (made["prompt"], made["size"]) == ("the dog runs on", "1280x720")


@pytest.mark.parametrize(("path", "more"), [("/videos/edits", {}), ("/videos/extensions", {"seconds": "8"})])
def test_a_video_is_changed_by_its_id(ask, path, more):
    made = ask("videos.create", prompt="a quiet street")["id"]
    changed = ask("post", path, prompt="at night", video={"id": made}, **more)
    assert changed["id"] != made
    assert ask("videos.retrieve", changed["id"])["status"] == "completed"


def test_a_typed_edit_by_id_works_in_node_only(ask, sdk):
    made = ask("videos.create", prompt="a quiet street")["id"]
    if sdk == "node":
        assert ask("videos.edit", prompt="at night", video={"id": made})["prompt"] == "at night"
        return
    with pytest.raises(Wrong) as caught:
        ask("videos.edit", prompt="at night", video={"id": made})
    assert caught.value.name == "RuntimeError"


def test_a_character_is_made_looked_at_and_used(ask, uploads):
    mia = ask("videos.create_character", name="Mia", files={"video": uploads.clip})
    shown = ask("videos.get_character", mia["id"])
    mia.pop("_request_id"), shown.pop("_request_id")
    assert shown == mia
    assert mia["name"] == "Mia"
    made = ask("videos.create", prompt="Mia walks by", beyond={"characters": [{"id": mia["id"]}]})
    assert ask("videos.retrieve", made["id"])["status"] == "completed"
    with pytest.raises(Wrong) as caught:
        ask("videos.create", prompt="Tom walks by", beyond={"characters": [{"id": "char_none"}]})
    assert caught.value.name == "NotFoundError"


def test_a_video_is_deleted(ask, seen):
    made = ask("videos.create", prompt="a quiet street")["id"]
    ask("videos.retrieve", made)
    gone = ask("videos.delete", made)
    assert (gone["id"], gone["deleted"], gone["object"]) == (made, True, "video.deleted")
    with pytest.raises(Wrong) as caught:
        ask("videos.retrieve", made)
    assert caught.value.name == "NotFoundError"


def test_a_refusal_names_the_field_the_code_and_the_request(ask, seen):
    with pytest.raises(Wrong) as caught:
        ask("videos.create", prompt="a street", seconds="5")
    entry = seen("createVideo")[0]
    said = caught.value.said
    assert caught.value.name == "BadRequestError"
    assert (said["status_code"], said["param"], said["type"]) == (400, "seconds", "invalid_request_error")
    assert said["code"]
    assert said["request_id"] == dict(entry.reply.headers)["x-request-id"]


@pytest.mark.parametrize(
    ("fault", "status", "name"),
    [
        ("invalid-api-key", 401, "AuthenticationError"),
        ("task-not-found", 404, "NotFoundError"),
        ("rate-limit", 429, "RateLimitError"),
        ("server-error", 500, "InternalServerError"),
        ("unavailable", 503, "InternalServerError"),
    ],
)
def test_each_status_becomes_its_own_error(ask, control, seen, fault, status, name):
    control.faults.add(fault, operation="retrieveVideo")
    with pytest.raises(Wrong) as caught:
        ask("videos.retrieve", "video_1", client={"max_retries": 0})
    assert (caught.value.name, caught.value.said["status_code"]) == (name, status)
    assert caught.value.said["request_id"].startswith("req_")
    assert len(seen("retrieveVideo")) == 1


def test_a_rate_limit_is_waited_out_for_as_long_as_retry_after_says(ask, control, seen):
    control.faults.add("rate-limit", operation="createVideo", first=1)
    assert ask("videos.create", prompt="a street")["status"] == "queued"
    first, second = seen("createVideo")
    assert (first.reply.status, second.reply.status) == (429, 200)
    assert (instant(second) - instant(first)).total_seconds() >= 1
    assert dict(second.request.headers)["x-stainless-retry-count"] == "1"


def test_the_true_limit_is_told_to_the_sdk(ask, control, seen):
    control.settings.change(videos_per_minute=1)
    ask("videos.create", prompt="a street")
    with pytest.raises(Wrong) as caught:
        ask("videos.create", prompt="a street", client={"max_retries": 0})
    assert (caught.value.name, caught.value.said["type"]) == ("RateLimitError", "rate_limit_error")


def test_errors_of_the_server_are_sent_three_times_and_then_raised(ask, control, seen):
    control.faults.add(problem("server_error"), operation="createVideo")
    with pytest.raises(Wrong) as caught:
        ask("videos.create", prompt="a street")
    assert caught.value.name == "InternalServerError"
    assert [entry.reply.status for entry in seen("createVideo")] == [500, 500, 500]
    assert ask("videos.list") == []


def test_what_is_not_found_is_asked_for_once(ask, seen):
    with pytest.raises(Wrong) as caught:
        ask("videos.retrieve", "video_none")
    assert (caught.value.name, caught.value.said["status_code"]) == ("NotFoundError", 404)
    assert len(seen("retrieveVideo")) == 1


def test_silence_ends_in_a_timeout(ask, sdk, control):
    control.faults.add("hang", operation="retrieveVideo")
    with pytest.raises(Wrong) as caught:
        ask("videos.retrieve", "video_none", client={"timeout": 0.3, "max_retries": 0})
    assert caught.value.name == ("APIConnectionTimeoutError" if sdk == "node" else "APITimeoutError")


def test_a_connection_that_is_lost_after_the_video_was_stored_makes_two(ask, control, seen):
    control.faults.add("reset", operation="createVideo", first=1)
    made = ask("videos.create", prompt="a street")
    videos = ask("videos.list")
    assert [video["prompt"] for video in videos] == ["a street", "a street"]
    assert videos[0]["id"] == made["id"]
    assert "idempotency-key" not in dict(seen("createVideo")[1].request.headers)


def test_a_webhook_is_delivered_and_unwrapped(ask, control):
    with receiving() as (url, arrived):
        secret = control.webhooks.add(url).secret
        made = ask("videos.create", prompt="a street")["id"]
        headers, body = arrived.get(timeout=20)
    client = {"webhook_secret": secret}
    event = ask("webhooks.unwrap", body, headers, client=client)
    assert (event["type"], event["object"], event["data"]["id"]) == ("video.completed", "event", made)
    assert event["id"].startswith("evt_")
    with pytest.raises(Wrong) as caught:
        ask("webhooks.unwrap", body.replace("completed", "failed"), headers, client=client)
    assert caught.value.name == "InvalidWebhookSignatureError"
