"""Whether a call costs the same however much there is already.

Owns the comparison of a server that holds little with one that holds a lot: characters in one account, and accounts.
Calls are counted, not timed, because a server that is measured for seconds does not hold little any more.
"""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack

from benchmarks import client
from benchmarks.calls import Call, creation
from benchmarks.plan import Bar, Plan, Row, Tell
from benchmarks.servers import MOCK, Program, Server, running, with_state

FEW = 1_000
BATCH = 5_000
BATCHES_A_ROUND = 3
UNIT = "requests/s"
FLAT = Bar(0.9)
"""What still counts as flat: batches are short, and their rates differ by a few per cent from one to the next."""


def measure(plan: Plan, tell: Tell) -> list[Row]:
    """Measure both kinds of growth in memory, and that of characters with `--state` too."""
    with tempfile.TemporaryDirectory(prefix="sora-mock-bench-") as directory:
        kept = [with_state(directory, f"state-{number}") for number in range(_batches(plan) + 1)]
        return [
            *_characters("in memory", [MOCK] * len(kept), plan, tell),
            *_characters("--state", kept, plan, tell),
            *_accounts(plan, tell),
        ]


def _characters(kind: str, programs: Sequence[Program], plan: Plan, tell: Tell) -> list[Row]:
    """Compare fresh servers with few characters in an account, and one that has many from the beginning."""
    call = [creation()]
    few, many = [], []
    tell(f"{kind}: {plan.characters:,} characters to begin with")
    with running(programs[0]) as full:
        client.send(full.port, call, count=plan.characters)
        for number, program in enumerate(programs[1:], 1):
            tell(f"{kind}, few and many characters: batch {number} of {_batches(plan)}")
            with running(program) as fresh:
                client.send(fresh.port, call, count=FEW)
                few.append(_rate(fresh, call))
            many.append(_rate(full, call))
    return _rows(f"{FEW:,} characters, {kind}", few, f"{plan.characters:,} characters, {kind}", many)


def _accounts(plan: Plan, tell: Tell) -> list[Row]:
    """Compare one account with many whose keys take turns; there are as many characters on both sides."""
    alone = [creation()]
    crowd = [creation(f"sk-bench-{number}") for number in range(plan.accounts)]
    one, many = [], []
    with ExitStack() as stack:
        tell(f"{plan.accounts:,} accounts to begin with")
        lonely, crowded = (stack.enter_context(running(MOCK)) for _ in range(2))
        client.send(lonely.port, alone, count=plan.accounts)
        client.send(crowded.port, crowd, count=plan.accounts)
        for number in range(_batches(plan)):
            tell(f"few and many accounts: batch {number + 1} of {_batches(plan)}")
            one.append(_rate(lonely, alone))
            many.append(_rate(crowded, crowd))
    return _rows("1 account", one, f"{plan.accounts:,} accounts", many)


def _batches(plan: Plan) -> int:
    return plan.rounds * BATCHES_A_ROUND


def _rate(server: Server, calls: Sequence[Call]) -> float:
    return client.send(server.port, calls, count=BATCH).rate


def _rows(little: str, few: list[float], lot: str, many: list[float]) -> list[Row]:
    return [
        Row(what=little, unit=UNIT, values=tuple(few)),
        Row(what=lot, unit=UNIT, values=tuple(many), yardstick=little, against=tuple(few), bar=FLAT),
    ]
