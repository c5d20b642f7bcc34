"""The shape of a decision: what is answered, and what has happened by it.

Owns the outcomes. It must not know which rule leads to which.
"""

import msgspec

from sora_mock.engine.events import CharacterCreated, Event, GenerationDeleted
from sora_mock.engine.lifecycle import View
from sora_mock.engine.problems import Problem


class Character(msgspec.Struct, frozen=True):
    """A character as it can be looked at: `name` is None where it was given none."""

    id: str
    name: str | None
    created_at: int


class Page(msgspec.Struct, frozen=True):
    """Some tasks in the order that was asked for; `has_more` tells whether others follow."""

    views: tuple[View, ...]
    has_more: bool


Outcome = CharacterCreated | Character | View | Page | GenerationDeleted | Problem | None


class Decision(msgspec.Struct, frozen=True):
    """The answer to a command.

    `events` are to be appended before the `outcome` is told, which waits `delay` milliseconds. None is the outcome of a
    command that leaves nothing to tell.
    """

    outcome: Outcome
    events: tuple[Event, ...] = ()
    delay: int = 0
