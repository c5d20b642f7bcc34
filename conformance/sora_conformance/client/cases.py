"""The cases of clients, as data: what is asked of a client, what it is answered, and what it has to do.

Owns the form of the tables in `tables/`, and every complaint about a broken one. It runs nothing.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

import msgspec

from sora_conformance.client.dialects import DIALECTS
from sora_conformance.client.protocol import ErrorKind, Operation
from sora_conformance.client.script import Script, Step
from sora_conformance.contract import ContractError, load

Count = int | tuple[int, int]
"""A number, or the least and the most."""

Gap = tuple[float, float]
"""The least and the most seconds from the end of a reply to the next request."""


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One call that the client is asked for.

    `args` are those of the operation; what they leave out is the usual. `key` is which key it gets: the case's own,
    an empty one, or none at all. `after` is how many seconds after the first call it begins; `cancel` after how many
    seconds it is cancelled. `at` is which address it gets: the case's own, the same with TLS under a certificate that
    nobody trusts, or one that accepts no connection; `base_url` is put behind it, such as a slash. `limit` is how many
    seconds the answer may take.
    """

    op: Operation = Operation.CREATE_FROM_URL
    args: dict[str, Any] = {}
    key: Literal["own", "empty", "none"] = "own"
    timeout: float | None = None
    after: float = 0.0
    cancel: float | None = None
    at: Literal["stage", "tls", "blackhole"] = "stage"
    base_url: str = ""
    limit: float = 20.0


class Expect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What has to be seen.

    `outcome` is how the call ends, `kinds` as which errors, `status` with which status, `says` which words the
    message has to hold. `requests` is how many arrive, `gaps` how long it waits before the second, third, …; `growing`
    asks for gaps that grow. `path` is where they go, `body` what stands at JSON pointers of each body (as in the
    tables of servers), `header` which headers each has, where `{key}` is the case's key. `within` is how many seconds
    the whole may take. `connections` is how many are made while none is in use, `at_once` how many requests are under
    way at most after the first refusal. `values` asks that each call gets the id that was answered to it, and no two
    the same; `value` is what stands at JSON pointers of what each call that succeeds gives.

    `outcomes` is how each of several calls ends, in their order. `prompt` is how many seconds after the end of the
    last reply the call may end. `hangs_up` asks that the client gives up a reply before its end, `hides_key` that no
    answer holds the key, `keeps_key` that no request holds it that went anywhere but to the given address; `jitter`
    that calls which were refused at once do not come back at once, `pausing` that tries mostly are apart.
    """

    outcome: Literal["ok", "error", "any"] = "any"
    outcomes: tuple[Literal["ok", "error", "any"], ...] = ()
    kinds: tuple[ErrorKind, ...] = ()
    status: int | None = None
    says: tuple[str, ...] = ()
    requests: Count | None = None
    gaps: tuple[Gap, ...] = ()
    growing: bool = False
    path: str | None = None
    body: dict[str, Any] = {}
    header: dict[str, Any] = {}
    within: float | None = None
    connections: Count | None = None
    at_once: int | None = None
    values: bool = False
    value: dict[str, Any] = {}
    prompt: float | None = None
    hangs_up: bool = False
    hides_key: bool = False
    keeps_key: bool = False
    jitter: bool = False
    pausing: bool = False


class ClientCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One case, for one rule.

    `ask` are the calls, made at once but for their `after`; `script` what the stage does with the requests, in the
    order of their arrival; with `each`, a request is one in the order of those with the same body. `expect` is judged
    when all calls are answered and it has been quiet for a moment.
    `needs` are capabilities that the client has to declare, `excludes` those that it must not, or else the case says
    nothing of it. With `alone`, it is tried in a process that no other case uses. `env` are names in its environment
    and what they hold, an empty text for nothing; `{ca}` in it is the file of the authority behind the stage's
    certificate. Cases with the same share a process.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)+$")]
    rule: str
    script: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1)]
    ask: Annotated[tuple[Ask, ...], msgspec.Meta(min_length=1)] = (Ask(),)
    expect: Expect
    title: str = ""
    each: bool = False
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    alone: bool = False
    env: dict[str, str] = {}

    @property
    def staged(self) -> Script:
        """Return what the stage does."""
        return Script(steps=self.script, each=self.each)


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    case: Annotated[tuple[ClientCase, ...], msgspec.Meta(min_length=1)]


@cache
def client_cases(dialect: str = "guide") -> tuple[ClientCase, ...]:
    """Return the cases of a dialect, in the order of files and rows. Raises ContractError for a broken table."""
    folder = resources.files("sora_conformance.client") / "tables" / dialect
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(
        case
        for file in files
        for case in parse_cases(file.read_text(encoding="utf-8"), file=f"{dialect}/{file.name}", dialect=dialect)
    )


def parse_cases(text: str, *, file: str, dialect: str = "guide") -> tuple[ClientCase, ...]:
    """Return the cases that `text` states; raise ContractError, naming `file` and the case, if it is broken."""
    try:
        cases = msgspec.convert(tomllib.loads(text), _Table).case
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ContractError(f"{file}: {error}") from None
    for case in cases:
        try:
            rule = load(dialect).rule(case.rule)
        except KeyError as error:
            raise ContractError(f"{file}: case {case.id!r}: rule: {error.args[0]}") from None
        if rule.side != "client":
            raise ContractError(f"{file}: case {case.id!r}: rule: expected one of clients, found {case.rule}")
        for op in {ask.op for ask in case.ask} - DIALECTS[dialect].args.keys():
            raise ContractError(f"{file}: case {case.id!r}: op: expected a call of the dialect {dialect}, found {op}")
    return cases
