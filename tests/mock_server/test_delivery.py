"""Delivery: what becomes of a plan where messages are all there is."""

import asyncio

import pytest

from sora_mock.delivery import DRIPS, TRANSPORT, perform
from sora_mock.wire import Drip, Hang, Reply, Reset, Truncate

BODY = bytes(range(200))


class Connection:
    """What a server hands over for one exchange; the caller leaves once `patience` messages were sent."""

    def __init__(self, *, method="GET", patience=10**6, transport=None):
        self.sent = []
        self.scope = {"type": "http", "method": method, "headers": [], TRANSPORT: transport}
        if transport is None:
            del self.scope[TRANSPORT]
        self._patience = patience

    async def receive(self):
        if len(self.sent) < self._patience:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    def perform(self, reply):
        asyncio.run(perform(reply, self.scope, self.receive, self.send))
        return self

    @property
    def bodies(self):
        return [message["body"] for message in self.sent if message["type"] == "http.response.body"]


class Transport:
    """A connection's transport, closed or not."""

    def __init__(self, *, is_closed=False):
        self.calls = []
        self._is_closed = is_closed

    def is_closing(self):
        return self._is_closed

    def get_extra_info(self, name):
        self.calls.append(name)
        return self

    def setsockopt(self, *_):
        self.calls.append("no linger")

    def abort(self):
        self.calls.append("abort")

    def close(self):
        self.calls.append("close")


def test_a_reply_is_sent_after_its_wait():
    assert Connection().perform(Reply(status=200, body=BODY, delay=1)).bodies == [BODY]


def test_a_caller_that_leaves_is_not_waited_for():
    assert Connection(patience=0).perform(Reply(status=200, body=BODY, delay=86_400_000)).sent == []


def test_a_caller_that_leaves_a_drip_is_not_waited_for():
    connection = Connection(patience=1).perform(Reply(status=200, body=BODY, delivery=Drip(86_400.0)))
    assert connection.bodies == []


def test_a_drip_is_the_body_in_pieces():
    connection = Connection().perform(Reply(status=200, body=BODY, delivery=Drip(0.0)))
    assert b"".join(connection.bodies) == BODY
    assert len(connection.bodies) == DRIPS + 1
    assert [message.get("more_body", False) for message in connection.sent[1:]] == [True] * DRIPS + [False]


def test_a_drip_of_nothing_ends_at_once():
    assert Connection().perform(Reply(status=200, delivery=Drip(86_400.0))).bodies == [b""]


@pytest.mark.parametrize("delivery", [Truncate(0.5), Drip(86_400.0)])
def test_a_reply_without_a_body_cannot_be_cut_or_dripped(delivery):
    connection = Connection(method="HEAD").perform(Reply(status=200, body=BODY, delivery=delivery))
    assert [message["type"] for message in connection.sent] == ["http.response.start", "http.response.body"]
    assert not connection.sent[-1].get("more_body")


@pytest.mark.parametrize("keep", [0.0, 0.5, 0.999])
def test_a_truncated_body_ends_with_the_connection(keep):
    transport = Transport()
    connection = Connection(transport=transport, patience=2)
    connection.perform(Reply(status=200, body=BODY, delivery=Truncate(keep)))
    assert b"".join(connection.bodies) == BODY[: int(len(BODY) * keep)]
    assert dict(connection.sent[0]["headers"])[b"content-length"] == b"200"
    assert transport.calls == ["close"]


def test_a_truncated_file_is_cut_even_where_files_are_handed_over_whole(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(BODY)
    connection = Connection(transport=Transport(), patience=2)
    connection.scope["extensions"] = {"http.response.pathsend": {}}
    connection.perform(Reply(status=200, file=path, delivery=Truncate(0.25)))
    assert b"".join(connection.bodies) == BODY[:50]


def test_a_reset_ends_the_connection_without_lingering():
    transport = Transport()
    assert Connection(transport=transport, patience=0).perform(Reply(status=200, delivery=Reset())).sent == []
    assert transport.calls == ["socket", "no linger", "abort"]


def test_a_connection_that_is_gone_is_not_reset_again():
    transport = Transport(is_closed=True)
    Connection(transport=transport, patience=0).perform(Reply(status=200, delivery=Reset()))
    assert transport.calls == []


@pytest.mark.parametrize("delivery", [Reset(), Truncate(0.5)])
def test_without_a_transport_the_caller_gets_the_exception_of_a_broken_connection(delivery):
    with pytest.raises(ConnectionResetError):
        Connection().perform(Reply(status=200, body=BODY, delivery=delivery))


def test_a_hanging_exchange_ends_when_the_caller_leaves():
    assert Connection(patience=0).perform(Reply(status=200, body=BODY, delivery=Hang())).sent == []
