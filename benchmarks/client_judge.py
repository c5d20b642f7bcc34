"""What the judge of clients costs beside what it has to wait for.

Owns two measurements: the judge's own part of a case, with a client that answers at once, and full runs of the command
on the reference client, as a user has them.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks.plan import Bar, BenchmarkError, Plan, Row, Tell
from sora_conformance.client.cases import client_cases
from sora_conformance.client.judging import Judge
from sora_conformance.client.processes import Processes
from sora_conformance.client.runner import AT_ONCE
from sora_conformance.client.stage import Stage
from sora_conformance.client.trial import QUIET_SECONDS
from sora_conformance.contract import load
from sora_conformance.verdicts import Verdict

MOST_MS, MOST_SECONDS = 20.0, 60.0
"""What the judge's own part of a case may take, and a full run."""

CASE, CASES = "request/once/from-url", 80
"""The case that is tried, and how often in a round."""

INSTANT = (sys.executable, "-m", "benchmarks.instant")
REFERENCE = (sys.executable, "-m", "sora_conformance.specimens.reference_adapter")


def measure(plan: Plan, tell: Tell) -> list[Row]:
    """Judge a client that answers at once, one case after the other and eight at a time; and the reference."""
    alone: list[float] = []
    cpu_alone: list[float] = []
    together: list[float] = []
    cpu_together: list[float] = []
    seconds: list[float] = []
    for number in range(plan.rounds):
        tell(f"round {number + 1} of {plan.rounds}")
        for workers, wall, cpu in ((1, alone, cpu_alone), (AT_ONCE, together, cpu_together)):
            took, used = _cases(workers)
            wall.append(took)
            cpu.append(used)
        seconds.append(_full())
    return [
        _row("a case, one at a time", alone, "wall time beyond the quiet and the client's own"),
        _row("a case, one at a time, CPU", cpu_alone, "user and system, of the judge's process"),
        _row(
            "a case, eight at a time",
            together,
            "wall time beyond the quiet, shared out among all cases; the client's own is in it",
        ),
        _row("a case, eight at a time, CPU", cpu_together, "user and system, of the judge's process"),
        Row(
            what="a full run, reference client",
            unit="s",
            values=tuple(seconds),
            yardstick=f"{MOST_SECONDS:g} s",
            against=(MOST_SECONDS,) * len(seconds),
            bar=Bar(1.0, at_most=True),
            note="one case has to wait for 31 s",
        ),
    ]


def _row(what: str, values: list[float], note: str) -> Row:
    return Row(
        what=what,
        unit="ms",
        values=tuple(values),
        yardstick=f"{MOST_MS:g} ms",
        against=(MOST_MS,) * len(values),
        bar=Bar(1.0, at_most=True),
        note=note,
    )


def _cases(workers: int) -> tuple[float, float]:
    """Return the wall time and the CPU time of the judge a case, in milliseconds, without what it waits for."""
    case = next(case for case in client_cases() if case.id == CASE)
    rule = load().rule(case.rule)
    with Stage() as stage:
        processes = Processes(INSTANT, dict(os.environ))
        try:
            judge = Judge(stage, processes, processes.greeting(), strict=False, other_key="sk-canary-other")
            judge.judge(case, rule)
            wall, cpu = time.perf_counter(), time.process_time()
            with ThreadPoolExecutor(workers) as pool:
                verdicts = {judged.line.verdict for judged in pool.map(lambda _: judge.judge(case, rule), range(CASES))}
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        finally:
            processes.close()
    if verdicts != {Verdict.PASS} or stage.errors:
        raise BenchmarkError(f"expected PASS alone, found {', '.join(sorted(verdicts))} {' '.join(stage.errors)}")
    # Only where one case follows the other does the client's own time add to that of the whole.
    client = sum(map(float, processes.logs[0].split()[1:])) if workers == 1 else 0.0
    waited = CASES / workers * QUIET_SECONDS
    return 1000 * (wall - waited - client) / CASES, 1000 * cpu / CASES


def _full() -> float:
    began = time.perf_counter()
    done = subprocess.run(
        (sys.executable, "-m", "sora_conformance", "client", "--", *REFERENCE),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode != 0:
        raise BenchmarkError(f"the judge ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return time.perf_counter() - began
