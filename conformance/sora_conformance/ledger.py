"""The ledger: everything that a run has made on somebody's server, written down at once.

Owns the file. Characters can be neither listed nor deleted, so an id that is not written down is lost for ever.
"""

import threading
from pathlib import Path

import msgspec

from sora_conformance.exchanges import Party


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing made: `kind` is character or generation, `at` Unix seconds, `case` the case that made it."""

    at: float
    kind: str
    id: str
    party: Party
    case: str
    url: str


class Ledger:
    """Appends entries to a JSON-lines file, each before anything else is done; without a file it only counts.

    The file's folder is made if need be. Raises OSError if it cannot be.
    """

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.count = 0
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()

    def write(self, entry: Entry) -> None:
        """Keep an entry. Raises OSError if the file cannot be written."""
        with self._lock:
            self.count += 1
            if self.file is not None:
                with self.file.open("ab") as lines:
                    lines.write(msgspec.json.encode(entry) + b"\n")
