"""The edge: taking requests in, within bounds, and performing replies."""

import asyncio
import tempfile
import tracemalloc

import msgspec
import pytest

from sora_mock.edge import Edge
from sora_mock.intake import Bounds
from sora_mock.wire import Reply
from tests.mock_server.support import BASE, CHARACTER

HEADERS = [(b"authorization", b"Bearer sk-alice"), (b"content-type", b"application/json"), (b"host", b"mock:1")]


def chunks(*bodies):
    """Return what a server would hand over for a body that comes in parts."""
    return [
        {"type": "http.request", "body": body, "more_body": number < len(bodies)}
        for number, body in enumerate(bodies, start=1)
    ]


def call(mock, messages, *, max_body=1000, max_upload=1000, body_seconds=1.0, **scope):
    """Send one request through an edge and return the messages it answers."""
    sent = []
    waiting = iter(messages)

    async def receive():
        message = next(waiting, None)
        if message is None:
            await asyncio.Event().wait()
        return message

    async def send(message):
        sent.append(message)

    bounds = Bounds(max_body=max_body, max_upload=max_upload)
    edge = Edge(mock.exchange, bounds=bounds, body_seconds=body_seconds)
    defaults = {"type": "http", "method": "POST", "path": BASE + "/characters", "query_string": b"", "scheme": "http"}
    asyncio.run(edge({**defaults, "headers": HEADERS, **scope}, receive, send))
    return sent


UPLOAD = [*HEADERS[:1], (b"content-type", b"multipart/form-data; boundary=b")]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the folder that temporary files are made in."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def seen(mock, monkeypatch):
    """Return what the exchange gets to see of uploads: the request, and what lies in its file meanwhile."""
    requests = []

    async def answer(request):
        requests.append((request, request.spool and request.spool.read_bytes()))
        return Reply(status=200)

    monkeypatch.setattr(mock.exchange, "answer", answer)
    return requests


def status_and_code(sent):
    body = msgspec.json.decode(sent[1]["body"])
    return sent[0]["status"], body.get("error", {}).get("code")


@pytest.fixture
def mock(stage):
    return stage()


def test_a_body_that_comes_in_parts_is_put_together(mock):
    body = msgspec.json.encode(CHARACTER)
    assert status_and_code(call(mock, chunks(body[:9], body[9:20], body[20:]))) == (200, None)


@pytest.mark.parametrize("parts", [(b"x" * 1001,), (b"x" * 600, b"x" * 401)])
def test_a_body_over_the_limit_is_refused(mock, parts):
    assert status_and_code(call(mock, chunks(*parts))) == (413, "request_too_large")


def test_a_body_without_end_is_refused_as_soon_as_it_is_too_large(mock):
    endless = [{"type": "http.request", "body": b"x" * 600, "more_body": True}] * 2
    assert status_and_code(call(mock, endless)) == (413, "request_too_large")


def test_a_body_at_the_limit_is_taken_in(mock):
    body = msgspec.json.encode(CHARACTER)
    assert status_and_code(call(mock, chunks(body), max_body=len(body))) == (200, None)


def test_a_body_that_never_ends_is_given_up(mock):
    begun = [{"type": "http.request", "body": b"{", "more_body": True}]
    assert status_and_code(call(mock, begun, body_seconds=0.0)) == (408, "request_timeout")


@pytest.mark.parametrize("before", [[], [{"type": "http.request", "body": b"{", "more_body": True}]])
def test_a_caller_that_hangs_up_gets_no_answer_and_leaves_no_trace(mock, before):
    assert call(mock, [*before, {"type": "http.disconnect"}]) == []
    assert mock.understudy.log._accounts == {}


@pytest.mark.parametrize(
    ("scope", "origin"),
    [
        ({}, "http://mock:1"),
        ({"scheme": "https"}, "https://mock:1"),
        ({"headers": HEADERS[:2], "server": ("10.0.0.1", 8000)}, "http://10.0.0.1:8000"),
        ({"headers": HEADERS[:2], "server": ("/run/mock.sock", None)}, "http:///run/mock.sock"),
        ({"headers": HEADERS[:2]}, "http://localhost"),
    ],
)
def test_links_name_the_host_that_the_caller_addressed(mock, scope, origin):
    task = mock.task()
    sent = call(mock, chunks(b""), method="GET", path=f"{BASE}/generations/{task}", **scope)
    assert msgspec.json.decode(sent[1]["body"])["video_url"].startswith(origin + "/files/")


def test_a_long_upload_lies_in_a_file_until_it_is_answered(mock, seen, folder):
    body = bytes(range(256)) * 4_000
    call(mock, chunks(body[:9], body[9:600_000], body[600_000:]), max_upload=len(body), headers=UPLOAD)
    ((request, content),) = seen
    assert content == body
    assert request.body == body[: 64 * 1024]
    assert list(folder.iterdir()) == []


def test_a_short_upload_needs_no_file(mock, seen):
    call(mock, chunks(b"ab", b"cd"), headers=UPLOAD)
    assert [(request.body, request.spool) for request, _ in seen] == [(b"abcd", None)]


def test_an_upload_may_be_longer_than_another_body(mock, seen):
    call(mock, chunks(b"x" * 1500), max_upload=2000, headers=UPLOAD)
    call(mock, chunks(b"x" * 700, b"x" * 800), max_upload=2000, headers=UPLOAD)
    call(mock, chunks(b"x" * 1500), max_upload=2000)
    assert [request.unreadable is None for request, _ in seen] == [True, True, False]


@pytest.mark.parametrize("parts", [(b"x" * 301_000,), (b"x" * 300_000, b"x" * 1_000)])
def test_an_upload_over_its_limit_is_refused_and_leaves_nothing(mock, folder, parts):
    sent = call(mock, chunks(*parts), max_upload=300_999, headers=UPLOAD)
    assert status_and_code(sent) == (413, "request_too_large")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("headers", [HEADERS, UPLOAD])
def test_a_body_announced_too_large_is_not_waited_for(mock, headers):
    begun = [{"type": "http.request", "body": b"x", "more_body": True}]
    sent = call(mock, begun, body_seconds=60.0, headers=[*headers, (b"content-length", b"2147483648")])
    assert status_and_code(sent) == (413, "request_too_large")


BEGUN = [{"type": "http.request", "body": b"x" * 300_000, "more_body": True}] * 2


def test_an_upload_that_its_caller_leaves_leaves_nothing(mock, folder):
    assert call(mock, [*BEGUN, {"type": "http.disconnect"}], max_upload=10**6, headers=UPLOAD) == []
    assert list(folder.iterdir()) == []


def test_an_upload_that_stops_leaves_nothing(mock, folder):
    sent = call(mock, BEGUN, max_upload=10**6, body_seconds=0.05, headers=UPLOAD)
    assert status_and_code(sent) == (408, "request_timeout")
    assert list(folder.iterdir()) == []


def test_an_upload_broken_off_by_the_server_leaves_nothing(mock, folder, monkeypatch):
    async def answer(request):
        assert request.spool.exists()
        raise asyncio.CancelledError

    monkeypatch.setattr(mock.exchange, "answer", answer)
    with pytest.raises(asyncio.CancelledError):
        call(mock, chunks(b"x" * 300_000, b"x"), max_upload=10**6, headers=UPLOAD)
    assert list(folder.iterdir()) == []


def test_an_upload_of_any_length_takes_little_memory(mock, folder):
    piece = {"type": "http.request", "body": bytes(65_536), "more_body": True}
    tracemalloc.start()
    try:
        sent = call(mock, (piece for _ in range(10_000)), max_upload=64 * 2**20, headers=UPLOAD)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert status_and_code(sent) == (413, "request_too_large")
    assert peak < 4 * 2**20
