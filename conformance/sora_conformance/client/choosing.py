"""Choosing: what a run of the judge of clients is about.

Owns the terms of a run, which cases and rules they ask for, and the order in which cases are begun. It starts nothing.
"""

import hashlib
from fnmatch import fnmatchcase

import msgspec

from sora_conformance.client.cases import ClientCase, client_cases
from sora_conformance.client.dialects import DIALECTS
from sora_conformance.client.watch import watched
from sora_conformance.contract import Side
from sora_conformance.expectations import Expectation

LONG_SECONDS = 10.0
"""Cases that wait this long are begun first, so that all end early."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What is judged and how. `patterns` choose rules by their ids; `seed` the order in which cases are begun."""

    command: tuple[str, ...]
    dialect: str = "guide"
    patterns: tuple[str, ...] = ()
    strict: bool = False
    expectations: tuple[Expectation, ...] = ()
    seed: int = 0


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The cases of a run.

    `told` are the rules whose verdicts are asked for, `watched` those among them that the watch speaks of; other cases
    only feed the watch.
    """

    cases: tuple[ClientCase, ...]
    told: frozenset[str]
    watched: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the lines that there will be, in order."""
        told = [case.id for case in self.cases if case.rule in self.told]
        return (*told, *(watch_name(rule) for rule in self.watched))


def choose(terms: Terms) -> Choice:
    """Return the cases of the rules that any of the patterns matches."""
    dialect = DIALECTS[terms.dialect]
    rules = [rule.id for rule in dialect.contract.rules if rule.side is Side.CLIENT]
    told = frozenset(
        rule for rule in rules if not terms.patterns or any(fnmatchcase(rule, glob) for glob in terms.patterns)
    )
    asked = tuple(rule for rule in watched(dialect) if rule in told)
    cases = client_cases(terms.dialect)
    return Choice(
        cases=tuple(case for case in cases if case.rule in told or (asked and case.rule == dialect.feeder)),
        told=told,
        watched=asked,
    )


def in_order(choice: Choice, seed: int) -> list[ClientCase]:
    """Return the cases in the order in which they are begun."""

    def key(case: ClientCase) -> tuple[bool, bytes]:
        drawn = hashlib.sha256(f"{seed}:{case.id}".encode()).digest() if seed else b""
        return max(step.after for step in case.script) < LONG_SECONDS, drawn

    return sorted(choice.cases, key=key)


def watch_name(rule: str) -> str:
    """Return the name of what the watch says of a rule."""
    return f"watch/{rule.removeprefix('client.').replace('.', '/')}"
