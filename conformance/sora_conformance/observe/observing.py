"""Observing: one run of a command, from the start of the mock to the sum of what the command sent.

Owns the order of things, and what is said where nothing can be judged. How traffic is judged and how a verdict is
shown is not its business.
"""

import os
import shlex
import time
from fnmatch import fnmatchcase

import msgspec

from sora_conformance.client.canaries import VEIL, Canaries, new_canary
from sora_conformance.client.dialects import DIALECTS, GUIDE, OPENAI
from sora_conformance.contract import Contract, Side
from sora_conformance.expectations import Expectation, overlaid, unmatched
from sora_conformance.mistakes import Mistake
from sora_conformance.observe.beside import Beside, MockFailed
from sora_conformance.observe.drill import Drill, drill
from sora_conformance.observe.judging import judge_traffic
from sora_conformance.observe.moved import MOVED, ungraded, without_waits
from sora_conformance.observe.notes import Notes
from sora_conformance.observe.running import TIMEOUT_SECONDS, run
from sora_conformance.observe.spoken import spoken_in
from sora_conformance.observe.tap import Tap
from sora_conformance.observe.traffic import Ended, Traffic
from sora_conformance.operations import CREATIONS, GENERATIONS, ROUTES_OF, operation_of
from sora_conformance.redacting import Redactor
from sora_conformance.report.summary import Run, Summary, summarise
from sora_conformance.report.words import short
from sora_conformance.verdicts import Line, Verdict

QUIET_SECONDS = 1.0
"""How long the last connections may take to end once the command has."""

SHOWN_COMMAND = 200
"""How many characters of the command name it in reports."""

SHOWN_LINES = 5
"""How many of the last lines that it printed tell how a command came to grief."""

_LOCAL = "127.0.0.1,localhost"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What is observed and how.

    `dialect` is the one that traffic is judged in, None for the one that it speaks. `patterns` choose rules by their
    ids; `timeout` is in seconds.
    """

    command: tuple[str, ...]
    dialect: str | None = None
    scenario: str | None = None
    patterns: tuple[str, ...] = ()
    strict: bool = False
    expectations: tuple[Expectation, ...] = ()
    timeout: float = TIMEOUT_SECONDS


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run: how the command ended, what it did, its lines, the facts, their sum, and its key."""

    contract: Contract
    ended: Ended
    drill: Drill
    lines: tuple[Line, ...]
    run: Run
    summary: Summary
    redact: Redactor


def observe(terms: Terms) -> Observed:
    """Run a command beside a mock and judge what it sends. Raises Mistake for a rule or scenario that there is not."""
    _check(terms)
    started, clock = time.time(), time.perf_counter()  # noqa: TID251 - people read reports by the calendar
    notes = Notes()
    traffic, unfit, note = _watched(terms, new_canary(), notes)
    contract = traffic.dialect.contract
    redact = Canaries({traffic.key: VEIL})
    found = judge_traffic(traffic, strict=terms.strict, patterns=terms.patterns)
    if unfit is not None:
        reason = redact(unfit)
        found = tuple(msgspec.structs.replace(line, verdict=Verdict.ERROR, reason=reason) for line in found)
    seen = drill(traffic)
    if notes.moved:
        found, seen = without_waits(found), ungraded(seen)
    lines = tuple(overlaid(line, terms.expectations) for line in found)
    facts = Run(
        target=redact(short(shlex.join(terms.command), SHOWN_COMMAND)),
        dialect=contract.dialect,
        contract_version=contract.version,
        side=Side.CLIENT,
        strict=terms.strict,
        started=started,
        seconds=round(time.perf_counter() - clock, 3),
        calls=len(traffic.arrivals),
        characters=sum(not made.video for made in traffic.made),
        generations=max(_generations(traffic), sum(made.video for made in traffic.made)),
        lead=unfit or note,
    )
    stale = unmatched(terms.expectations, lines)
    return Observed(
        contract=contract,
        ended=traffic.ended,
        drill=seen,
        lines=lines,
        run=facts,
        summary=summarise(contract, lines, facts, stale, by_chance=True),
        redact=redact,
    )


def environment(origin: str, key: str) -> dict[str, str]:
    """Return the environment of a command: the caller's, with the addresses of a mock and a key for it."""
    # Whoever has a proxy for the world is to come here without it.
    around = {name: ",".join(filter(None, (os.environ.get(name), _LOCAL))) for name in ("NO_PROXY", "no_proxy")}
    return {
        **os.environ,
        **around,
        "SORA_BASE_URL": origin + GUIDE.contract.base_path,
        "SORA_API_KEY": key,
        "OPENAI_BASE_URL": origin + OPENAI.contract.base_path,
        "OPENAI_API_KEY": key,
        "SORA_MOCK_URL": origin,
    }


def _check(terms: Terms) -> None:
    dialects = DIALECTS.values() if terms.dialect is None else [DIALECTS[terms.dialect]]
    rules = [rule.id for dialect in dialects for rule in dialect.contract.rules if rule.side is Side.CLIENT]
    if terms.patterns and not any(fnmatchcase(rule, glob) for rule in rules for glob in terms.patterns):
        raise Mistake(f"--rule: expected a pattern that matches a rule of clients, found {', '.join(terms.patterns)}")


def _watched(terms: Terms, key: str, notes: Notes) -> tuple[Traffic, str | None, str | None]:
    """Return the traffic of the command, why nothing can be said of it, if so, and what else is to be known."""
    began = time.monotonic()
    try:
        with Beside(terms.scenario) as mock, Tap(mock.port, notes) as tap:
            began = time.monotonic()
            variables = environment(tap.origin, key)
            ended = run(terms.command, variables, key=key, timeout=terms.timeout)
            tap.quiet(QUIET_SECONDS)
            arrivals = tap.arrivals()
            dialect = spoken_in(arrivals) if terms.dialect is None else DIALECTS[terms.dialect]
            traffic = Traffic(
                dialect=dialect,
                arrivals=arrivals,
                key=key,
                ended=ended,
                made=(),
                began=began,
                finished=time.monotonic(),
                origin=tap.origin,
                scenario=terms.scenario,
            )
            unfit = _came_to_grief(ended) or _failed(tap)
            try:
                creations = CREATIONS & ROUTES_OF[dialect.name].keys()
                traffic = msgspec.structs.replace(traffic, made=mock.state(key, creations))
            except MockFailed as error:
                unfit = unfit or str(error)
            return traffic, unfit, _note(traffic, notes)
    except MockFailed as error:
        ended = Ended(exit_code=None, misdeed="not started", detail=str(error))
        nothing = Traffic(
            dialect=GUIDE if terms.dialect is None else DIALECTS[terms.dialect],
            arrivals=(),
            key=key,
            ended=ended,
            made=(),
            began=began,
            finished=began,
            origin="",
            scenario=terms.scenario,
        )
        return nothing, str(error), None


def _came_to_grief(ended: Ended) -> str | None:
    if ended.misdeed is None:
        return None
    last = [line for line in ended.last.splitlines() if line.strip()][-SHOWN_LINES:]
    return f"{ended.detail}; it printed last: {' | '.join(last)}" if last else ended.detail


def _failed(tap: Tap) -> str | None:
    return f"the tap failed: {tap.errors[0].strip().splitlines()[-1]}" if tap.errors else None


def _note(traffic: Traffic, notes: Notes) -> str | None:
    if notes.full:
        return f"more was sent than is judged: only the first {len(traffic.arrivals)} requests were kept"
    if traffic.arrivals:
        return MOVED if notes.moved else None
    if notes.strange:
        return "what the command sent to the mock is no HTTP"
    return "the command sent nothing to the mock"


def _generations(traffic: Traffic) -> int:
    """Return how many generations were accepted."""
    dialect = traffic.dialect
    base_path = dialect.contract.base_path
    return sum(
        arrival.answered is not None
        and operation_of(arrival.method, arrival.path.removeprefix(base_path), dialect.name) in GENERATIONS
        for arrival in traffic.arrivals
    )
