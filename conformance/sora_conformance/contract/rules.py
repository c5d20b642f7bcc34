"""A rule of the contract, as a value.

Owns what a rule is made of and the words it may use. It does not know where rules are kept, nor who judges them.
"""

from enum import StrEnum

import msgspec

AREAS = (
    "auth",
    "request",
    "character",
    "generation",
    "video",
    "model",
    "webhook",
    "limit",
    "error",
    "protocol",
    "relay",
    "client",
)
"""The first segments that a rule's id may have, in the order in which a reader meets them."""


class Level(StrEnum):
    """How strictly the contract asks, in the sense of RFC 2119."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Basis(StrEnum):
    """What a rule rests on: its source's words, what follows from them, an RFC, or our choice where they do not say."""

    DOCUMENTED = "documented"
    IMPLIED = "implied"
    PROTOCOL = "protocol"
    ASSUMED = "assumed"


class Side(StrEnum):
    """Who has to keep a rule."""

    SERVER = "server"
    CLIENT = "client"


class Cost(StrEnum):
    """The dearest thing that judging a rule has to make: nothing, characters, a billed video, a minute of creations."""

    FREE = "free"
    CHARACTER = "character"
    GENERATION = "generation"
    BURST = "burst"


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One requirement.

    `id` is dotted kebab-case, begins with an area and is never reused. `title` states the requirement in a sentence,
    in which code stands between backticks. `source` is the section of the guide, the official document or the RFC
    that it rests on. `knob` names the setting of a mock that flips an assumed rule. `untestable` says why no case can
    judge the rule over the wire; None means that one can.
    """

    id: str
    title: str
    level: Level
    basis: Basis
    source: str
    side: Side
    cost: Cost
    knob: str | None = None
    untestable: str | None = None

    @property
    def area(self) -> str:
        """Return the part of the contract that the rule belongs to: the first segment of its id."""
        return self.id.partition(".")[0]
