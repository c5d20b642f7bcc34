"""The edge: taking requests in, within bounds, and performing replies."""

import asyncio

import msgspec
import pytest

from sora_mock.edge import Edge
from tests.mock_server.support import BASE, CHARACTER

HEADERS = [(b"authorization", b"Bearer sk-alice"), (b"content-type", b"application/json"), (b"host", b"mock:1")]


def chunks(*bodies):
    """Return what a server would hand over for a body that comes in parts."""
    return [
        {"type": "http.request", "body": body, "more_body": number < len(bodies)}
        for number, body in enumerate(bodies, start=1)
    ]


def call(mock, messages, *, max_body=1000, body_seconds=1.0, **scope):
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

    edge = Edge(mock.exchange, max_body=max_body, body_seconds=body_seconds)
    defaults = {"type": "http", "method": "POST", "path": BASE + "/characters", "query_string": b"", "scheme": "http"}
    asyncio.run(edge({**defaults, "headers": HEADERS, **scope}, receive, send))
    return sent


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
