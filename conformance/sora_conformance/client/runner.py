"""The runner: one client judged from the first hello to the last line.

Owns the order of things: greet, try whether it can be talked to at all, try the cases, look over all of them. How one
case is judged and how a verdict is shown is not its business.
"""

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from fnmatch import fnmatchcase

import msgspec

from sora_conformance.client.adapter import AdapterFailed
from sora_conformance.client.canaries import Canaries, new_canary
from sora_conformance.client.cases import Ask, ClientCase, Expect, client_cases
from sora_conformance.client.judging import KEY_SHOWN, OTHER_KEY_SHOWN, Judge, Judged, line_of
from sora_conformance.client.processes import Processes
from sora_conformance.client.protocol import Capability, Greeting, HarnessError
from sora_conformance.client.script import Step
from sora_conformance.client.stage import Stage
from sora_conformance.client.trial import attempt
from sora_conformance.client.watch import WATCHED, Seen, watch
from sora_conformance.contract import Contract, Side, load
from sora_conformance.exchanges import Redactor, evidence
from sora_conformance.expectations import Expectation, overlaid, unmatched
from sora_conformance.report.summary import Run, Summary, summarise
from sora_conformance.verdicts import Line, Verdict, breach

AT_ONCE = 8
"""How many cases run beside each other, if the client can do that."""

SMOKE_SECONDS = 15.0
"""How long the first call may take."""

LONG_SECONDS = 10.0
"""Cases that wait this long are begun first."""

SHOWN_FINDINGS = 4

_FEEDERS = "client.request.once"
"""The rule whose cases are tried whenever the watch is asked for: they show it most."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What is judged and how. `patterns` choose rules by their ids; `seed` the order in which cases are begun."""

    command: tuple[str, ...]
    dialect: str = "guide"
    patterns: tuple[str, ...] = ()
    strict: bool = False
    expectations: tuple[Expectation, ...] = ()
    seed: int = 0


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The cases of a run. `told` are the rules whose verdicts are asked for; other cases only feed the watch."""

    cases: tuple[ClientCase, ...]
    told: frozenset[str]

    @property
    def watched(self) -> tuple[str, ...]:
        """Return the rules that the watch is asked for."""
        return tuple(rule for rule in WATCHED if rule in self.told)

    @property
    def total(self) -> int:
        """Return how many lines there will be."""
        return sum(case.rule in self.told for case in self.cases) + len(self.watched)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run: its lines in the order of the tables, the facts about it, and their sum."""

    contract: Contract
    lines: tuple[Line, ...]
    run: Run
    summary: Summary
    redact: Redactor


def choose(terms: Terms) -> Choice:
    """Return the cases of the rules that any of the patterns matches."""
    rules = [rule.id for rule in load(terms.dialect).rules if rule.side is Side.CLIENT]
    told = frozenset(
        rule for rule in rules if not terms.patterns or any(fnmatchcase(rule, glob) for glob in terms.patterns)
    )
    watched = any(rule in told for rule in WATCHED)
    cases = client_cases(terms.dialect)
    return Choice(
        cases=tuple(case for case in cases if case.rule in told or (watched and case.rule == _FEEDERS)), told=told
    )


def judge_client(terms: Terms, take: Callable[[Line], None] = lambda _: None) -> Result:
    """Judge a client; each line is handed to `take` as soon as there is one."""
    contract, choice = load(terms.dialect), choose(terms)
    started, clock = time.time(), time.perf_counter()  # noqa: TID251 - people read reports by the calendar
    other_key = new_canary()
    lines: dict[str, Line] = {}
    seen: dict[str, Seen] = {}

    def keep(line: Line) -> None:
        if line.rule in choice.told:
            lines[line.case] = overlaid(line, terms.expectations)
            take(lines[line.case])

    with Stage() as stage:
        processes = Processes(terms.command, environment(stage, other_key))
        try:
            greeting, unfit = _greeted(stage, processes)
            if greeting is None or unfit is not None:
                for case in choice.cases:
                    keep(line_of(case.id, contract.rule(case.rule), Verdict.ERROR, unfit))
            else:
                judge = Judge(
                    stage, processes, greeting, strict=terms.strict, ca_file=str(stage.ca_file), other_key=other_key
                )
                _try_all(judge, choice, contract, terms.seed, greeting, keep, seen)
        except BaseException:
            processes.close(at_once=True)
            raise
        processes.close()
        strays = stage.strays
    ordered = [seen[case.id] for case in choice.cases if case.id in seen]
    keys = Canaries({other_key: OTHER_KEY_SHOWN, **{one.tried.key: KEY_SHOWN for one in ordered}})
    sightings = watch(ordered, strays, processes.logs, other_key=other_key)
    for name in choice.watched:
        rule, sighting = contract.rule(name), sightings.of(name)
        line = line_of(_watch_name(name), rule, Verdict.PASS, None)
        if unfit is not None:
            line = msgspec.structs.replace(line, verdict=Verdict.ERROR, reason=unfit)
        elif sighting.findings:
            rest = len(sighting.findings) - SHOWN_FINDINGS
            words = [*dict.fromkeys(sighting.findings[:SHOWN_FINDINGS]), *([f"and {rest} more"] if rest > 0 else [])]
            line = msgspec.structs.replace(
                line, verdict=breach(rule, strict=terms.strict), reason=keys("; ".join(words))
            )
        elif not sighting.exercised:
            line = msgspec.structs.replace(line, verdict=Verdict.INCONCLUSIVE, reason="not exercised: nothing arrived")
        keep(msgspec.structs.replace(line, evidence=evidence(sighting.exchanges, keys)))
    whole = tuple(lines[name] for name in _names(choice) if name in lines)
    if stage.errors:
        reason = f"the stage failed: {stage.errors[0].strip().splitlines()[-1]}"
        whole = tuple(
            msgspec.structs.replace(line, verdict=Verdict.ERROR, overlay=None, reason=reason) for line in whole
        )
    facts = Run(
        target=_name_of(greeting),
        dialect=terms.dialect,
        contract_version=contract.version,
        side=Side.CLIENT,
        seed=terms.seed,
        strict=terms.strict,
        started=started,
        seconds=round(time.perf_counter() - clock, 3),
        calls=sum(len(one.tried.arrivals) for one in ordered),
        lead=unfit,
    )
    stale = unmatched(terms.expectations, whole)
    summary = summarise(contract, whole, facts, stale)
    return Result(contract=contract, lines=whole, run=facts, summary=summary, redact=keys)


def environment(stage: Stage, other_key: str) -> dict[str, str]:
    """Return the environment of a client under test.

    It is the caller's, with a proxy that lets nobody through, so that calls to other hosts are seen, and a key that is
    never to be used where another is given.
    """
    found = {name: value for name, value in os.environ.items() if name not in {"SORA_API_KEY", "SORA_BASE_URL"}}
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        found[name] = found[name.lower()] = stage.proxy_url
    found["NO_PROXY"] = found["no_proxy"] = "127.0.0.1,localhost"
    found["SORA_API_KEY"] = other_key
    return found


def _greeted(stage: Stage, processes: Processes) -> tuple[Greeting | None, str | None]:
    """Return what the client says of itself, and why nothing of it can be judged, if so."""
    greeting = None
    case = ClientCase(
        id="smoke/call", rule=_FEEDERS, script=(Step(),), ask=(Ask(limit=SMOKE_SECONDS),), expect=Expect()
    )
    try:
        greeting = processes.greeting()
        with stage.open(case.staged) as seat, processes.lent({}) as adapter:
            answer = attempt(case, adapter, stage, seat).answers[0]
    except AdapterFailed as failure:
        return greeting, f"the adapter failed: {failure}"
    if answer is None:
        return greeting, f"the adapter failed: silent: no answer to the first call within {SMOKE_SECONDS:g} s"
    if isinstance(answer, HarnessError):
        return greeting, f"the adapter failed: {answer.message or 'it says no more'}"
    return greeting, None


def _try_all(
    judge: Judge,
    choice: Choice,
    contract: Contract,
    seed: int,
    greeting: Greeting,
    keep: Callable[[Line], None],
    seen: dict[str, Seen],
) -> None:
    """Try all cases; those during which a shared process failed are tried again, each in a process of its own."""
    workers = AT_ONCE if Capability.CONCURRENT in greeting.capabilities else 1
    again: list[ClientCase] = []

    def took(case: ClientCase, judged: Judged) -> None:
        if judged.tried is not None:
            seen[case.id] = Seen(case=case, tried=judged.tried)
        keep(judged.line)

    with ThreadPoolExecutor(workers) as pool:
        futures = {pool.submit(judge.judge, case, contract.rule(case.rule)): case for case in _order(choice, seed)}
        try:
            for future in as_completed(futures):
                judged = future.result()
                if judged.failed and workers > 1:
                    again.append(futures[future])
                else:
                    took(futures[future], judged)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            judge.give_up()
            raise
    for case in again:
        took(case, judge.judge(case, contract.rule(case.rule), alone=True))


def _order(choice: Choice, seed: int) -> Sequence[ClientCase]:
    """Return the cases in the order in which they are begun: the longest first, so that all end early."""

    def key(case: ClientCase) -> tuple[bool, bytes]:
        drawn = hashlib.sha256(f"{seed}:{case.id}".encode()).digest() if seed else b""
        return max(step.after for step in case.script) < LONG_SECONDS, drawn

    return sorted(choice.cases, key=key)


def _names(choice: Choice) -> list[str]:
    return [case.id for case in choice.cases] + [_watch_name(rule) for rule in choice.watched]


def _watch_name(rule: str) -> str:
    return f"watch/{rule.removeprefix('client.').replace('.', '/')}"


def _name_of(greeting: Greeting | None) -> str:
    return "" if greeting is None else f"{greeting.client.name} {greeting.client.version}".strip()
