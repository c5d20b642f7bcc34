"""Mocks that blame themselves for their callers' mistakes, or do what they refuse to do."""

from typing import Any

import msgspec

from sora_mock.app import Mock
from sora_mock.wire import Reply, Request
from tests.mutants.calls import BY_PROMPT, BY_URL, CREATE, GENERATE, operation, said
from tests.mutants.craft import Answer, bent, reroute
from tests.mutants.edits import coded, heading, saying, setting, status, told
from tests.mutants.error import misstated
from tests.mutants.mutant import Mutant


def _with_effect(name: str, body: dict[str, Any], field: str):
    """Make what a sound request would have made, whenever one is refused with 400, and show its id."""

    def bend(mock: Mock) -> None:
        async def way(request: Request, answer: Answer) -> Reply:
            reply = await answer(request)
            if operation(request) != name or reply.status != 400:
                return reply
            made = await answer(saying(body)(heading("content-type", "application/json")(request)))
            return setting(field, told(made).get(field))(reply) if made.status == 200 else reply

        reroute(mock, way)

    return bent(bend)


def _counting_effect(mock: Mock) -> None:
    """Make a character, and say nothing of it but in the headers, when one is refused for its timestamps."""

    async def way(request: Request, answer: Answer) -> Reply:
        if operation(request) != CREATE or not isinstance(said(request).get("timestamps"), str):
            return await answer(request)
        reply = await answer(request)
        if reply.status == 400:
            made = await answer(saying(BY_URL)(request))
            stated = [pair for pair in made.headers if pair[0].startswith("x-ratelimit-")]
            kept = [pair for pair in reply.headers if not pair[0].startswith("x-ratelimit-")]
            return msgspec.structs.replace(reply, headers=(*kept, *stated))
        return reply

    reroute(mock, way)


_CLIENT_FAULT = "error.client-fault"

MUTANTS = (
    misstated(
        "broken-json-500",
        _CLIENT_FAULT,
        "a body that is no JSON is a failure of the server",
        coded("invalid_json"),
        status(500),
    ),
    misstated(
        "wrong-type-500",
        _CLIENT_FAULT,
        "a field of the wrong type is a failure of the server",
        coded("invalid_type"),
        status(500),
    ),
    misstated(
        "missing-field-500",
        _CLIENT_FAULT,
        "a missing field is a failure of the server",
        coded("missing_required_parameter"),
        status(500),
    ),
    misstated(
        "unknown-character-500",
        _CLIENT_FAULT,
        "an unknown character is a failure of the server",
        coded("character_not_found"),
        status(500),
    ),
    Mutant(
        "refused-creation-makes-a-character",
        "error.no-effect",
        "a refused creation makes a character all the same",
        _with_effect(CREATE, BY_URL, "character_id"),
    ),
    Mutant(
        "refused-generation-makes-a-task",
        "error.no-effect",
        "a refused generation makes a task all the same",
        _with_effect(GENERATE, BY_PROMPT, "task_id"),
    ),
    Mutant(
        "refused-timestamps-make-a-character",
        "error.no-effect",
        "a creation refused for its timestamps makes a character, which shows in the remainder only",
        bent(_counting_effect),
    ),
)
