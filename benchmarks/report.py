"""What was found, as a table for the terminal or for a document, and the machine it was found on.

Owns how figures look. It must not know how they came about.
"""

import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.plan import Row

HEADS = ("what", "median", "min..max", "unit", "ratio", "bar", "note")
RIGHT = frozenset({"median", "min..max"})
WRAPPED = frozenset({"what", "ratio", "note"})
WIDTH = 130
"""Characters in a line where there is no terminal that says."""
PACKAGES = ("sora-mock", "uvicorn", "uvloop", "httptools", "starlette", "msgspec", "av")


def machine(generator: str) -> str:
    """Return the line that says on what and with what the figures were found."""
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    hardware = f"{os.cpu_count()} × {_cpu()}, {platform.system()} {platform.machine()}"
    return f"{hardware}; {python}; {packages}; load by {generator}"


def console(*, stderr: bool = False) -> Console:
    """Return where the tables go."""
    found = Console(stderr=stderr)
    return found if found.is_terminal else Console(stderr=stderr, width=WIDTH)


def show(console: Console, title: str, rows: Sequence[Row]) -> None:
    """Print the rows as a table."""
    table = Table(title=title, title_justify="left")
    for head in HEADS:
        table.add_column(head, justify="right" if head in RIGHT else "left", no_wrap=head not in WRAPPED)
    for row in rows:
        met = _met(row)
        style = "" if met is None else "green" if met else "red"
        table.add_row(*(Text(cell, style=style if head == "bar" else "") for head, cell in _cells(row)))
    console.print(table)


def markdown(title: str, rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table below a heading."""
    lines = [f"### {title}", "", _line(HEADS), _line("--:" if head in RIGHT else "---" for head in HEADS)]
    lines += [_line(cell for _, cell in _cells(row)) for row in rows]
    return "\n".join([*lines, ""])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(row: Row) -> list[tuple[str, str]]:
    spread = f"{_figure(min(row.values))}..{_figure(max(row.values))}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} of {row.yardstick}"
    bar = "" if row.bar is None else f"{row.bar} {'met' if _met(row) else 'missed'}"
    return list(
        zip(HEADS, (row.what, _figure(median(row.values)), spread, row.unit, ratio, bar, row.note), strict=True)
    )


def _met(row: Row) -> bool | None:
    return None if row.bar is None or row.ratio is None else row.bar.met(row.ratio)


def _figure(value: float) -> str:
    """Return three digits or all before the point, whichever is more."""
    places = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{places}f}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _cpu() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"
