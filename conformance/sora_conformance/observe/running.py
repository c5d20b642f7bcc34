"""Running: the user's command as a child process, in a group of its own.

Owns its start, its output on the way to ours, and its end with all that it has started. What it sends over the network
is not its business.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, cast

from sora_conformance.observe.passing import Passing, Tail
from sora_conformance.observe.traffic import Ended, Misdeed

MAX_OUTPUT = 64 * 1024 * 1024
"""How many bytes a command may print; one that prints more is ended."""

TIMEOUT_SECONDS = 600.0
"""How long a command may take unless something else is said."""

END_SECONDS = 2.0
"""How long a command may take to exit once it was sent SIGTERM."""

LINGER_SECONDS = 1.0
"""How long the output is read on after the command's end, when something that it started holds the pipes open."""

_TICK_SECONDS = 0.05


def run(
    argv: Sequence[str],
    env: Mapping[str, str],
    *,
    key: str,
    timeout: float = TIMEOUT_SECONDS,
    max_output: int = MAX_OUTPUT,
) -> Ended:
    """Run a command to its end and return how that was; `key` is looked for in what it prints.

    Its output passes through to ours as it comes. An exception, such as one that a signal raises, ends it too.
    """
    began = time.monotonic()
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command
            argv,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(env),
            # A group of its own, so that whatever it starts can be ended with it.
            start_new_session=True,
        )
    except (OSError, ValueError, IndexError) as error:
        name = argv[0] if argv else ""
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        return Ended(exit_code=None, misdeed="not started", detail=f"the command did not start: {name!r}: {reason}")
    running = _Running(process, key, max_output)
    try:
        # Only now does anybody hear of the command: a signal that comes after its first words finds it taken care of.
        running.listen()
        misdeed = running.wait(began + timeout)
    finally:
        running.end()
    seconds = time.monotonic() - began
    code = process.returncode
    died_of = None if code >= 0 else _name_of(-code)
    if misdeed is None and died_of is not None:
        misdeed = "killed"
    details = {
        None: "",
        "killed": f"the command died of {died_of}",
        "flood": f"the command printed more than {max_output} bytes",
        "timeout": f"the command was not through within {timeout:g} s",
    }
    return Ended(
        exit_code=code if code >= 0 and misdeed is None else None,
        signal=died_of if misdeed == "killed" else None,
        misdeed=misdeed,
        detail=details[misdeed],
        last=running.tail.text(key),
        leaked=tuple(passing.name for passing in running.streams if passing.leaked),
        seconds=seconds,
    )


class _Running:
    """A command under way, and what passes on its output."""

    def __init__(self, process: subprocess.Popen[bytes], key: str, max_output: int) -> None:
        self._process = process
        self._max_output = max_output
        self.tail = Tail()
        self.streams = [
            Passing("stdout", cast("IO[bytes]", process.stdout), sys.stdout.buffer, self.tail, key),
            Passing("stderr", cast("IO[bytes]", process.stderr), sys.stderr.buffer, self.tail, key),
        ]
        self._threads: list[threading.Thread] = []

    def listen(self) -> None:
        """Begin to pass on what the command prints."""
        for passing in self.streams:
            thread = threading.Thread(target=passing.run, daemon=True)
            thread.start()
            self._threads.append(thread)

    def wait(self, deadline: float) -> Misdeed | None:
        """Wait until the command is through, or has to be ended; tell why, if so."""
        while True:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_TICK_SECONDS)
                return None
            if sum(passing.count for passing in self.streams) > self._max_output:
                return "flood"
            if time.monotonic() > deadline:
                return "timeout"

    def end(self) -> None:
        """End the command, and all that is left of what it has started."""
        if self._process.poll() is None:
            self._signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(END_SECONDS)
        else:
            self._join()
        self._signal(signal.SIGKILL)
        self._process.wait()
        for passing in self.streams:
            passing.stop()
        self._join()

    def _join(self) -> None:
        until = time.monotonic() + LINGER_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def _name_of(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
