"""The relay dialect: characters as resellers of the Videos API make them, under `/sora/v1`.

Owns the path and the body of that call. Videos are the openai dialect's; the engine knows how a prompt there mentions a
relay's characters.
"""

import msgspec

from sora_mock.dialects.base import Call, Operation, Place, not_served
from sora_mock.dialects.fields import json_object, text
from sora_mock.dialects.guide import refusal
from sora_mock.engine.commands import CreateRelayCharacter
from sora_mock.engine.events import CharacterCreated
from sora_mock.engine.problems import Problem
from sora_mock.engine.usernames import relay_id, username
from sora_mock.understudy import Understudy
from sora_mock.wire import Reply, Request

BASE = "/sora/v1"
CHARACTERS = f"{BASE}/characters"
CHARACTER_FIELDS = ("model", "url", "timestamps", "from_task")
PROFILES = "https://sora.chatgpt.com/profile/"

_JSON = ("content-type", "application/json")
_encode = msgspec.json.Encoder().encode


class RelayDialect:
    """Answers every request below `BASE`."""

    name = "relay"
    base = BASE
    prefixes: tuple[str, ...] = (BASE + "/",)

    def __init__(self, understudy: Understudy) -> None:
        self._understudy = understudy
        self._characters = Place(
            {"POST": Operation("createRelayCharacter", self._create_character)},
            {"GET": "character.unlisted", "HEAD": "character.unlisted"},
        )
        self._nothing = Place({})

    def find(self, request: Request) -> Operation:
        """Return the operation that a request asks for; raise Refused when its path or method has none."""
        place = self._characters if request.path == CHARACTERS else self._nothing
        return place.operations.get(request.method) or not_served(place, request)

    def refuse(self, problem: Problem) -> Reply:
        """Return the reply that states a problem."""
        return refusal(problem)

    async def _create_character(self, call: Call) -> Reply:
        known = CHARACTER_FIELDS if call.visit.policy.unknown_fields == "refuse" else None
        body = json_object(call.request, known=known)
        url = text(body, "url")
        command = CreateRelayCharacter(
            model=text(body, "model"),
            url=url,
            timestamps=text(body, "timestamps"),
            from_task=text(body, "from_task"),
            video=None if url is None else self._understudy.video_behind(url),
        )
        decision = call.visit.perform(command)
        match decision.outcome:
            case Problem() as problem:
                return refusal(problem, delay=decision.delay)
            case CharacterCreated() as created:
                return Reply(status=200, headers=(_JSON,), body=self._written(call, created), delay=decision.delay)
            case _:
                raise AssertionError("every operation of the contract has something to tell")

    def _written(self, call: Call, created: CharacterCreated) -> bytes:
        name = username(created.character_id)
        picture = self._understudy.picture_link(call.visit.account.name, created)
        shape = {
            "id": relay_id(created.character_id),
            "username": name,
            "display_name": f"Character {created.character_id.removeprefix('char_')[:6]}",
            "permalink": PROFILES + name,
            "profile_picture_url": call.request.origin + picture,
        }
        return _encode(shape)
