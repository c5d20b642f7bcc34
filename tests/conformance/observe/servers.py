"""A server of raw bytes, and a tap in front of it.

Owns the sockets. What the server does with a connection is each test's business.
"""

import socket
import threading
from contextlib import contextmanager, suppress

from sora_conformance.observe.notes import Notes
from sora_conformance.observe.tap import Tap

SECONDS = 10


@contextmanager
def raw_server(serve):
    """Let `serve` deal with each connection in a thread of its own; the value is the port."""
    threads = []
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:

        def accept():
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    connection.settimeout(SECONDS)
                    thread = threading.Thread(target=handle, args=(connection,), daemon=True)
                    threads.append(thread)
                    thread.start()

        def handle(connection):
            with connection, suppress(OSError):
                serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(SECONDS)
            for one in threads:
                one.join(SECONDS)


@contextmanager
def tapped(serve, notes=None):
    """Serve raw bytes behind a tap; the value is the tap, and it has made no mistakes."""
    with raw_server(serve) as port, Tap(port, notes) as tap:
        yield tap
    assert tap.errors == []


@contextmanager
def connected(tap):
    """Return a connection to a tap."""
    port = int(tap.origin.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        yield connection


def read_all(connection):
    """Return what comes until the end of a connection."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def read_until(connection, end):
    """Return what comes up to and with some bytes. Raises ConnectionError where they do not come."""
    data = b""
    while not data.endswith(end):
        part = connection.recv(1)
        if not part:
            raise ConnectionError(f"no more came than {data!r}")
        data += part
    return data


def small():
    """Return bounds that are soon reached."""
    return Notes(max_arrivals=2, max_bodies=40)
