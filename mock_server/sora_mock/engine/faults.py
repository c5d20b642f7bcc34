"""Faults: when something goes wrong on purpose, decided purely.

Owns which requests a fault is meant for, at which of them it strikes, and the count it keeps in the account's events.
What striking does is told by the effect and done elsewhere; whether a fault makes sense is `fault_checks`'.
"""

from collections.abc import Callable
from typing import Annotated, Literal

import msgspec

from sora_mock.engine.effects import NAMED, Effect, ProblemEffect, TaskEffect
from sora_mock.engine.ids import draw
from sora_mock.engine.patterns import fits

OperationName = Literal[
    "createCharacter",
    "createGeneration",
    "retrieveGeneration",
    "downloadGeneration",
    "downloadResult",
    "createRelayCharacter",
    "createVideo",
    "listVideos",
    "retrieveVideo",
    "deleteVideo",
    "downloadVideo",
    "remixVideo",
    "editVideo",
    "extendVideo",
    "createVideoCharacter",
    "retrieveVideoCharacter",
    "listModels",
    "retrieveModel",
]
MAX_FAULTS = 1000
"""How many faults may be in place at once for one account."""

# The end of the text and not of a line: the names stand in headers.
FaultName = Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,63})?(?![\s\S])")]
Method = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z]{1,20}(?![\s\S])")]
Pattern = Annotated[str, msgspec.Meta(max_length=4096)]
Count = Annotated[int, msgspec.Meta(ge=1, le=10**9)]
Since = Annotated[float, msgspec.Meta(ge=0, le=10**9)]


class Match(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which requests a fault is meant for: all that fit every field given.

    `path`, `prompt`, `url` and `account` are patterns in which `*` stands for any text; `prompt` fits when any scene
    of a storyboard does. Only requests of an operation by a known caller can be meant at all.
    """

    operation: OperationName | None = None
    method: Method | None = None
    path: Pattern | None = None
    prompt: Pattern | None = None
    url: Pattern | None = None
    account: Pattern | None = None


class When(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At which of the matching requests a fault strikes: at those that fit every field given.

    `start` and `end` bound the time, in seconds since the fault was added; matches outside of it do not count. Of the
    others, the first `after` are let pass; of the rest only the `first` so many, only `every` so manieth, and each
    with `probability`.
    """

    after: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 0
    first: Count | None = None
    every: Count | None = None
    probability: Annotated[float, msgspec.Meta(gt=0, le=1)] | None = None
    start: Since = 0.0
    end: Since | None = None


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault: `effect` befalls the requests that `match`, `when` they do.

    `effect` is a ready-made one's name or an effect spelled out. Problems keep the operation from happening, unless
    they say that it is done; all other effects let it happen and spoil what the caller gets of it, unless `prevent` is
    set.
    """

    effect: str | Effect
    match: Match = Match()
    when: When = When()
    prevent: bool = False
    name: FaultName = ""


class Armed(msgspec.Struct):
    """A fault in place, since the account's instant `since`, with the number of matches that have counted so far."""

    fault: Fault
    since: int
    matched: int = 0


class Facts(msgspec.Struct, frozen=True):
    """What a fault can look at: `texts` gives the values of a field of the body, those in scenes included."""

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

    @property
    def prevents(self) -> bool:
        """Tell whether it keeps the operation from happening."""
        return self.fault.prevent or (isinstance(self.effect, ProblemEffect) and not self.effect.done)


def effect_of(fault: Fault) -> Effect:
    """Return what a checked fault does, its short name resolved."""
    return NAMED[fault.effect] if isinstance(fault.effect, str) else fault.effect


def can_befall(effect: Effect, operation: str) -> bool:
    """Tell whether an effect means anything for an operation."""
    return not isinstance(effect, TaskEffect) or operation in TaskEffect.operations


def matches(match: Match, facts: Facts) -> bool:
    """Tell whether a fault is meant for a request."""
    return (
        match.operation in {None, facts.operation}
        and (match.method is None or match.method.upper() == facts.method)
        and (match.path is None or fits(match.path, facts.path))
        and (match.account is None or fits(match.account, facts.account))
        and _any_fits(match.url, "url", facts)
        and _any_fits(match.prompt, "prompt", facts)
    )


def counts(when: When, elapsed: int) -> bool:
    """Tell whether a match counts, `elapsed` milliseconds after the fault was added."""
    return elapsed >= when.start * 1000 and (when.end is None or elapsed < when.end * 1000)


def strikes(when: When, count: int, chance: Callable[[], float]) -> bool:
    """Tell whether a fault strikes at the match number `count` of those that count."""
    rank = count - when.after
    return (
        rank >= 1
        and (when.first is None or rank <= when.first)
        and (when.every is None or rank % when.every == 0)
        and (when.probability is None or chance() < when.probability)
    )


def struck(
    armed: dict[str, Armed], facts: Facts, now: int, *, seed: int, owner: str
) -> tuple[tuple[str, ...], tuple[Firing, ...]]:
    """Return the names of the faults that match a request, to be counted, and those that strike it, in order."""
    matched, firings = [], []
    for name, one in armed.items():
        fault, effect = one.fault, effect_of(one.fault)
        is_meant = can_befall(effect, facts.operation) and counts(fault.when, now - one.since)
        if not is_meant or not matches(fault.match, facts):
            continue
        count = one.matched + 1
        matched.append(name)
        if strikes(fault.when, count, lambda: draw(seed, owner, count, f"fault {name}")):  # noqa: B023 - called at once
            firings.append(Firing(name, fault, effect, count))
    return tuple(matched), tuple(firings)


def _any_fits(pattern: str | None, field: str, facts: Facts) -> bool:
    return pattern is None or any(fits(pattern, text) for text in facts.texts(field))
