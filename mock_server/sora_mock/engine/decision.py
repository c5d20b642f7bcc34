"""The shape of a decision: what is answered, and what has happened by it.

Owns the outcomes. It must not know which rule leads to which.
"""

import msgspec

from sora_mock.engine.events import CharacterCreated, Event
from sora_mock.engine.lifecycle import View
from sora_mock.engine.problems import Problem

Outcome = CharacterCreated | View | Problem | None


class Decision(msgspec.Struct, frozen=True):
    """The answer to a command.

    `events` are to be appended before the `outcome` is told, which waits `delay` milliseconds. None is the outcome of a
    command that leaves nothing to tell.
    """

    outcome: Outcome
    events: tuple[Event, ...] = ()
    delay: int = 0
