"""The servers that are measured: started as their users start them, kept to one core, and ended in any case.

Owns their processes, and which core is whose. It must not know what is measured.
"""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec

from benchmarks.calls import Call, creation
from benchmarks.plan import BenchmarkError

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30.0
STOP_SECONDS = 10.0
ASK_SECONDS = 120.0
POLL_SECONDS = 0.001

_UVICORN = ("--no-access-log", "--log-level", "warning")
_CORES: tuple[int, ...] = tuple(sorted(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else ()


class Program(msgspec.Struct, frozen=True):
    """What `python -m` is to run; it takes `--port`."""

    name: str
    arguments: tuple[str, ...]


BARE = Program("bare callable", ("uvicorn", "benchmarks.yardsticks:bare", *_UVICORN))
ECHO = Program("Starlette echo", ("uvicorn", "benchmarks.yardsticks:echo", "--factory", *_UVICORN))
MOCK = Program("sora-mock", ("sora_mock", "serve", "--set", "creations_per_minute=100000000"))


def with_state(directory: str, name: str = "state") -> Program:
    """Return the mock that keeps its state in a file of its own in a directory."""
    return Program(f"{MOCK.name} --state", (*MOCK.arguments, "--state", str(Path(directory, f"{name}.sqlite"))))


def can_pin() -> bool:
    """Return whether server and load can have a core each."""
    return len(_CORES) > 1


def pin_load() -> None:
    """Keep this process, and the load generators it starts, off the servers' core."""
    if can_pin():
        os.sched_setaffinity(0, {_CORES[1]})


class Server:
    """A running server."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], port: int, errors: IO[bytes]) -> None:
        self.name = name
        self.port = port
        self.start_seconds = 0.0
        self._process = process
        self._errors = errors

    def ask(self, call: Call, *, timeout: float = ASK_SECONDS) -> bytes:
        """Return the body of the reply to a request on a connection of its own; anything but 200 is an error."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(call.method, call.path, call.body.encode() or None, call.headers)
            response = connection.getresponse()
            body = response.read()
        except TimeoutError as error:
            raise BenchmarkError(f"{self.name}: {call.method} {call.path} had no answer in {timeout:g} s") from error
        finally:
            connection.close()
        if response.status != 200:
            raise BenchmarkError(
                f"{self.name}: {call.method} {call.path} was answered {response.status} {body[:300]!r}"
            )
        return body

    def ask_json(self, call: Call) -> dict[str, Any]:
        """Return the JSON object that a request is answered with."""
        answer: dict[str, Any] = msgspec.json.decode(self.ask(call), type=dict[str, Any])
        return answer

    def resident_mib(self) -> float:
        """Return the memory that the process has in RAM now, in MiB."""
        status = Path(f"/proc/{self._process.pid}/status")
        if status.exists():
            line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
            return int(line.split()[1]) / 1024
        command = ["ps", "-o", "rss=", "-p", str(self._process.pid)]
        return int(subprocess.run(command, check=True, capture_output=True).stdout) / 1024

    def check(self) -> None:
        """Raise BenchmarkError when the server has ended or has complained."""
        self._errors.seek(0)
        complaints = self._errors.read().decode(errors="replace").strip()
        ended = self._process.poll()
        if ended is not None or complaints:
            state = "runs" if ended is None else f"ended with {ended}"
            raise BenchmarkError(f"{self.name} {state} and said: {complaints[-2000:] or 'nothing'}")

    def wait(self, began: float) -> None:
        """Wait for the first correct answer to a creation, and note how long it took from `began`."""
        call = creation()
        while True:
            try:
                body = self.ask(call, timeout=START_SECONDS)
            except ConnectionError as error:
                self.check()
                if time.perf_counter() - began > START_SECONDS:
                    raise BenchmarkError(f"{self.name} did not answer in {START_SECONDS:g} s") from error
                time.sleep(POLL_SECONDS)
                continue
            self.start_seconds = time.perf_counter() - began
            if b'"sora-2-character"' not in body:
                raise BenchmarkError(f"{self.name} answered {body[:300]!r}")
            return


@contextmanager
def running(program: Program, *, pinned: bool = True) -> Iterator[Server]:
    """Start a server, give it once it has answered, and end it."""
    port = _free_port()
    command = [sys.executable, "-m", *program.arguments, "--port", str(port)]
    with tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        with _on_servers_cores(pinned=pinned):
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        try:
            server = Server(program.name, process, port, errors)
            server.wait(began)
            yield server
            server.check()
        finally:
            _end(process)


@contextmanager
def _on_servers_cores(*, pinned: bool) -> Iterator[None]:
    """Let what is started meanwhile run on the servers' core, or on all of them; a child keeps what it began with."""
    if not can_pin():
        yield
        return
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {_CORES[0]} if pinned else _CORES)
    try:
        yield
    finally:
        os.sched_setaffinity(0, own)


def _free_port() -> int:
    # Uvicorn does not tell on which port it is when told 0, and all servers shall be started alike.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment() -> dict[str, str]:
    """Return the environment without what would set the servers otherwise."""
    foreign = ("SORA_MOCK_", "UVICORN_", "WEB_CONCURRENCY", "FORWARDED_ALLOW_IPS")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)
