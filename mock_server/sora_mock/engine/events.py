"""Events: what has happened to an account, in the past tense, complete enough to rebuild it.

Owns the record that logs keep. An event is never changed and never taken back.
"""

import msgspec

from sora_mock.engine.analysis import Analysis
from sora_mock.engine.state import Generation


class UrlSource(msgspec.Struct, frozen=True, tag="url"):
    """A character was asked of a video's url and a span of it."""

    url: str
    timestamps: str


class TaskSource(msgspec.Struct, frozen=True, tag="task"):
    """A character was asked of one of the account's own tasks."""

    task_id: str


Source = UrlSource | TaskSource


class CharacterCreated(msgspec.Struct, frozen=True, tag="character-created"):
    """A character exists from `at` on, for good."""

    at: int
    character_id: str
    source: Source
    analysis: Analysis


class CreationFailed(msgspec.Struct, frozen=True, tag="creation-failed"):
    """A creation was tried and failed in processing; it counts against the limit. `rule` says what was wrong."""

    at: int
    source: Source
    rule: str


class GenerationAccepted(msgspec.Struct, frozen=True, tag="generation-accepted"):
    """A task was accepted at `at`."""

    at: int
    generation: Generation


Event = CharacterCreated | CreationFailed | GenerationAccepted
