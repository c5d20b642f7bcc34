"""The schema as an oracle: whether a reply is what the contract's API description says of its operation and status.

Owns which schema a reply is held against, made ready only when the first such reply comes. It sends nothing, and has
no part in choosing what is tried.
"""

import json
import re
from functools import cache
from typing import Any

import msgspec

from sora_conformance.contract import load
from sora_conformance.contract.references import resolve
from sora_conformance.exchanges import Exchange
from sora_conformance.operations import ROUTES
from sora_conformance.server.schema_rules import EMPTY, NO_BODY, NOT_JSON, rules_of
from sora_conformance.server.schema_validators import validator, wrongs

KINDS = {"createCharacter": "character", "createGeneration": "generation", "retrieveGeneration": "generation"}
"""What a success of each operation is; one that is missing has no JSON reply."""


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
    against = _body_validator(exchange.operation, exchange.status)
    if kind is None or against is None:
        return []
    if not exchange.body.strip():
        return [Breach(NO_BODY[kind], f"expected a JSON body, found none (status {exchange.status})")]
    try:
        found = wrongs(against, json.loads(exchange.body, parse_constant=_no_number))
    except (ValueError, RecursionError):
        what = exchange.media_type or "a body without a type"
        return [
            Breach(NOT_JSON[kind], f"expected a JSON body, found {what} that is not JSON (status {exchange.status})")
        ]
    told: dict[tuple[str, str], Breach] = {}
    for wrong in found:
        for rule in rules_of(kind, wrong.pointer, EMPTY if wrong.value == "" else wrong.keyword):
            told.setdefault((rule, wrong.pointer), Breach(rule, wrong.finding))
    return list(told.values())


def header_breaches(exchange: Exchange) -> list[Breach]:
    """Return all that is wrong with the headers of a reply, each with the rule that asks for the header."""
    breaches = []
    for name, rule, required, against in _headers(exchange):
        value = exchange.header(name)
        if value is not None:
            found = wrongs(against, _typed(value))
            breaches += [Breach(rule, f"header {name}: expected {wrong.expected}, found {value!r}") for wrong in found]
        elif required:
            breaches.append(Breach(rule, f"expected a header {name}, found none (status {exchange.status})"))
    return breaches


def header_rules(exchange: Exchange) -> tuple[str, ...]:
    """Return the rules that ask for a header in this reply."""
    return tuple(dict.fromkeys(rule for _, rule, required, _ in _headers(exchange) if required))


@cache
def _body_validator(operation: str | None, status: int) -> Any:  # noqa: ANN401 - a class of an untyped library
    response = _response(operation, status)
    if response is None:
        return validator({"$ref": "#/components/schemas/Error"}) if status >= 400 else None
    schema = response.get("content", {}).get("application/json", {}).get("schema")
    return None if schema is None else validator(schema)


def _headers(exchange: Exchange) -> tuple[tuple[str, str, bool, Any], ...]:
    return () if exchange.status is None else _header_validators(exchange.operation, exchange.status)


@cache
def _header_validators(operation: str | None, status: int) -> tuple[tuple[str, str, bool, Any], ...]:
    """Return the headers of a reply that a rule asks for: name, rule, whether it is required, and its validator."""
    document = load("guide").openapi
    nodes = (_response(operation, status) or {}).get("headers") or {}
    headers = {name: resolve(document, node) for name, node in nodes.items()}
    return tuple(
        (name, header["x-rules"][0], bool(header.get("required")), validator(header["schema"]))
        for name, header in headers.items()
        if header.get("x-rules")
    )


def _response(operation: str | None, status: int) -> dict[str, Any] | None:
    """Return the description of a reply, None where the contract has none."""
    if operation not in ROUTES:
        return None
    document = load("guide").openapi
    method, path = ROUTES[operation]
    node = document["paths"][path][method.lower()]["responses"].get(str(status))
    return None if node is None else dict(resolve(document, node))


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _typed(value: str) -> str | int:
    """Return the value of a header as a number where it is one."""
    return int(value) if re.fullmatch(r"[0-9]{1,18}", value.strip()) else value
