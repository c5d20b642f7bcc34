"""Mocks of the Videos API that give characters the wrong names, or keep them wrongly.

Owns their list, and what such a mock remembers.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from sora_mock.app import Mock
from sora_mock.dialects.openai.paths import BASE
from sora_mock.engine.commands import CreateNamedCharacter
from sora_mock.engine.problems import Refused
from sora_mock.engine.state import Account
from sora_mock.wire import Reply, Request
from tests.mutants.calls import said
from tests.mutants.craft import Answer, bent, reroute
from tests.mutants.edits import answering, omitting, setting, status, told
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import accounts, forgiving, no, restating, telling
from tests.mutants_openai.bending import CHARACTER, asked_for, commanding, on, plain, plain_character, way

_AREA = "video.character."
_SHOWN = "retrieveVideoCharacter"
_PLACE = f"{BASE}/videos/characters"


def _taken(rule: str) -> App:
    """Make mocks that make a character of some name and clip where the rule refuses those that were sent."""
    return forgiving(_AREA + rule, plain_character)


def _refused(rule: str, when: Callable[[CreateNamedCharacter], bool]) -> App:
    """Make mocks that refuse a character, by no rule of the contract, when it is asked for in some way."""

    def change(command: Any, _: Account) -> Any:
        if isinstance(command, CreateNamedCharacter) and when(command):
            raise Refused(no("name", _AREA + rule))
        return command

    return commanding(change)


def _renamed(change: Callable[[str], str]) -> App:
    return telling(on(CHARACTER, _SHOWN), setting("name", change))


def _made_once() -> App:
    """Make mocks in which there is one character of a name."""

    def bend(mock: Mock) -> None:
        known: dict[str, Reply] = {}

        async def once(request: Request, answer: Answer) -> Reply:
            reply = await answer(request)
            if asked_for(request) != CHARACTER or reply.status != 200:
                return reply
            first = known.setdefault(told(reply)["name"], reply)
            return msgspec.structs.replace(reply, body=first.body)

        reroute(mock, once)

    return bent(bend)


async def _with_other_ids(request: Request, answer: Answer) -> Reply:
    path, body = request.path.replace("character_", "char_"), request.body.replace(b"character_", b"char_")
    reply = await answer(msgspec.structs.replace(request, path=path, body=body))
    return msgspec.structs.replace(reply, body=reply.body.replace(b'"char_', b'"character_'))


def _foreign(otherwise: Callable[[Request, Reply, Mock], Reply]) -> App:
    """Make mocks that answer otherwise when a character cannot be shown because it is somebody else's."""

    def bend(mock: Mock) -> None:
        async def shown(request: Request, answer: Answer) -> Reply:
            reply = await answer(request)
            if reply.rule != "video.character.unknown":
                return reply
            name = request.path.rpartition("/")[2]
            known = any(name in account.characters for account in accounts(mock))
            return otherwise(request, reply, mock) if known else reply

        reroute(mock, shown)

    return bent(bend)


def _open_to_all(request: Request, reply: Reply, mock: Mock) -> Reply:
    name = request.path.rpartition("/")[2]
    owner = next(account for account in accounts(mock) if name in account.characters)
    shape = {"id": name, "name": owner.names[name], "created_at": owner.characters[name] // 1000}
    return answering(msgspec.json.encode(shape))(status(200)(reply))


def _forbidden(_: Request, reply: Reply, __: Mock) -> Reply:
    return status(403)(reply)


def _explained(_: Request, reply: Reply, __: Mock) -> Reply:
    return setting("error.message", lambda message: f"{message} It belongs to another account.")(reply)


async def _listed(request: Request, answer: Answer) -> Reply:
    reply = await answer(request)
    if request.method != "GET" or request.path != _PLACE:
        return reply
    return answering(b'{"object": "list", "data": [], "has_more": false}')(status(200)(reply))


def _answered(*methods: str) -> App:
    """Make mocks that answer a change of a character with the character as it is."""

    async def changed(request: Request, answer: Answer) -> Reply:
        changes = request.method in methods and request.path.startswith(_PLACE + "/")
        return await answer(msgspec.structs.replace(request, method="GET") if changes else request)

    return way(changed)


def _lost_when_refused() -> App:
    """Make mocks that refuse to delete a character, and have deleted it."""

    def bend(mock: Mock) -> None:
        lost: set[str] = set()

        async def deleted(request: Request, answer: Answer) -> Reply:
            if request.path in lost:
                request = msgspec.structs.replace(request, path=f"{_PLACE}/char_lost")
            if request.method == "DELETE" and request.path.startswith(_PLACE + "/"):
                lost.add(request.path)
            return await answer(request)

        reroute(mock, deleted)

    return bent(bend)


def _as_video(method: str, end: str) -> App:
    """Make mocks that answer one question about a video with a character."""

    async def shown(request: Request, answer: Answer) -> Reply:
        name = request.path.removeprefix(f"{BASE}/videos/").removesuffix(end)
        if request.method == method and name.startswith("char_") and "/" not in name:
            return await answer(msgspec.structs.replace(request, method="GET", path=f"{_PLACE}/{name}"))
        return await answer(request)

    return way(shown)


async def _edited(request: Request, answer: Answer) -> Reply:
    named = asked_for(request) in {"editVideo", "extendVideo"} and said(request).get("video")
    if isinstance(named, dict) and str(named.get("id")).startswith("char_"):
        return await answer(msgspec.structs.replace(plain(request), path=f"{BASE}/videos"))
    return await answer(request)


MUTANTS: tuple[Mutant, ...] = (
    Mutant("character-201", _AREA + "created", "a character is answered 201", telling(on(CHARACTER), status(201))),
    Mutant("character-by-name", _AREA + "id", "there is one character of a name", _made_once()),
    Mutant("character-ids-other", _AREA + "id-form", "ids begin with `character_`", way(_with_other_ids)),
    Mutant(
        "character-of-json",
        _AREA + "multipart",
        "a character is made of JSON",
        forgiving(_AREA + "multipart", plain_character, when=lambda request: "json" in request.headers["content-type"]),
    ),
    Mutant(
        "character-of-urlencoded",
        _AREA + "multipart",
        "a character is made of a urlencoded form",
        forgiving(
            _AREA + "multipart", plain_character, when=lambda request: "urlencoded" in request.headers["content-type"]
        ),
    ),
    Mutant("name-not-required", _AREA + "name.required", "a name is made up", _taken("name.required")),
    Mutant(
        "name-64",
        _AREA + "name.longest",
        "a name has 64 characters at most",
        _refused("name.longest", lambda command: len(command.name or "") > 64),
    ),
    Mutant(
        "name-counted-in-bytes",
        _AREA + "name.longest",
        "a name has 80 bytes at most",
        _refused("name.longest", lambda command: len((command.name or "").encode()) > 80),
    ),
    Mutant("name-blank", _AREA + "name.blank", "a name may be nothing but spaces", _taken("name.blank")),
    Mutant("name-in-lower-case", _AREA + "name.echo", "names come back in lower case", _renamed(str.lower)),
    Mutant(
        "name-in-ascii",
        _AREA + "name.echo",
        "names come back in ASCII",
        _renamed(lambda name: name.encode("ascii", "replace").decode()),
    ),
    Mutant(
        "name-kept-in-ascii",
        _AREA + "name.echo",
        "names are kept in ASCII",
        telling(on(_SHOWN), setting("name", lambda name: name.encode("ascii", "replace").decode())),
    ),
    Mutant(
        "name-without-emoji",
        _AREA + "name.echo",
        "what is beyond the first plane of Unicode is dropped from names",
        _renamed(lambda name: "".join(letter for letter in name if ord(letter) < 1 << 16)),
    ),
    Mutant(
        "characters-unseen", _AREA + "retrieved", "characters cannot be looked at", telling(on(_SHOWN), status(404))
    ),
    Mutant(
        "character-seen-nameless", _AREA + "retrieved", "a look shows no name", telling(on(_SHOWN), omitting("name"))
    ),
    Mutant(
        "character-new-at-each-look",
        _AREA + "retrieved",
        "a character is as old as the look at it",
        telling(on(_SHOWN), setting("created_at", lambda at: at + 60)),
    ),
    Mutant(
        "unknown-character-seen-400",
        _AREA + "unknown",
        "an unknown character is a bad request",
        restating(_AREA + "unknown", 400),
    ),
    Mutant("foreign-character-seen", _AREA + "foreign", "everybody sees every character", _foreign(_open_to_all)),
    Mutant("foreign-character-seen-403", _AREA + "foreign", "somebody else's is forbidden", _foreign(_forbidden)),
    Mutant(
        "foreign-character-seen-told",
        _AREA + "foreign",
        "the message says that a character is somebody else's",
        _foreign(_explained),
    ),
    Mutant("characters-listed", _AREA + "unlisted", "characters can be listed", way(_listed)),
    Mutant("character-put", _AREA + "unchangeable", "PUT on a character is answered 200", _answered("PUT")),
    Mutant("character-patched", _AREA + "unchangeable", "PATCH on a character is answered 200", _answered("PATCH")),
    Mutant("character-deleted", _AREA + "unchangeable", "DELETE on a character is answered 200", _answered("DELETE")),
    Mutant(
        "character-lost-when-refused",
        _AREA + "unchangeable",
        "a character whose deletion is refused is gone",
        _lost_when_refused(),
    ),
    Mutant("character-as-video", _AREA + "no-video", "a character is shown as a video", _as_video("GET", "")),
    Mutant("character-played", _AREA + "no-video", "a character has content", _as_video("GET", "/content")),
    Mutant("character-remixed", _AREA + "no-video", "a character can be remixed", _as_video("POST", "/remix")),
    Mutant(
        "character-deleted-as-video",
        _AREA + "no-video",
        "a character can be deleted as a video",
        _as_video("DELETE", ""),
    ),
    Mutant("character-edited", _AREA + "no-video", "a character can be edited as a video", way(_edited)),
)
"""Each breaks the rule that it names."""
