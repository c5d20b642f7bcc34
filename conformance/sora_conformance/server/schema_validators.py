"""Validators: a value held against one of the contract's schemas, and what is wrong with it told apart.

Owns the dealings with the library that validates, and the words for what is wrong. It knows neither replies nor
requests nor rules.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import msgspec

from sora_conformance.contract import load
from sora_conformance.server.matching import shown

TIMESTAMPS = re.compile(r"[0-9]+(\.[0-9]+)?,[0-9]+(\.[0-9]+)?")
"""The form of `start,end`."""

NO_FIELD = "required"
"""The keyword that is broken by a field which is not there."""

TYPES = "types"
"""Stands for the keyword `type` where it leaves a choice."""


class Wrong(msgspec.Struct, frozen=True):
    """One thing that is wrong with a value: where, by which keyword, what was expected and found, and what is there.

    `pointer` is a JSON pointer (RFC 6901); it names a field that is missing too, and then `value` is None.
    """

    pointer: str
    keyword: str
    expected: str
    found: str
    value: Any

    @property
    def finding(self) -> str:
        """Return it in a sentence."""
        return f"{self.pointer or 'the body'}: expected {self.expected}, found {self.found}"


def validator(schema: dict[str, Any], dialect: str = "guide") -> Any:  # noqa: ANN401 - a class of an untyped library
    """Return what holds values against a schema, which may refer to those of a contract."""
    import jsonschema_rs  # here, because a run that judges nothing must not wait for it

    schemas = load(dialect).openapi["components"]["schemas"]
    formats = {"uri": _is_address, "sora-timestamps": lambda text: TIMESTAMPS.fullmatch(text) is not None}
    return jsonschema_rs.Draft202012Validator(
        {**schema, "components": {"schemas": schemas}}, formats=formats, validate_formats=True
    )


def wrongs(against: Any, value: Any) -> list[Wrong]:  # noqa: ANN401 - any JSON value
    """Return what is wrong with a value; of a choice that it fits in no way, what keeps it from fitting best."""
    return [
        Wrong(_pointer(error), _keyword(error), _expected(error), _found(error), _value(error))
        for error in _causes(list(against.iter_errors(value)))
    ]


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc)


def _causes(errors: list[Any]) -> Iterator[Any]:
    for error in errors:
        alternatives = [list(part) for part in getattr(error.kind, "context", ())]
        if alternatives:
            yield from _causes(min(alternatives, key=partial(_misfit, at=error.instance_path)))
        else:
            yield error


def _misfit(errors: list[Any], *, at: list[Any]) -> tuple[bool, int, int]:
    """Return how badly an alternative fits: worst if its type is another, badly if what tells it apart is."""
    other_type = any(error.kind.name == "type" and error.instance_path == at for error in errors)
    return (other_type, sum(error.kind.name == "const" for error in errors), len(errors))


def _pointer(error: Any) -> str:  # noqa: ANN401
    words = [str(word) for word in error.instance_path]
    if error.kind.name == NO_FIELD:
        words.append(str(error.kind.property))
    return "".join("/" + word.replace("~", "~0").replace("/", "~1") for word in words)


def _keyword(error: Any) -> str:  # noqa: ANN401
    name = str(error.kind.name)
    return TYPES if name == "type" and len(_types(error)) > 1 else name


def _types(error: Any) -> list[str]:  # noqa: ANN401
    value = error.kind.value
    return [value] if isinstance(value, str) else [str(word) for word in value]


def _value(error: Any) -> Any:  # noqa: ANN401
    return None if error.kind.name == NO_FIELD else error.instance


_EXPECTED = {
    "const": "{!r}",
    "enum": "one of {!r}",
    "minimum": "at least {!r}",
    "maximum": "at most {!r}",
    "exclusiveMinimum": "more than {!r}",
    "minLength": "at least {!r} characters",
    "maxLength": "at most {!r} characters",
    "minItems": "at least {!r} items",
    "maxItems": "at most {!r} items",
    "pattern": "the form {!r}",
    "format": "the format {!r}",
}


def _expected(error: Any) -> str:  # noqa: ANN401
    name = str(error.kind.name)
    if name == NO_FIELD:
        return "a value"
    if name == "type":
        return " or ".join(_types(error))
    return _EXPECTED[name].format(error.kind.value) if name in _EXPECTED else f"what {name!r} asks for"


def _found(error: Any) -> str:  # noqa: ANN401
    return "nothing" if error.kind.name == NO_FIELD else shown(error.instance)
