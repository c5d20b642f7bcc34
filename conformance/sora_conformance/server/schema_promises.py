"""Promises: the rules by which a sample has to be accepted, and those that its answer is held to.

Owns the tables for requests that keep the schema. It sends nothing and judges nothing.
"""

from sora_conformance.server.schema_samples import Sample
from sora_conformance.server.stage import SPAN

CHARACTER_REPLY = (
    "character.id.present",
    "character.id.form",
    "character.reply.shape",
    "character.reply.source",
    "character.reply.metadata",
    "character.analysis.quality",
    "protocol.instants",
)
"""The rules that the schema of a character holds a reply to."""

TASK_REPLY = (
    "generation.reply.shape",
    "generation.reply.echo",
    "generation.task-id.form",
    "generation.lifecycle.words",
    "generation.lifecycle.progress",
    "generation.result.link",
)
"""The rules that the schema of a task holds a reply to."""

CHARACTER_RULES = (
    "character.url.created",
    "character.status",
    "character.timestamps.advised",
    "character.timestamps.fraction",
    "limit.headers",
    *CHARACTER_REPLY,
)

VIDEO_RULES = (
    "generation.created",
    "generation.prompt.plain",
    "generation.duration.accepted",
    "generation.resolution.accepted",
    "generation.scenes.accepted",
    "generation.retrieve.own",
    "generation.content.served",
    "character.from-task.created",
    "character.from-task.no-timestamps",
    "character.from-task.timestamps",
    *TASK_REPLY,
)

REPLIES = {
    "createCharacter": CHARACTER_REPLY,
    "createGeneration": TASK_REPLY,
    "retrieveGeneration": TASK_REPLY,
    "downloadGeneration": (),
}

USUAL = "1080p"
"""The resolution that the guide names, and that stands where none is asked for."""

HOW = {"createCharacter": "character.status", "createGeneration": "generation.created"}
"""The rules that say how what was accepted is answered."""


def rules_of(sample: Sample) -> tuple[str, ...]:
    """Return the rules by which a sample has to be accepted, the finest first."""
    body = sample.value if isinstance(sample.value, dict) else {}
    if sample.operation == "retrieveGeneration":
        return ("generation.retrieve.own",)
    if sample.operation == "downloadGeneration":
        return ("generation.content.served",)
    if sample.operation == "createCharacter":
        return _of_character(body)
    if body.get("resolution", USUAL) != USUAL:
        return ("generation.resolution.accepted",)
    if "scenes" in body:
        return ("generation.scenes.accepted",)
    if body.get("duration", 10) != 10:
        return ("generation.duration.accepted",)
    if "resolution" in body and "duration" in body:
        return ("generation.created", "generation.resolution.accepted")
    return ("generation.prompt.plain",)


def _of_character(body: dict[str, object]) -> tuple[str, ...]:
    if "from_task" in body:
        return ("character.from-task.timestamps",) if "timestamps" in body else _FROM_TASK
    span = str(body.get("timestamps"))
    if span == SPAN:
        return ("character.url.created", "character.status")
    return ("character.timestamps.fraction",) if "." in span else ("character.timestamps.advised",)


_FROM_TASK = ("character.from-task.created", "character.from-task.no-timestamps")
