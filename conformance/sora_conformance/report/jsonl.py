"""`verdicts.jsonl`: the lines of a run, one JSON object each.

Owns the writing and the reading back. What a line says is not its business.
"""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from sora_conformance.verdicts import Line


class LinesError(ValueError):
    """A file of lines cannot be read; the message names the file, the line and what is wrong."""


def lines_text(lines: Iterable[Line]) -> str:
    """Return the lines as the text of a file."""
    return "".join(f"{msgspec.json.encode(line).decode()}\n" for line in lines)


def read_lines(path: Path) -> tuple[Line, ...]:
    """Return the lines in a file.

    Raises LinesError where a line is broken, and OSError where the file cannot be read.
    """
    decoder = msgspec.json.Decoder(Line)
    found = []
    # Split at line feeds only: other separators of lines may stand in a JSON string.
    for number, text in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not text.strip():
            continue
        try:
            found.append(decoder.decode(text))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise LinesError(f"{path}:{number}: {error}") from None
    return tuple(found)
