"""Orders: the bodies that the control plane takes, as values.

Owns their fields and bounds. What an order leads to is the desk's.
"""

from typing import Annotated, Literal

import msgspec

from sora_mock.engine import problems
from sora_mock.engine.faults import OperationName
from sora_mock.engine.importing import MAX_SEED
from sora_mock.engine.problems import Refused
from sora_mock.engine.state import EVENTS, EventName
from sora_mock.journal import Query

Number = Annotated[int, msgspec.Meta(ge=0)]


class AccountOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let `key` open `account`, at a tier of 1 to 5."""

    account: str
    key: str
    tier: int = 1


class WebhookOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell `url` how tasks end; without a secret it gets one."""

    url: str
    secret: str | None = None
    events: tuple[EventName, ...] = EVENTS


class ClockOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Move time forward by `advance` seconds; let it run at another `speed`, or stand still, or go on as real time."""

    advance: float | None = None
    speed: float | None = None
    frozen: bool | None = None

    def new_speed(self, present: float) -> float | None:
        """Return the speed that is asked for, None for the present one; raise Refused for a contradiction."""
        if self.advance is None and self.speed is None and self.frozen is None:
            raise Refused(problems.field_missing("advance", "control", expected="'advance', 'speed' or 'frozen'"))
        if self.speed is not None and self.frozen is not None:
            raise Refused(problems.fields_conflict("speed", "frozen", "control"))
        if self.frozen is None:
            return self.speed
        if self.frozen:
            return 0.0
        return 1.0 if present == 0 else None


class SettingsOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Set knobs (None: give one back to what holds for all), and perhaps the seed."""

    knobs: dict[str, str | int | float | None] = {}
    seed: Annotated[int, msgspec.Meta(ge=0, le=MAX_SEED)] | None = None

    def texts(self) -> dict[str, str | None]:
        """Return the knobs as the texts that they are kept as."""
        return {name: None if value is None else str(value) for name, value in self.knobs.items()}


class JournalOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which entries are wanted, with the fields of the journal's Query; `format` is how they are written."""

    account: str | None = None
    operation: OperationName | None = None
    method: str | None = None
    path: str | None = None
    status: Annotated[str, msgspec.Meta(pattern=r"^([1-5]xx|[1-5]\d\d)$")] | None = None
    rule: str | None = None
    fault: str | None = None
    since: Number = 0
    limit: Number | None = None
    format: Literal["json", "har"] = "json"

    def query(self) -> Query:
        """Return the query for the journal."""
        return Query(**{name: getattr(self, name) for name in Query.__struct_fields__})


class BuiltinOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Start the scenario of this name that comes with the mock."""

    name: str
