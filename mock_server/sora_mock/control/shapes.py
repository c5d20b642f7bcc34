"""Shapes: a decoded JSON value, held against the type it should have, and what is said when it does not fit.

Owns the wording: every message names the place, what is allowed there and what was found. It knows no route.
"""

import re
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from sora_mock.engine import problems
from sora_mock.engine.problems import Refused

SECRET = frozenset({"key", "secret"})
"""Fields whose values are never repeated."""

_PLACE = re.compile(r" - at `\$\.?(.*)`$")
_UNKNOWN = re.compile(r"unknown field `(.*)`")
_MISSING = re.compile(r"missing required field `(.*)`")
_EXPECTED = re.compile(r"Expected (.*?)(?:, got (`.*`))?$")
_STEP = re.compile(r"[^.\[\]]+|\[\d*\.*\]")
_NAMES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}

T = TypeVar("T")


def fit(value: object, kind: type[T], *, strict: bool = True) -> T:
    """Return a decoded value as `kind`; raise Refused, naming the field, when it does not fit.

    With `strict` off, texts are read as what they should be: for values from a query.
    """
    try:
        return msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise Refused(_told(value, kind, str(error))) from None


def _told(value: object, kind: type, error: str) -> problems.Problem:
    match = _PLACE.search(error)
    path = match[1] if match else ""
    said = error[: match.start()] if match else error
    if found := _UNKNOWN.search(said):
        place = f"{path}.{found[1]}" if path else found[1]
        return problems.field_unknown(place, _fields(_member(*_at(kind, value, path))))
    if found := _MISSING.search(said):
        place = f"{path}.{found[1]}" if path else found[1]
        return problems.field_missing(place, "control")
    node, there = _at(kind, value, path)
    is_told = there is not msgspec.UNSET and path.rpartition(".")[2] not in SECRET
    shown = f", found {_shown(there)}" if is_told else ""
    if allowed := _choices(node, path):
        return problems.control_invalid(path, f"{path}: expected one of {', '.join(allowed)}{shown}")
    if found := _EXPECTED.search(said):
        expected = _plain(found[1])
        shown = f", found {_plain(found[2])}" if found[2] else shown
        return problems.control_invalid(path or "body", f"{path or 'body'}: expected {expected}{shown}")
    return problems.control_invalid(path or "body", f"{path or 'body'}: {said[:1].lower()}{said[1:]}{shown}")


def _at(kind: type, value: object, path: str) -> tuple[inspect.Type | None, Any]:
    """Return the type at a place and the value there: None and UNSET where they cannot be told."""
    node: inspect.Type | None = inspect.type_info(kind)
    for step in _STEP.findall(path):
        node = _member(node, value)
        if isinstance(node, inspect.StructType):
            holder = node
            node = next((field.type for field in node.fields if field.encode_name == step), None)
            node = holder if step == holder.tag_field else node
            value = value.get(step) if isinstance(value, dict) else msgspec.UNSET
        elif isinstance(node, inspect.DictType):
            # Under which key is not told.
            node, value = node.value_type, msgspec.UNSET
        elif isinstance(node, inspect.ListType | inspect.VarTupleType):
            number = step.strip("[]")
            value = value[int(number)] if isinstance(value, list) and number.isdigit() else msgspec.UNSET
            node = node.item_type
        elif isinstance(node, inspect.UnionType) and isinstance(value, dict):
            # The tag itself is wrong: the union tells which there are.
            return node, value.get(step)
    return node, value


def _member(node: inspect.Type | None, value: object) -> inspect.Type | None:
    """Return the member of a union that a value is meant to be, or the node itself."""
    if not isinstance(node, inspect.UnionType) or not isinstance(value, dict):
        return node
    structs = [one for one in node.types if isinstance(one, inspect.StructType)]
    tagged = [one for one in structs if one.tag_field and value.get(one.tag_field) == one.tag]
    return tagged[0] if tagged else structs[0] if len(structs) == 1 else node


def _fields(node: inspect.Type | None) -> Iterable[str]:
    if not isinstance(node, inspect.StructType):
        return ()
    tag = (node.tag_field,) if node.tag_field else ()
    return (*tag, *(field.encode_name for field in node.fields))


def _choices(node: inspect.Type | None, path: str) -> list[str]:
    """Return the texts that a place allows, if it allows only some."""
    nodes = node.types if isinstance(node, inspect.UnionType) else (node,)
    tags = [str(one.tag) for one in nodes if isinstance(one, inspect.StructType) and path.endswith(str(one.tag_field))]
    literals = [str(value) for one in nodes if isinstance(one, inspect.LiteralType) for value in one.values]
    numbers = ["a number" for one in nodes if isinstance(one, inspect.IntType | inspect.FloatType)]
    return tags or (literals + numbers if literals else [])


def _plain(types: str) -> str:
    """Return a phrase of msgspec in the words of JSON."""
    return re.sub(
        r"\b(str|int|float|bool)\b", lambda word: _NAMES[word[1]], types.replace("`", "").replace(" | ", " or ")
    )


def _shown(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 80 else text[:77] + "..."
