"""Mocks of the Videos API that take the wrong characters into videos, or not the right ones.

Owns their list, and what such a mock remembers of characters that were used.
"""

from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp

from sora_mock.app import Mock
from sora_mock.engine.commands import CreateVideo
from sora_mock.engine.problems import Refused
from sora_mock.engine.state import Account
from sora_mock.wire import Reply, Request
from tests.mutants.calls import said
from tests.mutants.craft import Answer, bent, reroute, settled
from tests.mutants.edits import setting, status
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import accounts, forgiving, no, restating
from tests.mutants_openai.bending import commanding, plain, way


def _refused(rule: str, when: Callable[[CreateVideo], bool]) -> App:
    """Make mocks that refuse a video, by no rule of the contract, when it is asked for in some way."""

    def change(command: Any, _: Account) -> Any:
        if isinstance(command, CreateVideo) and when(command):
            raise Refused(no("characters", rule))
        return command

    return commanding(change)


def _used_once() -> ASGIApp:
    """Make a mock in which every character is good for one video."""
    used: set[str] = set()

    def spent(command: CreateVideo) -> bool:
        was_used = bool(used & set(command.characters))
        used.update(command.characters)
        return was_used

    return _refused("video.character.reuse", spent)()


def _forgiven(when: Callable[[Any], bool]) -> App:
    """Make mocks that make a video without its characters, when these are of a form that is refused."""
    return forgiving("video.characters.form", plain, when=lambda request: when(said(request).get("characters")))


def _first(listed: Any) -> Any:
    return listed[0] if isinstance(listed, list) and listed else None


def _foreign(otherwise: Callable[[Request, Reply, Answer], Any]) -> App:
    """Make mocks that answer otherwise when a video is refused because its character is somebody else's."""

    def bend(mock: Mock) -> None:
        async def way(request: Request, answer: Answer) -> Reply:
            reply = await answer(request)
            if reply.rule != "video.characters.unknown":
                return reply
            named = {entry["id"] for entry in said(request)["characters"]}
            known = any(named & set(account.characters) for account in accounts(mock))
            return await otherwise(request, reply, answer) if known else reply

        reroute(mock, way)

    return bent(bend)


async def _made_first(request: Request, answer: Answer) -> Reply:
    reply = await answer(request)
    if reply.rule == "video.characters.unknown":
        await answer(plain(request))
    return reply


async def _made(request: Request, _: Reply, answer: Answer) -> Reply:
    return await answer(plain(request))


async def _forbidden(_: Request, reply: Reply, __: Answer) -> Reply:
    return status(403)(reply)


async def _explained(_: Request, reply: Reply, __: Answer) -> Reply:
    return setting("error.message", lambda message: f"{message} It belongs to another account.")(reply)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "characters-refused",
        "video.characters.accepted",
        "videos have no characters",
        _refused("video.characters.accepted", lambda video: len(video.characters) == 1),
    ),
    Mutant(
        "two-characters-refused",
        "video.characters.two",
        "one character is the most",
        _refused("video.characters.two", lambda video: len(video.characters) == 2),
    ),
    Mutant(
        "texts-for-characters",
        "video.characters.form",
        "characters may be listed by their ids alone",
        _forgiven(lambda listed: isinstance(_first(listed), str)),
    ),
    Mutant(
        "character-without-id",
        "video.characters.form",
        "an entry without an id is passed over",
        _forgiven(lambda listed: _first(listed) == {}),
    ),
    Mutant(
        "character-by-number",
        "video.characters.form",
        "an id may be a number",
        _forgiven(lambda listed: _first(listed) == {"id": 4}),
    ),
    Mutant(
        "one-character-unlisted",
        "video.characters.form",
        "one character needs no list",
        _forgiven(lambda listed: isinstance(listed, dict)),
    ),
    Mutant(
        "text-for-a-list",
        "video.characters.form",
        "characters may be a text",
        _forgiven(lambda listed: isinstance(listed, str)),
    ),
    Mutant(
        "unknown-character-left-out",
        "video.characters.unknown",
        "a character that there is not is left out",
        forgiving("video.characters.unknown", plain),
    ),
    Mutant(
        "unknown-character-made-first",
        "video.characters.unknown",
        "a character is looked for when the video is made already",
        way(_made_first),
    ),
    Mutant(
        "unknown-character-400",
        "video.characters.unknown",
        "a character that there is not is a bad request",
        restating("video.characters.unknown", 400),
    ),
    Mutant(
        "foreign-character-used",
        "video.characters.foreign",
        "everybody uses the characters of everybody",
        _foreign(_made),
    ),
    Mutant(
        "foreign-character-403",
        "video.characters.foreign",
        "somebody else's character is forbidden",
        _foreign(_forbidden),
    ),
    Mutant(
        "foreign-character-told",
        "video.characters.foreign",
        "the message says that a character is somebody else's",
        _foreign(_explained),
    ),
    Mutant(
        "unnamed-accepted",
        "video.characters.named",
        "a prompt need not name the characters",
        settled(unnamed_character="accept"),
    ),
    Mutant(
        "named-in-any-case",
        "video.characters.named",
        "a name is found without regard to case",
        forgiving(
            "video.characters.named", plain, when=lambda request: "ada" in str(said(request).get("prompt")).lower()
        ),
    ),
    Mutant(
        "first-named-only",
        "video.characters.named",
        "a prompt need not name the second character",
        forgiving("video.characters.named", plain, when=lambda request: len(said(request)["characters"]) == 2),
    ),
    Mutant(
        "picture-or-characters",
        "video.characters.with-reference",
        "a video with characters begins with no picture",
        _refused("video.characters.with-reference", lambda video: bool(video.characters and video.reference)),
    ),
    Mutant("character-used-once", "video.character.reuse", "a character is good for one video", _used_once),
)
"""Each breaks the rule that it names."""
