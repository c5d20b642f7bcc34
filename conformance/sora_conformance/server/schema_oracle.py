"""The schema as an oracle: whether a reply is what the contract's API description says of its operation and status.

Owns the validators, made once from the description and only when the first reply is held against them, and the words
for what is found. It sends nothing, and has no part in choosing what is tried.
"""

import json
import re
from collections.abc import Iterator
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

import msgspec

from sora_conformance.contract import load
from sora_conformance.contract.references import resolve
from sora_conformance.exchanges import Exchange
from sora_conformance.operations import ROUTES
from sora_conformance.server.matching import ABSENT, shown
from sora_conformance.server.schema_rules import NO_FIELD, NOT_JSON, rules_of

KINDS = {"createCharacter": "character", "createGeneration": "generation", "retrieveGeneration": "generation"}
"""What a success of each operation is; one that is missing has no JSON reply."""

TIMESTAMPS = re.compile(r"[0-9]+(\.[0-9]+)?,[0-9]+(\.[0-9]+)?")
"""The form of `start,end`."""


class Breach(msgspec.Struct, frozen=True):
    """One thing in a reply that is otherwise than its schema says, and the rule that this breaks."""

    rule: str
    finding: str


def schema_findings(exchange: Exchange) -> list[str]:
    """Return all that is wrong with a reply by its schema: where, what was expected, what was found."""
    return list(dict.fromkeys(breach.finding for breach in body_breaches(exchange)))


def body_breaches(exchange: Exchange) -> list[Breach]:
    """Return all that is wrong with the body of a reply, each with the finest rule that it breaks.

    A reply to what the contract does not know is held against the one shape of all errors; one that has no schema, and
    one that never came, are right.
    """
    if exchange.status is None or exchange.sent.method == "HEAD":
        return []
    kind = "error" if exchange.status >= 400 else KINDS.get(exchange.operation or "")
    validator = _body_validator(exchange.operation, exchange.status)
    if kind is None or validator is None:
        return []
    try:
        found = json.loads(exchange.body, parse_constant=_no_number)
        errors = list(validator.iter_errors(found))
    except (ValueError, RecursionError):
        what = "an empty body" if not exchange.body.strip() else f"{exchange.media_type or 'a body'} that is not JSON"
        return [Breach(NOT_JSON[kind], f"expected a JSON body, found {what} (status {exchange.status})")]
    told: dict[tuple[str, str], Breach] = {}
    for error in _causes(errors):
        pointer = _pointer(error)
        finding = f"{pointer or 'the body'}: expected {_expected(error)}, found {_found(error)}"
        for rule in rules_of(kind, pointer, _keyword(error)):
            told.setdefault((rule, pointer), Breach(rule, finding))
    return list(told.values())


def header_breaches(exchange: Exchange) -> list[Breach]:
    """Return all that is wrong with the headers of a reply, each with the rule that asks for the header."""
    if exchange.status is None:
        return []
    breaches = []
    for name, rule, required, validator in _header_validators(exchange.operation, exchange.status):
        value = exchange.header(name)
        if value is None:
            if required:
                breaches.append(Breach(rule, f"expected a header {name}, found none (status {exchange.status})"))
            continue
        for error in validator.iter_errors(_typed(value)):
            breaches.append(Breach(rule, f"header {name}: expected {_expected(error)}, found {value!r}"))
    return breaches


def header_rules(exchange: Exchange) -> tuple[str, ...]:
    """Return the rules that ask for a header in this reply."""
    described = _header_validators(exchange.operation, exchange.status or 0)
    return tuple(dict.fromkeys(rule for _, rule, required, _ in described if required))


def described(operation: str | None, status: int) -> bool:
    """Tell whether the contract describes such a reply to an operation."""
    return _response(operation, status) is not None


@cache
def request_validator(branch: str) -> Any:  # noqa: ANN401 - a class of an untyped library
    """Return what holds a body against one of the contract's schemas, by its name."""
    return _validator({"$ref": f"#/components/schemas/{branch}"})


def causes(validator: Any, value: Any) -> list[tuple[str, str, Any]]:  # noqa: ANN401 - any JSON value
    """Return where a value breaks a schema: JSON pointers with the keyword that is broken and the value there."""
    return [
        (_pointer(error), _keyword(error), ABSENT if error.kind.name == NO_FIELD else error.instance)
        for error in _causes(list(validator.iter_errors(value)))
    ]


# -- validators --------------------------------------------------------------------------------------------------------


@cache
def _body_validator(operation: str | None, status: int) -> Any:  # noqa: ANN401
    response = _response(operation, status)
    content = (response or {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    if response is None and status >= 400:
        schema = {"$ref": "#/components/schemas/Error"}
    return None if schema is None else _validator(schema)


@cache
def _header_validators(operation: str | None, status: int) -> tuple[tuple[str, str, bool, Any], ...]:
    document = load("guide").openapi
    found = []
    for name, node in ((_response(operation, status) or {}).get("headers") or {}).items():
        header = resolve(document, node)
        if header.get("x-rules"):
            validator = _validator(header["schema"])
            found.append((name, header["x-rules"][0], bool(header.get("required")), validator))
    return tuple(found)


def _response(operation: str | None, status: int) -> dict[str, Any] | None:
    """Return the description of a reply, None where the contract has none."""
    if operation not in ROUTES:
        return None
    document = load("guide").openapi
    method, path = ROUTES[operation]
    node = document["paths"][path][method.lower()]["responses"].get(str(status))
    return None if node is None else dict(resolve(document, node))


def _validator(schema: dict[str, Any]) -> Any:  # noqa: ANN401
    import jsonschema_rs  # here, because a run that judges nothing must not wait for it

    document = load("guide").openapi
    formats = {"uri": _is_address, "sora-timestamps": lambda text: TIMESTAMPS.fullmatch(text) is not None}
    return jsonschema_rs.Draft202012Validator(
        {**schema, "components": {"schemas": document["components"]["schemas"]}}, formats=formats, validate_formats=True
    )


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _typed(value: str) -> str | int:
    """Return the value of a header as a number where it is one."""
    return int(value) if re.fullmatch(r"[0-9]{1,18}", value.strip()) else value


# -- words -------------------------------------------------------------------------------------------------------------


def _causes(errors: list[Any]) -> Iterator[Any]:
    """Yield the errors; in the place of a choice of which nothing fits, those of the alternative that fits best."""
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


def _keyword(error: Any) -> str:  # noqa: ANN401
    """Return the keyword that is broken; a choice of several types is called `types`."""
    name = str(error.kind.name)
    return "types" if name == "type" and not isinstance(error.kind.value, str) else name


def _pointer(error: Any) -> str:  # noqa: ANN401
    words = [str(word) for word in error.instance_path]
    if error.kind.name == NO_FIELD:
        words.append(str(error.kind.property))
    return "".join("/" + word.replace("~", "~0").replace("/", "~1") for word in words)


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
    value = error.kind.value
    if name == "type":
        return " or ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return _EXPECTED[name].format(value) if name in _EXPECTED else f"what {name!r} asks for"


def _found(error: Any) -> str:  # noqa: ANN401
    return "nothing" if error.kind.name == NO_FIELD else shown(error.instance)
