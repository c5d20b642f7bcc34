"""The tally: how many exchanges there have been, by what became of them.

Owns counters that cost next to nothing to keep. It must not know who reads them, nor how they are written down.
"""

MAX_NAMES = 1000
"""How many names of faults are told apart; whoever names more finds the rest under OTHERS."""

OTHERS = "(others)"


class Tally:
    """Counts since the mock began; nothing takes a count back.

    `exchanges` counts by operation (None: no operation stands at that path) and status, `faults` by the name of the
    fault that struck.
    """

    def __init__(self) -> None:
        self.exchanges: dict[tuple[str | None, int], int] = {}
        self.faults: dict[str, int] = {}

    def count(self, operation: str | None, status: int, faults: tuple[str, ...]) -> None:
        """Count one exchange and the faults that struck it."""
        place = (operation, status)
        self.exchanges[place] = self.exchanges.get(place, 0) + 1
        for fault in faults:
            name = fault if fault in self.faults or len(self.faults) < MAX_NAMES else OTHERS
            self.faults[name] = self.faults.get(name, 0) + 1
