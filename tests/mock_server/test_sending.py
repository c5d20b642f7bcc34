"""Sending: bodies, files and ranges as messages."""

import asyncio
import json

import pytest

from sora_mock.sending import send_reply
from sora_mock.wire import Reply

CONTENT = bytes(range(100))


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(CONTENT)
    return path


def sent(reply, *, method="GET", **headers):
    """Return status, headers and body that a reply is sent as."""
    messages = []

    async def send(message):
        messages.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "headers": raw, "asgi": {"spec_version": "2.4"}}
    asyncio.run(send_reply(reply, scope, None, send))
    body = b"".join(message["body"] for message in messages[1:])
    assert not messages[-1].get("more_body")
    start = {name.decode(): value.decode("latin-1") for name, value in messages[0]["headers"]}
    assert len(start) == len(messages[0]["headers"])
    return messages[0]["status"], start, body


def test_a_body_is_sent_with_its_length():
    status, headers, body = sent(Reply(status=201, headers=(("x-a", "é"),), body=b"abc"))
    assert (status, headers["content-length"], body) == (201, "3", b"abc")


def test_a_file_is_sent_as_a_clip_with_the_replys_own_headers(clip):
    status, headers, body = sent(Reply(status=200, headers=(("x-request-id", "req_1"),), file=clip))
    assert (status, headers["content-type"], headers["content-length"]) == (200, "video/mp4", "100")
    assert (headers["x-request-id"], body) == ("req_1", CONTENT)


def test_a_file_is_sent_as_what_it_is(clip):
    assert sent(Reply(status=200, file=clip, media_type="image/webp"))[1]["content-type"] == "image/webp"


def test_a_content_type_of_the_replys_own_comes_before_the_files(clip):
    assert sent(Reply(status=200, headers=(("content-type", "a/b"),), file=clip))[1]["content-type"] == "a/b"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=90-", 90, 99), ("bytes=-5", 95, 99), ("bytes=5-500", 5, 99)],
)
def test_a_range_of_a_file_is_sent(clip, asked, first, last):
    status, headers, body = sent(Reply(status=200, file=clip), range=asked)
    assert (status, headers["content-range"]) == (206, f"bytes {first}-{last}/100")
    assert body == CONTENT[first : last + 1]


@pytest.mark.parametrize("asked", ["lines=1-2", "bytes=x", "bytes=9-1", "nonsense"])
def test_a_range_that_says_nothing_is_as_good_as_none(clip, asked):
    status, _, body = sent(Reply(status=200, file=clip), range=asked)
    assert (status, body) == (200, CONTENT)


def test_a_range_beyond_the_end_is_refused_in_the_contracts_shape(clip):
    reply = Reply(status=200, headers=(("x-request-id", "req_1"),), file=clip)
    status, headers, body = sent(reply, range="bytes=500-")
    assert (status, headers["content-range"].replace(" ", "")[-4:]) == (416, "/100")
    assert (headers["x-sora-mock-rule"], headers["x-request-id"]) == ("generation.content.range", "req_1")
    assert json.loads(body)["error"]["code"] == "range_not_satisfiable"


def test_a_head_request_for_a_file_gets_its_length_only(clip):
    status, headers, body = sent(Reply(status=200, file=clip), method="HEAD")
    assert (status, headers["content-length"], body) == (200, "100", b"")
