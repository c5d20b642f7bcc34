"""Unfinished and failed tasks: how a case comes by them on any server, whatever its pace.

Owns the courtesy by which a test double may be asked for such a task: a preference, which every other server passes
over (RFC 7240 §2). What a task is in the end is believed to the replies alone.
"""

from collections.abc import Callable

from sora_conformance.budget import inconclusive
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import Price
from sora_conformance.server.stage import Stage, status_of, task_id, told

STAYING, FAILING = "A fountain that never runs dry", "A candle in a storm"
"""The prompts of tasks that are to stay unfinished, and to fail.

They are used for nothing else, so that a double behind a server that passes no preference on can be told by them.
"""

AT_WORK = frozenset({"queued", "in_progress"})
"""The words for a task that has not ended."""

UNFINISHED_PRICE = Price(calls=2, generations=1)
FAILED_PRICE = Price(calls=2, generations=1)
"""What the two kinds of task take to make."""


def unfinished_task(stage: Stage) -> str:
    """Return the id of a task that is queued or in progress now; raise NotJudged where there is none to be had."""
    return _had(
        stage,
        "unfinished task",
        prompt=STAYING,
        preference="task-stuck",
        look=stage.retrieve,
        wanted=AT_WORK,
        reason="an unfinished task was needed, and the server completes tasks at once",
    )


def failed_task(stage: Stage) -> str:
    """Return the id of a task that has failed; raise NotJudged where there is none to be had."""
    return _had(
        stage,
        "failed task",
        prompt=FAILING,
        preference="task-failing",
        look=stage.ended,
        wanted=frozenset({"failed"}),
        reason="a failed task was needed, and the server's tasks do not fail",
    )


def _had(
    stage: Stage,
    name: str,
    *,
    prompt: str,
    preference: str,
    look: Callable[[str], Exchange],
    wanted: frozenset[str],
    reason: str,
) -> str:
    """Return the task of the name that the run has, if it is still what is wanted, else a new one."""
    # None stands for a server that was asked already and has no such task: it is not asked, and paid, twice.
    if name in stage.memory and stage.memory[name] is None:
        raise inconclusive(f"setup: {reason}")
    had = stage.memory.get(name)
    if isinstance(had, str) and status_of(stage.retrieve(had)) in wanted:
        return had
    task = task_id(stage.generate(prompt, headers={"prefer": f"fault={preference}"}))
    seen = look(task)
    if status_of(seen) in wanted:
        stage.memory[name] = task
        return task
    if seen.status != 200:
        raise inconclusive(f"setup: a task was to be looked at, and the answer was {told(seen)}")
    stage.memory[name] = None
    raise inconclusive(f"setup: {reason} (this one is {status_of(seen)!r})")
