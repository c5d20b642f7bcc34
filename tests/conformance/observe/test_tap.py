import socket
import struct
import threading
import time
from contextlib import suppress
from itertools import pairwise

import pytest

from sora_conformance.observe.tap import Tap
from tests.conformance.observe.servers import SECONDS, connected, read_all, read_until, tapped

GET = b"GET /v1/sora/a HTTP/1.1\r\nHost: a\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
NO_LINGER = struct.pack("ii", 1, 0)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    connection.close()


def echo(connection):
    connection.sendall(read_all(connection))


def answer(connection):
    while True:
        read_until(connection, b"\r\n\r\n")
        connection.sendall(OK)


def settled(tap):
    assert tap.quiet(SECONDS)
    return tap.arrivals()


def test_any_bytes_pass_both_ways_as_they_are():
    data = bytes(range(256)) * 20_000
    with tapped(echo) as tap, connected(tap) as connection:
        sender = threading.Thread(target=lambda: (connection.sendall(data), connection.shutdown(socket.SHUT_WR)))
        sender.start()
        assert read_all(connection) == data
        sender.join(SECONDS)


def test_a_connection_is_kept_for_one_exchange_after_the_other():
    with tapped(answer) as tap:
        with connected(tap) as connection:
            for _ in range(3):
                connection.sendall(GET)
                assert read_until(connection, b"{}") == OK
        arrivals = settled(tap)
    assert [(one.number, one.connection, one.status) for one in arrivals] == [(0, 0, 200), (1, 0, 200), (2, 0, 200)]
    assert all(earlier.done <= later.at for earlier, later in pairwise(arrivals))


def test_connections_are_told_apart():
    with tapped(answer) as tap:
        with connected(tap) as one, connected(tap) as other:
            for connection in (one, other):
                connection.sendall(GET)
                read_until(connection, b"{}")
        assert sorted(arrival.connection for arrival in settled(tap)) == [0, 1]


def test_a_reset_of_the_server_is_a_reset_for_the_client():
    def serve(connection):
        read_until(connection, b"\r\n\r\n")
        reset(connection)

    with tapped(serve) as tap:
        with connected(tap) as connection:
            connection.sendall(GET)
            with pytest.raises(ConnectionResetError):
                connection.recv(1)
        (arrival,) = settled(tap)
    assert (arrival.status, arrival.cut, arrival.abandoned) == (None, True, False)


def test_a_reply_that_is_broken_off_ends_where_it_did():
    def serve(connection):
        read_until(connection, b"\r\n\r\n")
        connection.sendall(OK[:-1])

    with tapped(serve) as tap:
        with connected(tap) as connection:
            connection.sendall(GET)
            assert read_all(connection) == OK[:-1]
        (arrival,) = settled(tap)
    assert (arrival.status, arrival.cut) == (200, True)


def test_a_reply_comes_in_the_pieces_in_which_it_is_sent():
    go_on = threading.Event()

    def serve(connection):
        read_until(connection, b"\r\n\r\n")
        connection.sendall(OK[:-2])
        assert go_on.wait(SECONDS)
        connection.sendall(OK[-2:])

    with tapped(serve) as tap:
        with connected(tap) as connection:
            connection.sendall(GET)
            # The rest is sent only once this part is here.
            assert read_until(connection, b"\r\n\r\n") == OK[:-2]
            assert tap.arrivals()[0].done == float("inf")
            go_on.set()
            assert read_all(connection) == b"{}"
        (arrival,) = settled(tap)
    assert not arrival.cut


@pytest.mark.parametrize("leave", [socket.socket.close, reset])
def test_who_hangs_up_on_a_server_that_never_answers_hangs_up_on_it(leave):
    ended = threading.Event()

    def serve(connection):
        read_until(connection, b"\r\n\r\n")
        with suppress(ConnectionResetError):
            assert connection.recv(1) == b""
        ended.set()

    with tapped(serve) as tap:
        with connected(tap) as connection:
            connection.sendall(GET)
            while not tap.arrivals():
                time.sleep(0.005)
            leave(connection)
        assert ended.wait(SECONDS)
        (arrival,) = settled(tap)
    assert (arrival.status, arrival.abandoned, arrival.cut) == (None, True, False)


def test_a_reset_of_the_client_is_a_reset_for_the_server():
    seen = []

    def serve(connection):
        read_until(connection, b"\r\n\r\n")
        try:
            seen.append(connection.recv(1))
        except ConnectionResetError as error:
            seen.append(type(error))

    with tapped(serve) as tap:
        with connected(tap) as connection:
            connection.sendall(GET)
            while not tap.arrivals():
                time.sleep(0.005)
            reset(connection)
        assert tap.quiet(SECONDS)
    assert seen == [ConnectionResetError]


def test_a_client_that_sends_no_more_is_still_answered():
    def serve(connection):
        assert read_all(connection) == GET
        connection.sendall(OK)

    with tapped(serve) as tap:
        with connected(tap) as connection:
            connection.sendall(GET)
            connection.shutdown(socket.SHUT_WR)
            assert read_all(connection) == OK
        (arrival,) = settled(tap)
    assert (arrival.status, arrival.abandoned) == (200, False)


def test_a_server_that_is_gone_resets_the_client():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    # The reset may come as soon as the connection stands.
    with Tap(port) as tap, pytest.raises(ConnectionResetError), connected(tap) as connection:
        read_all(connection)
    assert tap.errors == []


def test_what_is_no_http_passes_all_the_same():
    with tapped(echo) as tap:
        with connected(tap) as connection:
            connection.sendall(b"\x16\x03\x01\0\r\n\r\n\0")
            connection.shutdown(socket.SHUT_WR)
            assert read_all(connection) == b"\x16\x03\x01\0\r\n\r\n\0"
        assert settled(tap) == ()
        assert tap.notes.strange


def test_it_is_not_quiet_while_a_connection_is_open():
    with tapped(answer) as tap:
        with connected(tap) as connection:
            connection.sendall(GET)
            read_until(connection, b"{}")
            assert not tap.quiet(0.01)
        assert tap.quiet(SECONDS)


def test_a_tap_ends_at_once_with_connections_open():
    with tapped(answer) as tap, connected(tap) as connection:
        connection.sendall(GET)
        read_until(connection, b"{}")
        before = time.monotonic()
        tap.__exit__(None, None, None)
        assert time.monotonic() - before < 2
