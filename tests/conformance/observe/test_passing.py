import io
import os
import threading

from sora_conformance.observe.passing import Passing, Tail
from tests.conformance.observe.test_running import KEY


class Closed(io.BytesIO):
    def write(self, data):
        raise BrokenPipeError


def passed(pieces, sink):
    """Pass pieces on, one after the other; return the stream."""
    read, write = os.pipe()
    stream = Passing("stdout", os.fdopen(read, "rb", buffering=0), sink, Tail(), KEY)
    thread = threading.Thread(target=stream.run)
    thread.start()
    with os.fdopen(write, "wb", buffering=0) as pipe:
        for piece in pieces:
            pipe.write(piece)
    thread.join(10)
    assert not thread.is_alive()
    return stream


def test_everything_passes_as_it_is_and_is_counted():
    sink = io.BytesIO()
    stream = passed([b"\xff\0", b"", b"\r\nabc"], sink)
    assert (sink.getvalue(), stream.count, stream.leaked) == (b"\xff\0\r\nabc", 7, False)


def test_a_key_is_noticed_byte_by_byte_and_across_what_is_no_text():
    assert passed([b"\xff", *(bytes([byte]) for byte in KEY.encode())], io.BytesIO()).leaked


def test_the_beginning_of_a_key_is_none():
    assert not passed([KEY[:-1].encode()], io.BytesIO()).leaked


def test_it_is_read_on_where_nobody_takes_it():
    assert passed([b"a", b"b", KEY.encode()], Closed()).leaked


def test_a_stream_that_is_stopped_ends_though_its_other_end_is_held_open():
    read, write = os.pipe()
    stream = Passing("stdout", os.fdopen(read, "rb", buffering=0), io.BytesIO(), Tail(), KEY)
    thread = threading.Thread(target=stream.run)
    thread.start()
    stream.stop()
    thread.join(10)
    assert not thread.is_alive()
    os.close(write)


def test_the_last_lines_of_two_streams_come_in_their_order():
    tail = Tail()
    tail.take("stdout", b"one\ntw")
    tail.take("stderr", b"err\n")
    tail.take("stdout", b"o\nthree")
    assert tail.text(KEY) == "one\nerr\ntwo\nthree"


def test_a_key_that_is_cut_off_at_the_end_of_a_line_is_veiled():
    tail = Tail()
    tail.take("stdout", b"x" * 380 + KEY.encode() + b"\n")
    assert tail.text(KEY) == "x" * 380 + "$CANARY"
