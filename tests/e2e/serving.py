"""Mocks to talk to: as processes, started and stopped as a user does it, or from a thread that shares its clock."""

import os
import re
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sora_mock import server

SECONDS = 60
"""The longest that a test waits for what should come at once."""

BASE = "/v1/sora"
_READY = re.compile(r"sora-mock is serving (http://(127\.0\.0\.1):(\d+))/v1/sora\n")


def command(*options: str) -> list[str]:
    """Return the command line of a server on a free port; options given here count more than that."""
    return [sys.executable, "-m", "sora_mock", "serve", "--port", "0", *options]


def clean_environment(**variables: str) -> dict[str, str]:
    """Return this process's environment, with no settings for the mock but the given ones."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SORA_")} | variables


class MockProcess:
    """A mock that runs as a process of its own; its standard error and its clips go below `folder`."""

    def __init__(self, folder: Path, *options: str, **variables: str) -> None:
        own = Path(tempfile.mkdtemp(dir=folder))
        self._errors = own / "stderr"
        with self._errors.open("ab") as errors:
            self.process = subprocess.Popen(
                command(*options),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                # What a killed process leaves behind goes with the test.
                env=clean_environment(TMPDIR=str(own), **variables),
            )
        self.first_line = ""
        self.origin = ""
        self.port = 0

    def wait_until_ready(self) -> "MockProcess":
        """Read the line that says where the mock serves."""
        ready, _, _ = select.select([self.process.stdout], [], [], SECONDS)
        self.first_line = self.process.stdout.readline() if ready else ""
        match = _READY.fullmatch(self.first_line)
        assert match, (self.first_line, self.errors)
        self.origin, self.port = match[1], int(match[3])
        return self

    @property
    def url(self) -> str:
        """The base of the contract's paths."""
        return self.origin + BASE

    @property
    def errors(self) -> str:
        """What the process has written to standard error so far."""
        return self._errors.read_text(encoding="utf-8")

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """End the process without any warning."""
        self.process.kill()
        self._wait()

    def stop(self, signal_number: int | None = None) -> tuple[int, str]:
        """Ask the process to stop, and return its exit code and what else it wrote to standard output."""
        if signal_number is None:
            self.process.terminate()
        else:
            self.process.send_signal(signal_number)
        return self._wait()

    def _wait(self) -> tuple[int, str]:
        try:
            rest, _ = self.process.communicate(timeout=SECONDS)
        finally:
            self.close()
        return self.process.returncode, rest

    def close(self) -> None:
        """Let go of the process, which is killed if it still runs."""
        if self.is_running:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@contextmanager
def hosted(app) -> Iterator[str]:
    """Serve an application from a thread of this process, so that a test can hold its clock; give its base URL."""
    listener = server.bind("127.0.0.1", 0)
    serving = server.ThreadServer(app)
    thread = threading.Thread(target=serving.serve_on, args=(listener,))
    thread.start()
    try:
        serving.loop()
        yield server.origin(listener) + BASE
    finally:
        serving.stop()
        thread.join(SECONDS)
        assert not thread.is_alive()
