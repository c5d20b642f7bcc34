"""The layers: all cases of a dialect, in the order in which they are tried.

Owns the list of layers, and the order: what costs nothing first, what must not run beside others after it, and the
watch over everything last.
"""

from functools import cache
from itertools import chain

from sora_conformance.contract import Contract, Cost
from sora_conformance.server.cases import Case
from sora_conformance.server.table import table_cases
from sora_conformance.server.watch import watch_cases
from sora_conformance.verdicts import Line, Verdict

_BY_COST = tuple(Cost)


@cache
def all_cases(dialect: str = "guide") -> tuple[Case, ...]:
    """Return every case of a dialect."""
    cases = chain(
        table_cases(dialect),
    )
    ordered = sorted(cases, key=lambda case: (case.alone, _BY_COST.index(case.cost)))
    return (*ordered, *watch_cases(dialect))


def untestable(contract: Contract) -> tuple[Line, ...]:
    """Return a line for each rule of servers that no case can judge."""
    return tuple(
        Line(
            case=f"untestable/{rule.id}",
            rule=rule.id,
            level=rule.level,
            basis=rule.basis,
            verdict=Verdict.NOT_APPLICABLE,
            reason=rule.untestable,
        )
        for rule in contract.rules
        if rule.side == "server" and rule.untestable is not None
    )
