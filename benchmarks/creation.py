"""Character creations per second over HTTP, with everything on.

Owns the comparison of the mock, in memory and with `--state`, with the two yardsticks.
"""

import tempfile
from contextlib import ExitStack
from statistics import median

from benchmarks.calls import creation
from benchmarks.client import Load
from benchmarks.load import press
from benchmarks.plan import Bar, Plan, Row, Tell
from benchmarks.servers import BARE, ECHO, MOCK, running, with_state

WARM_UP_SECONDS = 1
UNIT = "requests/s"


def measure(plan: Plan, tell: Tell) -> list[Row]:
    """Press the four servers in turn, round after round."""
    with tempfile.TemporaryDirectory(prefix="sora-mock-bench-") as directory, ExitStack() as stack:
        programs = (BARE, ECHO, MOCK, with_state(directory))
        servers = [stack.enter_context(running(program)) for program in programs]
        call = creation()
        for server in servers:
            tell(f"warming up {server.name}")
            press(server, call, WARM_UP_SECONDS)
        loads: dict[str, list[Load]] = {server.name: [] for server in servers}
        for number in range(plan.rounds):
            for server in servers:
                tell(f"round {number + 1} of {plan.rounds}: {server.name}")
                loads[server.name].append(press(server, call, plan.seconds))
    bare, echo, memory, state = loads.values()
    return [
        rates(BARE.name, bare),
        rates(ECHO.name, echo, BARE.name, bare),
        rates("creation, in memory", memory, BARE.name, bare, Bar(0.35)),
        rates("creation, in memory", memory, ECHO.name, echo, Bar(0.5)),
        rates("creation, --state", state, BARE.name, bare, Bar(0.15)),
    ]


def rates(
    what: str, loads: list[Load], yardstick: str = "", against: list[Load] | None = None, bar: Bar | None = None
) -> Row:
    """Return the row of some loads' rates, with their usual waits as a note."""
    p50, p99 = median(load.p50_ms for load in loads), median(load.p99_ms for load in loads)
    return Row(
        what=what,
        unit=UNIT,
        values=tuple(load.rate for load in loads),
        yardstick=yardstick,
        against=tuple(load.rate for load in against or ()),
        bar=bar,
        note=f"p50 {p50:.1f} ms, p99 {p99:.1f} ms",
    )
