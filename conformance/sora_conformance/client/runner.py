"""The runner: one client judged from the first hello to the last line.

Owns the order of things: greet, try whether it can be talked to at all, try the cases, look over all of them. How one
case is judged and how a verdict is shown is not its business.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed

import msgspec

from sora_conformance.client.adapter import AdapterFailed
from sora_conformance.client.canaries import VEIL, Canaries, new_canary
from sora_conformance.client.cases import Ask, ClientCase, Expect, client_cases
from sora_conformance.client.choosing import Choice, Terms, choose, in_order
from sora_conformance.client.dialects import DIALECTS, Dialect
from sora_conformance.client.judging import OTHER_KEY_SHOWN, Judge, Judged, line_of
from sora_conformance.client.late import held_against, with_late
from sora_conformance.client.processes import Processes
from sora_conformance.client.protocol import Capability, Greeting, HarnessError, Operation
from sora_conformance.client.script import Step
from sora_conformance.client.stage import Stage
from sora_conformance.client.trial import attempt
from sora_conformance.client.watch import Seen, watch
from sora_conformance.client.watch_lines import watch_lines
from sora_conformance.contract import Contract, Side, load
from sora_conformance.expectations import overlaid, unmatched
from sora_conformance.redacting import Redactor
from sora_conformance.report.summary import Run, Summary, summarise
from sora_conformance.verdicts import Line, Verdict

AT_ONCE = 8
"""How many cases run beside each other, if the client can do that."""

KEYS, ADDRESSES = ("SORA_API_KEY", "OPENAI_API_KEY"), frozenset({"SORA_BASE_URL", "OPENAI_BASE_URL"})
"""The variables that clients read, whichever dialect they speak."""

SMOKE_SECONDS = 15.0
"""How long the first call may take."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run: its lines in the order of the tables, the facts about it, their sum, and its keys."""

    contract: Contract
    lines: tuple[Line, ...]
    run: Run
    summary: Summary
    redact: Redactor


class Trials(msgspec.Struct, kw_only=True):
    """What came of the cases of a run so far. `unfit` says why nothing can be judged, if so."""

    greeting: Greeting | None = None
    unfit: str | None = None
    seen: dict[str, Seen] = {}


def judge_client(terms: Terms, take: Callable[[Line], None] = lambda _: None) -> Result:
    """Judge a client; each line is handed to `take` as soon as there is one."""
    contract, choice = load(terms.dialect), choose(terms)
    started, clock = time.time(), time.perf_counter()  # noqa: TID251 - people read reports by the calendar
    other_key = new_canary()
    lines: dict[str, Line] = {}

    def keep(line: Line) -> None:
        if line.rule in choice.told:
            lines[line.case] = overlaid(line, terms.expectations)
            take(lines[line.case])

    dialect = DIALECTS[terms.dialect]
    with Stage(dialect) as stage:
        processes = Processes(terms.command, environment(stage, other_key))
        try:
            trials = _tried(stage, processes, choice, contract, terms, other_key, keep)
        except BaseException:
            processes.close(at_once=True)
            raise
        processes.close()
        strays = stage.strays
    late = with_late(trials.seen.values(), strays)
    trials.seen |= late
    seen = [trials.seen[case.id] for case in choice.cases if case.id in trials.seen]
    keys = Canaries({other_key: OTHER_KEY_SHOWN, **{one.tried.key: VEIL for one in seen}})
    for name in late.keys() & lines.keys():
        rule = contract.rule(lines[name].rule)
        line = held_against(lines[name], rule, late[name], keys, strict=terms.strict)
        lines[name] = overlaid(line, terms.expectations)
    sightings = watch(dialect, seen, strays, processes.logs, other_key=other_key)
    for line in watch_lines(choice.watched, contract, sightings, keys, strict=terms.strict, unfit=trials.unfit):
        keep(line)
    whole = tuple(lines[name] for name in choice.names)
    if stage.errors:
        whole = tuple(_staged_badly(line, stage.errors[0]) for line in whole)
    facts = Run(
        target=_name_of(trials.greeting),
        dialect=terms.dialect,
        contract_version=contract.version,
        side=Side.CLIENT,
        seed=terms.seed,
        strict=terms.strict,
        started=started,
        seconds=round(time.perf_counter() - clock, 3),
        calls=sum(len(one.tried.arrivals) for one in seen),
        lead=trials.unfit,
    )
    summary = summarise(contract, whole, facts, unmatched(terms.expectations, whole))
    return Result(contract=contract, lines=whole, run=facts, summary=summary, redact=keys)


def environment(stage: Stage, other_key: str) -> dict[str, str]:
    """Return the environment of a client under test.

    It is the caller's, with a proxy that lets nobody through, so that calls to other hosts are seen, and a key that is
    never to be used where another is given.
    """
    found = {name: value for name, value in os.environ.items() if name not in ADDRESSES}
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        found[name] = found[name.lower()] = stage.proxy_url
    found["NO_PROXY"] = found["no_proxy"] = "127.0.0.1,localhost"
    for name in KEYS:
        found[name] = other_key
    return found


def _tried(
    stage: Stage,
    processes: Processes,
    choice: Choice,
    contract: Contract,
    terms: Terms,
    other_key: str,
    keep: Callable[[Line], None],
) -> Trials:
    trials = Trials()
    trials.greeting, trials.unfit = _greeted(stage, processes)
    if trials.greeting is None or trials.unfit is not None:
        for case in choice.cases:
            keep(line_of(case.id, contract.rule(case.rule), Verdict.ERROR, trials.unfit))
        return trials
    judge = Judge(stage, processes, trials.greeting, strict=terms.strict, other_key=other_key)
    workers = AT_ONCE if Capability.CONCURRENT in trials.greeting.capabilities else 1
    again: list[ClientCase] = []

    def took(case: ClientCase, judged: Judged) -> None:
        if judged.tried is not None:
            trials.seen[case.id] = Seen(case=case, tried=judged.tried)
        keep(judged.line)

    with ThreadPoolExecutor(workers) as pool:
        futures = {
            pool.submit(judge.judge, case, contract.rule(case.rule)): case for case in in_order(choice, terms.seed)
        }
        try:
            for future in as_completed(futures):
                judged = future.result()
                if judged.failed and workers > 1:
                    again.append(futures[future])
                else:
                    took(futures[future], judged)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            processes.close(at_once=True)
            raise
    # Where a process that several cases shared has failed, each of them gets one of its own.
    for case in again:
        took(case, judge.judge(case, contract.rule(case.rule), alone=True))
    return trials


def _greeted(stage: Stage, processes: Processes) -> tuple[Greeting | None, str | None]:
    """Return what the client says of itself, and why nothing of it can be judged, if so."""
    greeting = None
    feeder = next(case for case in client_cases(stage.dialect.name) if case.rule == stage.dialect.feeder)
    ask = Ask(op=feeder.ask[0].op, limit=SMOKE_SECONDS)
    case = ClientCase(id="smoke/call", rule=feeder.rule, script=(Step(),), ask=(ask,), expect=Expect())
    try:
        greeting = processes.greeting()
        if (strange := _of_another_dialect(greeting, stage.dialect)) is not None:
            return greeting, strange
        with stage.open(case.staged) as seat, processes.lent({}) as adapter:
            answer = attempt(case, adapter, stage, seat).answers[0]
            said_last = adapter.last
    except AdapterFailed as failure:
        return greeting, f"the adapter failed: {failure}"
    if answer is None:
        return (
            greeting,
            f"the adapter failed: silent: no answer to the first call within {SMOKE_SECONDS:g} s{said_last}",
        )
    if isinstance(answer, HarnessError):
        return greeting, f"the adapter failed: {answer.message or 'it says no more'}{said_last}"
    return greeting, None


def _of_another_dialect(greeting: Greeting, dialect: Dialect) -> str | None:
    """Say that a client makes no call of a dialect; waiting is one of several."""
    own = [op for op in dialect.args if op is not Operation.WAIT]
    if any(op in greeting.operations for op in own):
        return None
    found = ", ".join(greeting.operations) or "none"
    return f"the adapter makes no call of the dialect {dialect.name}: expected some of {', '.join(own)}, found {found}"


def _staged_badly(line: Line, error: str) -> Line:
    reason = f"the stage failed: {error.strip().splitlines()[-1]}"
    return msgspec.structs.replace(line, verdict=Verdict.ERROR, overlay=None, reason=reason)


def _name_of(greeting: Greeting | None) -> str:
    return "" if greeting is None else f"{greeting.client.name} {greeting.client.version}".strip()
