"""Faults: when something goes wrong on purpose, decided purely.

Owns which requests a fault is meant for, at which of them it strikes, and the count it keeps in the account's events.
What striking does is told by the effect and done elsewhere.
"""

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Annotated, Literal

import msgspec

from sora_mock.engine.effects import NAMED, PROBLEMS, Effect, LatencyEffect, ProblemEffect, TaskEffect
from sora_mock.engine.ids import draw
from sora_mock.engine.latency import LatencyError, parse_distribution

OperationName = Literal[
    "createCharacter", "createGeneration", "retrieveGeneration", "downloadGeneration", "downloadResult"
]
MAX_FAULTS = 1000

Count = Annotated[int, msgspec.Meta(ge=1, le=10**9)]
Since = Annotated[float, msgspec.Meta(ge=0, le=10**9)]


class FaultError(ValueError):
    """A fault that cannot be: `path` is the place in it, the message what was expected and found."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class Match(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which requests a fault is meant for: all that fit every field given.

    `path`, `prompt`, `url` and `account` are patterns in which `*` stands for any text; `prompt` fits when any scene
    of a storyboard does.
    """

    operation: OperationName | None = None
    method: str | None = None
    path: str | None = None
    prompt: str | None = None
    url: str | None = None
    account: str | None = None


class When(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At which of the matching requests a fault strikes: at those that fit every field given.

    The first `after` are let pass; of the rest only the `first` so many, only `every` so manieth, and each with
    `probability`. `start` and `end` bound the time in seconds since the fault was added.
    """

    after: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 0
    first: Count | None = None
    every: Count | None = None
    probability: Annotated[float, msgspec.Meta(gt=0, le=1)] | None = None
    start: Since = 0.0
    end: Since | None = None


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault: `effect` befalls the requests that `match`, `when` they do.

    `effect` is a ready-made one's name or an effect spelled out. Problems keep the operation from happening; all
    other effects let it happen and spoil what the caller gets of it, unless `prevent` is set.
    """

    effect: str | Effect
    match: Match = Match()
    when: When = When()
    prevent: bool = False
    name: str = ""


class Armed(msgspec.Struct):
    """A fault in place, since the account's instant `since`, with the number of requests it has matched so far."""

    fault: Fault
    since: int
    matched: int = 0


class Facts(msgspec.Struct, frozen=True):
    """What a fault can look at: `texts` gives the values of a field of the body, prompts of scenes included."""

    operation: str
    method: str
    path: str
    account: str
    texts: Callable[[str], tuple[str, ...]]


class Firing(msgspec.Struct, frozen=True):
    """A fault that strikes at its match number `count`."""

    name: str
    fault: Fault
    effect: Effect
    count: int


def checked(fault: Fault) -> Fault:
    """Return the fault if all in it makes sense together; raise FaultError with the place otherwise."""
    if isinstance(fault.effect, str) and fault.effect not in NAMED:
        raise FaultError("effect", f"expected one of {', '.join(NAMED)}, or an object; found {fault.effect!r}")
    effect = effect_of(fault)
    if isinstance(effect, ProblemEffect) and effect.code not in PROBLEMS:
        raise FaultError("effect.code", f"expected one of {', '.join(PROBLEMS)}; found {effect.code!r}")
    if isinstance(effect, ProblemEffect):
        _check_headers(effect.headers)
    if isinstance(effect, LatencyEffect):
        try:
            parse_distribution(effect.seconds)
        except LatencyError as error:
            raise FaultError("effect.seconds", str(error)) from None
    if isinstance(effect, TaskEffect) and fault.match.operation not in {None, "createGeneration"}:
        raise FaultError(
            "match.operation", f"a task effect befalls createGeneration only; found {fault.match.operation}"
        )
    if fault.when.end is not None and fault.when.end <= fault.when.start:
        raise FaultError("when.end", f"expected more than when.start, {fault.when.start:g}; found {fault.when.end:g}")
    return fault


def effect_of(fault: Fault) -> Effect:
    """Return what a checked fault does, its short name resolved."""
    return NAMED[fault.effect] if isinstance(fault.effect, str) else fault.effect


def matches(match: Match, facts: Facts) -> bool:
    """Tell whether a fault is meant for a request."""
    return (
        match.operation in {None, facts.operation}
        and (match.method is None or match.method.upper() == facts.method)
        and (match.path is None or fnmatchcase(facts.path, match.path))
        and (match.account is None or fnmatchcase(facts.account, match.account))
        and _any_fits(match.url, "url", facts)
        and _any_fits(match.prompt, "prompt", facts)
    )


def strikes(when: When, count: int, elapsed: int, chance: Callable[[], float]) -> bool:
    """Tell whether a fault strikes at its match number `count`, `elapsed` milliseconds after it was added."""
    rank = count - when.after
    return (
        rank >= 1
        and (when.first is None or rank <= when.first)
        and (when.every is None or rank % when.every == 0)
        and elapsed >= when.start * 1000
        and (when.end is None or elapsed < when.end * 1000)
        and (when.probability is None or chance() < when.probability)
    )


def struck(
    armed: dict[str, Armed], facts: Facts, now: int, *, seed: int, owner: str
) -> tuple[tuple[str, ...], tuple[Firing, ...]]:
    """Return the names of the faults that match a request, to be counted, and those that strike it, in order."""
    matched, firings = [], []
    for name, one in armed.items():
        if not matches(one.fault.match, facts):
            continue
        count = one.matched + 1
        matched.append(name)
        if strikes(one.fault.when, count, now - one.since, lambda: draw(seed, owner, count, f"fault {name}")):  # noqa: B023
            firings.append(Firing(name, one.fault, effect_of(one.fault), count))
    return tuple(matched), tuple(firings)


def _any_fits(pattern: str | None, field: str, facts: Facts) -> bool:
    return pattern is None or any(fnmatchcase(text, pattern) for text in facts.texts(field))


def _check_headers(headers: dict[str, str]) -> None:
    for name, value in headers.items():
        if not name.isascii() or not name.replace("-", "").isalnum() or not value.isprintable() or not value.isascii():
            raise FaultError(
                "effect.headers", f"expected plain header names and printable ASCII values; found {name!r}"
            )
