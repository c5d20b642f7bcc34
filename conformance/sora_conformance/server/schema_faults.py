"""Faults: what is wrong with a request, by the contract's own schemas, and how it has to be refused.

Owns the way from a broken field to the rule, the word of the error and the field that it names. It goes by what is
sent, whatever the generator meant to try; it sees no reply.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from sora_conformance.server.checks import REFUSED
from sora_conformance.server.schema_samples import Sample
from sora_conformance.server.schema_validators import NO_FIELD, Wrong, validator, wrongs

ANY = ""
"""Stands for a refusal of which it cannot be said what comes first."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Why a request has to be refused: the `rule` that says so, the word of the error, and the field it names.

    `code` is ANY where several things are wrong, or the contract leaves two words for one thing. `status` is what the
    rule asks for.
    """

    rule: str
    code: str = ANY
    param: str | None = None
    status: int | range = REFUSED


UNKNOWN_TASK = {
    "retrieveGeneration": Fault(rule="generation.retrieve.unknown", code="task_not_found", param="task_id", status=404),
    "downloadGeneration": Fault(rule="generation.content.unknown", code="task_not_found", param="task_id", status=404),
}

NO_KEY = Fault(rule="auth.key.required", code="invalid_api_key")
NO_METHOD = Fault(rule="protocol.method", code="method_not_allowed", status=405)
NO_JSON = Fault(rule="request.json", code="invalid_json")
OTHER_TYPE = Fault(rule="request.content-type", code="unsupported_media_type", status=415)

MISSING = {
    ("createCharacter", "model"): ("character.model.required", "model"),
    ("createCharacter", "url"): ("character.source.required", "url"),
    ("createCharacter", "from_task"): ("character.source.required", "url"),
    ("createCharacter", "timestamps"): ("character.timestamps.required", "timestamps"),
    ("createGeneration", "model"): ("generation.model.required", "model"),
    ("createGeneration", "prompt"): ("generation.prompt.required", "prompt"),
    ("createGeneration", "scenes"): ("generation.prompt.required", "prompt"),
}
"""The rule that is broken by a field which is not there, and the field that the error names."""

BROKEN = {
    ("createCharacter", "model", "const"): ("character.model.value", "invalid_model"),
    ("createCharacter", "url", "format"): ("character.source.url-form", "invalid_url"),
    ("createCharacter", "timestamps", "format"): ("character.timestamps.format", "invalid_timestamps"),
    ("createGeneration", "model", "const"): ("generation.model.value", "invalid_model"),
    ("createGeneration", "prompt", "minLength"): ("generation.prompt.length", "invalid_value"),
    ("createGeneration", "prompt", "maxLength"): ("generation.prompt.length", "invalid_value"),
    ("createGeneration", "duration", "minimum"): ("generation.duration.value", "invalid_value"),
    ("createGeneration", "duration", "maximum"): ("generation.duration.value", "invalid_value"),
    ("createGeneration", "resolution", "enum"): ("generation.resolution.value", "invalid_value"),
    ("createGeneration", "scenes", "minItems"): ("generation.scenes.form", "invalid_value"),
    ("createGeneration", "scenes", "maxItems"): ("generation.scenes.form", "invalid_value"),
}
"""The rule that is broken by a field with a wrong value, and the word of the error, by operation, field and keyword."""

EXCLUSIVE = {"createCharacter": "character.source.exclusive", "createGeneration": "generation.scenes.exclusive"}
"""The rule that is broken by a body that is two at once."""

EXACT = {"character.timestamps.format": 400}
"""The status where a rule names it."""


def fault_of(sample: Sample) -> Fault | None:
    """Return why a sample has to be refused; None if it need not be, by the contract."""
    by_scenario: dict[str, Callable[[Sample], Fault | None]] = {
        "unspecified_http_method": _by_method,
        "malformed_content_type": lambda _: OTHER_TYPE,
        "unsupported_content_type": lambda _: OTHER_TYPE,
    }
    if not sample.keyed:
        return NO_KEY
    if sample.scenario in by_scenario:
        return by_scenario[sample.scenario](sample)
    if sample.branch is None:
        return UNKNOWN_TASK[sample.operation]
    if not isinstance(sample.value, dict):
        return NO_JSON
    return _by_fields(sample.operation, wrongs(_body_validator(sample.branch), sample.value))


@cache
def _body_validator(branch: str) -> Any:  # noqa: ANN401 - a class of an untyped library
    return validator({"$ref": f"#/components/schemas/{branch}"})


def _by_method(sample: Sample) -> Fault | None:
    # Where the task in the path is unknown, a server may say so first.
    return NO_METHOD if sample.branch is not None else msgspec.structs.replace(NO_METHOD, code=ANY)


def _by_fields(operation: str, found: list[Wrong]) -> Fault | None:
    # One field may break several keywords by one value: a number where one of three texts belongs.
    worst = {wrong.pointer: wrong for wrong in sorted(found, key=lambda wrong: wrong.keyword == "type")}
    faults = [_of_field(operation, worst[pointer]) for pointer in dict.fromkeys(wrong.pointer for wrong in found)]
    if len(faults) > 1:
        # Which of them a server comes upon first is its own business.
        return Fault(rule=faults[0].rule)
    return faults[0] if faults else None


def _of_field(operation: str, wrong: Wrong) -> Fault:
    path = wrong.pointer.split("/")[1:]
    name = path[-1] if path and not path[-1].isdigit() else ""
    param = name if len(path) == 1 else None
    if wrong.keyword == "not":
        return Fault(rule=EXCLUSIVE[operation], code="conflicting_parameters")
    if wrong.keyword == NO_FIELD:
        rule, param = MISSING[operation, name] if param else ("generation.scenes.form", None)
        return Fault(rule=rule, code="missing_required_parameter", param=param)
    if wrong.keyword == "type" and name == "duration" and _is_number(wrong.value):
        # To JSON it has the right type; whether that is a wrong type or a wrong value is left open.
        return Fault(rule="generation.duration.value")
    if wrong.keyword == "type" or not _has_type(name, wrong.value):
        return Fault(rule="request.field.type", code="invalid_type", param=param)
    rule, code = BROKEN[operation, name, wrong.keyword]
    return Fault(rule=rule, code=code, param=param, status=EXACT.get(rule, REFUSED))


def _has_type(name: str, value: Any) -> bool:  # noqa: ANN401
    """Tell whether a value has the type of its field: a constant or a choice of texts says so only by the way."""
    if name == "scenes":
        return isinstance(value, list)
    return _is_number(value) if name == "duration" else isinstance(value, str)


def _is_number(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, int | float) and not isinstance(value, bool)
