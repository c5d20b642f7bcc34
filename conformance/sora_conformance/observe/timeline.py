"""The timeline of a drill at a terminal: one line a call, from left to right as time passes.

Owns what is drawn for what, in colours and without. Where a terminal knows ASCII only, so does the drawing.
"""

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from sora_conformance.observe.asked import End
from sora_conformance.observe.drill import Drill, Played, Try
from sora_conformance.report.words import counted, short, span

SHOWN_CALLS = 24
"""How many calls are drawn at a terminal; the rest is counted."""

LEAST_WIDTH = 10
"""The least columns that time is drawn in."""

_STYLES = {
    End.DONE: "green",
    End.LIMITED: "yellow",
    End.FAILED: "red",
    End.REFUSED: "magenta",
    End.LOST: "bold red",
    End.OPEN: "dim",
}
_NAMES = {
    "createCharacter": "create",
    "createGeneration": "generate",
    "retrieveGeneration": "retrieve",
    "downloadGeneration": "download",
    "createRelayCharacter": "create",
    "createVideo": "create",
    "createVideoCharacter": "cast",
    "remixVideo": "remix",
    "editVideo": "edit",
    "extendVideo": "extend",
    "retrieveVideo": "retrieve",
    "listVideos": "list",
    "downloadVideo": "download",
    "deleteVideo": "delete",
}
_NAME_WIDTH = 8
_GRADES = {"A": "bold green", "B": "green", "C": "yellow", "D": "yellow", "E": "red", "F": "bold red"}


class Timeline:
    """A drill as rich prints it, no wider than `width` columns."""

    def __init__(self, drill: Drill, width: int) -> None:
        self._drill = drill
        self._width = width

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        width = min(self._width, options.max_width)
        for line in _lines(self._drill, width, plain=options.ascii_only):
            line.truncate(width, overflow="crop" if options.ascii_only else "ellipsis")
            line.no_wrap = True
            yield line


def terminal_timeline(drill: Drill, width: int) -> Timeline:
    """Return a drill as something that rich can print: the grade with its reasons, and the calls."""
    return Timeline(drill, width)


def _lines(drill: Drill, width: int, *, plain: bool) -> Iterator[Text]:
    grade = drill.grade or ("-" if plain else "–")
    heading = Text().append(f"Grade {grade}", _GRADES.get(grade, "bold"))
    yield heading.append(f"  {counted(drill.requests, 'request')}, {counted(len(drill.calls), 'call')}", "dim")
    for reason in drill.reasons:
        yield from _wrapped(_ascii(reason) if plain else reason, width)
    if not drill.calls:
        return
    shown = chosen(drill.calls, SHOWN_CALLS)
    told = {call.number: short(" ".join(tried.told for tried in call.tries), 24) for call in shown}
    words = max(len(text) for text in told.values())
    number = len(str(shown[-1].number))
    columns = max(LEAST_WIDTH, width - number - _NAME_WIDTH - words - 4)
    yield Text()
    yield _axis(drill.seconds, columns, number + _NAME_WIDTH + 2)
    for call in shown:
        name = short(_NAMES.get(call.operation, call.operation), _NAME_WIDTH)
        label = f"{call.number:>{number}} {name:{_NAME_WIDTH}} "
        line = Text().append(_ascii(label) if plain else label, "dim")
        line.append_text(_drawn(call, drill.seconds, columns, plain=plain))
        tail = told[call.number]
        yield line.append(f" {_ascii(tail) if plain else tail}", _STYLES[call.tries[-1].result])
    if len(shown) < len(drill.calls):
        yield Text(f"and {counted(len(drill.calls) - len(shown), 'more call')}", "dim")
    bar, wait = ("#", ".") if plain else ("▇", "·")
    yield Text(f"{bar} a try   {wait} a wait   ! too early", "dim")


def chosen(calls: tuple[Played, ...], most: int) -> tuple[Played, ...]:
    """Return the calls that are drawn: where they are too many, those that something happened to go first."""
    if len(calls) <= most:
        return calls
    telling = sorted(calls, key=lambda call: (not _eventful(call), call.number))[:most]
    return tuple(sorted(telling, key=lambda call: call.number))


def _eventful(call: Played) -> bool:
    return call.disturbed or len(call.tries) > 1 or call.outcome != "succeeded"


def _axis(seconds: float, columns: int, indent: int) -> Text:
    end = span(seconds)
    return Text(" " * indent + "0" + end.rjust(columns - 1), "dim")


def _drawn(call: Played, seconds: float, columns: int, *, plain: bool) -> Text:
    bar, wait = ("#", ".") if plain else ("▇", "·")
    cells: list[tuple[str, str]] = [(" ", "")] * columns

    def column(instant: float) -> int:
        return min(columns - 1, int(columns * instant / seconds)) if seconds else 0

    first, last = column(call.tries[0].began), column(_end(call.tries[-1], seconds))
    for place in range(first, last + 1):
        cells[place] = (wait, "dim")
    # What was drawn last is seen where several fall on one sign: a later try over an earlier.
    for tried in call.tries:
        for place in range(column(tried.began), column(_end(tried, seconds)) + 1):
            cells[place] = (bar, _STYLES[tried.result])
    for tried in call.tries:
        if tried.waste == "too early":
            cells[column(tried.began)] = ("!", "bold red")
    line = Text()
    for sign, style in cells:
        line.append(sign, style)
    return line


def _end(tried: Try, seconds: float) -> float:
    return seconds if tried.ended is None else tried.ended


def _wrapped(text: str, width: int) -> Iterator[Text]:
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > max(width - 2, 1):
            yield Text(f"  {line}")
            line = word
        else:
            line = f"{line} {word}".strip()
    yield Text(f"  {line}")


def _ascii(text: str) -> str:
    return text.replace("−", "-").replace("…", "~").encode("ascii", "replace").decode()
