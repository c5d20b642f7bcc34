"""The rules file: TOML text in, checked rules out.

Owns the format of `rules.toml` and every complaint about a broken one. It reads no files and knows no dialect: it is
given the text and the name to use in complaints.
"""

import re
import tomllib
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from sora_conformance.contract.rules import AREAS, Basis, Cost, Level, Rule, Side

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*)+")
_AT = re.compile(r" - at `\$\.(\w+)`$")
_FIELD = re.compile(r"field `(\w+)`")
_CHOICES: dict[str, type[StrEnum]] = {"level": Level, "basis": Basis, "side": Side, "cost": Cost}


class ContractError(ValueError):
    """The contract's own data are broken; the message names the file, the place in it and what is wrong."""


class Rulebook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole rules file: which edition of which dialect it states, under which base path, and its rules in order."""

    contract_version: str
    dialect: str
    base_path: str
    rules: tuple[Rule, ...]


def parse_rulebook(text: str, *, file: str) -> Rulebook:
    """Return the rulebook that `text` states; raise ContractError, naming `file`, if it does not state a sound one."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"{file}: not valid TOML: {error}") from None
    tables = content.pop("rule", None)
    if not isinstance(tables, list) or not tables:
        raise ContractError(f"{file}: rule: expected at least one [[rule]] table")
    rules = tuple(_rule(table, place=_place(table, number, file)) for number, table in enumerate(tables, start=1))
    _check_distinct(rules, file=file)
    try:
        book = msgspec.convert({**content, "rules": rules}, Rulebook)
    except msgspec.ValidationError as error:
        raise ContractError(f"{file}: {_worded(error)}") from None
    _raise_first(_heading_complaints(book), place=file)
    return book


def _place(table: object, number: int, file: str) -> str:
    """Return how complaints name a rule: by its id where it has one, by its position otherwise."""
    name = table.get("id") if isinstance(table, dict) else None
    return f"{file}: rule {name!r}" if isinstance(name, str) and name else f"{file}: rule number {number}"


def _rule(table: object, *, place: str) -> Rule:
    try:
        rule = msgspec.convert(table, Rule)
    except msgspec.ValidationError as error:
        raise ContractError(f"{place}: {_worded(error)}") from None
    _raise_first(_complaints(rule), place=place)
    return rule


def _raise_first(complaints: Iterator[tuple[str, str]], *, place: str) -> None:
    for field, complaint in complaints:
        raise ContractError(f"{place}: {field}: {complaint}")


def _complaints(rule: Rule) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a rule that has all its fields in the right types, as field and complaint."""
    if not _ID.fullmatch(rule.id):
        yield "id", "expected dotted kebab-case, such as 'character.timestamps.format'"
    elif rule.area not in AREAS:
        yield "id", f"expected an area of {', '.join(AREAS)}, found {rule.area!r}"
    elif (rule.area == "client") != (rule.side is Side.CLIENT):
        yield "side", "expected 'client' for the area client, and 'server' for every other"
    for field in ("title", "source", "knob", "untestable"):
        value = getattr(rule, field)
        if value is not None and not value.strip():
            yield field, "expected a text, found an empty one"
    if rule.knob is not None and rule.basis is not Basis.ASSUMED:
        yield "knob", f"expected on assumed rules only, found on a rule that is {rule.basis}"


def _check_distinct(rules: tuple[Rule, ...], *, file: str) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise ContractError(f"{file}: rule {rule.id!r}: id: another rule has the same")
        seen.add(rule.id)


def _heading_complaints(book: Rulebook) -> Iterator[tuple[str, str]]:
    if not book.contract_version.strip():
        yield "contract_version", "expected a version, found an empty text"
    if not re.fullmatch(r"(?:/[^/\s]+)+", book.base_path):
        yield "base_path", f"expected a path that begins with a slash and ends without one, found {book.base_path!r}"


def _worded(error: msgspec.ValidationError) -> str:
    """Return msgspec's complaint as 'field: complaint', with the allowed words where there is a choice."""
    message = str(error)
    place = _AT.search(message) or _FIELD.search(message)
    field = place[1] if place else ""
    complaint = _AT.sub("", message)
    choices = _CHOICES.get(field)
    if choices is not None and complaint.startswith("Invalid enum value"):
        complaint = f"expected one of {', '.join(choices)}, found {complaint.removeprefix('Invalid enum value ')}"
    return f"{field}: {complaint[0].lower()}{complaint[1:]}" if field else complaint
