"""Tasks and characters: the programs of the character API.

Owns the order of things in each operation of the guide. How a request is sent, and when again, is the core's.
"""

from collections.abc import Callable, Sequence

from sora_conformance.reference import calls, replies
from sora_conformance.reference.call import Call
from sora_conformance.reference.core import Core, Program, log, sound
from sora_conformance.reference.errors import LocalValidationError, SoraError
from sora_conformance.reference.values import Batch, Character, Result, Task


def create(core: Core, call: Call) -> Program[Character]:
    """Make a character."""
    character = sound(replies.character_of((yield from core.perform(call)), core.secret))
    # Should everything else be lost, the log still has the id.
    log.info("made %r", character.character_id)
    return character


def task(core: Core, call: Call) -> Program[Task]:
    """Ask for a generation, or look at one."""
    found = sound(replies.task_of((yield from core.perform(call)), core.secret))
    if not call.safe:
        log.info("began %r", found.task_id)
    return found


def wait(core: Core, task_id: str, *, every_s: float, within_s: float) -> Program[Task]:
    """Look at a task until it is completed. Raises RenderFailedError, TimedOutError."""
    look = calls.retrieval(task_id)
    return (yield from core.completed(lambda: task(core, look), task_id, every_s=every_s, within_s=within_s))


def batch(
    core: Core,
    character_ids: str | Sequence[str],
    scenarios: Sequence[str],
    *,
    duration: int,
    resolution: str,
    test: tuple[int, str],
    finish: Callable[[str], Program[Task]],
) -> Program[Batch]:
    """Render the first scenario small, and once that is completed ask for all of them.

    `finish` waits for a task. All are checked before the first is sent. Errors of single scenarios are results, too.
    """
    wanted = [calls.generation(character_ids, each, duration=duration, resolution=resolution) for each in scenarios]
    if not wanted:
        raise LocalValidationError("scenarios: expected at least one, found none")
    trial = calls.generation(character_ids, scenarios[0], duration=test[0], resolution=test[1])
    begun = yield from task(core, trial)
    tested = begun if begun.completed else (yield from finish(begun.task_id))
    results = []
    for scenario, call in zip(scenarios, wanted, strict=True):
        try:
            results.append(Result(scenario=scenario, task=(yield from task(core, call))))
        except SoraError as error:
            # The frames of the attempt would be kept alive for as long as the result is.
            results.append(Result(scenario=scenario, error=error.with_traceback(None)))
    return Batch(test=tested, results=tuple(results))
