"""Bare connections to a stage: what a client sends, byte by byte.

Owns the sockets. What is sent and what is expected is each test's business.
"""

import json
import socket
import struct
from contextlib import contextmanager
from http.client import HTTPResponse
from urllib.parse import urlsplit

from sora_conformance.client.script import Script, Step

BODY = json.dumps({"model": "sora-2-character", "url": "https://a.test/a.mp4", "timestamps": "1,3"}).encode()


def script(*steps):
    return Script(steps=tuple(step if isinstance(step, Step) else Step(**step) for step in steps))


@contextmanager
def connected(url):
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        yield connection


def request(url, *, key="sk-a", body=BODY, method="POST", target=None, headers=""):
    """Return the bytes of a request."""
    parts = urlsplit(url)
    return (
        f"{method} {target or parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {key}\r\n"
        f"{headers}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def read(connection, method=None):
    """Return a reply with its body in `data`."""
    with HTTPResponse(connection, method=method) as reply:
        reply.begin()
        reply.data = reply.read()
        return reply


def call(url, **changed):
    """Send one request on a connection of its own, and return the reply."""
    with connected(url) as connection:
        connection.sendall(request(url, **changed))
        return read(connection, changed.get("method"))


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def settled(seat, number=1):
    """Return the arrivals once nothing is under way."""
    assert seat.wait_quiet(0, 10)
    arrivals = seat.arrivals
    assert len(arrivals) == number, arrivals
    return arrivals


def until(condition, seat):
    """Wait until a condition on a seat holds; every change of the seat is looked at."""
    with seat._changed:
        assert seat._changed.wait_for(lambda: condition(seat), 10)
