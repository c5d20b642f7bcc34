"""Resident memory: at rest, and after many characters.

Owns the comparison of the mock's processes, in memory and with `--state`, with a process that keeps nothing.
"""

import tempfile
from statistics import median

import msgspec

from benchmarks import client
from benchmarks.calls import creation
from benchmarks.plan import Plan, Row, Tell
from benchmarks.servers import BARE, MOCK, Program, running, with_state

UNIT = "MiB"
BYTES_A_MIB = 1_048_576
MOST_ROUNDS = 3
"""Memory differs little from round to round, and filling takes long."""


class Footprint(msgspec.Struct):
    """What one kind of server took, a value from each round."""

    idle: list[float] = []
    full: list[float] = []


def measure(plan: Plan, tell: Tell) -> list[Row]:
    """Start, weigh, fill and weigh again each server, round after round; every round has fresh processes."""
    rounds = min(plan.rounds, MOST_ROUNDS)
    footprints: dict[str, Footprint] = {}
    with tempfile.TemporaryDirectory(prefix="sora-mock-bench-") as directory:
        for number in range(rounds):
            for program in (BARE, MOCK, with_state(directory, f"state-{number}")):
                tell(f"round {number + 1} of {rounds}: {program.name}, {plan.characters:,} creations")
                _weigh(program, plan.characters, footprints.setdefault(program.name, Footprint()))
    rows = []
    yard = footprints[BARE.name]
    for name, footprint in footprints.items():
        grown = median(full - idle for idle, full in zip(footprint.idle, footprint.full, strict=True))
        note = f"{grown * BYTES_A_MIB / plan.characters:,.0f} bytes each"
        rows.append(_row(f"{name}, idle", footprint.idle, yard.idle))
        rows.append(_row(f"{name}, after {plan.characters:,} creations", footprint.full, yard.full, note))
    return rows


def _weigh(program: Program, count: int, footprint: Footprint) -> None:
    with running(program) as server:
        footprint.idle.append(server.resident_mib())
        client.send(server.port, [creation()], count=count)
        footprint.full.append(server.resident_mib())


def _row(what: str, values: list[float], against: list[float], note: str = "") -> Row:
    if values is against:
        return Row(what=what, unit=UNIT, values=tuple(values), note=note)
    return Row(what=what, unit=UNIT, values=tuple(values), yardstick=BARE.name, against=tuple(against), note=note)
