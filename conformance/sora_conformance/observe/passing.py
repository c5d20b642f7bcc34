"""Passing: what a command prints, on its way to our own output.

Owns that every byte goes on as it came and at once, the count of them, the last lines, and the noticing of a key among
them, also where it comes in pieces.
"""

import os
import select
import threading
from collections import deque
from contextlib import suppress
from typing import IO, BinaryIO

from sora_conformance.client.canaries import VEIL, Canaries
from sora_conformance.redacting import Redactor

LAST_LINES = 20
"""How many of the last lines are kept to be told."""

MAX_LINE = 400
"""How many bytes of such a line are kept."""

_PIECE = 64 * 1024
_LONGEST_FORM = 6
"""How many characters stand for one of a key in the longest form in which it is looked for, with some to spare."""

_TICK_SECONDS = 0.1


class Tail:
    """The last lines of several streams, in the order in which they came."""

    def __init__(self) -> None:
        self._lines: deque[bytes] = deque(maxlen=LAST_LINES)
        self._open: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def take(self, name: str, data: bytes) -> None:
        """Take in what one of the streams has brought."""
        with self._lock:
            *lines, rest = (self._open.get(name, b"") + data).split(b"\n")
            self._lines.extend(line[:MAX_LINE] for line in lines[-LAST_LINES:])
            self._open[name] = rest[:MAX_LINE]

    def text(self, key: str) -> str:
        """Return the last lines, without the key in them."""
        with self._lock:
            lines = [*self._lines, *(rest for rest in self._open.values() if rest)]
        text = "\n".join(line.decode("utf-8", "replace").rstrip() for line in lines[-LAST_LINES:])
        return Canaries({key: VEIL})(text)


class Passing:
    """One stream of a command. `count` is how many bytes have come, `leaked` whether a key was among them."""

    def __init__(self, name: str, source: IO[bytes], sink: BinaryIO, tail: Tail, key: str) -> None:
        self.name = name
        self.count = 0
        self.leaked = False
        self._source = source
        self._sink: BinaryIO | None = sink
        self._tail = tail
        self._redact = Redactor({key: VEIL})
        self._overlap = _LONGEST_FORM * len(key)
        self._before = b""
        self._stopped = threading.Event()

    def run(self) -> None:
        """Pass everything on until the stream ends, or `stop` is called."""
        with self._source, suppress(OSError):
            while not self._stopped.is_set():
                # Whoever else holds the other end may never let go of it.
                if not select.select([self._source], [], [], _TICK_SECONDS)[0]:
                    continue
                data = os.read(self._source.fileno(), _PIECE)
                if not data:
                    return
                self._take(data)

    def stop(self) -> None:
        """Pass nothing on any more."""
        self._stopped.set()

    def _take(self, data: bytes) -> None:
        self.count += len(data)
        self._tail.take(self.name, data)
        self._look(data)
        if self._sink is None:
            return
        try:
            self._sink.write(data)
            self._sink.flush()
        except (OSError, ValueError):
            # Nobody reads it any more; the command is to run on as it would.
            self._sink = None

    def _look(self, data: bytes) -> None:
        if self.leaked:
            return
        text = (self._before + data).decode("latin-1")
        self.leaked = self._redact(text) != text
        self._before = (self._before + data)[-self._overlap :]
