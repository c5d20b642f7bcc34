"""Scenarios: a named set of knobs and faults, as values.

Owns what a scenario is made of. Where scenarios are written down is not its business.
"""

from typing import Annotated

import msgspec

from sora_mock.engine.faults import Fault

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A drill: while it plays, its `knobs` hold (latency included) and its `faults` are in place, in their order."""

    name: Name
    summary: str
    knobs: dict[str, str | int | float] = {}
    faults: tuple[Fault, ...] = ()

    def named_faults(self) -> dict[str, Fault]:
        """Return the faults under the names they have while the scenario plays."""
        return {f"{self.name}/{fault.name or number}": fault for number, fault in enumerate(self.faults, start=1)}
