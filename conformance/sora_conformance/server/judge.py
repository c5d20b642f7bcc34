"""The judge: tries a case and says what came of it, as one line.

Owns the way from findings to a verdict, and all the reasons for which there is none. It knows no layer.
"""

import time
import traceback
from collections.abc import Collection, Mapping

from sora_conformance.budget import NotJudged
from sora_conformance.contract import Contract, Cost, Rule
from sora_conformance.exchanges import Exchange, evidence
from sora_conformance.redacting import Redactor
from sora_conformance.server.cases import CLOCK, SECOND_KEY, Case
from sora_conformance.server.features import not_offered
from sora_conformance.server.stage import Stage
from sora_conformance.target import Target
from sora_conformance.verdicts import Line, Verdict, breach

SHOWN_EXCHANGES = 12
"""How many exchanges a line shows at the most: the first ones, and the last."""


class Judge:
    """Judges cases on a stage.

    `unfit` says why nothing can be judged at all, if so; `lacks` which features the target does not offer, and why.
    """

    def __init__(
        self,
        stage: Stage,
        contract: Contract,
        *,
        strict: bool,
        allow: Collection[Cost],
        unfit: str | None = None,
        lacks: Mapping[str, str] | None = None,
    ) -> None:
        self._stage = stage
        self._contract = contract
        self._strict = strict
        self._allow = allow
        self._unfit = unfit
        self._lacks = lacks or {}
        self._redact: Redactor = stage.target.redact

    def judge(self, case: Case) -> Line:
        """Try the case and return the line that it adds."""
        rule = self._contract.rule(case.rule)
        start = time.perf_counter()
        self._stage.show(())
        with self._stage.wire.case(case.id) as exchanges:
            verdict, reason = self._tried(case, rule)
        return Line(
            case=case.id,
            rule=rule.id,
            level=rule.level,
            basis=rule.basis,
            verdict=verdict,
            reason=None if reason is None else _whole(self._redact(reason)),
            evidence=evidence(_chosen(self._stage.shown or exchanges), self._redact),
            seconds=round(time.perf_counter() - start, 4),
        )

    def _tried(self, case: Case, rule: Rule) -> tuple[Verdict, str | None]:
        skipped = not_run(case, self._stage.target, self._allow)
        if skipped is not None:
            return Verdict.SKIP, skipped
        if self._unfit is not None:
            return Verdict.INCONCLUSIVE, self._unfit
        lacking = not_offered(case.features, self._lacks)
        if lacking is not None:
            return Verdict.NOT_APPLICABLE, lacking
        try:
            findings = list(case.run(self._stage))
            if not findings:
                return Verdict.PASS, None
            if self._is_gone():
                return Verdict.INCONCLUSIVE, self._unfit
        except NotJudged as nothing:
            if nothing.verdict is Verdict.INCONCLUSIVE and self._is_gone():
                return Verdict.INCONCLUSIVE, self._unfit
            return nothing.verdict, nothing.reason
        except Exception as error:  # noqa: BLE001 - a mistake of the suite must not look like one of the server
            at = traceback.extract_tb(error.__traceback__)[-1]
            return Verdict.ERROR, f"the suite failed: {type(error).__name__}: {error} ({at.filename}:{at.lineno})"
        return breach(rule, strict=self._strict), "; ".join(findings)

    def _is_gone(self) -> bool:
        """Tell whether the target has stopped answering; if so, no further case is tried."""
        wire = self._stage.wire
        last = wire.exchanges[-1] if wire.exchanges else None
        if last is None or last.failure is None:
            return False
        try:
            if wire.answers() or wire.answers():
                return False
        except NotJudged:
            return False
        self._unfit = f"target unavailable: it stopped answering ({last.failure}: {last.detail})"
        return True


def _whole(text: str) -> str:
    """Return a text without halves of characters, which JSON may hold and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode()


def not_run(case: Case, target: Target, allow: Collection[Cost]) -> str | None:
    """Return why a case is left out of the run, None when it is not."""
    if case.cost not in allow:
        return f"cost: {case.cost} calls are not allowed (--allow {case.cost})"
    for need in sorted(case.needs):
        if not _has(target, need):
            return f"needs {need}"
    return None


def _has(target: Target, need: str) -> bool:
    if need == SECOND_KEY:
        return target.second_api_key is not None
    if need == CLOCK:
        return target.mock
    if need == "the length of the source video":
        return target.video_seconds is not None
    return need.removeprefix("source ") in target.sources


def _chosen(exchanges: list[Exchange]) -> list[Exchange]:
    if len(exchanges) <= SHOWN_EXCHANGES:
        return exchanges
    return [*exchanges[:3], *exchanges[3 - SHOWN_EXCHANGES :]]
