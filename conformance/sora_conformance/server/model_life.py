"""The life of a task, as the model knows it: which words there are, and what goes with each.

Owns what a look at a task has to say for itself, given the look before. What time has passed is not its business.
"""

from typing import Any

import msgspec

from sora_conformance.exchanges import Party
from sora_conformance.server.model_wish import Wish

HOUR, DAY = 3_600.0, 86_400.0

RANK = {"queued": 0, "in_progress": 1, "completed": 2, "failed": 2, "expired": 3}
"""The words for a task, and how far it has come with each."""

AT_WORK = frozenset({"queued", "in_progress"})


class Task(msgspec.Struct):
    """A task: whose, since when, what for, and how it was last seen."""

    owner: Party
    born: float
    wish: Wish
    status: str | None = None
    progress: int = 0


def backward(task: Task, status: str) -> list[str]:
    """Expect a task to move forward only; one that has failed stays so."""
    before = task.status or "queued"
    forward = RANK[status] > RANK[before] and not (before == "failed" and status == "expired")
    return [] if forward or status == before else [f"expected a {before} task to move forward, found it {status}"]


def regressed(task: Task, status: str, progress: object) -> list[str]:
    """Expect progress from 0 to 100 that does not fall, and is 100 at the end."""
    if not isinstance(progress, int) or isinstance(progress, bool) or not 0 <= progress <= 100:
        return [f"expected progress from 0 to 100, found {progress!r}"]
    before, task.progress = task.progress, progress
    if progress < before:
        return [f"expected progress of at least {before}, found {progress}"]
    return [f"expected a completed task at 100, found it at {progress}"] * (status == "completed" and progress != 100)


def linked(status: str, link: object) -> list[str]:
    """Expect a link while a task is completed, and only then."""
    if status == "completed":
        return [] if isinstance(link, str) and link else [f"expected the video_url of a completed task, found {link!r}"]
    return [] if link is None else [f"expected no video_url of a {status} task, found one"]


def misstated(reply: dict[str, Any]) -> list[str]:
    """Expect a task that was completed to say when it ends, a day later."""
    ended, expires = reply.get("completed_at"), reply.get("expires_at")
    if not isinstance(ended, int) or not isinstance(expires, int):
        return []  # Whether these are instants is for other rules to say.
    return [] if expires - ended == DAY else [f"expected expires_at 24 h after completed_at, found {expires - ended} s"]
