"""Mocks that take the wrong videos for characters, or not the right ones."""

from typing import Any

from sora_mock.app import Mock
from sora_mock.dialects.base import Call
from sora_mock.engine import problems
from sora_mock.engine.lifecycle import Status, status_at
from sora_mock.engine.problems import Refused
from sora_mock.engine.source import MAGIC_HOST, describe
from sora_mock.wire import Reply
from tests.mutants.calls import CREATE, GENERATE, VIDEO, mentions, said
from tests.mutants.craft import Perform, bent, reperform
from tests.mutants.edits import adding, by, of, setting, telling_json, told
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import accounts, forgiving, no, refusing, restating, telling


def _named(*suffixes: str):
    return lambda body, _: str(body.get("url")).partition("?")[0].lower().endswith(suffixes)


def _of_height(body: dict[str, Any], _: Call) -> bool:
    try:
        return describe(body["url"]).height == 1080 and "height=" in body["url"]
    except (KeyError, TypeError, Refused):
        return False


def _is_signed(body: dict[str, Any], _: Call) -> bool:
    """Tell whether a url has a query that describes no video and is no link to one of our own clips."""
    address, _, query = str(body.get("url")).partition("?")
    return bool(query) and MAGIC_HOST not in address and "/files/" not in address


def _unqueried(body: dict[str, Any]) -> None:
    source = body["metadata"]["source"]
    if "url" in source:
        source["url"] = source["url"].partition("?")[0]


def _dying_with_sources(mock: Mock) -> None:
    """Let a character that was made of a clip work only for as long as the clip's task is not expired."""
    origins: dict[str, str] = {}

    async def create(call: Call, perform: Perform) -> Reply:
        reply = await perform(call)
        if reply.status == 200:
            source = str(told(reply)["metadata"]["source"])
            known = [task for account in accounts(mock) for task in account.generations if task in source]
            origins.update(dict.fromkeys([told(reply)["character_id"]], known[0]) if known else {})
        return reply

    async def generate(call: Call, perform: Perform) -> Reply:
        for character in mentions(said(call.request)):
            for account in accounts(mock):
                task = account.generations.get(origins.get(character, ""))
                if task is not None and status_at(task, call.visit.now) is Status.EXPIRED:
                    raise Refused(problems.character_not_found(character, "prompt"))
        return await perform(call)

    reperform(mock, CREATE, create)
    reperform(mock, GENERATE, generate)


def _processed(rule: str, url: str = VIDEO) -> App:
    """Make mocks that process a video which that rule keeps from being processed."""
    return forgiving(rule, adding(url=url, timestamps="0,1"))


MUTANTS = (
    Mutant(
        "mov-refused",
        "character.source.supported",
        "MOV videos are refused",
        refusing(CREATE, _named(".mov"), no("url", "character.source.supported")),
    ),
    Mutant(
        "webm-refused",
        "character.source.supported",
        "WebM videos are refused",
        refusing(CREATE, _named(".webm"), no("url", "character.source.supported")),
    ),
    Mutant(
        "1080-lines-refused",
        "character.source.supported",
        "videos have to have less than 1080 lines",
        refusing(CREATE, _of_height, problems.processing_failed("too many lines", "character.source.supported")),
    ),
    Mutant(
        "signed-url-refused",
        "character.source.signed-url",
        "an address with a query is refused",
        refusing(CREATE, _is_signed, no("url", "character.source.signed-url")),
    ),
    Mutant(
        "query-string-dropped",
        "character.source.signed-url",
        "the query of an address is cut off",
        telling(of(CREATE), telling_json(_unqueried)),
    ),
    Mutant(
        "unreachable-video-accepted",
        "character.source.reachable",
        "a video that answers 403 makes a character",
        _processed("character.source.reachable"),
    ),
    Mutant(
        "unreachable-video-400",
        "character.source.reachable",
        "a video that cannot be fetched is answered with 400",
        restating("character.source.reachable", 400),
    ),
    Mutant(
        "unreachable-video-unnamed",
        "character.source.reachable",
        "a video that cannot be fetched is any 500",
        telling(
            by("character.source.reachable"),
            setting("error.message", "Internal server error."),
            setting("error.code", "internal_error"),
        ),
    ),
    Mutant(
        "other-formats-accepted",
        "character.source.format",
        "an AVI makes a character",
        _processed("character.source.format"),
    ),
    Mutant(
        "other-formats-415",
        "character.source.format",
        "an AVI is answered with 415",
        restating("character.source.format", 415),
    ),
    Mutant(
        "2160-lines-accepted",
        "character.source.resolution",
        "videos of any height make characters",
        _processed("character.source.resolution"),
    ),
    Mutant(
        "broken-video-accepted",
        "character.source.decodable",
        "a video that cannot be decoded makes a character",
        _processed("character.source.decodable"),
    ),
    Mutant(
        "broken-video-400",
        "character.source.decodable",
        "a video that cannot be decoded is answered with 400",
        restating("character.source.decodable", 400),
    ),
    Mutant(
        "nobody-in-sight-accepted",
        "character.source.character-present",
        "an empty landscape makes a character",
        _processed("character.source.character-present"),
    ),
    Mutant(
        "nobody-in-sight-400",
        "character.source.character-present",
        "an empty landscape is answered with 400",
        restating("character.source.character-present", 400),
    ),
    Mutant(
        "character-dies-with-its-source",
        "character.source.independent",
        "a character stops working once the clip that it was made of has expired",
        bent(_dying_with_sources),
    ),
)
