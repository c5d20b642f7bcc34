"""Mocks that do not make a character of its own of every creation."""

from collections import defaultdict

import msgspec

from sora_mock.app import Mock
from sora_mock.dialects.base import Call
from sora_mock.engine.problems import INVALID_REQUEST, Problem, Refused
from sora_mock.wire import Reply, Request
from tests.mutants.calls import CREATE, operation, said
from tests.mutants.craft import Answer, Perform, bent, reperform, reroute
from tests.mutants.edits import of, setting, told
from tests.mutants.mutant import Mutant

_ALREADY = Problem(
    status=409, type=INVALID_REQUEST, code="already_exists", message="This character exists.", rule="character.repeat"
)


def _one_id_for_all(mock: Mock) -> None:
    first: dict[str, str] = {}

    async def way(request: Request, answer: Answer) -> Reply:
        reply = await answer(request)
        if not of(CREATE)(request, reply):
            return reply
        key = request.headers.get("authorization", "")
        return setting("character_id", lambda name: first.setdefault(key, name))(reply)

    reroute(mock, way)


def _one_character_a_source(mock: Mock) -> None:
    made: dict[tuple[str, bytes], Reply] = {}

    async def way(request: Request, answer: Answer) -> Reply:
        if operation(request) != CREATE:
            return await answer(request)
        known = (request.headers.get("authorization", ""), msgspec.json.encode(said(request)))
        reply = await answer(request)
        if reply.status != 200:
            return reply
        first = made.setdefault(known, reply)
        return setting("character_id", told(first)["character_id"])(reply)

    reroute(mock, way)


def _repetition_refused(mock: Mock) -> None:
    last: dict[str, dict] = defaultdict(dict)

    async def way(call: Call, perform: Perform) -> Reply:
        account, body = call.visit.account.name, said(call.request)
        if last.pop(account, None) == body:
            raise Refused(_ALREADY)
        reply = await perform(call)
        if reply.status == 200:
            last[account] = body
        return reply

    reperform(mock, CREATE, way)


MUTANTS = (
    Mutant(
        "one-id-for-all",
        "character.id.distinct",
        "every creation of a key returns the id of its first",
        bent(_one_id_for_all),
    ),
    Mutant(
        "one-character-a-source",
        "character.id.distinct",
        "the same source is the same character",
        bent(_one_character_a_source),
    ),
    Mutant(
        "repetition-refused",
        "character.repeat",
        "a creation just like the last one is a conflict",
        bent(_repetition_refused),
    ),
)
