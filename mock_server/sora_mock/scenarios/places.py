"""Places in a TOML text: on which line a table or a key is written.

Owns the search for lines, which the TOML reader does not tell. It knows nothing of what the keys mean, and is only
asked about texts that are TOML.
"""

import re

_HEADER = re.compile(r"\s*\[(\[)?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*(.*)""")
_LONG = re.compile(r'"""|\'\'\'')


def line_of(text: str, path: str) -> int:
    """Return the number of the line on which `path`, such as `fault[1].when.first`, is written.

    What is written nowhere stands where the table around it begins; the first line is the last resort.
    """
    lines = _lines(text)
    while path and path not in lines:
        path = _outside(path)
    return lines.get(path, 1)


def _outside(path: str) -> str:
    """Return the path of what is around the place."""
    return path[: max(path.rfind("."), path.rfind("["), 0)]


def _lines(text: str) -> dict[str, int]:
    lines: dict[str, int] = {}
    arrays: dict[str, int] = {}
    table, quotes = "", ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quotes:
            quotes = "" if quotes in line else quotes
            continue
        if match := _HEADER.fullmatch(line):
            table = _table(_plain(match[2]), arrays, opens=match[1] is not None)
            lines.setdefault(table, number)
        elif match := _KEY.fullmatch(line):
            parts = [table] if table else []
            for part in _plain(match[1]).split("."):
                parts.append(part)
                lines.setdefault(".".join(parts), number)
            quotes = _left_open(match[2])
    return lines


def _table(name: str, arrays: dict[str, int], *, opens: bool) -> str:
    """Return the path of a table: below an array, it belongs to the latest element."""
    if opens:
        arrays[name] = arrays.get(name, -1) + 1
        return f"{name}[{arrays[name]}]"
    first, dot, rest = name.partition(".")
    return f"{first}[{arrays[first]}]{dot}{rest}" if first in arrays else name


def _plain(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))


def _left_open(value: str) -> str:
    """Return the quotes of a text of several lines that begins in a value and does not end in it."""
    found = _LONG.match(value)
    return found[0] if found and found[0] not in value[3:] else ""
