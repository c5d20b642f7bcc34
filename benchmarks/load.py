"""The load: one request over and over for some seconds, on as many connections as a busy test run has.

Owns the choice of what sends it: `wrk` when it is there, because no Python client keeps up with a bare server, else
`benchmarks.client`. It must not know what is asked.
"""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from benchmarks import client
from benchmarks.calls import Call
from benchmarks.client import CONNECTIONS, SPARE_SECONDS, Load
from benchmarks.plan import BenchmarkError
from benchmarks.servers import Server

INSTALL = "apt-get install wrk, or brew install wrk"

_SCRIPT = Path(__file__).with_name("load.lua")
_RESULT = re.compile(
    r"^RESULT answers=(\d+) microseconds=(\d+) p50=(\d+) p99=(\d+) refused=(\d+) broken=(\d+)$", re.MULTILINE
)


@cache
def generator() -> str:
    """Return the name of what makes the load."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return f"own asyncio client (slower than some servers; for figures to compare: {INSTALL})"
    said = subprocess.run([wrk, "-v"], capture_output=True, text=True, check=False).stdout
    return " ".join(said.split()[:2]) or "wrk"


def press(server: Server, call: Call, seconds: int) -> Load:
    """Send one call over and over; raise BenchmarkError unless every answer was 200."""
    # wrk counts as errors what is above 399 only; a call before and one after see to the rest.
    server.ask(call)
    wrk = shutil.which("wrk")
    load = client.send(server.port, [call], seconds=seconds) if wrk is None else _wrk(wrk, server, call, seconds)
    server.ask(call)
    server.check()
    return load


def _wrk(wrk: str, server: Server, call: Call, seconds: int) -> Load:
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(_SCRIPT)]
    command += [f"http://127.0.0.1:{server.port}{call.path}", "--", call.method, call.body]
    command += [part for header in call.headers.items() for part in header]
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + SPARE_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise BenchmarkError(f"{server.name}: wrk did not end in time") from error
    result = _RESULT.search(run.stdout)
    if run.returncode or result is None:
        raise BenchmarkError(f"{server.name}: wrk ended with {run.returncode} and said: {run.stdout}{run.stderr}")
    answers, microseconds, p50, p99, refused, broken = map(int, result.groups())
    if refused or broken or not answers:
        raise BenchmarkError(
            f"{server.name}: of {answers} answers to {call.method} {call.path}, {refused} were not 2xx or 3xx; "
            f"{broken} connections broke or timed out"
        )
    return Load(answers=answers, seconds=microseconds / 1e6, p50_ms=p50 / 1000, p99_ms=p99 / 1000)
