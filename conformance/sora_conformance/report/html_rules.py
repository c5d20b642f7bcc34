"""Rules on the page: what came of each, area by area, with its cases.

Owns their markup and the controls that choose among them, which the page's script brings to life. It works, without
choice and without evidence, where no script runs.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from sora_conformance.contract import Basis, Contract, Level
from sora_conformance.contract.markup import Html, inline, join, tag
from sora_conformance.report.html_evidence import Exhibits
from sora_conformance.report.html_marks import IN_ORDER, WORDS, mark
from sora_conformance.report.words import by_area, counted, span
from sora_conformance.verdicts import WORST_FIRST, Line, RuleVerdict


def filters(found: Sequence[RuleVerdict]) -> Html:
    """Return the controls that choose among the rules; they are hidden until there is a script."""
    counts = Counter(verdict.verdict for verdict in found)
    chips = [
        tag(
            "button",
            WORDS[verdict],
            " ",
            tag("span", str(counts[verdict])),
            type="button",
            class_=f"chip {verdict}",
            **{"aria-pressed": "false", "data-chip": verdict},
        )
        for verdict in IN_ORDER
        if counts[verdict]
    ]
    search = Html(
        '<label class="search"><span>Search</span>'
        '<input type="search" id="search" placeholder="a word, an id, a reason" autocomplete="off"></label>'
    )
    return tag(
        "form",
        tag("div", *chips, class_="chips", role="group", **{"aria-label": "Verdict"}),
        search,
        _choice("level", "Level", Level),
        _choice("basis", "Basis", Basis),
        tag("p", id="shown", role="status"),
        id="filters",
        hidden="",
    )


def rules(contract: Contract, lines: Sequence[Line], exhibits: Exhibits) -> Html:
    """Return all rules that have a line, by area."""
    return join(_area(area, found, exhibits) for area, found in by_area(contract, lines).items())


def _choice(name: str, label: str, words: Iterable[str]) -> Html:
    options = [tag("option", "any", value=""), *(tag("option", word, value=word) for word in words)]
    return tag("label", tag("span", label), tag("select", *options, id=name))


def _area(area: str, found: Sequence[RuleVerdict], exhibits: Exhibits) -> Html:
    counts = Counter(verdict.verdict for verdict in found)
    told = ", ".join(f"{counts[verdict]} {WORDS[verdict]}" for verdict in IN_ORDER if counts[verdict])
    return tag(
        "section",
        tag("h3", area.capitalize(), " ", tag("small", told)),
        *(_rule(verdict, exhibits) for verdict in found),
        class_="area",
    )


def _rule(found: RuleVerdict, exhibits: Exhibits) -> Html:
    rule = found.rule
    marks = [tag("span", word, class_=f"word {word}") for word in (rule.level, rule.basis)]
    summary = tag(
        "summary",
        mark(found),
        tag("span", inline(rule.title), tag("code", rule.id), class_="title"),
        tag("span", *marks, class_="words"),
    )
    notes = [f"Source: {rule.source}", f"cost: {rule.cost}", *([f"knob: {rule.knob}"] if rule.knob else [])]
    return tag(
        "details",
        summary,
        tag("p", " · ".join(notes), class_="source"),
        tag("ul", *(_case(line, exhibits) for line in sorted(found.lines, key=_rank)), class_="cases"),
        class_="rule",
        id=rule.id,
        **{"data-verdict": found.verdict, "data-level": rule.level, "data-basis": rule.basis},
    )


def _rank(line: Line) -> int:
    return WORST_FIRST.index(line.verdict)


def _case(line: Line, exhibits: Exhibits) -> Html:
    head = [mark(line), tag("code", line.case)]
    if line.seconds:
        head.append(tag("span", span(line.seconds), class_="took"))
    parts = [tag("p", *head)]
    if line.reason:
        parts.append(tag("p", line.reason, class_="reason"))
    if line.evidence:
        numbers = " ".join(str(number) for number in exhibits.numbers(line.evidence))
        words = counted(len(line.evidence), "exchange")
        # The script puts the exchanges in its place.
        without = tag("p", "verdicts.jsonl has them; showing them here takes a script.", class_="without")
        parts.append(tag("details", tag("summary", words), without, class_="evidence", **{"data-exhibits": numbers}))
    return tag("li", *parts)
