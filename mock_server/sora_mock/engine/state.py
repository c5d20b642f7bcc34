"""The state of an account: what its past events amount to.

Owns the shapes that decisions look at. An account is the only aggregate: nothing in it refers to another account. A
character keeps nothing of its source video; the contract lets it outlive that.
"""

import msgspec


class Scene(msgspec.Struct, frozen=True):
    """One scene of a storyboard, `duration` in whole seconds."""

    prompt: str
    duration: int


class Failure(msgspec.Struct, frozen=True):
    """Why a task failed."""

    code: str
    message: str


class Generation(msgspec.Struct, frozen=True, kw_only=True):
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


class Account(msgspec.Struct, kw_only=True):
    """One account: its seed, its characters and tasks, and the creations that still count against the limit.

    `version` counts the events so far and is what ids are drawn from. `characters` maps an id to the instant of its
    creation. `creations` is sorted.
    """

    name: str
    seed: int
    version: int = 0
    characters: dict[str, int] = msgspec.field(default_factory=dict)
    generations: dict[str, Generation] = msgspec.field(default_factory=dict)
    creations: list[int] = msgspec.field(default_factory=list)
