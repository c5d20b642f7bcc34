"""The form of a table: what a file of cases may say.

Owns the shapes, and every complaint about a broken file. It plays nothing.
"""

import codecs
import re
import tomllib
from collections.abc import Collection, Iterator
from typing import Annotated, Any, Literal

import msgspec

from sora_conformance.contract import ContractError, load
from sora_conformance.exchanges import Party
from sora_conformance.operations import ROUTES, ROUTES_OF, operation_of
from sora_conformance.server.checks import LET_IN, NOT_ACCEPTED, REFUSED, codes
from sora_conformance.server.footage import FOOTAGE, LONG_TEXTS
from sora_conformance.server.matching import OPERATORS
from sora_conformance.server.stage import PROPS
from sora_conformance.target import SOURCES

CASE_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)+"
VARIABLE = re.compile(r"\{([a-z_0-9]+)\}")
STATUSES: dict[str, Collection[int]] = {
    "4xx": REFUSED,
    "4xx/5xx": NOT_ACCEPTED,
    "4xx let in": LET_IN,
    "below 500": range(200, 500),
}
BUILT_IN = (
    "unknown_character",
    "unknown_task",
    "unknown_video",
    *LONG_TEXTS,
    "name",
    "whole_span",
    "beyond_span",
    "crossing_span",
    "key",
    "each",
    "null",
    *PROPS,
    *SOURCES,
)
"""The variables that every table may use; a step's `save` adds others."""

_CALL = re.compile(r"\{each\}|(?:[A-Z]+|\{each\}) /?\S*")


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One call of a case, and what is expected of the reply.

    `call` is an operation, or a method and a path below the base. The body is the operation's usual one, `with` some
    fields set and `without` others; or `json`, or `text`, as it is, in an `encoding`. `form` says that it is sent as a
    form of that kind, `files` which footage goes with it in which field. `headers` adds, an empty value takes away.
    Expected is a success, unless `refused` names the error, `or` other reasons that are as good, `status` what it must
    be answered with ("4xx" if nothing is said) and `param` the field at fault; or unless `status` stands alone. `reply`
    says what stands at JSON pointers, `reply_headers` which headers there are, `content` what kind of file it is.
    `like` is the number of an earlier step that has to have been answered alike. `save` keeps values of the reply, by
    pointer. A `setup` step is not what the rule is about: where it goes wrong, nothing can be said. `wait` lets seconds
    pass before the call; `ended` waits for a task to end.
    """

    call: str | None = None
    party: Party = Party.FIRST
    task: str | None = None
    with_: dict[str, Any] = msgspec.field(default_factory=dict, name="with")
    without: tuple[str, ...] = ()
    json: Any = msgspec.UNSET
    text: str | None = None
    encoding: str = "utf-8"
    form: Literal["multipart", "urlencoded"] | None = None
    files: dict[str, str] = {}
    headers: dict[str, str] = {}
    refused: str | None = None
    or_: tuple[str, ...] = msgspec.field(default=(), name="or")
    param: str | None = None
    status: int | str | None = None
    reply: dict[str, Any] = {}
    reply_headers: dict[str, Any] = {}
    content: Literal["mp4", "webp", "jpeg"] | None = None
    like: int | None = None
    save: dict[str, str] = {}
    setup: bool = False
    wait: float | None = None
    ended: str | None = None

    @property
    def succeeds(self) -> bool:
        """Tell whether the call is expected to succeed."""
        return self.refused is None and self.status in {None, 200}

    def operation(self, dialect: str, *, each: Any = None) -> str | None:  # noqa: ANN401 - any JSON value
        """Return the operation that is called, given what `{each}` stands for; None for what no contract knows."""
        if self.call is None or self.call in ROUTES_OF[dialect]:
            return self.call
        method, _, path = self.call.replace("{each}", str(each)).partition(" ")
        return operation_of(method, path, dialect)


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
    if row.each and not any("each" in names_in(msgspec.to_builtins(step)) for step in row.step):
        yield "each: expected {each} to stand in a step, found it in none"
    for name, value in row.each.items():
        if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name):
            yield f"each: expected names of words in kebab-case, found {name!r}"
        yield from (f"each.{name}: {complaint}" for complaint in _unknown(value, known - {"each"}))
    for number, step in enumerate(row.step):
        complaints = [*_unknown(msgspec.to_builtins(step), known), *_step_complaints(step, number, dialect)]
        yield from (f"step[{number}]: {complaint}" for complaint in complaints)
        known |= set(step.save)


def _unknown(value: Any, known: set[str]) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    for name in sorted(names_in(value) - known):
        yield f"expected one of {', '.join(sorted(known))}, found {{{name}}}"


def _step_complaints(step: Step, number: int, dialect: str) -> Iterator[str]:
    if (
        step.call is not None
        and step.call not in (ROUTES if dialect == "guide" else ())
        and not _CALL.fullmatch(step.call)
    ):
        yield f"call: expected one of {', '.join(ROUTES)}, or a method and a path, found {step.call!r}"
    if step.or_ and step.refused is None:
        yield "or: expected beside refused"
    for name, code in (("refused", step.refused), *(("or", code) for code in step.or_)):
        if code is not None and code not in codes(dialect):
            yield f"{name}: expected a code of errors.toml, found {code!r}"
    if isinstance(step.status, str) and step.status not in STATUSES:
        yield f"status: expected a number or one of {', '.join(STATUSES)}, found {step.status!r}"
    for field, file in step.files.items():
        if file not in FOOTAGE and not VARIABLE.fullmatch(file):
            yield f"files.{field}: expected one of {', '.join(FOOTAGE)}, found {file!r}"
    if step.like is not None and not 0 <= step.like < number:
        yield f"like: expected the number of an earlier step, found {step.like}"
    for place, expected in (("reply", step.reply), ("reply_headers", step.reply_headers)):
        for name in sorted(_operators_in(expected) - set(OPERATORS)):
            yield f"{place}: expected one of {', '.join(OPERATORS)}, found {name}"
    try:
        codecs.lookup(step.encoding)
    except LookupError:
        yield f"encoding: expected the name of an encoding, found {step.encoding!r}"


def _operators_in(value: Any) -> set[str]:  # noqa: ANN401 - any JSON value
    if not isinstance(value, dict):
        return set()
    return {name for name in value if name.startswith("$")}.union(*map(_operators_in, value.values()))
