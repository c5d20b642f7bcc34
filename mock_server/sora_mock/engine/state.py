"""The state of an account: what its past events amount to.

Owns the shapes that decisions look at. An account is the only aggregate: nothing in it refers to another account. A
character keeps nothing of its source video; the contract lets it outlive that.
"""

import msgspec

from sora_mock.engine.faults import Armed
from sora_mock.engine.pace import REAL_TIME, Pace


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One scene of a storyboard, `duration` in whole seconds."""

    prompt: str
    duration: int


class Failure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a task failed."""

    code: str
    message: str


class Generation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An accepted task. `prompt` is None for a storyboard, `scenes` empty for a single prompt.

    `duration` is in seconds; the four instants say when the task was accepted, begins to render, ends, and stops
    being usable.
    """

    id: str
    created_at: int
    starts_at: int
    ends_at: int
    expires_at: int
    prompt: str | None
    scenes: tuple[Scene, ...]
    duration: int
    resolution: str
    characters: tuple[str, ...]
    failure: Failure | None = None

    @property
    def lifetime(self) -> int:
        """Return how many milliseconds the task can be used once it is completed."""
        return self.expires_at - self.ends_at


class Door(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a key opens: an account, and its tier."""

    account: str
    tier: int


class Account(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One account: its seed, its characters and tasks, and the creations that still count against the limit.

    `version` counts the events so far; `count` does too, but goes along with an imported state, and is what ids are
    drawn from, so that none is ever given twice. `characters` maps an id to the instant of its creation. `creations` is
    sorted. `pace` is how its time runs, `knobs` what is settled for it alone, `faults` those in place in the order they
    were added, `scenarios` the knobs of each scenario that is playing. `doors` are the keys, by
    digest, that were opened over the control plane; only the account that stands for all has any.
    """

    name: str
    seed: int
    version: int = 0
    count: int = 0
    characters: dict[str, int] = msgspec.field(default_factory=dict)
    generations: dict[str, Generation] = msgspec.field(default_factory=dict)
    creations: list[int] = msgspec.field(default_factory=list)
    pace: Pace = REAL_TIME
    knobs: dict[str, str] = msgspec.field(default_factory=dict)
    faults: dict[str, Armed] = msgspec.field(default_factory=dict)
    scenarios: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    doors: dict[str, Door] = msgspec.field(default_factory=dict)
