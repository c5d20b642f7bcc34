"""Marks: the small signs of the page that say what a verdict is.

Owns their words and shapes. Colours come from the style sheet, by class; no mark tells anything by colour alone.
"""

from collections.abc import Mapping

from sora_conformance.contract.markup import Html, tag
from sora_conformance.report.words import counted
from sora_conformance.verdicts import DEVIATIONS, Line, Overlay, RuleVerdict, Verdict

WORDS = {
    Verdict.PASS: "pass",
    Verdict.FAIL: "fail",
    Verdict.WARN: "warn",
    Verdict.INFO: "info",
    Verdict.SKIP: "skipped",
    Verdict.NOT_APPLICABLE: "untestable",
    Verdict.INCONCLUSIVE: "inconclusive",
    Verdict.ERROR: "error",
}
"""What the page calls a verdict, in a word."""

IN_ORDER = (
    Verdict.FAIL,
    Verdict.ERROR,
    Verdict.WARN,
    Verdict.INFO,
    Verdict.INCONCLUSIVE,
    Verdict.PASS,
    Verdict.SKIP,
    Verdict.NOT_APPLICABLE,
)
"""The order in which verdicts are counted for a reader."""


_NOTES = {Overlay.XFAIL: "expected", Overlay.XPASS: "unexpected", Overlay.FLAKY: "flaky"}


def mark(found: RuleVerdict | Line) -> Html:
    """Return the mark of a rule or a case, with a note where an expectation speaks of it."""
    overlay = found.overlay if isinstance(found, Line) else _overlay(found)
    note = [] if overlay is None else [tag("small", _NOTES[overlay])]
    tone = Verdict.WARN if overlay is Overlay.XPASS else found.verdict
    return tag("span", tag("b", WORDS[found.verdict]), *note, class_=f"mark {tone}")


def _overlay(found: RuleVerdict) -> Overlay | None:
    """Return the expectation that is worth a note: one that excuses the verdict, or one that was wrong."""
    overlays = [line.overlay for line in found.lines if line.overlay is not None]
    if found.verdict in DEVIATIONS:
        return overlays[0] if overlays and found.excused else None
    return Overlay.XPASS if Overlay.XPASS in overlays else None


def bar(counts: Mapping[Verdict, int]) -> Html:
    """Return how many rules have which verdict, as a bar with a legend."""
    shown = [(verdict, counts[verdict]) for verdict in IN_ORDER if counts[verdict]]
    total = sum(number for _, number in shown)
    if not total:
        return Html("")
    pieces, at = [], 0.0
    for verdict, number in shown:
        width = 1000 * number / total
        shape = {"x": f"{at:.1f}", "y": "0", "width": f"{max(width - 2, 1):.1f}", "height": "10"}
        pieces.append(tag("rect", class_=f"fill {verdict}", **shape))
        at += width
    words = ", ".join(f"{number} {WORDS[verdict]}" for verdict, number in shown)
    drawing = tag(
        "svg",
        *pieces,
        viewBox="0 0 1000 10",
        preserveAspectRatio="none",
        role="img",
        **{"aria-label": f"{counted(total, 'rule')}: {words}"},
    )
    legend = [
        tag("li", tag("b", str(number)), " ", tag("span", WORDS[verdict]), class_=f"{verdict}")
        for verdict, number in shown
    ]
    return tag("div", drawing, tag("ul", *legend), class_="bar")
