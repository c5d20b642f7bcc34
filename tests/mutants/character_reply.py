"""Mocks that tell of a new character otherwise than the contract does."""

from tests.mutants.alias import aliased
from tests.mutants.calls import CREATE
from tests.mutants.edits import of, omitting, setting, status, telling_json
from tests.mutants.mutant import Mutant
from tests.mutants.ways import no, refusing, telling


def _rename_id(body):
    return {"id" if name == "character_id" else name: value for name, value in body.items()}


def _told(name: str, rule: str, why: str, *edits) -> Mutant:
    """Return a mutant that makes characters well and tells of them badly."""
    return Mutant(name, rule, why, telling(of(CREATE), *edits))


def _cut(source):
    if "url" in source:
        source["url"] = "/".join(source["url"].split("/")[:3])


def _dashed(source):
    if "timestamps" in source:
        source["timestamps"] = source["timestamps"].replace(",", "-")


def _forget_notes(body):
    body["metadata"]["analysis"]["notes"] = []


MUTANTS = (
    Mutant(
        "url-creation-refused",
        "character.url.created",
        "no character can be made from a url",
        refusing(CREATE, lambda body, _: "url" in body and "from_task" not in body, no("url", "character.url.created")),
    ),
    _told("id-under-another-name", "character.url.created", "the id comes as `id`", telling_json(_rename_id)),
    _told("creation-201", "character.status", "a creation is answered with 201", status(201)),
    _told("creation-202", "character.status", "a creation is answered with 202", status(202)),
    _told("creation-without-id", "character.id.present", "the reply has no id", omitting("character_id")),
    _told("empty-id", "character.id.present", "the id is empty", setting("character_id", "")),
    _told("null-id", "character.id.present", "the id is null", setting("character_id", None)),
    _told("numeric-id", "character.id.present", "the id is a number", setting("character_id", 4711)),
    _told(
        "id-of-two-words",
        "character.id.mentionable",
        "the id holds a space",
        setting("character_id", lambda name: f"{name[:12]} {name[12:]}"),
    ),
    _told(
        "id-with-a-comma",
        "character.id.mentionable",
        "the id holds a comma",
        setting("character_id", lambda name: f"{name[:12]},{name[12:]}"),
    ),
    Mutant(
        "id-without-prefix",
        "character.id.form",
        "ids begin with another word, and work",
        aliased("char_", "hero_", lambda core: core),
    ),
    Mutant(
        "id-with-hyphens",
        "character.id.form",
        "ids hold hyphens, and work",
        aliased("char_", "char_", lambda core: f"{core[:8]}-{core[8:]}", lambda core: core.replace("-", "")),
    ),
    _told("no-metadata", "character.reply.metadata", "the reply says nothing of the analysis", omitting("metadata")),
    _told(
        "metadata-without-analysis",
        "character.reply.metadata",
        "the metadata lack the analysis",
        omitting("metadata.analysis"),
    ),
    _told("creation-without-object", "character.reply.shape", "the reply has no `object`", omitting("object")),
    _told("creation-without-instant", "character.reply.shape", "the reply has no `created_at`", omitting("created_at")),
    _told(
        "creation-of-another-model",
        "character.reply.shape",
        "the reply names another model",
        setting("model", "sora-2"),
    ),
    _told(
        "creation-without-source", "character.reply.shape", "the metadata lack the source", omitting("metadata.source")
    ),
    _told(
        "source-url-cut",
        "character.reply.source",
        "the reply cuts the url of the source down to its host",
        telling_json(lambda body: _cut(body["metadata"]["source"])),
    ),
    _told(
        "source-timestamps-rewritten",
        "character.reply.source",
        "the reply puts the timestamps in another form",
        telling_json(lambda body: _dashed(body["metadata"]["source"])),
    ),
    _told(
        "source-task-forgotten",
        "character.reply.source",
        "the reply does not say which task was the source",
        telling_json(lambda body: body["metadata"]["source"].pop("task_id", None) and None),
    ),
    _told(
        "everything-optimal",
        "character.analysis.quality",
        "every span is rated optimal",
        setting("metadata.analysis.quality", "optimal"),
    ),
    _told(
        "nothing-optimal",
        "character.analysis.quality",
        "a span of 1 to 3 s is rated acceptable",
        setting("metadata.analysis.quality", lambda word: "acceptable" if word == "optimal" else word),
    ),
    _told(
        "acceptable-is-poor",
        "character.analysis.quality",
        "a span of up to 5 s is rated poor",
        setting("metadata.analysis.quality", lambda word: "poor" if word == "acceptable" else word),
    ),
    _told(
        "poor-without-a-note",
        "character.analysis.quality",
        "a poor span is rated without a reason",
        telling_json(_forget_notes),
    ),
)
