"""Scenarios: a named set of knobs and faults, as values.

Owns what a scenario is made of. Where scenarios are written down is not its business.
"""

from typing import Annotated

import msgspec

from sora_mock.engine.faults import Fault

# The end of the text and not of a line: the name stands in headers.
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}(?![\s\S])")]


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A drill: while it plays, its `knobs` hold (latency included) and its `faults` are in place, in their order."""

    name: Name
    summary: str
    knobs: dict[str, str | int | float] = {}
    faults: tuple[Fault, ...] = ()

    def fault_names(self) -> list[str]:
        """Return the names that the faults have while the scenario plays; no fault added by itself can have such."""
        return [f"{self.name}/{fault.name or number}" for number, fault in enumerate(self.faults, start=1)]

    def named_faults(self) -> dict[str, Fault]:
        """Return the faults under the names they have while the scenario plays."""
        return dict(zip(self.fault_names(), self.faults, strict=True))
