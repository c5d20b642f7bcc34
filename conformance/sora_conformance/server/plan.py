"""The plan: which cases a run tries, and the most that they may call and make.

Owns the choice of cases and the adding up of prices. It sends nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from fnmatch import fnmatchcase

import msgspec

from sora_conformance.contract import Contract, Cost
from sora_conformance.server.cases import Case, Price
from sora_conformance.server.features import FEATURES_OF
from sora_conformance.server.judge import not_run
from sora_conformance.server.stage import PROPS
from sora_conformance.target import Target

PREFLIGHT = Price(calls=2)
ASKING = Price(calls=14)
"""What it takes to find out which features a server has, where the dialect knows any."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The cases of a run. `told` are those whose verdicts are asked for; the others only feed the watch."""

    cases: tuple[Case, ...]
    told: frozenset[str]


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What the cases of one cost class come to: how many are tried, how many are left out, and their price."""

    cost: Cost
    tried: int
    left_out: int
    price: Price


def choose(cases: Sequence[Case], contract: Contract, patterns: Collection[str]) -> Choice:
    """Return the cases of the rules that any of the patterns matches, and those that contribute to such a rule."""
    rules = {
        rule.id for rule in contract.rules if not patterns or any(fnmatchcase(rule.id, pattern) for pattern in patterns)
    }
    told = frozenset(case.id for case in cases if case.rule in rules)
    chosen = tuple(case for case in cases if case.id in told or _feeds(case, rules))
    return Choice(cases=chosen, told=told)


def _feeds(case: Case, rules: set[str]) -> bool:
    return case.cost is Cost.FREE and any(fnmatchcase(rule, pattern) for pattern in case.also for rule in rules)


def shares(cases: Iterable[Case], target: Target, allow: Collection[Cost]) -> tuple[Share, ...]:
    """Return what the cases of each cost class come to."""
    kept = list(cases)
    found = []
    for cost in Cost:
        mine = [case for case in kept if case.cost is cost]
        tried = [case for case in mine if not_run(case, target, allow) is None]
        found.append(Share(cost=cost, tried=len(tried), left_out=len(mine) - len(tried), price=_sum(tried)))
    return tuple(found)


def total(cases: Iterable[Case], target: Target, allow: Collection[Cost]) -> Price:
    """Return the most that the cases call and make, with the preflight and the props that they share."""
    tried = [case for case in cases if not_run(case, target, allow) is None]
    props = frozenset().union(*(case.props for case in tried))
    first = PREFLIGHT + ASKING if target.features is None and target.dialect in FEATURES_OF else PREFLIGHT
    return sum((PROPS[prop] for prop in sorted(props)), _sum(tried) + first)


def _sum(cases: Iterable[Case]) -> Price:
    """Return the sum of prices; the cases of a group share one exploration, whose price is paid once."""
    prices = {case.group or case.id: case.price for case in cases}
    return sum(prices.values(), Price())
