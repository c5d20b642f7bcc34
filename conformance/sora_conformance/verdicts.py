"""Verdicts: what may be said of a case, of a rule, and of a whole run.

Owns the words, which of them is worse, and what a broken rule amounts to. It knows neither how a case is run nor how
a verdict is shown.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from sora_conformance.contract import Basis, Level, Rule
from sora_conformance.exchanges import Evidence


class Verdict(StrEnum):
    """What is said of a case.

    FAIL: a MUST that the guide or an RFC states is broken. WARN: another MUST, or a SHOULD, is broken. INFO: a MAY is
    taken the other way. SKIP: left out by choice, or for want of something the run was not given. NOT_APPLICABLE: no
    case can judge it. INCONCLUSIVE: it was tried, and nothing can be said. ERROR: the suite itself failed.
    """

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    FAIL = "FAIL"
    WARN = "WARN"
    INFO = "INFO"
    SKIP = "SKIP"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    INCONCLUSIVE = "INCONCLUSIVE"
    ERROR = "ERROR"


class Overlay(StrEnum):
    """What an expectation adds to a verdict: expected to deviate and did, did not (which is red), or may do either."""

    XFAIL = "XFAIL"
    XPASS = "XPASS"
    FLAKY = "FLAKY"


WORST_FIRST = (
    Verdict.ERROR,
    Verdict.FAIL,
    Verdict.WARN,
    Verdict.INCONCLUSIVE,
    Verdict.INFO,
    Verdict.PASS,
    Verdict.SKIP,
    Verdict.NOT_APPLICABLE,
)
"""How verdicts outrank one another when several cases speak of one rule."""

DEVIATIONS = frozenset({Verdict.FAIL, Verdict.WARN, Verdict.INFO})
"""The verdicts of a server that does not do what the rule says."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on one case: a line of `verdicts.jsonl`, the truth that every report is derived from.

    `reason` says in words why the verdict is not PASS (and is None when it is), `evidence` shows the exchanges that
    it rests on, `seconds` is how long the case took. Keys of callers are in none of them.
    """

    case: str
    rule: str
    level: Level
    basis: Basis
    verdict: Verdict
    overlay: Overlay | None = None
    reason: str | None = None
    evidence: tuple[Evidence, ...] = ()
    seconds: float = 0.0


def breach(rule: Rule, *, strict: bool) -> Verdict:
    """Return what breaking `rule` amounts to; `strict` makes a FAIL of every MUST, whatever it rests on."""
    if rule.level is Level.MAY:
        return Verdict.INFO
    if rule.level is Level.MUST and (strict or rule.basis in {Basis.DOCUMENTED, Basis.PROTOCOL}):
        return Verdict.FAIL
    return Verdict.WARN


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that outranks all others; NOT_APPLICABLE where there is none."""
    return min(verdicts, key=WORST_FIRST.index, default=Verdict.NOT_APPLICABLE)


class RuleVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on one rule: the worst of its cases', with the lines it was drawn from."""

    rule: Rule
    verdict: Verdict
    lines: tuple[Line, ...]

    @property
    def excused(self) -> bool:
        """Tell whether every deviation of the rule was expected."""
        return all(line.overlay in {Overlay.XFAIL, Overlay.FLAKY} for line in self.lines if line.verdict in DEVIATIONS)


def by_rule(rules: Iterable[Rule], lines: Iterable[Line]) -> tuple[RuleVerdict, ...]:
    """Return the verdict of each rule that has a line, in the order of `rules`."""
    lines_of: dict[str, list[Line]] = {}
    for line in lines:
        lines_of.setdefault(line.rule, []).append(line)
    return tuple(
        RuleVerdict(rule=rule, verdict=worst(line.verdict for line in mine), lines=tuple(mine))
        for rule in rules
        if (mine := lines_of.get(rule.id))
    )
