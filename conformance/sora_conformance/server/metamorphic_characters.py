"""Metamorphic probes of creations: the same creation, written otherwise or sent again.

Owns the pairs of requests.
"""

from sora_conformance.server.metamorphic_pairs import creating, given, otherwise, same, usual_character
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import CHARACTER_MODEL, SPAN, Stage, made

PROBES = Probes()


@creating(PROBES, "json/creation", "character.url.created", 2)
def creation_writtenotherwise(stage: Stage) -> list[str]:
    """The order of fields, white space, and escapes in strings make no difference."""
    first = usual_character(stage)
    body = {"model": CHARACTER_MODEL, "url": stage.source("video"), "timestamps": SPAN}
    return same(first, stage.wire.call("POST", "/characters", body=otherwise(body)), "/metadata/source")


@creating(PROBES, "repeat/answer", "character.repeat", 2)
def same_creation_twice(stage: Stage) -> list[str]:
    """The same creation is answered the second time as it was the first time, but for the id and the instant."""
    first = given(stage.create())
    return same(first, stage.create(), "/metadata/source", "/metadata/analysis/quality")


@creating(PROBES, "repeat/id", "character.id.distinct", 2)
def same_creation_two_characters(stage: Stage) -> list[str]:
    """The same creation sent twice makes two characters."""
    ids = [made(stage.create(), "character_id", "a character") for _ in range(2)]
    return ["expected two different ids, found one twice"] if ids[0] == ids[1] else []


@creating(PROBES, "field/unknown", "request.field.unknown", 2)
def fields_added(stage: Stage) -> list[str]:
    """Fields that nobody knows, whatever they hold, change nothing."""
    first = usual_character(stage)
    strange = {
        "x_note": None,
        "x_trace": {"model": "sora-1", "url": ["https://example.com"]},
        "metadata": {"name": "Ann"},
    }
    body = {"model": CHARACTER_MODEL, "url": stage.source("video"), "timestamps": SPAN, **strange}
    return same(first, stage.wire.call("POST", "/characters", json=body), "/metadata/source")


@creating(PROBES, "timestamps/decimals", "character.timestamps.fraction", 2)
def decimals_added(stage: Stage) -> list[str]:
    """Noughts behind the point change nothing about a span."""
    first = usual_character(stage)
    pointers = ("/metadata/analysis/duration", "/metadata/analysis/quality")
    return same(first, stage.create(timestamps="1.0,4.00"), *pointers)
