"""Mocks of the Videos API that delete and serve videos wrongly.

Owns their list.
"""

from functools import partial
from typing import Any

import msgspec

from sora_mock.app import Mock
from sora_mock.dialects.base import Call
from sora_mock.dialects.openai.paths import name_in
from sora_mock.wire import Reply, Request
from tests.mutants.craft import Answer, Perform, bent, reperform, settled, wrapped
from tests.mutants.edits import adding
from tests.mutants.generation_content import one_byte_more, whole_video
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import accounts, as_owner_of, changing, no, refusing, restating
from tests.mutants_openai.bending import (
    CREATE,
    DELETE,
    DOWNLOAD,
    LIST,
    VIDEOS,
    asked_for,
    asking,
    each_video,
    on,
    way,
    with_query,
)


def _called_deleted(rule: str) -> App:
    """Make mocks that say that a video is deleted where `rule` refuses to delete it."""

    async def deleted(request: Request, answer: Answer) -> Reply:
        reply = await answer(request)
        if reply.rule != rule:
            return reply
        body = {"id": request.path.rpartition("/")[2], "deleted": True, "object": "video.deleted"}
        return msgspec.structs.replace(reply, status=200, body=msgspec.json.encode(body))

    return way(deleted)


async def _deleted_all_the_same(call: Call, perform: Perform) -> Reply:
    reply = await perform(call)
    if reply.rule == "video.delete.unfinished":
        del call.visit.account.generations[name_in(call.request)]
    return reply


async def _foreign_deleted(mock: Mock, call: Call, perform: Perform) -> Reply:
    reply = await perform(call)
    if reply.rule == "video.delete.unknown":
        for account in accounts(mock):
            account.generations.pop(name_in(call.request), None)
    return reply


def _is_bare(_: dict[str, Any], call: Call) -> bool:
    return not call.request.body and call.request.headers.get("content-type") == "application/json"


async def _twice_as_long(request: Request, answer: Answer) -> Reply:
    reply = await answer(adding(seconds="8")(request) if asked_for(request) == CREATE else request)
    if not on(*VIDEOS, LIST)(request, reply):
        return reply
    return each_video(lambda video: video.update(seconds="4"))(reply)


def _in_time(_: Mock, call: Call) -> None:
    generation = call.visit.account.generations.get(name_in(call.request))
    if generation is not None:
        call.visit.now = min(call.visit.now, generation.expires_at - 1)


def _wants_binary(_: dict[str, Any], call: Call) -> bool:
    return "application/binary" in call.request.headers.get("accept", "")


_EXPIRED = "video.content.expired"

MUTANTS: tuple[Mutant, ...] = (
    # -- how it is deleted ---------------------------------------------------------------------------------------
    Mutant(
        "deleted-at-work",
        "video.delete.unfinished",
        "a video at work is said to be deleted",
        _called_deleted("video.delete.unfinished"),
    ),
    Mutant(
        "refused-and-deleted",
        "video.delete.unfinished",
        "a video at work is deleted although that is refused",
        bent(lambda mock: reperform(mock, DELETE, _deleted_all_the_same)),
    ),
    Mutant(
        "foreign-deleted",
        "video.retrieve.foreign",
        "another account's video is deleted although that is refused",
        bent(lambda mock: reperform(mock, DELETE, partial(_foreign_deleted, mock))),
    ),
    Mutant(
        "unknown-deleted",
        "video.delete.unknown",
        "deleting what there is not is done at once",
        _called_deleted("video.delete.unknown"),
    ),
    Mutant(
        "bare-deletion-400",
        "video.delete.bare",
        "a DELETE declared as JSON has to have a body",
        refusing(DELETE, _is_bare, no("body")),
    ),
    # -- its content ---------------------------------------------------------------------------------------------
    Mutant(
        "thumbnail-first",
        "video.content.default",
        "without a variant there is the thumbnail",
        asking(DOWNLOAD, edit=with_query("variant", "thumbnail")),
    ),
    Mutant("twice-as-long", "video.content.playable", "a video is twice as long as was asked for", way(_twice_as_long)),
    Mutant(
        "spritesheet-webp",
        "video.content.spritesheet",
        "the picture of the frames is in WebP",
        settled(spritesheet_type="webp"),
    ),
    Mutant(
        "foreign-downloaded",
        "video.retrieve.foreign",
        "another account's video can be downloaded",
        changing(DOWNLOAD, lambda mock, call: as_owner_of(name_in(call.request), mock, call)),
    ),
    Mutant(
        "unknown-content-400",
        "video.content.unknown",
        "the content of an unknown video is a bad request",
        restating("video.content.unknown", 400),
    ),
    Mutant("expired-served", _EXPIRED, "content never goes", changing(DOWNLOAD, _in_time)),
    Mutant("expired-410", _EXPIRED, "content that is gone is answered with 410", restating(_EXPIRED, 410)),
    Mutant(
        "binary-406",
        "video.content.accept",
        "nobody who asks for any bytes gets a video",
        refusing(DOWNLOAD, _wants_binary, msgspec.structs.replace(no("accept"), status=406)),
    ),
    Mutant("range-ignored", "video.content.range", "a request for a range gets the whole video", wrapped(whole_video)),
    Mutant(
        "range-of-one-more", "video.content.range", "a range has one byte more than asked for", wrapped(one_byte_more)
    ),
)
"""Each breaks the rule that it names."""
