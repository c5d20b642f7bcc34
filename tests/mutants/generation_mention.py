"""Mocks that overlook mentions, miscount them, or see them where there are none."""

import re
from collections.abc import Callable
from typing import Any

from sora_mock.dialects.base import Call
from sora_mock.engine import problems
from sora_mock.wire import Reply, Request
from tests.mutants.calls import GENERATE, MENTION, RETRIEVE, mentions, texts
from tests.mutants.craft import Answer, bent, reroute, settled
from tests.mutants.edits import of, rewriting, setting, telling_json
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import forgiving, refusing, restating, telling

_AREA = "generation.mention."


def _distinct(body: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(mentions(body)))


def _not_found(rule: str, when: Callable[[dict[str, Any]], bool]) -> App:
    """Make mocks that do not find the characters of a prompt of some kind, though they are the caller's own."""
    problem = problems.character_not_found("char_", "prompt")

    def all_own(body: dict[str, Any], call: Call) -> bool:
        found = mentions(body)
        return bool(found) and all(name in call.visit.account.characters for name in found) and when(body)

    return refusing(GENERATE, all_own, problem)


def _reported(change: Callable[[dict[str, Any]], list[str]]) -> App:
    """Make mocks that report other characters than a task mentions."""
    return telling(
        of(GENERATE, RETRIEVE), telling_json(lambda body: body | {"characters": change(body)} if texts(body) else body)
    )


def _begins(body: dict[str, Any]) -> bool:
    return any(MENTION.match(text) for text in texts(body))


def _inside(body: dict[str, Any]) -> bool:
    return any(MENTION.search(text, 1) and not MENTION.match(text) for text in texts(body))


def _against_creation(body: dict[str, Any], call: Call) -> bool:
    known = list(call.visit.account.characters)
    places = [known.index(name) for name in _distinct(body) if name in known]
    return places != sorted(places)


def _repeats(body: dict[str, Any]) -> bool:
    return len(mentions(body)) > len(_distinct(body))


def _at_starts(body: dict[str, Any]) -> list[str]:
    found = [match[1] for text in texts(body) if (match := MENTION.match(text))]
    return list(dict.fromkeys(found))


def _first_scene(body: dict[str, Any]) -> list[str]:
    return _distinct({"prompt": texts(body)[0]})


def _later_scenes(body: dict[str, Any]) -> bool:
    return body.get("scenes") is not None and bool(mentions({"scenes": body["scenes"][1:]}))


def _any_word(body: dict[str, Any], _: Call) -> bool:
    return any(re.search(r"@(?!char_)\w+", text) for text in texts(body))


def _without_at(body: dict[str, Any]) -> dict[str, Any]:
    changed = {"prompt": body["prompt"].replace("@char_", "char_")} if isinstance(body.get("prompt"), str) else {}
    if body.get("scenes"):
        changed["scenes"] = [_without_at(scene) for scene in body["scenes"]]
    return body | changed


async def _unnoticed(request: Request, answer: Answer) -> Reply:
    """Accept a prompt that begins with no mention, whatever it mentions later."""
    reply = await answer(request)
    edit = rewriting(lambda body: body if _begins(body) else _without_at(body))
    return await answer(edit(request)) if reply.rule == _AREA + "unknown" else reply


MUTANTS = (
    Mutant(
        "scenes-mention-nobody",
        "generation.scenes.mentions",
        "characters are not found in later scenes",
        _not_found("generation.scenes.mentions", _later_scenes),
    ),
    Mutant(
        "later-scenes-overlooked",
        "generation.scenes.mentions",
        "only the first scene's characters are reported",
        _reported(_first_scene),
    ),
    Mutant(
        "mention-refused",
        _AREA + "one",
        "a character at the start of a prompt is not found",
        _not_found(_AREA + "one", _begins),
    ),
    Mutant(
        "one-mention-only",
        _AREA + "several",
        "a prompt may mention one character",
        _not_found(_AREA + "several", lambda body: len(_distinct(body)) > 1),
    ),
    Mutant(
        "mentions-in-order-of-creation",
        _AREA + "order",
        "mentions have to be in the order of creation",
        refusing(GENERATE, _against_creation, problems.character_not_found("char_", "prompt")),
    ),
    Mutant(
        "mention-inside-refused",
        _AREA + "inside",
        "a character in the middle of a prompt is not found",
        _not_found(_AREA + "inside", _inside),
    ),
    Mutant(
        "mention-inside-not-counted", _AREA + "inside", "only mentions at the start are reported", _reported(_at_starts)
    ),
    Mutant(
        "mention-inside-unnoticed",
        _AREA + "inside",
        "an unknown character in the middle of a prompt is text",
        bent(lambda mock: reroute(mock, _unnoticed)),
    ),
    Mutant(
        "three-mentions-at-most",
        _AREA + "many",
        "a prompt may mention three characters",
        _not_found(_AREA + "many", lambda body: len(_distinct(body)) > 3),
    ),
    Mutant(
        "repeated-mention-counted-twice",
        _AREA + "repeated",
        "a character is reported as often as it is mentioned",
        _reported(mentions),
    ),
    Mutant(
        "repeated-mention-refused",
        _AREA + "repeated",
        "a character may be mentioned once",
        _not_found(_AREA + "repeated", _repeats),
    ),
    Mutant(
        "any-word-is-a-mention",
        _AREA + "text",
        "every `@` word has to be a character",
        refusing(GENERATE, _any_word, problems.character_not_found("word", "prompt")),
    ),
    Mutant(
        "mentions-not-reported",
        _AREA + "reported",
        "a task reports no characters",
        telling(of(GENERATE, RETRIEVE), setting("characters", [])),
    ),
    Mutant(
        "mentions-in-reverse",
        _AREA + "reported",
        "a task reports its characters backwards",
        telling(of(GENERATE, RETRIEVE), setting("characters", lambda names: names[::-1])),
    ),
    Mutant(
        "unknown-mention-fails-later",
        _AREA + "unknown",
        "an unknown character makes a task that fails",
        settled(unknown_mention="fail"),
    ),
    Mutant(
        "unknown-mention-is-text",
        _AREA + "unknown",
        "an unknown character is ordinary text",
        forgiving(_AREA + "unknown", rewriting(_without_at)),
    ),
    Mutant(
        "unknown-mention-400",
        _AREA + "unknown",
        "an unknown character is answered with 400",
        restating(_AREA + "unknown", 400),
    ),
)
