"""Connections that are used in odd ways: left half-way, kept waiting, filled ahead of the replies, or upgraded."""

import json

import pytest

from sora_mock import create_app
from sora_mock.protocol import Protocol
from tests.e2e.calling import CHARACTER, Wire, assert_refused, head, posting
from tests.e2e.serving import hosted

GOOD = json.dumps(CHARACTER).encode()
TASK = "/v1/sora/generations/task_x"
OFFERS = {
    "websocket": ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: eA=="),
    "h2c": ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"),
}


def port_of(url):
    return int(url.split(":")[2].partition("/")[0])


def test_a_head_that_breaks_off_leaves_no_trace(shared, victim):
    with Wire(shared.port) as wire:
        wire.say(posting(GOOD, key=victim.key)[:60])


def test_a_body_that_breaks_off_leaves_no_trace(shared, victim):
    with Wire(shared.port) as wire:
        wire.say(posting(GOOD[:-1], key=victim.key, length=len(GOOD)))


def test_a_body_longer_than_was_stated_is_cut_and_its_rest_refused(shared, victim):
    with Wire(shared.port) as wire:
        wire.say(posting(GOOD, key=victim.key, length=10))
        assert_refused(wire.answer(), 400, "invalid_json")
        assert_refused(wire.answer(), 400, "invalid_request")
        assert wire.is_ended()


def test_a_whole_request_is_answered_before_the_garbage_behind_it_is_refused(shared, caller):
    with Wire(shared.port) as wire:
        wire.say(posting(GOOD + b"garbage", key=caller.key, length=len(GOOD)))
        assert wire.answer().status == 200
        assert_refused(wire.answer(), 400, "invalid_request")
        assert wire.is_ended()


def test_a_caller_that_leaves_without_reading_is_kept_to_its_word(shared, caller):
    with Wire(shared.port) as wire:
        wire.say(posting(GOOD, key=caller.key))
        assert wire.socket.recv(1)  # it has been taken in by now
    assert caller.remaining() == 59


def test_requests_sent_ahead_are_answered_in_their_order(shared, caller):
    spans = [f"{start},{start + 1}" for start in range(20)]
    bodies = [json.dumps(CHARACTER | {"timestamps": span}).encode() for span in spans]
    with Wire(shared.port) as wire:
        wire.say(b"".join(posting(body, key=caller.key) for body in bodies))
        answers = [wire.answer() for _ in spans]
    assert [answer.json["metadata"]["source"]["timestamps"] for answer in answers] == spans


def test_garbage_after_requests_sent_ahead_takes_none_of_their_answers(shared, caller):
    with Wire(shared.port) as wire:
        wire.say(posting(GOOD, key=caller.key) * 3 + b"\0\1\2\3\r\n\r\n")
        assert [wire.answer().status for _ in range(4)] == [200, 200, 200, 400]
        assert wire.is_ended()
    assert caller.remaining() == 57


def test_a_request_may_come_byte_by_byte(shared, caller):
    with Wire(shared.port) as wire:
        for byte in posting(GOOD, key=caller.key):
            wire.say(bytes([byte]))
        assert wire.answer().status == 200


def test_a_connection_is_kept_after_a_refusal(shared, victim):
    with Wire(shared.port) as wire:
        for _ in range(3):
            wire.say(posting(b"{", key=victim.key))
            assert_refused(wire.answer(), 400, "invalid_json")


def test_who_waits_for_permission_to_send_gets_it(shared, caller):
    with Wire(shared.port) as wire:
        wire.say(posting(b"", "Expect: 100-continue", key=caller.key, length=len(GOOD)))
        assert wire.answer().status == 100
        wire.say(GOOD)
        assert wire.answer().status == 200


@pytest.mark.parametrize("lines", OFFERS.values(), ids=OFFERS)
def test_an_offer_to_upgrade_is_ignored(shared, victim, lines):
    with Wire(shared.port) as wire:
        for _ in range(2):
            wire.say(head("GET", TASK, *lines, key=victim.key))
            assert_refused(wire.answer(), 404, "task_not_found", "task_id")


def test_a_body_behind_an_offer_to_upgrade_is_read_to_its_end(shared, caller):
    with Wire(shared.port) as wire:
        wire.say(posting(GOOD, *OFFERS["h2c"], key=caller.key)[:-20])
        wire.say(GOOD[-20:])
        assert wire.answer().status == 200


def test_chunks_behind_an_offer_to_upgrade_are_read_to_their_end(shared, caller):
    framing = ("Content-Type: application/json", "Transfer-Encoding: chunked")
    with Wire(shared.port) as wire:
        wire.say(head("POST", "/v1/sora/characters", *OFFERS["h2c"], *framing, key=caller.key))
        wire.say(b"%x\r\n%b\r\n0\r\n\r\n" % (len(GOOD), GOOD))
        assert wire.answer().status == 200


def test_every_offer_sent_ahead_is_ignored(shared, victim):
    with Wire(shared.port) as wire:
        wire.say(head("GET", TASK, *OFFERS["websocket"], key=victim.key) * 500)
        assert {wire.answer().status for _ in range(500)} == {404}


def test_http_1_0_is_answered_and_hung_up_on(shared, victim):
    with Wire(shared.port) as wire:
        wire.say(head("GET", TASK, key=victim.key).replace(b"HTTP/1.1", b"HTTP/1.0"))
        assert_refused(wire.answer(), 404, "task_not_found", "task_id")
        assert wire.is_ended()


def test_many_idle_connections_keep_nobody_waiting(shared, victim):
    idle = [Wire(shared.port) for _ in range(200)]
    try:
        assert victim.get("/generations/task_x").status == 404
    finally:
        for wire in idle:
            wire.close()


def test_a_head_that_does_not_go_on_is_given_up(monkeypatch):
    monkeypatch.setattr(Protocol, "head_seconds", 0.01)
    with hosted(create_app()) as url, Wire(port_of(url)) as wire:
        wire.say(b"GET / HTTP/1.1\r\nX-Hal")
        assert_refused(wire.answer(), 408, "request_timeout")
        assert wire.is_ended()


def test_a_body_that_does_not_go_on_is_given_up(monkeypatch):
    app = create_app()
    monkeypatch.setattr(app._edge, "_body_seconds", 0.01)
    with hosted(app) as url, Wire(port_of(url)) as wire:
        wire.say(posting(GOOD[:-1], key="sk-slow", length=len(GOOD)))
        assert_refused(wire.answer(), 408, "request_timeout")
