"""Mocks that do not keep characters as they were made, or not for their owners alone, or take too long over them."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from sora_mock.app import Mock
from sora_mock.dialects.base import Call
from sora_mock.dialects.guide import BASE
from sora_mock.engine import problems
from sora_mock.engine.problems import Refused
from sora_mock.wire import Reply, Request
from tests.mutants.calls import GENERATE, mentions, said
from tests.mutants.craft import Answer, Perform, bent, reperform, reroute, settled
from tests.mutants.edits import setting, status, telling_json
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import accounts, changing

_HOUR = 3_600_000
_COLLECTION = f"{BASE}/characters"


def _expiring(milliseconds: int) -> App:
    """Make mocks whose characters work for so long."""

    def bend(mock: Mock) -> None:
        async def way(call: Call, perform: Perform) -> Reply:
            visit = call.visit
            for name in mentions(said(call.request)):
                if visit.account.characters.get(name, visit.now) + milliseconds <= visit.now:
                    raise Refused(problems.character_not_found(name, "prompt"))
            return await perform(call)

        reperform(mock, GENERATE, way)

    return bent(bend)


def _lasting(uses: int) -> App:
    """Make mocks whose characters work in so many generations."""

    def bend(mock: Mock) -> None:
        used: Counter[str] = Counter()

        async def way(call: Call, perform: Perform) -> Reply:
            names = set(mentions(said(call.request)))
            for name in names:
                if used[name] >= uses:
                    raise Refused(problems.character_not_found(name, "prompt"))
            reply = await perform(call)
            used.update(names if reply.status == 200 else ())
            return reply

        reperform(mock, GENERATE, way)

    return bent(bend)


def _serving(methods: set[str], *, below: bool, number: int, body: object) -> App:
    """Make mocks that serve methods on the collection of characters, or below it."""

    async def way(request: Request, answer: Answer) -> Reply:
        reply = await answer(request)
        meant = request.path.startswith(_COLLECTION + "/") if below else request.path == _COLLECTION
        if not meant or request.method not in methods:
            return reply
        headers = tuple(pair for pair in reply.headers if pair[0] != "allow")
        content = b"" if number == 204 else msgspec.json.encode(body)
        return msgspec.structs.replace(reply, status=number, headers=headers, body=content, rule=None)

    return bent(lambda mock: reroute(mock, way))


def _lend(mock: Mock, call: Call) -> None:
    """Give the caller every character that it mentions and somebody else has."""
    known = {name: at for account in accounts(mock) for name, at in account.characters.items()}
    for name in mentions(said(call.request)):
        if name in known:
            call.visit.account.characters.setdefault(name, known[name])


def _telling_foreign(change: Callable[[Reply], Reply]) -> App:
    """Make mocks that tell otherwise when a mentioned character is somebody else's."""

    def bend(mock: Mock) -> None:
        async def way(request: Request, answer: Answer) -> Reply:
            reply = await answer(request)
            if reply.rule != "generation.mention.unknown":
                return reply
            known = {name for account in accounts(mock) for name in account.characters}
            # The first that the caller does not have is the one that is refused.
            message = reply.body.decode()
            return change(reply) if any(name in message for name in known) else reply

        reroute(mock, way)

    return bent(bend)


def _named_so(body: dict[str, Any]) -> None:
    body["error"]["message"] = "Character not found: it belongs to another account."


_A_CHARACTER = {"object": "character", "model": "sora-2-character"}

MUTANTS = (
    Mutant("character-expires-in-an-hour", "character.permanent", "a character works for an hour", _expiring(_HOUR)),
    Mutant("character-expires-in-a-day", "character.permanent", "a character works for a day", _expiring(24 * _HOUR)),
    Mutant("character-works-once", "character.reuse", "a character works in one generation", _lasting(1)),
    Mutant("character-works-twice", "character.reuse", "a character works in two generations", _lasting(2)),
    Mutant(
        "character-can-be-patched",
        "character.immutable",
        "PATCH and PUT on a character are served",
        _serving({"PATCH", "PUT"}, below=True, number=200, body=_A_CHARACTER),
    ),
    Mutant(
        "characters-can-be-put",
        "character.immutable",
        "PATCH and PUT on the characters are served",
        _serving({"PATCH", "PUT"}, below=False, number=200, body=_A_CHARACTER),
    ),
    Mutant(
        "characters-can-be-listed",
        "character.unlisted",
        "GET on the characters lists them",
        _serving({"GET"}, below=False, number=200, body={"object": "list", "data": []}),
    ),
    Mutant(
        "character-can-be-read",
        "character.unlisted",
        "GET on a character shows it",
        _serving({"GET"}, below=True, number=200, body=_A_CHARACTER),
    ),
    Mutant(
        "character-can-be-deleted",
        "character.undeletable",
        "DELETE on a character is served",
        _serving({"DELETE"}, below=True, number=200, body={"deleted": True}),
    ),
    Mutant(
        "characters-can-be-deleted",
        "character.undeletable",
        "DELETE on the characters is served",
        _serving({"DELETE"}, below=False, number=204, body=None),
    ),
    Mutant(
        "foreign-character-accepted",
        "character.scope.account",
        "whoever knows a character's id can use it",
        changing(GENERATE, _lend),
    ),
    Mutant(
        "foreign-character-403",
        "character.scope.hidden",
        "another account's character is answered with 403",
        _telling_foreign(status(403)),
    ),
    Mutant(
        "foreign-character-told",
        "character.scope.hidden",
        "the message says that a character is another account's",
        _telling_foreign(telling_json(_named_so)),
    ),
    Mutant(
        "foreign-character-coded",
        "character.scope.hidden",
        "the code says that a character is another account's",
        _telling_foreign(setting("error.code", "character_not_owned")),
    ),
    Mutant(
        "creation-takes-31-seconds",
        "character.latency.url",
        "a creation from a url takes 31 s",
        settled(latency="url=31"),
    ),
    Mutant(
        "task-creation-takes-16-seconds",
        "character.latency.task",
        "a creation from a task takes 16 s",
        settled(latency="task=16"),
    ),
)
