"""The life of a generation, as one table read against the time.

Owns which status a task has when. A status is never stored: it follows from the instants fixed when the task was
accepted, so that every reader gets the same answer and nothing has to run in the background.
"""

from enum import StrEnum

import msgspec

from sora_mock.engine.state import Generation


class Status(StrEnum):
    """The status of a task, as it is written on the wire."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    EXPIRED = "expired"


class Row(msgspec.Struct, frozen=True):
    """One line of the table: the task has `status` from the instant in the field `since` on.

    `fails` limits the line to tasks that fail (True) or succeed (False); None holds for both.
    """

    status: Status
    since: str
    fails: bool | None


LIFECYCLE = (
    Row(Status.QUEUED, "created_at", None),
    Row(Status.IN_PROGRESS, "starts_at", None),
    Row(Status.COMPLETED, "ends_at", fails=False),
    Row(Status.FAILED, "ends_at", fails=True),
    Row(Status.EXPIRED, "expires_at", fails=False),
)
"""In order of time: of the lines that hold, the last one tells the status."""


class View(msgspec.Struct, frozen=True):
    """A task as it looks at one instant: `progress` in whole percent; the instants are None until they are reached."""

    generation: Generation
    status: Status
    progress: int
    completed_at: int | None
    expires_at: int | None


def status_at(generation: Generation, now: int) -> Status:
    """Return the status of the task at `now`; before its creation it counts as queued."""
    fails = generation.failure is not None
    reached = Status.QUEUED
    for row in LIFECYCLE:
        if row.fails in {None, fails} and getattr(generation, row.since) <= now:
            reached = row.status
    return reached


def view_at(generation: Generation, now: int) -> View:
    """Return how the task looks at `now`."""
    status = status_at(generation, now)
    done = status in {Status.COMPLETED, Status.EXPIRED}
    return View(
        generation,
        status,
        _progress(generation, status, now),
        generation.ends_at if done else None,
        generation.expires_at if done else None,
    )


def accepted_view(generation: Generation) -> View:
    """Return how a task looks in the reply that accepts it: queued, whatever time it will take."""
    return View(generation, Status.QUEUED, 0, None, None)


def _progress(generation: Generation, status: Status, now: int) -> int:
    match status:
        case Status.QUEUED:
            return 0
        case Status.COMPLETED | Status.EXPIRED:
            return 100
        case Status.IN_PROGRESS | Status.FAILED:
            # A render that fails stops where it was: short of the end.
            elapsed = min(now, generation.ends_at) - generation.starts_at
            return min(99, 100 * elapsed // max(1, generation.ends_at - generation.starts_at))
