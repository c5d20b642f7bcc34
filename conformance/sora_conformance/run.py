"""A run: one target judged from the first call to the last report.

Owns the order of things: look at the target, choose the cases, try them, sum up. How a case is tried and how a verdict
is shown is not its business.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from sora_conformance.budget import CALLS, CHARACTERS, GENERATIONS, Budget, Limits
from sora_conformance.contract import Contract, Cost, load
from sora_conformance.expectations import Expectation, unmatched
from sora_conformance.ledger import Ledger
from sora_conformance.report.summary import Run, Summary, summarise
from sora_conformance.server.cases import Case
from sora_conformance.server.features import FEATURES_OF
from sora_conformance.server.layers import all_cases, untried
from sora_conformance.server.plan import Choice, choose, total
from sora_conformance.server.plugin import Settings
from sora_conformance.server.preflight import Findings, known_mock, preflight
from sora_conformance.server.session import try_cases
from sora_conformance.server.videos import VideoHost
from sora_conformance.target import Target
from sora_conformance.verdicts import Line, Verdict
from sora_conformance.wire import Wire


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a run may do and how it judges.

    `allow` are the cost classes that may be spent, `limits` the most of each. `patterns` choose rules by their ids.
    `max_wait` is the most seconds that a target without a clock is waited for, in all.
    """

    allow: tuple[Cost, ...]
    limits: Limits = Limits()
    strict: bool = False
    patterns: tuple[str, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    seed: int = 0
    max_wait: float = 180.0
    workers: int = 0
    ledger: Path | None = None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run: its lines in the order of the cases, the facts about it, and their sum.

    `unfit` says why the target could not be judged at all, if so.
    """

    contract: Contract
    lines: tuple[Line, ...]
    run: Run
    summary: Summary
    unfit: str | None = None


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A target with the cases that are chosen for it."""

    target: Target
    contract: Contract
    choice: Choice


@contextmanager
def prepared(target: Target, terms: Terms) -> Iterator[Prepared]:
    """Find out what a target on this machine is, and choose the cases; source videos are served meanwhile if need be.

    Raises LookupError for an unknown dialect.
    """
    contract, cases = load(target.dialect), all_cases(target.dialect)
    choice = choose(cases, contract, terms.patterns)
    known = known_mock(target)
    if known.mock or not known.local or target.dialect == "openai":
        yield Prepared(target=known, contract=contract, choice=choice)
        return
    with VideoHost() as videos:
        known = msgspec.structs.replace(known, sources={**videos.sources, **known.sources})
        yield Prepared(target=known, contract=contract, choice=choice)


def judge_server(ready: Prepared, terms: Terms, take: Callable[[Line], None] = lambda _: None) -> Result:
    """Judge a target; each line is handed to `take` as soon as there is one.

    Raises OSError when the ledger cannot be written.
    """
    target, contract, choice = ready.target, ready.contract, ready.choice
    started, clock = time.time(), time.perf_counter()  # noqa: TID251 - people read reports by the calendar
    lines: dict[str, Line] = {}

    def keep(line: Line) -> None:
        if line.case in choice.told:
            lines[line.case] = line
            take(line)

    with tempfile.TemporaryDirectory(prefix="sora-conformance-") as folder:
        budget_file = Path(folder) / "budget.sqlite"
        with Budget(_bounded(ready, terms), file=budget_file) as budget:
            found = _looked_at(target, budget, terms)
            settings = _settings(target, terms, budget, budget_file, found)
            ended = try_cases(choice.cases, settings, keep, workers=terms.workers)
            spent = [budget.spent(name) for name in (CALLS, CHARACTERS, GENERATIONS)]
    for case in choice.cases:
        if case.id in choice.told and case.id not in lines:
            keep(_lost(case, contract, interrupted=not ended))
    whole = (*_in_order(choice, lines), *(() if terms.patterns else untried(contract, choice.cases)))
    facts = Run(
        target=target.url,
        dialect=target.dialect,
        contract_version=contract.version,
        seed=terms.seed,
        strict=terms.strict,
        started=started,
        seconds=round(time.perf_counter() - clock, 3),
        second_key=target.second_api_key is not None,
        allowed=terms.allow,
        lead=found.unfit or found.remark,
        calls=spent[0],
        characters=spent[1],
        generations=spent[2],
    )
    stale = unmatched(terms.expectations, whole)
    summary = summarise(contract, whole, facts, stale)
    return Result(contract=contract, lines=whole, run=facts, summary=summary, unfit=found.unfit)


def _bounded(ready: Prepared, terms: Terms) -> Limits:
    """Return the limits of the run; on a server of others, what is allowed without a number is what the plan says."""
    if ready.target.local:
        return terms.limits
    price = total(ready.choice.cases, ready.target, terms.allow)
    return Limits(
        calls=terms.limits.calls,
        characters=price.characters if terms.limits.characters is None else terms.limits.characters,
        generations=price.generations if terms.limits.generations is None else terms.limits.generations,
    )


def _looked_at(target: Target, budget: Budget, terms: Terms) -> Findings:
    with Wire(target, budget, ledger=Ledger(terms.ledger), max_wait=terms.max_wait) as wire:
        return preflight(wire)


def _settings(target: Target, terms: Terms, budget: Budget, file: Path, found: Findings) -> Settings:
    return Settings(
        target=_informed(target, found),
        cases=(),
        limits=budget.limits,
        budget=str(file),
        ledger=None if terms.ledger is None else str(terms.ledger),
        seed=terms.seed,
        strict=terms.strict,
        allow=terms.allow,
        max_wait=terms.max_wait,
        unfit=found.unfit,
        lacks=found.lacks,
        expectations=terms.expectations,
    )


def _informed(target: Target, found: Findings) -> Target:
    """Return the target with the features that it was found to offer, where its dialect knows any."""
    known = FEATURES_OF.get(target.dialect)
    features = None if known is None else frozenset(known) - found.lacks.keys()
    return msgspec.structs.replace(target, features=features)


def _lost(case: Case, contract: Contract, *, interrupted: bool) -> Line:
    """Return the line of a case that never came back."""
    rule = contract.rule(case.rule)
    verdict = Verdict.INCONCLUSIVE if interrupted else Verdict.ERROR
    reason = "interrupted: the run was ended before it" if interrupted else "the suite failed: the case was lost"
    return Line(case=case.id, rule=rule.id, level=rule.level, basis=rule.basis, verdict=verdict, reason=reason)


def _in_order(choice: Choice, lines: dict[str, Line]) -> tuple[Line, ...]:
    return tuple(lines[case.id] for case in choice.cases if case.id in lines)
