"""The form of a table: what a file of cases may say.

Owns the shapes, and every complaint about a broken file. It plays nothing.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from sora_conformance.contract import ContractError, load
from sora_conformance.exchanges import Party
from sora_conformance.operations import ROUTES
from sora_conformance.server.checks import NOT_ACCEPTED, REFUSED, codes
from sora_conformance.server.stage import PROPS
from sora_conformance.target import SOURCES

CASE_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)+"
VARIABLE = re.compile(r"\{([a-z_0-9]+)\}")
STATUSES: dict[str, range] = {"4xx": REFUSED, "4xx/5xx": NOT_ACCEPTED}
BUILT_IN = ("unknown_character", "unknown_task", "whole_span", "each", "null", *PROPS, *SOURCES)
"""The variables that every table may use; a step's `save` adds others."""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One call of a case, and what is expected of the reply.

    `call` is an operation, or a method and a path below the base. The body is the operation's usual one, `with` some
    fields set and `without` others; or `json`, or `text`, as it is. `headers` adds, an empty value takes away.
    Expected is a success, unless `refused` names the error, `status` what it must be answered with ("4xx" if nothing
    is said) and `param` the field at fault; or unless `status` stands alone. `reply` says what stands at JSON
    pointers, `reply_headers` which headers there are. `like` is the number of an earlier step that has to have been
    answered alike. `save` keeps values of the reply, by pointer. A `setup` step is not what the rule is about: where
    it goes wrong, nothing can be said. `wait` lets seconds pass before the call; `ended` waits for a task to end.
    """

    call: str | None = None
    party: Party = Party.FIRST
    task: str | None = None
    with_: dict[str, Any] = msgspec.field(default_factory=dict, name="with")
    without: tuple[str, ...] = ()
    json: Any = msgspec.UNSET
    text: str | None = None
    headers: dict[str, str] = {}
    refused: str | None = None
    param: str | None = None
    status: int | str | None = None
    reply: dict[str, Any] = {}
    reply_headers: dict[str, Any] = {}
    like: int | None = None
    save: dict[str, str] = {}
    setup: bool = False
    wait: float | None = None
    ended: str | None = None

    @property
    def succeeds(self) -> bool:
        """Tell whether the call is expected to succeed."""
        return self.refused is None and self.status in {None, 200}


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One case of a table, or as many as `each` has entries.

    An entry's name is added to the id, and `{each}` stands for its value. `alone` cases use up the rate limit or move
    the clock far.

    """

    id: Annotated[str, msgspec.Meta(pattern=f"^{CASE_ID}$")]
    rule: str
    step: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1)]
    title: str = ""
    each: dict[str, Any] = {}
    alone: bool = False


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of cases."""

    case: Annotated[tuple[Row, ...], msgspec.Meta(min_length=1)]


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a table."""
    return msgspec.json.schema(Table)


def parse_table(text: str, *, file: str, dialect: str = "guide") -> tuple[Row, ...]:
    """Return the rows that `text` states; raise ContractError, naming `file` and the case, if it is broken."""
    try:
        table = msgspec.convert(tomllib.loads(text), Table)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ContractError(f"{file}: {error}") from None
    seen: set[str] = set()
    for row in table.case:
        for complaint in _complaints(row, dialect):
            raise ContractError(f"{file}: case {row.id!r}: {complaint}")
        if row.id in seen:
            raise ContractError(f"{file}: case {row.id!r}: id: another case has the same")
        seen.add(row.id)
    return table.case


def names_in(value: Any) -> set[str]:  # noqa: ANN401 - any JSON value
    """Return the names of the variables in a value."""
    if isinstance(value, str):
        return set(VARIABLE.findall(value))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return set().union(*map(names_in, inner))


def _complaints(row: Row, dialect: str) -> Iterator[str]:
    """Yield what is wrong with a row that has all its fields in the right types."""
    try:
        rule = load(dialect).rule(row.rule)
    except KeyError as error:
        yield f"rule: {error.args[0]}"
        return
    if rule.untestable is not None:
        yield f"rule: {row.rule} cannot be tested: {rule.untestable}"
    if all(step.setup or step.call is None for step in row.step):
        yield "step: expected at least one call that is not setup"
    known = set(BUILT_IN)
    for number, step in enumerate(row.step):
        for name in sorted(names_in(msgspec.to_builtins(step)) - known):
            yield f"step[{number}]: expected one of {', '.join(sorted(known))}, found {{{name}}}"
        known |= set(step.save)
        for complaint in _step_complaints(step, number):
            yield f"step[{number}]: {complaint}"


def _step_complaints(step: Step, number: int) -> Iterator[str]:
    if step.call is not None and step.call not in ROUTES and not re.fullmatch(r"[A-Z]+ /?\S*", step.call):
        yield f"call: expected one of {', '.join(ROUTES)}, or a method and a path, found {step.call!r}"
    if step.refused is not None and step.refused not in codes():
        yield f"refused: expected a code of errors.toml, found {step.refused!r}"
    if isinstance(step.status, str) and step.status not in STATUSES:
        yield f"status: expected a number, {' or '.join(STATUSES)}, found {step.status!r}"
    if step.like is not None and not 0 <= step.like < number:
        yield f"like: expected the number of an earlier step, found {step.like}"
