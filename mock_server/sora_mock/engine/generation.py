"""The rules of generations: what a task may be asked to show, and when it can be seen.

Owns the checks of prompts, storyboards, durations and mentions, and the times of a task. How a clip looks is not its
business.
"""

from sora_mock.engine import ids, problems
from sora_mock.engine.commands import CreateGeneration, DownloadGeneration, RetrieveGeneration
from sora_mock.engine.decision import Decision
from sora_mock.engine.effects import Fate
from sora_mock.engine.events import GenerationAccepted
from sora_mock.engine.lifecycle import Status, accepted_view, status_at, view_at
from sora_mock.engine.mentions import mentioned
from sora_mock.engine.policy import Policy
from sora_mock.engine.problems import Refused
from sora_mock.engine.state import Account, Failure, Generation, Scene

VIDEO_MODEL = "sora-2"
RESOLUTIONS = ("480p", "720p", "1080p")
DEFAULT_RESOLUTION = "1080p"
DEFAULT_DURATION = 10
QUEUE_SHARE = 10
"""A task spends one part in so many of its time in the queue; assumed, the guide names no times of generations."""

NEVER = 2**53
"""The end of a task that is stuck: an instant that no clock reaches and every number format holds."""

FAILED_ON_PURPOSE = Failure("processing_failed", "Processing failed: the task was made to fail.")

FAILURES: dict[Fate, Failure] = {
    "failing": FAILED_ON_PURPOSE,
    "blocked": Failure("moderation_blocked", "Your request was blocked by our moderation system."),
}
"""Why tasks fail that a fault has it in store for."""


def create_generation(account: Account, command: CreateGeneration, now: int, policy: Policy) -> Decision:
    """Accept a task, or say why not (guide: "Using Characters in Video Generation")."""
    _check_model(command.model)
    scenes = command.scenes or ()
    if command.scenes is None:
        _check_prompt(command.prompt, policy)
        duration = _duration(DEFAULT_DURATION if command.duration is None else command.duration, policy)
    else:
        duration = _storyboard_duration(command, scenes, policy)
    resolution = DEFAULT_RESOLUTION if command.resolution is None else command.resolution
    if resolution not in RESOLUTIONS:
        expected = f"one of {', '.join(RESOLUTIONS)}"
        raise Refused(
            problems.value_invalid("resolution", expected, repr(resolution[:40]), "generation.resolution.value")
        )
    texts = [scene.prompt for scene in scenes] if command.prompt is None else [command.prompt]
    characters = mentioned(texts)
    failure = _check_characters(account, characters, "prompt" if command.scenes is None else "scenes", policy)
    count = account.count + 1
    work = policy.latency.generation.sample(lambda: ids.draw(account.seed, account.name, count, "generation"))
    lifetime = 0 if command.fate == "expired" else round(policy.task_lifetime * 1000)
    ends_at = NEVER if command.fate == "stuck" else now + work
    generation = Generation(
        id=ids.task_id(account.seed, account.name, count),
        created_at=now,
        starts_at=now + work // QUEUE_SHARE,
        ends_at=ends_at,
        expires_at=ends_at + lifetime,
        prompt=command.prompt,
        scenes=scenes,
        duration=duration,
        resolution=resolution,
        characters=characters,
        failure=failure if command.fate is None else FAILURES.get(command.fate, failure),
    )
    return Decision(accepted_view(generation), (GenerationAccepted(now, generation),))


def retrieve_generation(account: Account, command: RetrieveGeneration, now: int) -> Decision:
    """Show an own task as it is now."""
    generation = _own(account, command.task_id, "generation.retrieve.unknown")
    return Decision(view_at(generation, now))


def download_generation(account: Account, command: DownloadGeneration, now: int) -> Decision:
    """Show an own task whose clip can be fetched now."""
    generation = _own(account, command.task_id, "generation.content.unknown")
    status = status_at(generation, now)
    if status is Status.EXPIRED:
        raise Refused(problems.task_not_found(command.task_id, "task_id", "generation.content.unknown"))
    if status is not Status.COMPLETED:
        raise Refused(problems.task_not_completed(command.task_id, status, "task_id", "generation.content.unfinished"))
    return Decision(view_at(generation, now))


def _own(account: Account, task_id: str, rule: str) -> Generation:
    generation = account.generations.get(task_id)
    if generation is None:
        raise Refused(problems.task_not_found(task_id, "task_id", rule))
    return generation


def _check_model(model: str | None) -> None:
    if model is None:
        raise Refused(problems.field_missing("model", "generation.model.required"))
    if model != VIDEO_MODEL:
        raise Refused(problems.model_invalid(model, VIDEO_MODEL, "generation.model.value"))


def _check_prompt(prompt: str | None, policy: Policy, *, param: str = "prompt") -> None:
    if prompt is None:
        raise Refused(problems.field_missing("prompt", "generation.prompt.required", expected="'prompt' or 'scenes'"))
    if not 1 <= len(prompt) <= policy.max_prompt:
        expected = f"1 to {policy.max_prompt} characters"
        raise Refused(problems.value_invalid(param, expected, len(prompt), "generation.prompt.length"))


def _duration(seconds: int, policy: Policy, *, param: str = "duration") -> int:
    if not 1 <= seconds <= policy.max_duration:
        expected = f"1 to {policy.max_duration} seconds"
        found = seconds if abs(seconds) < 10**9 else "a huge number"
        raise Refused(problems.value_invalid(param, expected, found, "generation.duration.value"))
    return seconds


def _storyboard_duration(command: CreateGeneration, scenes: tuple[Scene, ...], policy: Policy) -> int:
    if command.prompt is not None:
        raise Refused(problems.fields_conflict("scenes", "prompt", "generation.scenes.exclusive"))
    if not 1 <= len(scenes) <= policy.max_scenes:
        expected = f"1 to {policy.max_scenes} scenes"
        raise Refused(problems.value_invalid("scenes", expected, len(scenes), "generation.scenes.form"))
    for number, scene in enumerate(scenes):
        _check_prompt(scene.prompt, policy, param=f"scenes[{number}].prompt")
        _duration(scene.duration, policy, param=f"scenes[{number}].duration")
    total = sum(scene.duration for scene in scenes)
    if total > policy.max_duration:
        expected = f"scenes of at most {policy.max_duration} seconds together"
        raise Refused(problems.value_invalid("scenes", expected, total, "generation.scenes.duration"))
    if command.duration not in {None, total}:
        expected = f"the sum of the scenes, {total},"
        raise Refused(problems.value_invalid("duration", expected, "another number", "generation.scenes.duration"))
    return total


def _check_characters(account: Account, characters: tuple[str, ...], param: str, policy: Policy) -> Failure | None:
    for character in characters:
        if character not in account.characters:
            problem = problems.character_not_found(character, param)
            if policy.unknown_mention == "refuse":
                raise Refused(problem)
            return Failure(problem.code, problem.message)
    return None
