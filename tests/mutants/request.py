"""Mocks that read bodies which are none, or refuse to read those that are."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

from sora_mock.wire import Request
from tests.mutants.calls import BY_PROMPT, BY_URL, CREATE, operation
from tests.mutants.craft import settled
from tests.mutants.edits import AskEdit, heading, rewriting, saying
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import asking, forgiving, restating

_LEFT_OUT = object()
_TEXTS = {"model", "url", "timestamps", "from_task", "prompt", "resolution"}


def _sound(request: Request) -> Request:
    return saying(BY_URL if operation(request) == CREATE else BY_PROMPT)(request)


def _accepted_if(kind: Callable[[bytes], bool]) -> App:
    return forgiving("request.json", _sound, when=lambda request: kind(request.body))


def _is_text(body: bytes) -> bool:
    with contextlib.suppress(UnicodeDecodeError):
        body.decode()
        return True
    return False


def _is_json(body: bytes) -> bool:
    with contextlib.suppress(ValueError, RecursionError):
        json.loads(body)
        return True
    return False


def _coercing(change: Callable[[str, Any], Any]) -> AskEdit:
    """Change every field's value, those of scenes included."""

    def coerced(body: dict[str, Any]) -> dict[str, Any]:
        scenes = body.get("scenes")
        if isinstance(scenes, list):
            body = body | {"scenes": [coerced(scene) if isinstance(scene, dict) else scene for scene in scenes]}
        return {name: new for name, value in body.items() if (new := change(name, value)) is not _LEFT_OUT}

    return rewriting(coerced)


def _number_of_text(name: str, value: Any) -> Any:
    return int(value) if name == "duration" and isinstance(value, str) and value.isdecimal() else value


def _text_of_number(name: str, value: Any) -> Any:
    return str(value) if name == "prompt" and type(value) in {int, float} else value


def _text_of_array(name: str, value: Any) -> Any:
    return "1,3" if name == "timestamps" and isinstance(value, list) else value


def _number_of_boolean(name: str, value: Any) -> Any:
    return 1 if name == "duration" and isinstance(value, bool) else value


def _first_of_array(name: str, value: Any) -> Any:
    return value[0] if name in _TEXTS and isinstance(value, list) and value else value


MUTANTS = (
    Mutant(
        "broken-json-accepted",
        "request.json",
        "a body that is no JSON is guessed at",
        _accepted_if(lambda body: bool(body) and _is_text(body) and not _is_json(body)),
    ),
    Mutant(
        "other-json-accepted",
        "request.json",
        "an array, a string, a number or null serves for an object",
        _accepted_if(_is_json),
    ),
    Mutant("empty-body-accepted", "request.json", "no body serves for one", _accepted_if(lambda body: not body)),
    Mutant(
        "other-encodings-accepted",
        "request.json",
        "a body in Latin-1 or UTF-16 is read too",
        _accepted_if(lambda body: not _is_text(body)),
    ),
    Mutant(
        "any-content-type-accepted",
        "request.content-type",
        "whatever a body is declared as, it is read as JSON",
        forgiving("request.content-type", heading("content-type", "application/json")),
    ),
    Mutant(
        "form-accepted",
        "request.content-type",
        "a body declared as a form is read as JSON",
        forgiving(
            "request.content-type",
            heading("content-type", "application/json"),
            when=lambda request: "form" in request.headers.get("content-type", ""),
        ),
    ),
    Mutant(
        "plain-text-accepted",
        "request.content-type",
        "a body declared as plain text is read as JSON",
        forgiving(
            "request.content-type",
            heading("content-type", "application/json"),
            when=lambda request: request.headers.get("content-type", "").startswith("text/"),
        ),
    ),
    Mutant(
        "content-type-400",
        "request.content-type",
        "another content type is answered with 400",
        restating("request.content-type", 400),
    ),
    Mutant("large-body-accepted", "request.size", "bodies of up to 64 MiB are taken in", settled(max_body=1 << 26)),
    Mutant("large-body-400", "request.size", "a large body is answered with 400", restating("request.size", 400)),
    Mutant(
        "stopped-body-waited-for",
        "request.complete",
        "a body that stops arriving is waited for without end",
        settled(body_seconds=86_400),
    ),
    Mutant(
        "stopped-body-500",
        "request.complete",
        "a body that stops arriving is answered with 500",
        restating("request.complete", 500),
    ),
    Mutant(
        "null-is-absent",
        "request.field.type",
        "a field that holds null counts as left out",
        asking(_coercing(lambda _, value: _LEFT_OUT if value is None else value)),
    ),
    Mutant(
        "text-is-a-number", "request.field.type", "a duration is read from a string", asking(_coercing(_number_of_text))
    ),
    Mutant(
        "number-is-a-text", "request.field.type", "a prompt is read from a number", asking(_coercing(_text_of_number))
    ),
    Mutant(
        "array-is-timestamps",
        "request.field.type",
        "timestamps are read from an array",
        asking(_coercing(_text_of_array)),
    ),
    Mutant(
        "boolean-is-a-number",
        "request.field.type",
        "a duration of true is one of 1",
        asking(_coercing(_number_of_boolean)),
    ),
    Mutant(
        "array-is-its-first",
        "request.field.type",
        "of an array the first element is taken",
        asking(_coercing(_first_of_array)),
    ),
    Mutant(
        "unknown-fields-refused",
        "request.field.unknown",
        "a field that the contract does not name is refused",
        settled(unknown_fields="refuse"),
    ),
)
