"""What holds for both forms of the client of the Videos API. What they share with the others is tested there."""

import logging

import httpx2
import pytest

from sora_conformance.reference import (
    AsyncVideosClient,
    InvalidRequestError,
    LocalValidationError,
    MissingKeyError,
    NotFoundError,
    ProtocolError,
    RateLimitedError,
    RenderFailedError,
    SoraError,
    TimedOutError,
    VideosClient,
)
from tests.conformance.reference.support import KEY, problem, reply

BASE = "http://sora.test/proxy/v1"
VIDEO = {"id": "video_a", "object": "video", "status": "queued", "progress": 0}
CHARACTER = {"id": "char_a", "name": "Ada", "created_at": 1700000000}
BEGUN = reply(body=VIDEO)
MADE = reply(body=CHARACTER)
CONTENT = reply(body=b"\x00\xff" * 100, content_type="video/mp4")
PAGE = reply(body={"object": "list", "data": [VIDEO, VIDEO | {"id": "video_b"}], "has_more": True})
GONE = reply(body={"id": "video_a", "object": "video.deleted", "deleted": True})


@pytest.fixture
def videos(driven):
    """Return a function that makes a client in front of these answers."""
    return lambda *answers, **options: driven(*answers, videos=True, base=BASE, **options)


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "ada.mp4"
    path.write_bytes(bytes(range(256)))
    return path


def video(status, **fields):
    return reply(body=VIDEO | {"status": status, **fields})


def failing(client, kind, method, *args, **named):
    with pytest.raises(kind) as caught:
        getattr(client, method)(*args, **named)
    return caught.value


def test_every_operation_is_one_request_to_its_path(videos, clip):
    client = videos(BEGUN, MADE, BEGUN, BEGUN, BEGUN, BEGUN, PAGE, CONTENT, GONE)
    assert client.create("a boat", seconds="8", size="1280x720", character_ids=["char_a"]).video_id == "video_a"
    assert client.create_character("Ada", clip).character_id == "char_a"
    for made in (
        client.remix("video_a", "in snow"),
        client.edit("video_a", "in red"),
        client.extend("video_a", "on", seconds="4"),
        client.retrieve("video_a"),
    ):
        assert made.status == "queued"
    assert client.list(limit=2).video_ids == ("video_a", "video_b")
    assert client.download("video_a") == b"\x00\xff" * 100
    assert client.delete("video_a") == "video_a"
    prefix = "/proxy/v1/videos"
    assert [(request.method, request.url.raw_path.decode()) for request in client.server.requests] == [
        ("POST", prefix),
        ("POST", f"{prefix}/characters"),
        ("POST", f"{prefix}/video_a/remix"),
        ("POST", f"{prefix}/edits"),
        ("POST", f"{prefix}/extensions"),
        ("GET", f"{prefix}/video_a"),
        ("GET", f"{prefix}?limit=2"),
        ("GET", f"{prefix}/video_a/content"),
        ("DELETE", f"{prefix}/video_a"),
    ]
    assert {request.headers["authorization"] for request in client.server.requests} == {f"Bearer {KEY}"}


def test_a_body_says_what_was_asked_for_and_the_rest_by_default(videos):
    client = videos(BEGUN)
    client.create("a boat")
    assert client.server.bodies == [{"model": "sora-2", "prompt": "a boat", "seconds": "4", "size": "720x1280"}]
    assert client.server.requests[0].headers["content-type"] == "application/json"


def test_a_clip_goes_up_as_a_form_and_is_the_same_when_it_is_sent_again(videos, clip):
    client = videos(problem(429, retry_after="2"), MADE)
    assert client.create_character("Zoë", str(clip)).name == "Ada"
    first, second = client.server.requests
    assert first.content == second.content
    assert first.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert clip.read_bytes() in first.content
    assert client.pauses == [2.125]


def test_content_is_asked_for_in_any_type_and_the_rest_as_json(videos):
    client = videos(CONTENT, BEGUN)
    client.download("video_a", variant="video")
    client.retrieve("video_a")
    assert [request.headers["accept"] for request in client.server.requests] == ["*/*", "application/json"]
    assert "content-type" not in client.server.requests[0].headers


def test_nothing_is_sent_that_can_never_work(videos, tmp_path):
    client = videos(BEGUN)
    failing(client, LocalValidationError, "create", "a boat", seconds=8)
    failing(client, LocalValidationError, "create", "a boat", character_ids=["a", "b", "c"])
    failing(client, LocalValidationError, "create_character", "Ada", tmp_path / "none.mp4")
    failing(client, LocalValidationError, "retrieve", "")
    assert client.server.requests == []


def test_the_key_is_put_into_no_body_not_even_into_a_form(videos, clip):
    client = videos(BEGUN)
    clip.write_bytes(b"\xff" + KEY.encode())
    for method, args in (("create", (f"says {KEY}",)), ("create_character", ("Ada", clip)), ("delete", (KEY,))):
        assert KEY not in str(failing(client, LocalValidationError, method, *args))
    assert client.server.requests == []


@pytest.mark.parametrize("kind", [VideosClient, AsyncVideosClient])
def test_it_is_at_home_with_openai(kind, monkeypatch):
    monkeypatch.setenv("SORA_API_KEY", "of-the-other-api")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(MissingKeyError, match="OPENAI_API_KEY"):
        kind()
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    client = kind()
    assert client.base_url == "https://api.openai.com/v1"
    assert KEY not in repr(client)
    assert repr(client) == f"<{kind.__name__} https://api.openai.com/v1>"


# -- replies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "args"),
    [("create", ("a boat",)), ("list", ()), ("delete", ("video_a",)), ("download", ("video_a",))],
)
@pytest.mark.parametrize("body", ["<html>", ""], ids=["a page", "nothing"])
def test_a_success_that_is_none_says_so(videos, method, args, body):
    client = videos(reply(200, body, content_type="text/html"))
    assert failing(client, ProtocolError, method, *args).status == 200


def test_what_is_refused_is_told(videos):
    assert (
        failing(videos(problem(400, "invalid_value")), InvalidRequestError, "create", "a boat").code == "invalid_value"
    )
    assert failing(videos(problem(404)), NotFoundError, "download", "video_a").status == 404
    client = videos(problem(429, retry_after="3600"))
    assert failing(client, RateLimitedError, "create", "a boat").retry_after == 3600


def test_a_video_may_be_longer_than_other_replies_but_not_without_bound(videos):
    client = videos(CONTENT, max_reply=100)
    assert len(client.download("video_a")) == 200
    assert "too long" in str(failing(client, ProtocolError, "download", "video_a", most=199))


def test_a_refused_download_is_bounded_like_any_reply(videos):
    client = videos(reply(400, "x" * 200), max_reply=100)
    error = failing(client, InvalidRequestError, "download", "video_a")
    assert error.message == ""


def test_half_a_video_is_fetched_again(videos):
    client = videos(httpx2.ReadError("reset"), CONTENT)
    assert len(client.download("video_a")) == 200


@pytest.mark.parametrize(("method", "args"), [("create", ("a boat",)), ("delete", ("video_a",))])
def test_what_may_have_been_done_is_not_sent_again(videos, method, args):
    client = videos(httpx2.ReadError("reset"), BEGUN)
    assert failing(client, SoraError, method, *args).maybe_done
    assert len(client.server.requests) == 1


def test_a_video_is_looked_at_until_it_is_completed(videos):
    client = videos(video("queued"), video("in_progress"), video("completed"))
    assert client.wait("video_a", every_s=2).completed
    assert client.pauses == [2, 2]


def test_a_video_that_fails_is_an_error_that_has_it(videos):
    client = videos(video("failed", error={"code": "moderation_blocked", "message": "No."}))
    error = failing(client, RenderFailedError, "wait", "video_a")
    assert (error.task.video_id, error.message) == ("video_a", "video_a is failed: No.")


def test_a_video_is_not_waited_for_without_end(videos):
    client = videos(video("in_progress"))
    assert "after 10 s" in str(failing(client, TimedOutError, "wait", "video_a", every_s=4, within_s=10))


def test_ids_of_what_was_made_are_in_the_log_and_the_key_is_not(videos, clip, caplog):
    caplog.set_level(logging.DEBUG, "sora_conformance.reference")
    client = videos(MADE, BEGUN, BEGUN)
    client.create_character("Ada", clip)
    client.create("a boat")
    client.retrieve("video_a")
    assert caplog.messages == ["made 'char_a'", "began 'video_a'"]
