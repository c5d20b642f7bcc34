"""Judging: one case of a client becomes one line.

Owns the way from what came of a case to a verdict, and all the reasons for which there is none. Where adapters come
from, and which cases run beside each other, is not its business.
"""

import time
import traceback

import msgspec

from sora_conformance.client.adapter import AdapterFailed
from sora_conformance.client.backoff import growth_shows
from sora_conformance.client.canaries import VEIL, Canaries
from sora_conformance.client.cases import ClientCase
from sora_conformance.client.expecting import findings
from sora_conformance.client.processes import Processes
from sora_conformance.client.protocol import Greeting, HarnessError, Skipped, Unsupported
from sora_conformance.client.showing import shown
from sora_conformance.client.stage import Stage
from sora_conformance.client.trial import Tried, attempt
from sora_conformance.contract import Rule
from sora_conformance.exchanges import evidence
from sora_conformance.verdicts import Line, Verdict, breach

OTHER_KEY_SHOWN = "$CANARY_OF_THE_ENVIRONMENT"
"""What is shown in the place of the key in the environment."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a case. `tried` is None where it was not tried, `failed` tells that the adapter failed in it."""

    line: Line
    tried: Tried | None = None
    failed: bool = False


class Judge:
    """Judges cases of one client on one stage; `greeting` is what the client says that it can do."""

    def __init__(self, stage: Stage, processes: Processes, greeting: Greeting, *, strict: bool, other_key: str) -> None:
        self._stage = stage
        self._processes = processes
        self._greeting = greeting
        self._strict = strict
        self._other_key = other_key

    def judge(self, case: ClientCase, rule: Rule, *, alone: bool = False) -> Judged:
        """Try a case; `alone` in a process that nobody else uses."""
        start = time.perf_counter()
        left_out = self._left_out(case)
        if left_out is not None:
            return Judged(line=line_of(case.id, rule, *left_out))
        tried, failed = None, False
        reason: str | None
        try:
            tried = self._try(case, alone=alone or case.alone)
            verdict, reason = said(case, rule, tried, strict=self._strict)
        except AdapterFailed as failure:
            verdict, reason, failed = Verdict.ERROR, f"the adapter failed: {failure}", True
        except LookupError as error:
            verdict, reason = Verdict.SKIP, str(error)
        except Exception as error:  # noqa: BLE001 - a mistake of the suite must not look like one of the client
            at = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{at.filename}:{at.lineno}"
            verdict, reason = Verdict.ERROR, f"the suite failed: {type(error).__name__}: {error} ({where})"
        keys = {self._other_key: OTHER_KEY_SHOWN, **({tried.key: VEIL} if tried else {})}
        redact = Canaries(keys)
        line = line_of(case.id, rule, verdict, None if reason is None else redact(reason))
        line = msgspec.structs.replace(
            line,
            evidence=evidence(shown(tried.arrivals, case.id), redact) if tried else (),
            seconds=round(time.perf_counter() - start, 4),
        )
        return Judged(line=line, tried=tried, failed=failed)

    def _left_out(self, case: ClientCase) -> tuple[Verdict, str] | None:
        for need in case.needs:
            if need not in self._greeting.capabilities:
                return Verdict.SKIP, f"the client does not declare {need}"
        for excluded in case.excludes:
            if excluded in self._greeting.capabilities:
                return Verdict.NOT_APPLICABLE, f"the client declares {excluded}"
        for ask in case.ask:
            if ask.op not in self._greeting.operations:
                return Verdict.NOT_APPLICABLE, f"the client has no {ask.op}"
        return None

    def _try(self, case: ClientCase, *, alone: bool) -> Tried:
        env = {name: value.replace("{ca}", str(self._stage.ca_file)) for name, value in case.env.items()}
        with self._stage.open(case.staged) as seat, self._processes.lent(env, alone=alone) as adapter:
            tried = attempt(case, adapter, self._stage, seat)
            if None in tried.answers:
                # Who does not answer may never do so again.
                self._processes.retire(adapter)
            return tried


def said(case: ClientCase, rule: Rule, tried: Tried, *, strict: bool) -> tuple[Verdict, str | None]:
    """Return what came of a case as a verdict, with the reason if it is not PASS."""
    for answer in tried.answers:
        match answer:
            case HarnessError():
                return Verdict.ERROR, f"the adapter failed: {answer.message or 'it says no more'}"
            case Unsupported():
                return Verdict.NOT_APPLICABLE, "the client cannot do what was asked for"
            case Skipped():
                words = " ".join(text for text in (answer.message, answer.issue_url) if text)
                return Verdict.SKIP, f"the adapter leaves it out: {words or 'it says no more'}"
            case _:
                pass
    if case.expect.keeps_key and not tried.arrivals:
        return Verdict.INCONCLUSIVE, "not exercised: the client sent nothing"
    found = findings(case, tried)
    if found:
        return breach(rule, strict=strict), "; ".join(found)
    if case.expect.growing and not growth_shows(tried.arrivals):
        return Verdict.INCONCLUSIVE, "not exercised: the client waits too seldom for its waits to grow"
    return Verdict.PASS, None


def line_of(case: str, rule: Rule, verdict: Verdict, reason: str | None) -> Line:
    """Return the line of a case without evidence."""
    return Line(case=case, rule=rule.id, level=rule.level, basis=rule.basis, verdict=verdict, reason=reason)
