"""Which rule a breach of the schema belongs to.

Owns the tables from a place in a reply, a header, or a kind of Schemathesis' failures to the ids of rules: always the
finest one that fits. It looks at no exchange.
"""

import re
from typing import NamedTuple

from sora_conformance.server.schema_validators import NO_FIELD

EMPTY = "empty"
"""Stands for the keyword where what breaks it is an empty text."""


class Place(NamedTuple):
    """Where a reply breaks its schema: the pattern of a JSON pointer, the keywords, and the rules that this breaks."""

    pointer: str
    keywords: frozenset[str]
    rules: tuple[str, ...]


def _place(pointer: str, rules: str, keywords: str = "") -> Place:
    return Place(pointer, frozenset(keywords.split()), tuple(rules.split()))


CHARACTER = (
    _place("/character_id", "character.id.form", "pattern"),
    _place("/character_id", "character.id.present"),
    _place("/metadata(/analysis)?", "character.reply.shape character.reply.metadata", "required type"),
    _place("/metadata/source", "character.reply.shape", NO_FIELD),
    _place("/metadata/source(/.*)?", "character.reply.source"),
    _place("/metadata/analysis/quality", "character.analysis.quality", "enum"),
    _place("/created_at", "protocol.instants", "type minimum"),
    _place(".*", "character.reply.shape"),
)
"""The places in the reply to a creation; the first that fits counts. No keyword stands for any."""

GENERATION = (
    _place(".*", "generation.reply.shape", NO_FIELD),
    _place("/(id|task_id)", "generation.task-id.form", "pattern"),
    _place("/status", "generation.lifecycle.words", "enum"),
    _place("/progress", "generation.lifecycle.progress", "minimum maximum const"),
    _place("/created_at", "protocol.instants", "type minimum"),
    _place("/(completed|expires)_at", "protocol.instants", "minimum types"),
    _place("/(prompt|scenes|duration|resolution)(/.*)?", "generation.reply.echo"),
    _place("/characters", "generation.mention.repeated", "uniqueItems"),
    _place("/video_url", "generation.result.link"),
    _place(".*", "generation.reply.shape"),
)
"""The places in a task."""

ERROR = (
    _place("/error/type", "error.type", "enum const"),
    _place("/error/code", "error.code", "enum const"),
    _place(".*", "error.shape"),
)
"""The places in an error."""

NO_BODY = {"error": "error.body", "character": "character.reply.shape", "generation": "generation.reply.shape"}
NOT_JSON = {"error": "error.json", "character": "character.reply.shape", "generation": "generation.reply.shape"}
"""The rules that are broken by no body, and by one that is no JSON, by what the body should be."""

PLACES = {"error": ERROR, "character": CHARACTER, "generation": GENERATION}
"""The places by what a body should be."""

FAILURES = {
    "ServerError": "error.client-fault",
    "UndefinedStatusCode": "error.status",
    "MissingContentType": "protocol.content-type",
    "UndefinedContentType": "protocol.content-type",
    "MalformedMediaType": "protocol.content-type",
    "MissingHeaders": "protocol.request-id",
    "JsonSchemaError": "error.shape",
    "MalformedJson": "error.json",
    "ContentDeserializationError": "error.json",
    "MissingHeaderNotRejected": "auth.key.required",
    "UnsupportedMethodResponse": "protocol.method",
    "AllowHeaderMismatch": "protocol.method",
}
"""The rule for each kind of Schemathesis' failures, where the request says nothing finer. What is not listed here is
put down to the rule that the request was made for."""


def rules_of(kind: str, pointer: str, keyword: str) -> tuple[str, ...]:
    """Return the rules that a reply breaks at `pointer`; `kind` is what it should be: character, generation, error."""
    for place in PLACES[kind]:
        if re.fullmatch(place.pointer, pointer) and (not place.keywords or keyword in place.keywords):
            return place.rules
    raise LookupError(f"no rule for {pointer} of {kind}")  # pragma: no cover - the last place fits everything
