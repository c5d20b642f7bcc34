"""Fields: a JSON body, read field by field with the type each must have.

Owns the reading of bodies for every dialect. It knows types, not rules: whether a field is required or its value
allowed is the engine's.
"""

from collections.abc import Collection
from typing import Any, TypeVar

import msgspec

from sora_mock.engine import problems
from sora_mock.engine.problems import Refused
from sora_mock.wire import Request

_decode = msgspec.json.Decoder().decode

T = TypeVar("T")

_TYPE_NAMES: dict[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    type(None): "null",
}


def json_object(request: Request, *, known: Collection[str] | None = None) -> dict[str, Any]:
    """Return the request's JSON object; raise Refused unless its body is one.

    With `known`, fields of other names are refused too.
    """
    if request.unreadable is not None:
        raise Refused(request.unreadable)
    declared = request.headers.get("content-type")
    if declared is None or declared.partition(";")[0].strip().lower() != "application/json":
        raise Refused(problems.content_type_unsupported(declared if declared is None else repr(declared[:80])))
    try:
        body = _decode(request.body)
    except UnicodeDecodeError:
        raise Refused(problems.json_invalid("the body is not valid UTF-8")) from None
    except RecursionError:
        raise Refused(problems.json_invalid("the body is nested too deeply")) from None
    except msgspec.DecodeError as error:
        raise Refused(problems.json_invalid(_worded(error))) from None
    if not isinstance(body, dict):
        raise Refused(problems.json_invalid(f"expected an object, found {type_name(body)}"))
    if known is not None:
        for name in body:
            if name not in known:
                raise Refused(problems.field_unknown(name[:80], known))
    return body


def text(body: dict[str, Any], name: str, *, param: str | None = None) -> str | None:
    """Return the string in a field, None when it is absent; raise Refused for another type."""
    return _typed(body, name, str, "a string", param)


def whole(body: dict[str, Any], name: str, *, param: str | None = None) -> int | None:
    """Return the whole number in a field, None when it is absent; 10.0 is whole, as JSON Schema has it."""
    value = body.get(name)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return _typed(body, name, int, "an integer", param)


def items(body: dict[str, Any], name: str) -> list[dict[str, Any]] | None:
    """Return the objects in an array field, None when it is absent."""
    values = _typed(body, name, list, "an array", None)
    for number, value in enumerate(values or ()):
        if not isinstance(value, dict):
            raise Refused(problems.type_invalid(f"{name}[{number}]", "an object", type_name(value)))
    return values


def texts_of(request: Request, name: str) -> tuple[str, ...]:
    """Return the texts in a field of a request's body, those inside `scenes` included; none when it has none."""
    try:
        body = json_object(request)
    except Refused:
        return ()
    scenes = body.get("scenes")
    holders = [body, *(scene for scene in (scenes if isinstance(scenes, list) else ()) if isinstance(scene, dict))]
    return tuple(value for holder in holders if isinstance(value := holder.get(name), str))


def type_name(value: object) -> str:
    """Return the JSON name of a value's type, with its article."""
    return _TYPE_NAMES[type(value)]


def _typed(body: dict[str, Any], name: str, kind: type[T], expected: str, param: str | None) -> T | None:
    if name not in body:
        return None
    value = body[name]
    # A boolean is an int to Python, but not to JSON: only the exact type will do.
    if type(value) is not kind:
        raise Refused(problems.type_invalid(param or name, expected, type_name(value)))
    return value


def _worded(error: msgspec.DecodeError) -> str:
    if "truncated" in str(error):
        return "the body ends too early, or a string holds half of a surrogate pair"
    return str(error).removeprefix("JSON is malformed: ").partition(" - at ")[0].lower()
