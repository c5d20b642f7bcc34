"""What the journal and faults that never strike cost.

Owns the comparison of the mock as it is, with ten idle faults in place, and a mock without a journal and faults.
"""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.calls import creation
from benchmarks.client import Load
from benchmarks.creation import WARM_UP_SECONDS, rates
from benchmarks.load import press
from benchmarks.plan import Bar, Plan, Row, Tell
from benchmarks.servers import MOCK, Program, running

IDLE_FAULTS = 10
UNWATCHED = Program("no journal, no faults", ("benchmarks.unwatched",))


def measure(plan: Plan, tell: Tell) -> list[Row]:
    """Press the three servers in turn, round after round."""
    with tempfile.TemporaryDirectory(prefix="sora-mock-bench-") as directory, ExitStack() as stack:
        scenario = Path(directory, "idle.toml")
        scenario.write_text(_idle(), encoding="utf-8")
        faulty = Program("journal and idle faults", (*MOCK.arguments, "--scenario", str(scenario)))
        servers = [stack.enter_context(running(program)) for program in (UNWATCHED, MOCK, faulty)]
        for server in servers:
            tell(f"warming up {server.name}")
            press(server, creation(), WARM_UP_SECONDS)
        loads: dict[str, list[Load]] = {server.name: [] for server in servers}
        for number in range(plan.rounds):
            for server in servers:
                tell(f"round {number + 1} of {plan.rounds}: {server.name}")
                loads[server.name].append(press(server, creation(), plan.seconds))
    without, journal, both = loads.values()
    return [
        rates(UNWATCHED.name, without),
        rates("journal", journal, UNWATCHED.name, without),
        rates(f"journal and {IDLE_FAULTS} idle faults", both, UNWATCHED.name, without, Bar(0.9)),
    ]


def _idle() -> str:
    fault = '\n[[fault]]\neffect = "reset"\nmatch = { path = "/nowhere/*" }\n'
    return 'name = "idle"\nsummary = "Faults that never strike."\n' + fault * IDLE_FAULTS
