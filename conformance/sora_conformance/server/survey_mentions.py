"""Mentions: a few characters are mentioned in one prompt after another.

Owns the prompts, and what the replies to them say of each rule. A task's list of characters is compared with that of
another prompt wherever the rule is not about the list itself.
"""

from collections.abc import Sequence
from typing import Any

from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import Price
from sora_conformance.server.checks import accepted, refused
from sora_conformance.server.matching import ABSENT, shown
from sora_conformance.server.stage import Stage
from sora_conformance.server.survey import Sightings, Survey

CAST = 5
"""How many characters take part: more than the three that the guide advises, and than the four it names."""

_AREA = "generation.mention."


def explore(stage: Stage, seen: Sightings) -> None:
    """Mention characters in every way that the contract names, and note what is seen of each rule."""
    cast = [stage.new_character() for _ in range(CAST)]
    one, two = cast[0], cast[1]
    start = _note(stage, seen, "one", f"@{one} walks through the rain", [one])
    pair = _note(stage, seen, "several", f"@{one} teaches @{two} to tie a bowline", [one, two])
    if not accepted(pair):
        _note(stage, seen, "order", f"@{two} teaches @{one} to tie a bowline", [two, one])
    _note(stage, seen, "many", " ".join(f"@{name}," for name in cast) + " all on one stage", cast)
    for place in (f"Through the rain, @{one}, without a coat, walks on", f"Through the rain walks @{one}"):
        inside = _note(stage, seen, "inside", place, [one])
        if not accepted(start) and not accepted(inside):
            seen.note(_AREA + "inside", _as_in(inside, start), start, inside)
    lost = stage.generate(f"Rain on @{stage.unknown('char_', 'inside')} too", refusal="character_not_found")
    seen.note(_AREA + "inside", refused(lost, "character_not_found"), lost)
    twice = _note(stage, seen, "repeated", f"@{two} looks at @{one}, and @{one} looks at @{two}", [two, one])
    if not accepted(twice):
        seen.note(_AREA + "repeated", once(twice, [one, two]), twice)
    if not accepted(pair):
        _explore_scenes(stage, seen, pair, one, two)


def _note(stage: Stage, seen: Sightings, rule: str, prompt: str, expected: Sequence[str]) -> Exchange:
    """Send a prompt; note whether it was accepted, and whether the task lists those whom it mentions."""
    reply = stage.generate(prompt)
    findings = accepted(reply)
    seen.note(_AREA + rule, findings, reply)
    if not findings:
        seen.note(_AREA + "reported", reports(reply, expected), reply)
    return reply


def _explore_scenes(stage: Stage, seen: Sightings, pair: Exchange, one: str, two: str) -> None:
    scenes = [
        {"prompt": f"@{one} opens the door of the lighthouse", "duration": 1},
        {"prompt": "The sea at night", "duration": 1},
        {"prompt": f"Up the path comes @{two}, carrying a lantern", "duration": 1},
    ]
    reply = stage.generate(None, duration=None, scenes=scenes)
    findings = accepted(reply) or _as_in(reply, pair)
    seen.note("generation.scenes.mentions", findings, pair, reply)


def listed(reply: Exchange) -> Any:  # noqa: ANN401 - whatever a server answers
    """Return the characters that a task lists, ABSENT when it has no such field."""
    return (reply.object or {}).get("characters", ABSENT)


def reports(reply: Exchange, expected: Sequence[str]) -> list[str]:
    """Expect a task to list these characters, in this order."""
    found = listed(reply)
    return [] if found == list(expected) else [f"expected characters {list(expected)}, found {shown(found)}"]


def once(reply: Exchange, names: Sequence[str]) -> list[str]:
    """Expect a task to list each of these characters once."""
    found = listed(reply)
    counts = {name: found.count(name) if isinstance(found, list) else 0 for name in names}
    return [f"expected {name} once among the characters, found it {n} times" for name, n in counts.items() if n != 1]


def _as_in(reply: Exchange, other: Exchange) -> list[str]:
    """Expect two tasks to list the same characters."""
    found, expected = listed(reply), listed(other)
    if found is expected or found == expected:
        return []
    return [f"expected the characters to be counted as in another prompt, {shown(expected)}, found {shown(found)}"]


MENTIONS = Survey(
    name="mentions",
    rules=(
        "generation.mention.one",
        "generation.mention.several",
        "generation.mention.order",
        "generation.mention.many",
        "generation.mention.inside",
        "generation.mention.repeated",
        "generation.mention.reported",
        "generation.scenes.mentions",
    ),
    explore=explore,
    cost=Cost.GENERATION,
    price=Price(calls=CAST + 9, characters=CAST, generations=8),
    needs=frozenset({"source video"}),
)
