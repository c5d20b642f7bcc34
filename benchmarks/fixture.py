"""What the fixture `sora` costs a test.

Owns two runs of pytest over a thousand trivial tests, one with the fixture and one without. The start of the session's
server is part of the cost, spread over the tests.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.plan import Bar, BenchmarkError, Plan, Row, Tell

TESTS = 1000
UNIT = "ms/test"
WITHOUT = f"import pytest\n\n@pytest.mark.parametrize('n', range({TESTS}))\ndef test_it(n):\n    assert n >= 0\n"
WITH = WITHOUT.replace("test_it(n)", "test_it(n, sora)").replace("n >= 0", "sora.api_key")


def measure(plan: Plan, tell: Tell) -> list[Row]:
    """Run the two in turn, round after round."""
    plain, fixed = [], []
    with tempfile.TemporaryDirectory(prefix="sora-mock-bench-") as directory:
        for name, text in (("test_without.py", WITHOUT), ("test_with.py", WITH)):
            Path(directory, name).write_text(text, encoding="utf-8")
        for number in range(plan.rounds):
            tell(f"round {number + 1} of {plan.rounds}")
            plain.append(_run(Path(directory, "test_without.py")))
            fixed.append(_run(Path(directory, "test_with.py")))
    costs = tuple(with_it - without for with_it, without in zip(fixed, plain, strict=True))
    return [
        Row(what=f"{TESTS} trivial tests", unit=UNIT, values=tuple(plain)),
        Row(what=f"{TESTS} trivial tests with sora", unit=UNIT, values=tuple(fixed)),
        Row(
            what="the fixture sora",
            unit=UNIT,
            values=costs,
            yardstick="1 ms",
            against=(1.0,) * len(costs),
            bar=Bar(0.3, at_most=True),
        ),
    ]


def _run(path: Path) -> float:
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", path.name)
    began = time.perf_counter()
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, timeout=300, check=False)
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        raise BenchmarkError(f"pytest ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return seconds / TESTS * 1000
