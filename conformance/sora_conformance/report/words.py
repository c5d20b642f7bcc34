"""Words: the sentences that several reports say.

Owns how a summary is put into words, and in which order areas and rules are told. It knows no markup and no colours.
"""

from collections.abc import Iterable, Iterator, Sequence

from sora_conformance.contract import AREAS, Contract
from sora_conformance.exchanges import Evidence
from sora_conformance.report.summary import Result, Summary
from sora_conformance.verdicts import DEVIATIONS, Line, Overlay, RuleVerdict, Verdict, by_rule

SHOWN_REASONS = 6
"""How many reasons are told for which rules are not judged; the rest is counted."""

SHOWN_REASON = 160
"""How many characters of such a reason are told."""

_TITLES = {
    Result.CONFORMANT: "Conformant",
    Result.NON_CONFORMANT: "Non-conformant",
    Result.ERROR: "The suite failed",
    Result.INCONCLUSIVE: "Inconclusive",
    Result.STALE: "Stale expectations",
}


def title(summary: Summary) -> str:
    """Return the result as a headline."""
    if summary.result is Result.CONFORMANT and summary.partial:
        return "Conformant in part"
    return _TITLES[summary.result]


def sentence(summary: Summary) -> str:
    """Return how many rules were judged and what came of them."""
    rules = summary.rules
    parts = [f"{summary.passed} of {counted(summary.judged, 'judged rule')} kept"]
    parts += [
        f"{rules[verdict]} {word}"
        for verdict, word in (
            (Verdict.FAIL, "broken"),
            (Verdict.WARN, "with a warning"),
            (Verdict.INFO, "taken the other way"),
        )
        if rules[verdict]
    ]
    if rules[Verdict.ERROR]:
        parts.append(f"{rules[Verdict.ERROR]} on which the suite failed")
    return ", ".join(parts)


def expectations(summary: Summary) -> str | None:
    """Return what became of the expectations of the run, None where there is nothing to say."""
    expected, unexpected = summary.overlays[Overlay.XFAIL], summary.overlays[Overlay.XPASS]
    parts = []
    if expected:
        parts.append(counted(expected, "case deviates as expected", "cases deviate as expected"))
    if unexpected:
        parts.append(
            counted(unexpected, "case was expected to deviate", "cases were expected to deviate") + " and did not"
        )
    if summary.stale:
        parts.append(counted(len(summary.stale), "expectation matches no case", "expectations match no case"))
    return ", ".join(parts) or None


def not_judged(summary: Summary) -> str | None:
    """Return how many rules were not judged and why, None when all were."""
    if not summary.unjudged:
        return None
    count = sum(len(group.rules) for group in summary.unjudged)
    shown = [f"{short(group.reason, SHOWN_REASON)} ({len(group.rules)})" for group in summary.unjudged[:SHOWN_REASONS]]
    rest = sum(len(group.rules) for group in summary.unjudged[SHOWN_REASONS:])
    if rest:
        shown.append(f"other reasons ({rest})")
    return f"{counted(count, 'rule')} not judged: {', '.join(shown)}"


def by_area(contract: Contract, lines: Iterable[Line]) -> dict[str, tuple[RuleVerdict, ...]]:
    """Return the verdicts of rules by area, in the order in which a reader meets them."""
    found = by_rule(contract.rules, lines)
    whole = {area: tuple(verdict for verdict in found if verdict.rule.area == area) for area in AREAS}
    return {area: verdicts for area, verdicts in whole.items() if verdicts}


def to_look_at(found: Iterable[RuleVerdict]) -> tuple[RuleVerdict, ...]:
    """Return the rules that somebody should look at, the worst first."""
    order = (Verdict.ERROR, Verdict.FAIL, Verdict.WARN)
    kept = [verdict for verdict in found if next(_notable(verdict), None)]
    rank = {id(verdict): order.index(verdict.verdict) if verdict.verdict in order else len(order) for verdict in kept}
    return tuple(
        sorted(kept, key=lambda verdict: (verdict.excused and verdict.verdict in DEVIATIONS, rank[id(verdict)]))
    )


def notable(found: RuleVerdict) -> tuple[Line, ...]:
    """Return the lines of a rule that are the reason to look at it."""
    return tuple(_notable(found))


def _notable(found: RuleVerdict) -> Iterator[Line]:
    for line in found.lines:
        if line.verdict in {Verdict.ERROR, Verdict.FAIL, Verdict.WARN} or line.overlay is Overlay.XPASS:
            yield line


def telling(line: Line) -> Evidence | None:
    """Return the exchange that says most about a line: the last one, None where there is none."""
    return line.evidence[-1] if line.evidence else None


def reply_words(evidence: Evidence) -> str:
    """Return what came back, in a few words."""
    if evidence.response is None:
        return evidence.failure or "no reply"
    return f"{evidence.response.status} {evidence.response.body}".rstrip()


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def short(text: str, length: int) -> str:
    """Return a text in one line, cut to a length."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def span(seconds: float) -> str:
    """Return a span of time as people say it."""
    if seconds < 0.0005:
        return "under 1 ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def joined(words: Sequence[str], *, empty: str = "none") -> str:
    """Return words as a list in a sentence."""
    return ", ".join(words) if words else empty
