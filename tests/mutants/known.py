"""What a mock knows of the task that a refused creation names, though it does not tell.

Owns the kinds of such tasks. What a variant makes of them is its own business.
"""

from typing import Any

from sora_mock.app import Mock
from sora_mock.engine.lifecycle import Status, status_at
from sora_mock.wire import Reply, Request
from tests.mutants.calls import CREATE, operation, said
from tests.mutants.craft import Answer, bent, reroute
from tests.mutants.mutant import App
from tests.mutants.ways import accounts


class Known:
    """What a mock knows of the task that a creation names: whose it is, and how it stands."""

    def __init__(self, mock: Mock, request: Request) -> None:
        name = said(request).get("from_task")
        understudy = mock.exchange.understudy
        self.caller = understudy.caller(request.headers.get("authorization")).account
        self.owner = next((account.name for account in accounts(mock) if name in account.generations), None)
        self.status = None
        if self.owner is not None:
            generation = understudy.log.read(self.owner).generations[name]
            self.duration = generation.duration
            self.status = status_at(generation, understudy.now(self.owner))


def is_unknown(known: Known) -> bool:
    """Tell whether nobody has such a task."""
    return known.owner is None


def is_foreign(known: Known) -> bool:
    """Tell whether somebody else has the task."""
    return known.owner is not None and known.owner != known.caller


def is_expired(known: Known) -> bool:
    """Tell whether the caller had the task."""
    return known.owner == known.caller and known.status is Status.EXPIRED


def is_unfinished(known: Known) -> bool:
    """Tell whether the caller's task is still at work."""
    return known.owner == known.caller and known.status in {Status.QUEUED, Status.IN_PROGRESS}


def refused_tasks(when, otherwise, **knobs: Any) -> App:
    """Make mocks that answer a creation from a task otherwise when it is refused and the task is of some kind."""

    def bend(mock: Mock) -> None:
        async def way(request: Request, answer: Answer) -> Reply:
            reply = await answer(request)
            if operation(request) != CREATE or not str(reply.rule).startswith("character.from-task."):
                return reply
            return await otherwise(request, reply, answer) if when(Known(mock, request)) else reply

        reroute(mock, way)

    return bent(bend, **knobs)
