"""From the start of the process to its first correct answer.

Owns the spawning, over and over, of the mock and its yardstick.
"""

import tempfile

from benchmarks.plan import Bar, Plan, Row, Tell
from benchmarks.servers import BARE, MOCK, running, with_state

SPAWNS_A_ROUND = 3
UNIT = "ms"


def measure(plan: Plan, tell: Tell) -> list[Row]:
    """Start the servers in turn; the first start of each is for the caches and does not count."""
    spawns = plan.rounds * SPAWNS_A_ROUND
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="sora-mock-bench-") as directory:
        for number in range(spawns + 1):
            for program in (BARE, MOCK, with_state(directory, f"state-{number}")):
                tell(f"start {number} of {spawns}: {program.name}")
                with running(program) as server:
                    if number:
                        times.setdefault(program.name, []).append(server.start_seconds * 1000)
    bare, memory, state = (tuple(values) for values in times.values())
    bar = Bar(1.6, at_most=True)
    return [
        Row(what=BARE.name, unit=UNIT, values=bare),
        Row(what="start, in memory", unit=UNIT, values=memory, yardstick=BARE.name, against=bare, bar=bar),
        Row(what="start, --state, new file", unit=UNIT, values=state, yardstick=BARE.name, against=bare),
    ]
