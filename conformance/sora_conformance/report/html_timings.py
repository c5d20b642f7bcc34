"""Timings on the page: the slowest cases, and how long replies took by operation.

Owns both tables and the bars in them. They speak of the exchanges that the lines show, which need not be all.
"""

from collections.abc import Sequence
from statistics import median
from urllib.parse import urlsplit

import msgspec

from sora_conformance.contract.markup import Html, tag
from sora_conformance.operations import operation_of
from sora_conformance.report.summary import Run
from sora_conformance.report.words import span
from sora_conformance.verdicts import Line

SLOWEST = 10
"""How many cases are told."""


def timings(lines: Sequence[Line], run: Run) -> Html:
    """Return the timings, nothing if nothing took any time."""
    slowest = sorted((line for line in lines if line.seconds > 0), key=lambda line: -line.seconds)[:SLOWEST]
    if not slowest:
        return Html("")
    return tag(
        "section",
        tag("h2", "Timings"),
        _operations(lines, run),
        _slowest(slowest),
        class_="timings",
        **{"aria-label": "Timings"},
    )


def _slowest(lines: Sequence[Line]) -> Html:
    longest = lines[0].seconds
    rows = [
        tag(
            "tr",
            tag("th", tag("a", line.case, href=f"#{line.rule}"), scope="row"),
            tag("td", _bar(0, line.seconds / longest), class_="chart"),
            _cell("took", span(line.seconds)),
        )
        for line in lines
    ]
    return _table("Slowest cases", ("Case", "", "Took"), rows)


def _operations(lines: Sequence[Line], run: Run) -> Html:
    taken = _by_operation(lines, run)
    if not taken:
        return Html("")
    longest = max(max(seconds) for seconds in taken.values()) or 1.0
    rows = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            _cell("replies", str(len(seconds))),
            tag("td", _bar(min(seconds) / longest, max(seconds) / longest, median(seconds) / longest), class_="chart"),
            _cell("median", span(median(seconds))),
            _cell("slowest", span(max(seconds))),
        )
        for name, seconds in taken.items()
    ]
    return _table(
        "Replies by operation, of the exchanges shown", ("Operation", "Replies", "", "Median", "Slowest"), rows
    )


def _by_operation(lines: Sequence[Line], run: Run) -> dict[str, list[float]]:
    """Return the seconds of all replies, each exchange once, by operation."""
    base = urlsplit(run.target).path.rstrip("/")
    taken: dict[str, list[float]] = {}
    for exchange in {msgspec.json.encode(one): one for line in lines for one in line.evidence}.values():
        path = urlsplit(exchange.request.url).path
        name = operation_of(exchange.request.method, path.removeprefix(base), run.dialect) or "other"
        if exchange.response is not None:
            taken.setdefault(name, []).append(exchange.seconds)
    return dict(sorted(taken.items(), key=lambda item: (item[0] == "other", item[0])))


def _table(caption: str, head: Sequence[str], rows: Sequence[Html]) -> Html:
    columns = [tag("th", name, scope="col") if name else tag("td") for name in head]
    return tag("table", tag("caption", caption), tag("thead", tag("tr", *columns)), tag("tbody", *rows), class_="times")


def _cell(name: str, content: str) -> Html:
    return tag("td", content, **{"data-label": name})


def _bar(start: float, end: float, tick: float | None = None) -> Html:
    """Return a bar from `start` to `end`, shares of the whole width, with a tick at a third place."""
    shapes = [tag("rect", class_="rail", x="0", y="5", width="1000", height="2")]
    width = max(1000 * (end - start), 4)
    shapes.append(tag("rect", class_="span", x=f"{1000 * start:.1f}", y="2", width=f"{width:.1f}", height="8"))
    if tick is not None:
        shapes.append(tag("rect", class_="tick", x=f"{min(1000 * tick, 996):.1f}", y="0", width="4", height="12"))
    # The numbers beside it say the same to those who do not see it.
    return tag("svg", *shapes, viewBox="0 0 1000 12", preserveAspectRatio="none", **{"aria-hidden": "true"})
