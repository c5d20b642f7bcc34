"""The rules of character creation at a relay, where they differ from the guide's.

Owns what a relay makes of `model`, and of timestamps beside either source. All else is `creation`'s, and what is made
is the account's character like any other.
"""

import math

import msgspec

from sora_mock.engine import problems
from sora_mock.engine.commands import CreateCharacter, CreateRelayCharacter
from sora_mock.engine.creation import CHARACTER_MODEL, create_character
from sora_mock.engine.decision import Decision
from sora_mock.engine.policy import Policy
from sora_mock.engine.problems import Problem, Refused
from sora_mock.engine.state import Account
from sora_mock.engine.timestamps import check_bounds, parse_span

SHORTEST = 1.0
LONGEST = 3.0
"""How many seconds of a video a character is made of, at least and at most."""


def create_relay_character(account: Account, command: CreateRelayCharacter, now: int, policy: Policy) -> Decision:
    """Make a character, or say why not (LaoZhang docs, Character creation)."""
    _check_model(command.model, policy)
    if command.from_task is not None and command.url is None and policy.relay_task_timestamps == "require":
        _check_span(account, command.from_task, command.timestamps)
    of_guide = CreateCharacter(
        model=CHARACTER_MODEL,
        url=command.url,
        timestamps=command.timestamps,
        from_task=command.from_task,
        video=command.video,
    )
    bounded = msgspec.structs.replace(policy, min_span=SHORTEST, max_span=LONGEST, task_timestamps="ignore")
    return create_character(account, of_guide, now, bounded)


def _check_model(model: str | None, policy: Policy) -> None:
    if policy.relay_model == "refuse" and model is not None:
        raise Refused(_channel_not_found(model))
    if policy.relay_model == "require":
        if model is None:
            raise Refused(problems.field_missing("model", "character.model.optional"))
        if model != CHARACTER_MODEL:
            raise Refused(problems.model_invalid(model, CHARACTER_MODEL, "character.model.optional"))


def _check_span(account: Account, task_id: str, timestamps: str | None) -> None:
    if timestamps is None:
        raise Refused(problems.field_missing("timestamps", "character.from-task.timestamps"))
    generation = account.generations.get(task_id)
    # Whether there is such a task comes later: until then, any span might lie within it.
    length = math.inf if generation is None else float(generation.duration)
    check_bounds(parse_span(timestamps), video_length=length, min_span=SHORTEST, max_span=LONGEST)


def _channel_not_found(model: str) -> Problem:
    return Problem(
        status=404,
        type=problems.NOT_FOUND,
        code="channel_not_found",
        message=f"Channel not found: no channel serves the model {problems.shown(model)}.",
        rule="character.model.optional",
        param="model",
    )
