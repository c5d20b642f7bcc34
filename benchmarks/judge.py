"""What a full run of the judge costs, on a mock of this machine.

Owns whole runs of the command, each on a fresh mock, as a user has them: start of the process and reports included.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sora_mock
from benchmarks.plan import Bar, BenchmarkError, Plan, Row, Tell

MOST_SECONDS, MOST_CALLS = 20.0, 2500
"""What a full run may take."""


def measure(plan: Plan, tell: Tell) -> list[Row]:
    """Judge a mock from start to end, round after round."""
    seconds, calls = [], []
    for number in range(plan.rounds):
        tell(f"round {number + 1} of {plan.rounds}")
        took, made = _run()
        seconds.append(took)
        calls.append(made)
    rounds = len(seconds)
    return [
        Row(
            what="a full run",
            unit="s",
            values=tuple(seconds),
            yardstick=f"{MOST_SECONDS:g} s",
            against=(MOST_SECONDS,) * rounds,
            bar=Bar(1.0, at_most=True),
        ),
        Row(
            what="calls in a full run",
            unit="calls",
            values=tuple(calls),
            yardstick=f"{MOST_CALLS} calls",
            against=(float(MOST_CALLS),) * rounds,
            bar=Bar(1.0, at_most=True),
        ),
    ]


def _run() -> tuple[float, float]:
    with sora_mock.running() as sora, tempfile.TemporaryDirectory(prefix="sora-mock-bench-") as folder:
        words = ("server", sora.base_url, "--second-api-key", "sk-second", "--report-dir", folder)
        began = time.perf_counter()
        done = subprocess.run(
            (sys.executable, "-m", "sora_conformance", *words), capture_output=True, text=True, timeout=300, check=False
        )
        seconds = time.perf_counter() - began
        if done.returncode != 0:
            raise BenchmarkError(f"the judge ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
        run = json.loads(Path(folder, "report.json").read_text(encoding="utf-8"))["run"]
        return seconds, float(run["calls"])
