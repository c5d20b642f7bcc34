"""The rules of character creation.

Owns the order in which a creation is judged: first what the request itself says, then the task or video it points
to, then the limit, and last the processing. What is refused before the limit neither counts nor is limited.
"""

import msgspec

from sora_mock.engine import ids, limit, problems
from sora_mock.engine.analysis import Analysis, analyse
from sora_mock.engine.commands import CreateCharacter
from sora_mock.engine.decision import Decision
from sora_mock.engine.events import CharacterCreated, CreationFailed, Source, TaskSource, UrlSource
from sora_mock.engine.latency import Distribution
from sora_mock.engine.lifecycle import Status, status_at
from sora_mock.engine.policy import Policy
from sora_mock.engine.problems import Problem, Refused
from sora_mock.engine.source import defect, describe
from sora_mock.engine.state import Account
from sora_mock.engine.timestamps import check_bounds, parse_span

CHARACTER_MODEL = "sora-2-character"


class _Material(msgspec.Struct, frozen=True):
    """What a creation works on: its source, what the analysis says or what is wrong, and how long the work takes."""

    source: Source
    finding: Analysis | Problem
    latency: Distribution


def create_character(account: Account, command: CreateCharacter, now: int, policy: Policy) -> Decision:
    """Make a character, or say why not (guide: "Creating Characters from Video URLs", "… from Task IDs")."""
    _check_model(command.model)
    material = _material(account, command, now, policy)
    if wait := limit.wait(account.creations, policy.creations_per_minute, now):
        return Decision(problems.rate_limited(policy.creations_per_minute, -(-wait // 1000)))
    count = account.count + 1
    delay = material.latency.sample(lambda: ids.draw(account.seed, account.name, count, "creation"))
    if isinstance(material.finding, Problem):
        return Decision(material.finding, (CreationFailed(now, material.source, material.finding.rule),), delay)
    created = CharacterCreated(
        now, ids.character_id(account.seed, account.name, count), material.source, material.finding
    )
    return Decision(created, (created,), delay)


def _check_model(model: str | None) -> None:
    if model is None:
        raise Refused(problems.field_missing("model", "character.model.required"))
    if model != CHARACTER_MODEL:
        raise Refused(problems.model_invalid(model, CHARACTER_MODEL, "character.model.value"))


def _material(account: Account, command: CreateCharacter, now: int, policy: Policy) -> _Material:
    if command.url is not None and command.from_task is not None:
        raise Refused(problems.fields_conflict("from_task", "url", "character.source.exclusive"))
    if command.url is not None:
        return _from_url(command.url, command, policy)
    if command.from_task is not None:
        return _from_task(account, command.from_task, command.timestamps, now, policy)
    raise Refused(problems.field_missing("url", "character.source.required", expected="'url' or 'from_task'"))


def _from_url(url: str, command: CreateCharacter, policy: Policy) -> _Material:
    if command.timestamps is None:
        raise Refused(problems.field_missing("timestamps", "character.timestamps.required"))
    span = parse_span(command.timestamps)
    described = describe(url)  # refuses what is no address, also when it leads to a video that the caller's side knows
    video = command.video or described
    source = UrlSource(url, command.timestamps)
    # A video that cannot be opened has no known length: its defects come before the bounds of the span.
    if problem := defect(video):
        return _Material(source, problem, policy.latency.url)
    check_bounds(span, video_length=video.seconds, min_span=policy.min_span, max_span=policy.max_span)
    return _Material(source, analyse(float(span.length), characters=video.characters), policy.latency.url)


def _from_task(account: Account, task_id: str, timestamps: str | None, now: int, policy: Policy) -> _Material:
    if policy.task_timestamps == "require" and timestamps is None:
        raise Refused(problems.field_missing("timestamps", "character.from-task.timestamps"))
    if policy.task_timestamps == "refuse" and timestamps is not None:
        raise Refused(problems.fields_conflict("timestamps", "from_task", "character.from-task.timestamps"))
    generation = account.generations.get(task_id)
    status = None if generation is None else status_at(generation, now)
    if generation is None or status is None or status is Status.EXPIRED:
        raise Refused(problems.task_not_found(task_id, "from_task", "character.from-task.unknown"))
    if status is not Status.COMPLETED:
        raise Refused(problems.task_not_completed(task_id, status, "from_task", "character.from-task.unfinished"))
    # The whole clip is looked at, so its length says nothing about how well a span was chosen.
    analysis = msgspec.structs.replace(
        analyse(float(generation.duration), characters=len(generation.characters)), quality="optimal", notes=()
    )
    return _Material(TaskSource(task_id), analysis, policy.latency.task)
