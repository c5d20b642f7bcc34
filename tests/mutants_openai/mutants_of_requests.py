"""Mocks of the Videos API that let the wrong callers in, or take bodies for requests that are none.

Owns their list. Who breaks a rule of keys breaks it for every contract alike: those are the guide's own.
"""

import contextlib
import json
from collections.abc import Callable
from typing import Any

from sora_mock.wire import Reply, Request
from tests.mutants import auth
from tests.mutants.craft import Answer, settled
from tests.mutants.edits import heading, rewriting, status
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import forgiving, restating, telling
from tests.mutants_openai.bending import CHARACTER, CREATE, DELETE, LIST, RETRIEVE, asked_for, asking, plain, way

_LEFT_OUT = object()
_LOOKS = (LIST, RETRIEVE)


def _refused_in_edits(request: Request, reply: Reply) -> bool:
    return reply.rule == "request.json" and asked_for(request) in {"editVideo", "extendVideo"}


def _is_text(body: bytes) -> bool:
    with contextlib.suppress(UnicodeDecodeError):
        body.decode()
        return True
    return False


def _is_json(body: bytes) -> bool:
    with contextlib.suppress(ValueError):
        json.loads(body)
        return True
    return False


def _read_if(kind: Callable[[bytes], bool]) -> App:
    return forgiving("request.json", plain, when=lambda request: kind(request.body))


def _coercing(change: Callable[[str, Any], Any]) -> App:
    """Make mocks that see every field of a creation otherwise."""

    def coerced(body: dict[str, Any]) -> dict[str, Any]:
        return {name: new for name, value in body.items() if (new := change(name, value)) is not _LEFT_OUT}

    return asking(CREATE, edit=rewriting(coerced))


def _size_of_object(_: str, value: Any) -> Any:
    sides = isinstance(value, dict) and [value.get("width"), value.get("height")]
    return "x".join(map(str, sides)) if sides and None not in sides else value


def _reference(request: Request) -> Any:
    return json.loads(request.body).get("input_reference")


def _addresses_anything(request: Request) -> bool:
    reference = _reference(request)
    return isinstance(reference, dict) and not isinstance(reference.get("image_url", ""), str)


def _with_key(request: Request) -> Request:
    return request if "authorization" in request.headers else heading("authorization", "Bearer sk-whoever")(request)


def _with_other_key(request: Request) -> Request:
    return heading("authorization", "Bearer sk-whoever")(request) if "authorization" in request.headers else request


async def _with_glued_key(request: Request, answer: Answer) -> Reply:
    found = request.headers.get("authorization", "")
    return await answer(heading("authorization", found.replace("Bearersk", "Bearer sk"))(request))


_OPEN = (
    ("models", "to see the models", ("listModels", "retrieveModel")),
    ("list", "to list videos", (LIST,)),
    ("deletion", "to delete a video", (DELETE,)),
    ("derived", "to make videos from others", ("remixVideo", "editVideo", "extendVideo")),
    ("characters", "to make and see characters", (CHARACTER, "retrieveVideoCharacter")),
)
"""What may be asked without a key, and by which operations."""

MUTANTS: tuple[Mutant, ...] = (
    *auth.MUTANTS,
    *(
        Mutant(
            f"{name}-without-key", "auth.key.required", f"no key is needed {why}", asking(*operations, edit=_with_key)
        )
        for name, why, operations in _OPEN
    ),
    Mutant(
        "key-in-the-address-accepted",
        "auth.key.required",
        "a key may stand in the address",
        asking(*_LOOKS, edit=lambda request: _with_key(request) if "api_key=" in request.query else request),
    ),
    Mutant(
        "other-header-accepted",
        "auth.key.required",
        "a key may stand in the header `api-key`",
        asking(*_LOOKS, edit=lambda request: _with_key(request) if "api-key" in request.headers else request),
    ),
    Mutant(
        "bad-key-sees-models",
        "auth.key.refused",
        "models are shown to whoever brings a key",
        asking("listModels", "retrieveModel", edit=_with_other_key),
    ),
    Mutant(
        "bad-key-makes-videos",
        "auth.key.refused",
        "a key is looked up where videos are looked at only",
        asking(CREATE, edit=_with_other_key),
    ),
    Mutant("glued-key-accepted", "auth.key.required", "a key may stand right behind `Bearer`", way(_with_glued_key)),
    Mutant(
        "broken-json-accepted",
        "request.json",
        "a body that is no JSON is guessed at",
        _read_if(lambda body: _is_text(body) and not _is_json(body)),
    ),
    Mutant(
        "other-json-accepted",
        "request.json",
        "an array, a string or a number serves for an object",
        _read_if(lambda body: _is_text(body) and _is_json(body)),
    ),
    Mutant(
        "no-body-accepted",
        "request.json",
        "no body, or null, serves for an object",
        _read_if(lambda body: body in {b"", b"null"}),
    ),
    Mutant(
        "javascript-accepted",
        "request.json",
        "a comma at the end and other quotes are borne",
        _read_if(lambda body: body.endswith(b",}") or body.startswith(b"{'")),
    ),
    Mutant(
        "first-document-read",
        "request.json",
        "what follows an object is passed over",
        _read_if(lambda body: body.count(b"}") == 2),
    ),
    Mutant(
        "broken-json-in-edits-500",
        "request.json",
        "a body that is no JSON is answered with 500 where videos are edited",
        telling(_refused_in_edits, status(500)),
    ),
    Mutant(
        "other-encodings-accepted",
        "request.json",
        "a body in Latin-1 is read too",
        _read_if(lambda body: not _is_text(body)),
    ),
    Mutant(
        "broken-json-500", "request.json", "a body that is no JSON is answered with 500", restating("request.json", 500)
    ),
    Mutant("large-body-accepted", "request.size", "bodies of up to 1 GiB are taken in", settled(max_upload=1 << 30)),
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
        _coercing(lambda _, value: _LEFT_OUT if value is None else value),
    ),
    Mutant(
        "number-is-a-text",
        "request.field.type",
        "a prompt is read from a number",
        _coercing(lambda name, value: str(value) if name == "prompt" else value),
    ),
    Mutant(
        "number-is-a-text-in-remixes",
        "request.field.type",
        "the prompt of a video from another is read from a number",
        asking(
            "remixVideo",
            "editVideo",
            "extendVideo",
            edit=rewriting(lambda body: body | {"prompt": str(body.get("prompt"))}),
        ),
    ),
    Mutant(
        "array-is-its-first",
        "request.field.type",
        "of an array the first element is taken",
        _coercing(lambda _, value: value[0] if isinstance(value, list) and value else value),
    ),
    Mutant(
        "number-is-a-model",
        "request.field.type",
        "of models the number is enough",
        _coercing(lambda name, value: f"sora-{value}" if name == "model" and value == 2 else value),
    ),
    Mutant("object-is-a-size", "request.field.type", "width and height make a size", _coercing(_size_of_object)),
    Mutant(
        "number-is-no-reference",
        "request.field.type",
        "a reference that is a number is passed over",
        _coercing(lambda name, value: _LEFT_OUT if name == "input_reference" and isinstance(value, int) else value),
    ),
    Mutant(
        "array-is-no-reference",
        "request.field.type",
        "a reference that is an array is passed over",
        _coercing(lambda name, value: _LEFT_OUT if name == "input_reference" and isinstance(value, list) else value),
    ),
    Mutant(
        "addresses-unread",
        "request.field.type",
        "whatever stands in image_url is taken for an address",
        forgiving("request.field.type", plain, when=_addresses_anything),
    ),
    Mutant(
        "unknown-fields-refused",
        "request.field.unknown",
        "a field that the contract does not name is refused",
        settled(unknown_fields="refuse"),
    ),
)
"""Each breaks the rule that it names."""
