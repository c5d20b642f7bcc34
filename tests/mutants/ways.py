"""Ways of being wrong that many variants share.

Owns what it takes to accept what a rule refuses, to refuse what it lets in, to state a refusal otherwise, and to ask
or tell something else than was asked or told.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from sora_mock.app import Mock
from sora_mock.dialects.base import Call
from sora_mock.engine import problems
from sora_mock.engine.problems import Problem, Refused
from sora_mock.engine.state import Account
from sora_mock.keys import Caller
from sora_mock.wire import Reply, Request
from tests.mutants.calls import said
from tests.mutants.craft import Answer, Perform, bent, reperform, reroute
from tests.mutants.edits import AskEdit, ReplyEdit, When, by, every, setting, status
from tests.mutants.mutant import App


def asking(edit: AskEdit, **knobs: Any) -> App:
    """Make mocks that take every request for another."""

    async def way(request: Request, answer: Answer) -> Reply:
        return await answer(edit(request))

    return bent(lambda mock: reroute(mock, way), **knobs)


def telling(when: When, *edits: ReplyEdit, **knobs: Any) -> App:
    """Make mocks that tell some replies otherwise."""

    async def way(request: Request, answer: Answer) -> Reply:
        reply = await answer(request)
        return every(*edits)(reply) if when(request, reply) else reply

    return bent(lambda mock: reroute(mock, way), **knobs)


def forgiving(rule: str, mend: AskEdit, *, when: Callable[[Request], bool] | None = None, **knobs: Any) -> App:
    """Make mocks that mend a request refused by `rule`, and answer it as if it had come so."""

    async def way(request: Request, answer: Answer) -> Reply:
        reply = await answer(request)
        if reply.rule != rule or (when is not None and not when(request)):
            return reply
        return await answer(mend(request))

    return bent(lambda mock: reroute(mock, way), **knobs)


def restating(rule: str, number: int, **knobs: Any) -> App:
    """Make mocks that refuse by `rule` with another status."""
    return telling(by(rule), status(number), **knobs)


def rewording(rule: str, **fields: Any) -> App:
    """Make mocks that refuse by `rule` with other fields in the error."""
    return telling(by(rule), *(setting(f"error.{name}", value) for name, value in fields.items()))


def no(param: str, rule: str = "fault") -> Problem:
    """Return a refusal for no reason that the contract knows."""
    return problems.value_invalid(param, "something else", "this", rule)


def refusing(operation: str, when: Callable[[dict[str, Any], Call], bool], problem: Problem, **knobs: Any) -> App:
    """Make mocks that refuse an operation when its body and its call are of some kind, before anything is done."""

    async def way(call: Call, perform: Perform) -> Reply:
        if when(said(call.request), call):
            raise Refused(problem)
        return await perform(call)

    return bent(lambda mock: reperform(mock, operation, way), **knobs)


def changing(operation: str, change: Callable[[Mock, Call], Call | None], **knobs: Any) -> App:
    """Make mocks that see a call, and whose it is, in another light before they perform it."""

    def bend(mock: Mock) -> None:
        async def way(call: Call, perform: Perform) -> Reply:
            return await perform(change(mock, call) or call)

        reperform(mock, operation, way)

    return bent(bend, **knobs)


def accounts(mock: Mock) -> list[Account]:
    """Return every account that something has happened to."""
    log = mock.exchange.understudy.log
    return [log.read(name) for name in log.names()]


def as_owner_of(task_id: str, mock: Mock, call: Call) -> Call:
    """Return the call as if the owner of the task had made it; unchanged when nobody owns it."""
    owner = next((account for account in accounts(mock) if task_id in account.generations), None)
    if owner is None:
        return call
    return msgspec.structs.replace(call, visit=mock.exchange.understudy.visit(Caller(owner.name)))
