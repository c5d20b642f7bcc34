"""The summary: what a run amounts to, as one word, one exit code and a few numbers.

Owns the facts of a run and how lines add up to a result. It is pure, and knows no form in which a report is written.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import IntEnum, StrEnum
from importlib.metadata import version
from urllib.parse import urlsplit

import msgspec

from sora_conformance.contract import Basis, Contract, Cost, Level, Rule, Side
from sora_conformance.verdicts import DEVIATIONS, Line, Overlay, RuleVerdict, Verdict, by_rule

JUDGED = DEVIATIONS | {Verdict.PASS}
"""The verdicts that say something of a server; all others say why nothing can be said."""

NOT_IN_RUN = "not among the cases of this run"
"""Why a rule is not judged that has no line."""

_EXCUSED = frozenset({Overlay.XFAIL, Overlay.FLAKY})


class ExitCode(IntEnum):
    """What the command ends with, so that a script can tell the results apart."""

    CONFORMANT = 0
    """No unexpected FAIL; warnings and what was left out by choice do not make a run red."""
    NON_CONFORMANT = 1
    """A MUST that the guide or an RFC states is broken (with `--strict`: any MUST)."""
    USAGE = 2
    """The command was called wrongly; nothing was judged."""
    ERROR = 3
    """The suite itself failed, so that the other verdicts are not to be trusted either."""
    INCONCLUSIVE = 4
    """A MUST was tried and nothing can be said of it, or nothing was judged at all."""
    STALE = 5
    """An expected deviation does not happen any more, or no case looks for it."""


class Result(StrEnum):
    """The result of a run in a word."""

    CONFORMANT = "conformant"
    NON_CONFORMANT = "non-conformant"
    ERROR = "error"
    INCONCLUSIVE = "inconclusive"
    STALE = "stale"

    @property
    def exit_code(self) -> ExitCode:
        """Return the exit code that says the same."""
        return ExitCode[self.name]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a run.

    `target` is shown without user, query and fragment, whatever it is given with. `started` is in Unix seconds,
    `seconds` how long it took; `calls`, `characters` and `generations` are what was spent. `second_key` tells whether
    there was one, `allowed` which cost classes might be spent, and `lead` what is to be known before all else, if
    anything.
    """

    target: str
    dialect: str
    contract_version: str
    suite_version: str = msgspec.field(default_factory=lambda: version("sora-mock"))
    side: Side = Side.SERVER
    seed: int = 0
    strict: bool = False
    started: float = 0.0
    seconds: float = 0.0
    calls: int = 0
    characters: int = 0
    generations: int = 0
    second_key: bool = False
    allowed: tuple[Cost, ...] = ()
    lead: str | None = None

    def __post_init__(self) -> None:
        # A client has a name, and no address that anything would have to be taken off.
        if self.side is Side.SERVER:
            msgspec.structs.force_setattr(self, "target", _plain_address(self.target))


class Unjudged(msgspec.Struct, frozen=True, kw_only=True):
    """Rules that were not judged, and the one reason for it."""

    reason: str
    rules: tuple[str, ...]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a run amounts to.

    `partial` tells that some documented MUST was not judged, so that "conformant" is said of a part of the contract
    only. `rules` and `cases` count by verdict, `overlays` the cases that an expectation speaks of. Of the `testable`
    rules `judged` were judged (their share is `reachable`), and of these `passed` passed (`achieved`). `stale` are the
    expectations that matched no case, in words.
    """

    result: Result
    exit_code: ExitCode
    partial: bool
    rules: dict[Verdict, int]
    cases: dict[Verdict, int]
    overlays: dict[Overlay, int]
    testable: int
    judged: int
    passed: int
    reachable: float
    achieved: float
    unjudged: tuple[Unjudged, ...] = ()
    stale: tuple[str, ...] = ()


def summarise(
    contract: Contract, lines: Sequence[Line], run: Run, stale: Sequence[str] = (), *, by_chance: bool = False
) -> Summary:
    """Return what the lines of a run amount to; `stale` are the expectations that matched no case, in words.

    `by_chance` tells that nothing was tried on purpose: a rule that did not come up leaves the result as it is.
    """
    found = by_rule(contract.rules, lines)
    testable = [rule for rule in contract.rules if rule.side is run.side and rule.untestable is None]
    verdicts = {verdict.rule.id: verdict for verdict in found}
    judged = [rule for rule in testable if _is_judged(verdicts.get(rule.id))]
    left = [rule for rule in testable if rule not in judged]
    passed = sum(verdicts[rule.id].verdict is Verdict.PASS for rule in judged)
    result = _result(lines, stale, nothing_judged=not judged, by_chance=by_chance)
    return Summary(
        result=result,
        exit_code=result.exit_code,
        partial=any(rule.level is Level.MUST and rule.basis is Basis.DOCUMENTED for rule in left),
        rules=_counts(verdict.verdict for verdict in found),
        cases=_counts(line.verdict for line in lines),
        overlays={overlay: sum(line.overlay is overlay for line in lines) for overlay in Overlay},
        testable=len(testable),
        judged=len(judged),
        passed=passed,
        reachable=_share(len(judged), len(testable)),
        achieved=_share(passed, len(judged)),
        unjudged=_unjudged(left, verdicts),
        stale=tuple(stale),
    )


def _is_judged(found: RuleVerdict | None) -> bool:
    return found is not None and found.verdict in JUDGED


def _result(lines: Iterable[Line], stale: Sequence[str], *, nothing_judged: bool, by_chance: bool) -> Result:
    kept = list(lines)
    if any(line.verdict is Verdict.ERROR for line in kept):
        return Result.ERROR
    if any(line.verdict is Verdict.FAIL and line.overlay not in _EXCUSED for line in kept):
        return Result.NON_CONFORMANT
    if stale or any(line.overlay is Overlay.XPASS for line in kept):
        return Result.STALE
    unsaid = any(line.verdict is Verdict.INCONCLUSIVE and line.level is Level.MUST for line in kept)
    return Result.INCONCLUSIVE if nothing_judged or (unsaid and not by_chance) else Result.CONFORMANT


def _unjudged(rules: Iterable[Rule], verdicts: dict[str, RuleVerdict]) -> tuple[Unjudged, ...]:
    """Return the rules by the reason for which they are not judged; the commonest reason comes first."""
    by_reason: dict[str, list[str]] = {}
    for rule in rules:
        found = verdicts.get(rule.id)
        reason = NOT_IN_RUN
        if found is not None:
            reasons = (line.reason for line in found.lines if line.verdict is found.verdict)
            reason = next((text for text in reasons if text), str(found.verdict))
        by_reason.setdefault(reason, []).append(rule.id)
    ordered = sorted(by_reason.items(), key=lambda item: -len(item[1]))
    return tuple(Unjudged(reason=reason, rules=tuple(ids)) for reason, ids in ordered)


def _counts(verdicts: Iterable[Verdict]) -> dict[Verdict, int]:
    found = Counter(verdicts)
    return {verdict: found[verdict] for verdict in Verdict}


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _plain_address(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    # Without an authority it is no address, and what looks like a scheme may be the name of a user.
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if host else ""
