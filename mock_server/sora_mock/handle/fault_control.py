"""The faults of one account: put in place, listed and taken away.

Owns their spelling in Python. What a fault does, and when, is the engine's.
"""

from typing import Any

import msgspec

from sora_mock.control.desk import Desk, FaultView
from sora_mock.engine.effects import Effect
from sora_mock.engine.faults import Fault
from sora_mock.handle.line import Line


class Faults:
    """What goes wrong on purpose in the account, and when."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def add(
        self,
        effect: str | Effect | Fault | dict[str, Any],
        *,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        prompt: str | None = None,
        url: str | None = None,
        after: int = 0,
        first: int | None = None,
        every: int | None = None,
        probability: float | None = None,
        start: float = 0.0,
        end: float | None = None,
        prevent: bool = False,
        name: str = "",
    ) -> str:
        """Put a fault in place and return its name.

        `effect` is a ready-made one's name (`processing-failed`, `rate-limit`, `hang`, …), an effect, or a whole
        Fault, beside which nothing else is given. Of the requests that fit `operation`, `method`, `path`, `prompt` and
        `url` (`*` stands for any text), the first `after` are let pass; of the rest only the `first` so many, `every`
        so manieth, each with `probability`. `start` and `end` are seconds from now. `prevent` keeps the operation
        from happening. Raises ValueError for what cannot be.
        """
        if isinstance(effect, Fault):
            return self._line.ask(Desk.add_fault, _checked(msgspec.to_builtins(effect)))
        match = {"operation": operation, "method": method, "path": path, "prompt": prompt, "url": url}
        when = {
            "after": after,
            "first": first,
            "every": every,
            "probability": probability,
            "start": start,
            "end": end,
        }
        plain = effect if isinstance(effect, str | dict) else msgspec.to_builtins(effect)
        spelled = {"effect": plain, "match": match, "when": when, "prevent": prevent, "name": name}
        return self._line.ask(Desk.add_fault, _checked(spelled))

    def list(self) -> list[FaultView]:
        """Return the faults in place, in the order in which they are asked."""
        return self._line.ask(Desk.faults)

    def remove(self, name: str) -> None:
        """Take a fault away. Raises ValueError when there is none of that name."""
        self._line.ask(Desk.remove_faults, name)

    def clear(self) -> None:
        """Take all faults away."""
        self._line.ask(Desk.remove_faults)


def _checked(spelled: dict[str, Any]) -> Fault:
    # Structs take whatever they are given; only reading them checks it.
    try:
        return msgspec.convert(spelled, Fault)
    except msgspec.ValidationError as error:
        raise ValueError(f"not a fault: {error}") from None
