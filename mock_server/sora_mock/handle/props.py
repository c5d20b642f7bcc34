"""Props: characters and finished clips that a test needs before its story begins.

Owns their making without a request. They obey the contract's rules, but cost nothing: no wait, nothing of the rate
limit, no fault, nothing in the journal.
"""

import msgspec

from sora_mock.control.desk import Desk
from sora_mock.engine.commands import Command, CreateCharacter, CreateGeneration, RetrieveGeneration
from sora_mock.engine.creation import CHARACTER_MODEL
from sora_mock.engine.decision import Outcome
from sora_mock.engine.events import CharacterCreated
from sora_mock.engine.generation import VIDEO_MODEL
from sora_mock.engine.lifecycle import Status, View
from sora_mock.engine.problems import Problem, Refused
from sora_mock.keys import Caller

VIDEO = "https://videos.sora-mock.test/hero.mp4"


def make_character(desk: Desk, account: str, *, url: str, timestamps: str, from_task: str | None) -> str:
    """Return the id of a new character of the account. Raises Refused."""
    command = CreateCharacter(model=CHARACTER_MODEL, from_task=from_task)
    if from_task is None:
        command = CreateCharacter(
            model=CHARACTER_MODEL, url=url, timestamps=timestamps, video=desk.understudy.video_behind(url)
        )
    before = tuple(desk.export_state(account).creations)
    _set_creations(desk, account, ())
    try:
        outcome = _perform(desk, account, command)
    finally:
        _set_creations(desk, account, before)
    assert isinstance(outcome, CharacterCreated)  # noqa: S101 - what a creation leads to, if to anything
    return outcome.character_id


def finished_clip(
    desk: Desk, account: str, *, prompt: str, characters: tuple[str, ...], duration: int, resolution: str
) -> View:
    """Return a new task of the account, completed. Raises Refused."""
    mentions = "".join(f" @{character}" for character in characters if f"@{character}" not in prompt)
    command = CreateGeneration(model=VIDEO_MODEL, prompt=prompt + mentions, duration=duration, resolution=resolution)
    accepted = _view(_perform(desk, account, command))
    now = _view(_perform(desk, account, RetrieveGeneration(accepted.generation.id)))
    return now if now.status is Status.COMPLETED else desk.settle(account, accepted.generation.id, "complete")


def _perform(desk: Desk, account: str, command: Command) -> Outcome:
    outcome = desk.understudy.perform(Caller(account), command).outcome
    if isinstance(outcome, Problem):
        raise Refused(outcome)
    return outcome


def _view(outcome: Outcome) -> View:
    assert isinstance(outcome, View)  # noqa: S101 - what a task's commands lead to
    return outcome


def _set_creations(desk: Desk, account: str, creations: tuple[int, ...]) -> None:
    state = desk.export_state(account)
    if tuple(state.creations) != creations:
        desk.import_state(account, msgspec.structs.replace(state, creations=list(creations)))
