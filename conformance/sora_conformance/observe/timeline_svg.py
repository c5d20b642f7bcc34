"""The timeline of a drill on the page: one row a call, drawn to scale, and the same figures as a table.

Owns the shapes and the words beside them. Colours and sizes come from the style sheet, by class; nothing is told by
colour alone, and whatever is drawn stands in the table too.
"""

import math
from collections.abc import Iterator

from sora_conformance.contract.markup import Html, join, tag
from sora_conformance.observe.asked import End
from sora_conformance.observe.drill import Drill, Played, Try
from sora_conformance.observe.timeline import chosen
from sora_conformance.report.words import counted, short, span

SHOWN_CALLS = 60
"""How many calls are drawn; the rest is counted."""

DRAWN_TRIES = 100
"""How many tries of one call are drawn; more would hide each other."""

TABLED_TRIES = 1000
"""How many tries the table tells."""

SPOKEN_CALLS = 8
"""How many calls the picture's text alternative tells; the table tells all."""

_LEGEND = (
    (End.DONE, "answered"),
    (End.LIMITED, "429"),
    (End.FAILED, "5xx"),
    (End.REFUSED, "refused"),
    (End.LOST, "broken off or given up"),
    (End.OPEN, "under way"),
)
_CLASSES = {
    End.DONE: "try done",
    End.LIMITED: "try limited",
    End.FAILED: "try failed",
    End.REFUSED: "try refused",
    End.LOST: "try lost",
    End.OPEN: "try open",
}
_LEAST_SHARE = 0.5


def timeline_html(drill: Drill) -> Html:
    """Return a drill as a section of the page."""
    return tag(
        "section",
        tag("h2", "Drill" if drill.scenario is None else f"Drill: {drill.scenario}"),
        tag(
            "div",
            _letter(drill),
            tag("ul", *(tag("li", reason) for reason in drill.reasons)),
            class_="graded",
        ),
        _figures(drill),
        *((_picture(drill), _table(drill)) if drill.calls else ()),
        class_="drill",
        id="drill",
        **{"aria-label": "Drill"},
    )


def _letter(drill: Drill) -> Html:
    said = "not graded" if drill.grade is None else f"grade {drill.grade}"
    name = f"grade grade-{drill.grade or 'none'}"
    return tag("p", drill.grade or "–", class_=name, role="img", **{"aria-label": said})


def _figures(drill: Drill) -> Html:
    waits = drill.waits
    statuses = ", ".join(f"{number}\u00a0×\u00a0{told}" for told, number in drill.by_status.items())
    wasted = ", ".join(f"{number} {waste}" for waste, number in drill.wasted.items())
    none_left = f"{drill.recovered} of {drill.disturbed}" if drill.disturbed else "nothing was disturbed"
    facts = {
        "Requests": f"{drill.requests} in {counted(len(drill.calls), 'call')}",
        "Answers": statuses or "none",
        "Wasted": wasted or "none",
        "Recovered": none_left if drill.recovery is None else f"{none_left}, the slowest in {span(drill.recovery)}",
        "Waits": f"{waits.number - waits.early} of {waits.number} kept" if waits.number else "none was asked for",
        "Longest wait": f"{span(waits.waited_longest)}, asked {span(waits.asked_longest)}" if waits.number else "–",
        "Made twice": str(len(drill.duplicates)),
        "Never arrived": str(len(drill.orphans)),
        "At once": f"{drill.at_once[0]} before the first 429, {drill.at_once[1]} after"
        if "429" in drill.by_status
        else str(drill.at_once[0]),
    }
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in facts.items()), class_="facts")


def _picture(drill: Drill) -> Html:
    calls = chosen(drill.calls, SHOWN_CALLS)
    whole = drill.seconds or 1.0
    rows = [
        tag("div", tag("span", _label(call), class_="call"), _row(call, whole, first=number == 0), class_="row")
        for number, call in enumerate(calls)
    ]
    left = len(drill.calls) - len(calls)
    rest = [tag("p", f"and {counted(left, 'more call')}, of which the table tells", class_="rest")] if left else []
    told = "; ".join(_sentence(call) for call in calls[:SPOKEN_CALLS])
    said = f"{counted(len(drill.calls), 'call')} in {span(drill.seconds)}: {told}"
    return tag(
        "figure",
        tag(
            "div",
            *rows,
            tag("div", tag("span", class_="call"), _axis(whole), class_="row axis"),
            class_="plot",
            role="img",
            **{"aria-label": said},
        ),
        *rest,
        _legend(drill),
        class_="timeline",
    )


def _label(call: Played) -> Html:
    told = short(" · ".join(tried.told for tried in call.tries), 40)
    return join([tag("b", str(call.number)), " ", call.operation, " ", tag("small", told)])


def _sentence(call: Played) -> str:
    return f"call {call.number} {call.outcome} after {counted(len(call.tries), 'try', 'tries')}"


def _row(call: Played, whole: float, *, first: bool) -> Html:
    shapes = [Html(_PATTERN)] if first else []
    shapes += [_rect("grid", tick / whole, 0.0, 0, 28) for tick in _ticks(whole)]
    drawn = call.tries[:DRAWN_TRIES]
    shapes += [shape for tried in drawn for shape in _waits(tried, whole)]
    for number, tried in enumerate(drawn, 1):
        ended = whole if tried.ended is None else tried.ended
        share = max((ended - tried.began) / whole, _LEAST_SHARE / 100)
        start = min(tried.began / whole, 1 - _LEAST_SHARE / 100)
        words = f"Call {call.number}, try {number}: {_told(tried)}, {tried.began:.2f} s to {ended:.2f} s"
        shapes.append(_rect(_CLASSES[tried.result], start, share, 6, 16, words))
        if tried.waste:
            words = f"Call {call.number}, try {number}: {tried.waste}"
            mark = {"cx": _share(start), "cy": "3", "r": "3"}
            shapes.append(tag("circle", tag("title", words), class_="early", **mark))
    return tag("svg", *shapes)


def _waits(tried: Try, whole: float) -> Iterator[Html]:
    if tried.ended is None:
        return
    start = tried.ended / whole
    if tried.asked:
        words = f"asked to wait {span(tried.asked)}"
        words += "" if tried.waited is None else f", waited {span(tried.waited)}"
        yield _rect("asked", start, min(tried.asked / whole, 1 - start), 8, 12, words[0].upper() + words[1:])
    if tried.waited is not None:
        words = f"Waited {span(max(tried.waited, 0.0))}"
        words += f", asked for {span(tried.asked)}" if tried.asked else ""
        yield _rect("waited", start, tried.waited / whole, 13, 2, words)


def _rect(name: str, start: float, share: float, top: int, height: int, words: str | None = None) -> Html:
    size = {"x": _share(start), "y": str(top), "height": str(height)}
    width = {"width": "1" if name == "grid" else _share(share)}
    return tag("rect", *([] if words is None else [tag("title", words)]), class_=name, **size, **width)


def _share(part: float) -> str:
    return f"{100 * min(max(part, 0.0), 1.0):.2f}%"


def _told(tried: Try) -> str:
    return f"answered {tried.told}" if tried.told.isdigit() else tried.told


def _axis(whole: float) -> Html:
    ticks = list(_ticks(whole))
    marks = [
        tag(
            "text",
            f"{tick:g} s",
            class_="first" if tick == 0 else "last" if tick / whole > 0.94 else "tick-label",
            x=_share(tick / whole),
            y="14",
        )
        for tick in ticks
    ]
    return tag("svg", *marks)


def _ticks(whole: float) -> Iterator[float]:
    """Yield the seconds that are marked: few enough for a telephone, and round."""
    rough = whole / 5
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    for number in range(int(whole / step) + 1):
        yield round(number * step, 6)


def _legend(drill: Drill) -> Html:
    seen = {tried.result for call in drill.calls for tried in call.tries}
    kinds = [(_CLASSES[result], words) for result, words in _LEGEND if result in seen]
    tries = [tried for call in drill.calls for tried in call.tries]
    kinds += [("asked", "asked to wait")] if any(tried.asked for tried in tries) else []
    kinds += [("waited", "waited")] if any(tried.waited is not None for tried in tries) else []
    kinds += [("early", "wasted")] if any(tried.waste for tried in tries) else []
    items = [tag("li", _sample(name), words) for name, words in kinds]
    return tag("figcaption", tag("ul", *items))


def _sample(name: str) -> Html:
    if name == "early":
        shape = tag("circle", class_=name, cx="9", cy="7", r="3")
    else:
        top, height = {"asked": (1, 12), "waited": (6, 2)}.get(name, (1, 12))
        shape = tag("rect", class_=name, x="1", y=str(top), width="16", height=str(height))
    return tag("svg", shape, width="18", height="14", **{"aria-hidden": "true"})


def _table(drill: Drill) -> Html:
    head = ("Call", "Try", "At", "Took", "Came of it", "Asked to wait", "Waited", "Wasted")
    every = [(call, number, tried) for call in drill.calls for number, tried in enumerate(call.tries, 1)]
    rows = [
        tag(
            "tr",
            tag("th", f"{call.number} {call.operation}", scope="row"),
            *(
                tag("td", text, **{"data-label": name})
                for name, text in zip(head[1:], (str(number), *_cells(tried)), strict=True)
            ),
        )
        for call, number, tried in every[:TABLED_TRIES]
    ]
    left = len(every) - TABLED_TRIES
    rest = [tag("p", f"and {counted(left, 'more try', 'more tries')}", class_="rest")] if left > 0 else []
    columns = [tag("th", name, scope="col") for name in head]
    return tag(
        "details",
        tag("summary", "The same as a table"),
        tag("table", tag("thead", tag("tr", *columns)), tag("tbody", *rows), class_="times"),
        *rest,
    )


def _cells(tried: Try) -> tuple[str, ...]:
    return (
        f"{tried.began:.2f} s",
        "–" if tried.ended is None else span(tried.ended - tried.began),
        tried.told,
        "–" if tried.asked is None else span(tried.asked),
        "–" if tried.waited is None else span(max(tried.waited, 0.0)),
        tried.waste or "–",
    )


_PATTERN = (
    '<defs><pattern id="asked-wait" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="hatch" width="2" height="6"/></pattern></defs>'
)
