"""The stage does with each request what the script says, and writes down what came."""

import asyncio
import json
import math
import threading
import time
from contextlib import ExitStack, suppress

import httpx2
import msgspec
import pytest

from sora_conformance.client import listening, performing
from sora_conformance.client import stage as module
from sora_conformance.client.arrivals import Place
from sora_conformance.client.listening import Reception
from sora_conformance.client.performing import Performance
from sora_conformance.client.stage import Stage
from tests.conformance.client.staging import BODY, call, connected, read, request, reset, script, settled, until


@pytest.fixture(scope="module")
def open_stage():
    before = threading.active_count()
    with Stage() as stage:
        yield stage
    assert stage.errors == []
    assert threading.active_count() == before


@pytest.fixture
def seat_of(open_stage):
    """Return a function that opens a seat for some steps; the stage itself has to have made no mistake."""
    seats = []

    def open_seat(*steps):
        seats.append(open_stage.open(script(*steps)))
        return seats[-1]

    yield open_seat
    for seat in seats:
        seat.close()
    assert open_stage.errors == []


def address(seat):
    return f"{seat.base_url}/characters"


# -- what is written down ---------------------------------------------------------------------------------------------


def test_an_arrival_is_the_request_as_it_was_sent(seat_of):
    seat = seat_of({})
    before = time.monotonic()
    reply = call(
        address(seat), key=seat.key, target=f"/x/{seat.token}/v1/sora//characters?a=%20b", headers="X-A: é\r\n"
    )
    (arrival,) = settled(seat)
    assert (arrival.place, arrival.case, arrival.number) == (Place.STAGE, seat.token, 0)
    assert (arrival.method, arrival.path, arrival.query) == ("POST", "/v1/sora//characters", "a=%20b")
    assert (arrival.header("Authorization"), arrival.body) == (f"Bearer {seat.key}", BODY)
    assert before <= arrival.at <= arrival.done <= time.monotonic()
    assert (arrival.status, arrival.abandoned, arrival.secure) == (200, False, False)
    assert arrival.answered == json.loads(reply.data)["character_id"]


def test_requests_get_the_steps_in_the_order_of_their_arrival_over_all_connections(seat_of):
    seat = seat_of({"status": 500}, {"reply": "rate_limit_exceeded"}, {"reply": "character"})
    assert [call(address(seat)).status for _ in range(4)] == [500, 429, 200, 200]
    arrivals = settled(seat, 4)
    assert [arrival.number for arrival in arrivals] == [0, 1, 2, 3]
    assert len({arrival.connection for arrival in arrivals}) == 4
    assert len({arrival.answered for arrival in arrivals[2:]}) == 2


def test_a_script_may_be_gone_through_by_each_body(open_stage):
    steps = script({"reply": "rate_limit_exceeded"}, {"reply": "character"})
    with open_stage.open(msgspec.structs.replace(steps, each=True)) as seat:
        bodies = [b'{"url": "a"}', b'{"url": "b"}', b'{"url": "a"}', b'{"url": "b"}']
        assert [call(address(seat), body=body).status for body in bodies] == [429, 429, 200, 200]
        settled(seat, 4)


def test_a_connection_serves_several_requests(seat_of):
    seat = seat_of({}, {"reply": "invalid_timestamps"})
    with connected(seat.base_url) as connection:
        for status in (200, 400, 400):
            connection.sendall(request(address(seat)))
            assert read(connection).status == status
    assert len({arrival.connection for arrival in settled(seat, 3)}) == 1


def test_what_is_sent_ahead_is_not_lost(seat_of):
    seat = seat_of({"after": 0.02}, {"status": 503}, {"manner": "close"})
    with connected(seat.base_url) as connection:
        connection.sendall(request(address(seat)))
        until(lambda seat: seat._performing, seat)
        connection.sendall(request(address(seat)) * 2)
        data = b"".join(iter(lambda: connection.recv(4096), b""))
    assert data.index(b"HTTP/1.1 200") < data.index(b"HTTP/1.1 503")
    assert [arrival.body for arrival in settled(seat, 3)] == [BODY] * 3


def test_a_client_that_never_reads_and_sends_ever_more_is_let_be(seat_of):
    seat = seat_of({"manner": "hang"})
    with connected(seat.base_url) as connection:
        connection.sendall(request(address(seat)))
        until(lambda seat: seat._performing, seat)
        connection.sendall(b" " * 100_000)
        assert not seat.wait_quiet(0, 0.02)
        assert len(seat.arrivals) == 1


@pytest.mark.parametrize("sent", ["", "POST /"])
def test_a_client_that_says_nothing_to_the_end_leaves_no_trace_with_the_case(seat_of, sent):
    seat = seat_of({})
    with connected(seat.base_url) as connection:
        connection.sendall(sent.encode())
    assert call(address(seat)).status == 200
    settled(seat)


def test_a_client_that_resets_an_idle_connection_is_no_mistake_of_the_stage(seat_of):
    seat = seat_of({})
    with connected(seat.base_url) as connection:
        connection.sendall(request(address(seat)))
        read(connection)
        reset(connection)
    settled(seat)


def test_a_body_in_chunks_is_put_together(seat_of):
    seat = seat_of({})
    with connected(seat.base_url) as connection:
        head, _, _ = request(address(seat), body=b"").partition(b"Content-Length")
        connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n1\r\n \r\n0\r\n\r\n")
        assert read(connection).status == 200
    assert settled(seat)[0].body == b"{} "


def test_a_client_that_waits_for_100_continue_gets_it(seat_of):
    seat = seat_of({})
    with connected(seat.base_url) as connection:
        whole = request(address(seat), headers="Expect: 100-continue\r\n")
        connection.sendall(whole[: -len(BODY)])
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(BODY)
        assert read(connection).status == 200
    assert settled(seat)[0].body == BODY


def test_a_client_that_hangs_up_within_its_request_is_written_down_and_uses_up_no_step(seat_of):
    seat = seat_of({"status": 503}, {})
    with connected(seat.base_url) as connection:
        connection.sendall(request(address(seat))[:-1])
    until(lambda seat: seat._arrivals, seat)
    assert call(address(seat)).status == 503
    cut, _ = settled(seat, 2)
    assert (cut.body, cut.abandoned, cut.status) == (BODY[:-1], True, None)


def test_the_reply_to_head_has_no_body(seat_of):
    seat = seat_of({"manner": "endless"})
    assert call(address(seat), method="HEAD", body=b"").data == b""


def test_a_client_with_connection_close_is_let_go(seat_of):
    seat = seat_of({})
    with connected(seat.base_url) as connection:
        connection.sendall(request(address(seat), headers="Connection: close\r\n"))
        assert read(connection).status == 200
        assert connection.recv(1) == b""


def test_a_client_of_the_usual_kind_keeps_its_connection(seat_of):
    seat = seat_of({})
    with httpx2.Client(trust_env=False) as client:
        for _ in range(20):
            assert client.post(address(seat), json={}).json()["character_id"]
    assert len({arrival.connection for arrival in settled(seat, 20)}) == 1


# -- manners ----------------------------------------------------------------------------------------------------------


def test_a_delay_comes_before_the_reply(seat_of):
    seat = seat_of({"after": 0.03})
    assert call(address(seat)).status == 200
    (arrival,) = settled(seat)
    assert arrival.done - arrival.at >= 0.03


def test_a_reset_is_seen_as_one(seat_of):
    seat = seat_of({"manner": "reset"})
    with connected(seat.base_url) as connection:
        connection.sendall(request(address(seat)))
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    (arrival,) = settled(seat)
    assert (arrival.status, arrival.answered, arrival.abandoned) == (None, None, False)


def test_a_close_is_seen_as_one(seat_of):
    seat = seat_of({"manner": "close"})
    with connected(seat.base_url) as connection:
        connection.sendall(request(address(seat)))
        assert connection.recv(1) == b""
    (arrival,) = settled(seat)
    assert (arrival.status, arrival.abandoned) == (None, False)


def test_a_truncated_body_is_announced_whole(seat_of):
    seat = seat_of({"text": "0123456789", "manner": "truncate"})
    with connected(seat.base_url) as connection:
        connection.sendall(request(address(seat)))
        data = b"".join(iter(lambda: connection.recv(4096), b""))
    head, _, body = data.partition(b"\r\n\r\n")
    assert b"content-length: 10" in head.lower()
    assert body == b"01234"
    (arrival,) = settled(seat)
    assert (arrival.status, arrival.abandoned) == (200, False)


@pytest.mark.parametrize("text", ["0123456789" * 5, ""])
def test_a_dripping_body_takes_its_time(seat_of, text):
    seat = seat_of({"text": text, "manner": "drip", "seconds": 0.04})
    assert call(address(seat)).data == text.encode()
    (arrival,) = settled(seat)
    assert arrival.done - arrival.at >= (0.04 if text else 0)
    assert arrival.abandoned is False


def test_a_body_without_end_ends_when_the_client_hangs_up(seat_of):
    seat = seat_of({"manner": "endless"})
    with connected(seat.base_url) as connection:
        connection.sendall(request(address(seat)))
        assert b"transfer-encoding: chunked" in connection.recv(1024).lower()
        connection.recv(100_000)
    (arrival,) = settled(seat)
    assert (arrival.status, arrival.abandoned) == (200, True)


def test_a_body_without_end_is_bounded(seat_of, monkeypatch):
    monkeypatch.setattr(performing, "MAX_ENDLESS", 200_000)
    seat = seat_of({"manner": "endless"})
    with connected(seat.base_url) as connection:
        connection.sendall(request(address(seat)))
        data = b"".join(iter(lambda: connection.recv(65536), b""))
    assert data.count(b" ") > 190_000
    assert not data.endswith(b"0\r\n\r\n")
    assert settled(seat)[0].abandoned is False


@pytest.mark.parametrize("leave", [lambda connection: connection.close(), reset], ids=["closes", "resets"])
@pytest.mark.parametrize("step", [{"manner": "hang"}, {"after": 60}], ids=["hanging", "delayed"])
def test_a_client_that_gives_up_is_noticed(seat_of, step, leave):
    seat = seat_of(step)
    with connected(seat.base_url) as connection:
        connection.sendall(request(address(seat)))
        until(lambda seat: seat._performing, seat)
        assert seat.arrivals[0].done == math.inf
        leave(connection)
        (arrival,) = settled(seat)
    assert (arrival.abandoned, arrival.status, arrival.answered) == (True, None, None)
    assert arrival.at < arrival.done < math.inf


def test_closing_the_seat_ends_what_hangs(seat_of):
    seat = seat_of({"manner": "hang"})
    with connected(seat.base_url) as connection:
        connection.sendall(request(address(seat)))
        until(lambda seat: seat._performing, seat)
        seat.close()
        assert connection.recv(1) == b""
    (arrival,) = settled(seat)
    assert (arrival.abandoned, arrival.status) == (False, None)
    seat.close()


# -- quiet ------------------------------------------------------------------------------------------------------------


def test_it_is_not_quiet_while_something_is_under_way(seat_of):
    seat = seat_of({"manner": "hang"})
    with connected(seat.base_url) as first, connected(seat.base_url) as second:
        for connection in (first, second):
            connection.sendall(request(address(seat)))
        until(lambda seat: len(seat._performing) == 2, seat)
        assert (seat.under_way, seat.most_at_once) == (2, 2)
        assert not seat.quiet_for(0)
        assert not seat.wait_quiet(0, 0.01)
    assert seat.wait_quiet(0.01, 10)
    assert (seat.under_way, seat.most_at_once) == (0, 2)
    assert seat.quiet_for(0.01)
    assert not seat.quiet_for(3600)


def test_the_wait_for_quiet_begins_when_it_is_asked_for(seat_of):
    seat = seat_of({})
    before = time.monotonic()
    assert seat.wait_quiet(0.02, 10)
    assert time.monotonic() - before >= 0.02
    assert not seat.wait_quiet(10, 0.01)


# -- who is who -------------------------------------------------------------------------------------------------------


def test_two_seats_share_nothing(seat_of):
    one, other = seat_of({"status": 500}), seat_of({})
    assert one.key != other.key
    assert (call(address(one)).status, call(address(other)).status) == (500, 200)
    assert settled(one)[0].case == one.token
    assert settled(other)[0].case == other.token


def test_a_lost_prefix_is_told_by_the_key(seat_of):
    seat = seat_of({})
    assert call(address(seat), key=seat.key, target="/v1/sora/characters").status == 404
    (arrival,) = settled(seat)
    assert (arrival.place, arrival.path) == (Place.BESIDE, "/v1/sora/characters")


def test_what_is_no_http_is_told_by_what_it_holds(seat_of):
    seat = seat_of({})
    assert call(address(seat), target=f"/x/{seat.token}/é").status == 400
    (arrival,) = settled(seat)
    assert (arrival.place, arrival.method, arrival.status) == (Place.BESIDE, "", 400)
    assert seat.token.encode() in arrival.body


def test_a_body_that_is_too_long_is_refused(seat_of):
    seat = seat_of({})
    with connected(seat.base_url) as connection:
        # What of it is left unread makes the hanging up a reset, which may overtake the reply.
        with suppress(ConnectionError):
            connection.sendall(request(address(seat), body=b" " * (1024 * 1024 + 1)))
        until(lambda seat: seat._arrivals, seat)
    (arrival,) = settled(seat)
    assert (arrival.place, arrival.method, arrival.status) == (Place.BESIDE, "POST", 400)


def test_what_belongs_to_nobody_is_a_stray(open_stage, seat_of):
    seat = seat_of({})
    seat.close()
    before = len(open_stage.strays)
    assert call(address(seat)).status == 404
    with connected(seat.base_url) as connection:
        connection.sendall(b"\x16\x03\x01")
    assert call(seat.base_url, target="/").status == 404
    late, *_ = open_stage.strays[before:]
    assert (late.case, late.path) == (seat.token, "/v1/sora/characters")
    assert seat.arrivals == ()


def test_a_runaway_is_not_answered_for_ever(seat_of, monkeypatch):
    monkeypatch.setattr("sora_conformance.client.logs.MAX_ARRIVALS", 2)
    seat = seat_of({})
    with connected(seat.base_url) as connection:
        for _ in range(2):
            connection.sendall(request(address(seat)))
            read(connection)
        connection.sendall(request(address(seat)))
        assert connection.recv(1) == b""
    settled(seat, 2)


def test_a_script_that_cannot_be_performed_is_refused(open_stage):
    with pytest.raises(ValueError, match="found 'charm'"):
        open_stage.open(script({"reply": "charm"}))


def test_a_mistake_of_the_stage_itself_is_told():
    with Stage() as stage, stage.open(script({"status": 7})) as seat, connected(seat.base_url) as connection:
        connection.sendall(request(address(seat)))
        assert connection.recv(1) == b""
    assert "LocalProtocolError" in stage.errors[0]


def test_a_stage_ends_whatever_its_clients_do():
    before = threading.active_count()
    with ExitStack() as clients:
        with Stage() as stage:
            hanging, pouring = stage.open(script({"manner": "hang"})), stage.open(script({"manner": "endless"}))
            for seat in (hanging, pouring):
                connection = clients.enter_context(connected(seat.base_url))
                connection.sendall(request(address(seat)))
                until(lambda seat: seat._performing, seat)
            for url in (stage.video_url, hanging.https_url):
                clients.enter_context(connected(url))
        assert threading.active_count() == before
    assert stage.errors == []


def test_a_mishap_in_the_thread_is_told():
    with Stage() as stage:
        stage._loop.call_soon_threadsafe(lambda: 1 / 0)
    assert "ZeroDivisionError" in stage.errors[0]


def test_a_thread_that_fails_is_told(monkeypatch):
    async def fail(*_):
        raise TypeError

    monkeypatch.setattr(Reception, "work", fail)
    with Stage() as stage:
        stage._thread.join()
    assert "TypeError" in stage.errors[0]


def test_a_listener_that_fails_is_told(monkeypatch):
    async def fail(*_):
        raise OSError("too many open files")

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_accept", fail)
    with Stage() as stage:
        told = threading.Event()
        stage._loop.call_soon_threadsafe(told.set)
        told.wait(10)
    assert "too many open files" in stage.errors[0]


def test_more_connections_than_there_may_be_are_closed(monkeypatch, seat_of):
    monkeypatch.setattr(listening, "MAX_CONNECTIONS", 0)
    with connected(seat_of({}).base_url) as connection:
        assert connection.recv(1) == b""


def test_a_reply_that_does_not_end_is_told(monkeypatch):
    monkeypatch.setattr(module, "END_SECONDS", 0.01)
    monkeypatch.setattr(Performance, "end", lambda _: None)
    with Stage() as stage:
        seat = stage.open(script({"manner": "hang"}))
        with connected(seat.base_url) as connection:
            connection.sendall(request(address(seat)))
            until(lambda seat: seat._performing, seat)
            seat.close()
    assert "has not ended" in stage.errors[0]
