"""The survey of mentions at a relay: one character, called by each of its names in prompts of videos.

Owns the prompts, and what the replies say of each rule. That a prompt is accepted and its video completed can be seen
over the wire; what the video shows, nobody but a person can tell.
"""

from typing import Any

from sora_conformance.contract import Cost
from sora_conformance.exchanges import Party
from sora_conformance.server.cases import Price
from sora_conformance.server.checks import accepted
from sora_conformance.server.stage import Stage, made, status_of, task_id
from sora_conformance.server.survey import Sightings, Survey

_AREA = "video.mention."
_PROMPTS = {
    "username": ("@{username} walks through the rain", "username"),
    "username-inside": ("Through the rain, @{username}, without a coat, walks on", "username"),
    "braces": ("@{{{username}}} walks through the rain", "braces"),
    "braces-beside": ("Rain. @{{{username}}}, and nobody else, and then @{{{username}}} again", "braces"),
    "id": ("@{id} walks through the rain", "id"),
}
"""Prompts by what they mention, each with the rule that it is for."""

_STRANGERS = ("@nobody walks through the rain", "Write to rain@example.com @ noon", "@{unknown} and @{{nobody}} walk")


def explore(stage: Stage, seen: Sightings) -> None:
    """Mention a character in every way, and somebody who is none, and note what comes of it."""
    # A relay whose videos fail by themselves says nothing of mentions.
    stage.new_task()
    reply = stage.create()
    found: dict[str, Any] = {"id": made(reply, "id", "a character"), "username": (reply.object or {}).get("username")}
    for prompt, rule in _PROMPTS.values():
        if rule == "id" or isinstance(found["username"], str):
            _note(stage, seen, rule, prompt.format(**found))
    for prompt in _STRANGERS:
        _note(stage, seen, "unknown", prompt.format(unknown=stage.unknown("ch_", "mentions")))
    if stage.target.second_api_key is not None:
        other = (stage.create(party=Party.SECOND).object or {}).get("username")
        if isinstance(other, str):
            _note(stage, seen, "unknown", f"@{other} walks through the rain")


def _note(stage: Stage, seen: Sightings, rule: str, prompt: str) -> None:
    """Ask for a video, and note whether it is accepted and completed."""
    reply = stage.generate(prompt)
    if findings := accepted(reply):
        seen.note(_AREA + rule, [f"{prompt!r}: {finding}" for finding in findings], reply)
        return
    end = stage.ended(task_id(reply))
    is_done = status_of(end) == "completed"
    found = [] if is_done else [f"{prompt!r}: expected the video to be completed, found it {status_of(end)!r}"]
    seen.note(_AREA + rule, found, reply, end)


MENTIONS = Survey(
    name="mentions",
    rules=tuple(_AREA + rule for rule in ("username", "braces", "id", "unknown")),
    explore=explore,
    cost=Cost.GENERATION,
    price=Price(calls=2 + 3 * (len(_PROMPTS) + len(_STRANGERS) + 2), characters=2, generations=10),
    needs=frozenset({"source video"}),
)
