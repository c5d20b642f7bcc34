"""Generations that a table cannot spell out: very long prompts and many scenes.

Owns these bodies. What is usual in a body stands in the tables.
"""

from typing import Any

from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import Price
from sora_conformance.server.checks import accepted, refused
from sora_conformance.server.matching import ABSENT
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import Stage

PROBES = Probes()

LONGEST = 32_000
"""The most characters of a prompt, as Unicode code points."""

MOST_SCENES = 20
LONGEST_SECONDS = 60

_ONE = Price(calls=1, generations=1)


@PROBES("generation/prompt/too-long", "generation.prompt.length", cost=Cost.FREE, price=Price(calls=2))
def too_long(stage: Stage) -> list[str]:
    """One character more than the longest prompt, within ASCII and beyond the basic plane."""
    return [
        f"{about}: {finding}"
        for about, sign in (("letters", "x"), ("emoji", "\U0001f980"))
        for finding in refused(
            stage.generate(sign * (LONGEST + 1), refusal="invalid_value", param="prompt"), "invalid_value"
        )
    ]


@PROBES("generation/prompt/longest", "generation.prompt.plain", cost=Cost.GENERATION, price=_ONE)
def longest(stage: Stage) -> list[str]:
    """The longest prompt is accepted."""
    return accepted(stage.generate("Rain. " * (LONGEST // 6) + "Ra"))


@PROBES("generation/prompt/longest-in-emoji", "generation.prompt.unicode", cost=Cost.GENERATION, price=_ONE)
def longest_in_emoji(stage: Stage) -> list[str]:
    """Characters are counted, neither bytes nor halves of surrogate pairs; all of them come back."""
    prompt = "\U0001f980" * LONGEST
    reply = stage.generate(prompt)
    return accepted(reply) or comes_back(reply, prompt)


@PROBES("generation/scenes/most", "generation.scenes.accepted", cost=Cost.GENERATION, price=_ONE)
def most_scenes(stage: Stage) -> list[str]:
    """As many scenes as there may be, which last as long together as they may."""
    each = LONGEST_SECONDS // MOST_SCENES
    reply = _storyboard(stage, scenes(MOST_SCENES, each))
    return accepted(reply) or _lasts(reply, LONGEST_SECONDS)


@PROBES("generation/scenes/too-many", "generation.scenes.form", cost=Cost.FREE, price=Price(calls=1))
def too_many_scenes(stage: Stage) -> list[str]:
    """One scene more than there may be, though they last not too long together."""
    reply = _storyboard(stage, scenes(MOST_SCENES + 1, 1), refusal="invalid_value", param="scenes")
    return refused(reply, "invalid_value")


def scenes(number: int, seconds: int) -> list[dict[str, Any]]:
    """Return so many scenes of so many seconds each."""
    return [{"prompt": f"Boat {count} leaves the harbour", "duration": seconds} for count in range(1, number + 1)]


def comes_back(reply: Exchange, prompt: str) -> list[str]:
    """Expect a reply to repeat a prompt of which only the length is worth telling."""
    found = (reply.object or {}).get("prompt", ABSENT)
    if found == prompt:
        return []
    told = f"{len(found)} characters" if isinstance(found, str) else "none"
    return [f"expected the prompt of {len(prompt)} characters to come back, found {told}"]


def _lasts(reply: Exchange, seconds: int) -> list[str]:
    found = (reply.object or {}).get("duration")
    return [] if found == seconds else [f"expected a task of {seconds} s, found {found!r}"]


def _storyboard(stage: Stage, storyboard: list[dict[str, Any]], **about: Any) -> Exchange:  # noqa: ANN401
    return stage.generate(None, duration=None, scenes=storyboard, **about)
