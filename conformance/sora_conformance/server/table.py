"""The table layer: cases as data.

Owns the way from the rows in `tables/` to cases: what each costs and needs. The form of a row is `table_form`'s, and
how its steps are played is `playing`'s.
"""

from collections.abc import Iterator
from functools import cache, partial
from importlib import resources
from typing import Any

import msgspec

from sora_conformance.budget import CHARACTERS, GENERATIONS
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Party
from sora_conformance.server.cases import CLOCK, SECOND_KEY, Case, Price
from sora_conformance.server.features import FEATURES_OF, features_of
from sora_conformance.server.playing import play
from sora_conformance.server.stage import PROPS
from sora_conformance.server.table_form import Row, names_in, parse_table
from sora_conformance.target import SOURCES
from sora_conformance.wire import MAKES

LONG = 3600.0
"""Seconds from which on a wait is made only on a clock that can be advanced."""


_BY_FIELD = {
    "openai": {"characters": "characters", "input_reference": "references"},
    "relay": {"model": "with-model"},
}
"""The features without which a field is not taken, by dialect."""

_CREATIONS = frozenset({"createCharacter", "createRelayCharacter"})


@cache
def table_rows(dialect: str = "guide") -> tuple[Row, ...]:
    """Return the rows of a dialect's tables, in the order of their files. Raises ContractError for a broken one."""
    folder = resources.files("sora_conformance.server") / "tables" / dialect
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(
        row
        for file in files
        for row in parse_table(file.read_text(encoding="utf-8"), file=f"{dialect}/{file.name}", dialect=dialect)
    )


@cache
def table_cases(dialect: str = "guide") -> tuple[Case, ...]:
    """Return the cases of a dialect's tables. Raises ContractError for a broken one."""
    return tuple(case for row in table_rows(dialect) for case in cases_of(row, dialect))


def cases_of(row: Row, dialect: str = "guide") -> Iterator[Case]:
    """Yield the cases that a row stands for."""
    for name, value in (row.each or {"": None}).items():
        yield _case(row, f"{row.id}/{name}".rstrip("/"), value, dialect)


def _case(row: Row, name: str, value: Any, dialect: str) -> Case:  # noqa: ANN401 - any JSON value
    used = names_in(msgspec.to_builtins(row.step)) | (names_in(value) if row.each else set())
    props = frozenset(used & set(PROPS))
    steps = [step for step in row.step if step.call is not None]
    operations = [step.operation(dialect, each=value) for step in steps]
    made = [MAKES.get(name or "") for name, step in zip(operations, steps, strict=True) if step.succeeds]
    creations, generations = made.count(CHARACTERS), made.count(GENERATIONS)
    made_tasks = generations + sum(PROPS[prop].generations for prop in props)
    made_characters = creations + sum(PROPS[prop].characters for prop in props)
    return Case(
        id=name,
        rule=row.rule,
        title=row.title,
        cost=Cost.GENERATION if made_tasks else Cost.CHARACTER if made_characters else Cost.FREE,
        needs=frozenset(_needs(row, used, dialect)),
        price=Price(
            calls=len(steps) + 2 * sum(step.ended is not None for step in row.step),
            characters=creations,
            generations=generations,
        ),
        props=props,
        alone=row.alone,
        features=_features(row, used, operations, dialect) if dialect in FEATURES_OF else frozenset(),
        also=("error.*",) if any(step.refused for step in steps) else (),
        run=partial(play, steps=row.step, each=value),
    )


def _features(row: Row, used: set[str], operations: list[str | None], dialect: str) -> frozenset[str]:
    """Return what a server has to offer: what the rule is about, and what the steps make use of."""
    fields = {name for step in row.step for name in (*step.with_, *step.files)}
    found = {feature for name, feature in _BY_FIELD[dialect].items() if name in fields}
    if used & {"named_character", "foreign_named_character"}:
        found.add("characters")
    return features_of(row.rule, operations, dialect) | found


def _needs(row: Row, used: set[str], dialect: str) -> Iterator[str]:
    if any(step.party is Party.SECOND for step in row.step) or any(name.startswith("foreign_") for name in used):
        yield SECOND_KEY
    if any((step.wait or 0) >= LONG for step in row.step):
        yield CLOCK
    yield from (f"source {name}" for name in sorted(used & set(SOURCES)))
    # The usual body of a creation names the usual source; where it is refused, nobody looks at the video.
    if used & {"character", "foreign_character"} or any(
        step.operation(dialect) in _CREATIONS and step.succeeds and not {"url", "from_task"} & set(step.with_)
        for step in row.step
    ):
        yield "source video"
    if used & {"whole_span", "beyond_span", "crossing_span"}:
        yield "the length of the source video"
