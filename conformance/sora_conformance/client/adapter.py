"""The adapter: a client under test as a child process that speaks the protocol.

Owns the process, its pipes, and how each of its misdeeds is called. What a call is for is not its business, and a
client's own errors are no misdeeds: they come as answers.
"""

import os
import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from signal import SIGKILL, SIGTERM
from types import TracebackType
from typing import IO, Self, cast

from sora_conformance.client.protocol import (
    MAX_LINE,
    Answer,
    Call,
    Cancel,
    Garbled,
    Greeting,
    Hello,
    Request,
    Stop,
    answer_in,
    greeting_in,
    line_of,
)

LAST_LINES = 12
"""How many of the last lines on standard error are kept to be told."""

MAX_LOG = 4 * 1024 * 1024
"""The most bytes of standard error that are kept to be searched for keys."""

LOG_SECONDS = 1.0
"""How long what is left of its log is waited for once an adapter has exited."""

END_SECONDS = 2.0
"""How long an adapter may take to exit once it was told to stop, and again once it was sent SIGTERM."""


class Misdeed(StrEnum):
    """In which way an adapter has failed."""

    NOT_STARTED = "not started"
    NO_HELLO = "no hello"
    DIED = "died"
    SILENT = "silent"
    GARBLED = "garbled"
    UNKNOWN_ID = "unknown id"
    TWICE = "answered twice"
    FLOOD = "flood"


class AdapterFailed(Exception):  # noqa: N818 - it is the adapter that failed
    """An adapter did not do its part; the text says what, and what it said last on standard error."""

    def __init__(self, misdeed: Misdeed, detail: str, last: Sequence[str] = ()) -> None:
        super().__init__(f"{misdeed}: {detail}{_said_last(last)}")
        self.misdeed = misdeed


def _said_last(last: Sequence[str]) -> str:
    return f"; it said last: {' | '.join(last)}" if last else ""


class Adapter:
    """One process of a client under test. Calls may be under way at once; answers may come in any order.

    `log` is what it has written to standard error so far. Once an adapter has failed it stays failed.
    """

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str]) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's own command
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(env),
                # A group of its own, so that whatever it starts can be ended with it.
                start_new_session=True,
            )
        except OSError as error:
            raise AdapterFailed(Misdeed.NOT_STARTED, f"{command[0]}: {error.strerror}") from None
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._changed = threading.Condition()
        self._greeting: Greeting | None = None
        self._asked: set[str] = set()
        self._answers: dict[str, Answer] = {}
        self._failed: tuple[Misdeed, str] | None = None
        self._log = bytearray()
        self._last: deque[str] = deque(maxlen=LAST_LINES)
        self._stopping = False
        self._readers = [
            threading.Thread(target=read, args=(pipe,), daemon=True)
            for read, pipe in ((self._read_lines, self._process.stdout), (self._read_log, self._process.stderr))
        ]
        # The log's first: the other waits for it at its end.
        for reader in reversed(self._readers):
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    # -- the talk ------------------------------------------------------------------------------------------------

    def hello(self, *, seconds: float) -> Greeting:
        """Open the talk and return the greeting. Raises AdapterFailed if none comes in time."""
        self._say(Hello())
        with self._changed:
            self._changed.wait_for(lambda: self._greeting is not None or self._failed is not None, seconds)
            self._check()
            if self._greeting is None:
                raise self._failure(Misdeed.NO_HELLO, f"no answer to hello within {seconds:g} s")
            return self._greeting

    def call(self, call: Call) -> None:
        """Ask for a call; the answer is fetched with `answer`. Raises AdapterFailed if the adapter is gone."""
        with self._changed:
            self._asked.add(call.id)
        self._say(call)

    def cancel(self, call_id: str) -> None:
        """Ask to end a call at once. Raises AdapterFailed if the adapter is gone."""
        self._say(Cancel(call_id))

    def answer(self, call_id: str, *, seconds: float) -> Answer:
        """Wait for the answer to a call. Raises AdapterFailed if none comes in time, or the adapter fails meanwhile.

        Silence about one call is held against that call alone: others may be under way.
        """
        with self._changed:
            self._changed.wait_for(lambda: call_id in self._answers or self._failed is not None, seconds)
            if call_id not in self._answers:
                self._check()
                raise AdapterFailed(
                    Misdeed.SILENT, f"no answer to call {call_id} within {seconds:g} s", tuple(self._last)
                )
            return self._answers[call_id]

    def check(self) -> None:
        """Raise AdapterFailed if the adapter has done anything amiss so far."""
        with self._changed:
            self._check()

    @property
    def log(self) -> str:
        """Return what the adapter has written to standard error."""
        return bytes(self._log).decode("utf-8", "replace")

    @property
    def last(self) -> str:
        """Return what it said last on standard error, to be put behind a sentence; empty if it said nothing."""
        return _said_last(tuple(self._last))

    def kill(self) -> None:
        """End the process at once, with all that it has started; the calls that are under way fail."""
        self._fail(Misdeed.DIED, "it was ended")
        self._signal(SIGKILL)

    def stop(self) -> None:
        """End the process: politely, then with SIGTERM, then with SIGKILL; and all that it has started. Repeatable."""
        self._stopping = True
        with suppress(OSError, ValueError):
            self._write(line_of(Stop()))
            self._stdin.close()
        for signal in (None, SIGTERM, SIGKILL):
            if signal is not None:
                self._signal(signal)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(END_SECONDS)
                break
        # What it has started may live on, and hold the pipes open.
        self._signal(SIGKILL)
        for reader in self._readers:
            reader.join(END_SECONDS)
        for pipe in (self._stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def _signal(self, signal: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal)

    # -- the pipes -----------------------------------------------------------------------------------------------

    def _say(self, message: Request) -> None:
        self.check()
        try:
            self._write(line_of(message))
        except (OSError, ValueError):
            # The reader knows how it ended: it has to come to its end first.
            self._readers[0].join(END_SECONDS)
            self.check()
            raise self._failure(Misdeed.DIED, "it reads no more") from None

    def _write(self, line: bytes) -> None:
        self._stdin.write(line)
        self._stdin.flush()

    def _read_lines(self, pipe: IO[bytes]) -> None:
        while line := pipe.readline(MAX_LINE + 1):
            if len(line) > MAX_LINE:
                self._fail(Misdeed.FLOOD, f"a line on standard output is longer than {MAX_LINE} bytes")
                return
            if line.strip():
                self._hear(line)
            if self._failed is not None:
                return
        code = self._process.wait()
        if not self._stopping:
            # What it said last tells why; something that it has started may hold the pipe open.
            self._readers[1].join(LOG_SECONDS)
            self._fail(Misdeed.DIED, f"it exited with {code}")

    def _hear(self, line: bytes) -> None:
        with self._changed:
            try:
                if self._greeting is None:
                    self._greeting = greeting_in(line)
                else:
                    self._take(answer_in(line))
            except Garbled as error:
                self._failed = self._failed or (Misdeed.GARBLED, str(error))
            self._changed.notify_all()

    def _take(self, answer: Answer) -> None:
        if answer.id not in self._asked:
            self._failed = (Misdeed.UNKNOWN_ID, f"answered call {answer.id!r}, which was never made")
        elif answer.id in self._answers:
            self._failed = (Misdeed.TWICE, f"answered call {answer.id!r} again")
        else:
            self._answers[answer.id] = answer

    def _read_log(self, pipe: IO[bytes]) -> None:
        for line in iter(lambda: pipe.readline(65536), b""):
            if len(self._log) < MAX_LOG:
                self._log += line
            self._last.append(line.decode("utf-8", "replace").rstrip()[:200])

    def _fail(self, misdeed: Misdeed, detail: str) -> None:
        with self._changed:
            self._failed = self._failed or (misdeed, detail)
            self._changed.notify_all()

    def _check(self) -> None:
        if self._failed is not None:
            raise self._failure(*self._failed)

    def _failure(self, misdeed: Misdeed, detail: str) -> AdapterFailed:
        self._failed = self._failed or (misdeed, detail)
        return AdapterFailed(misdeed, detail, tuple(self._last))
