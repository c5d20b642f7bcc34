"""Clients of the Videos API that make of a reply what it is not.

Owns those that have no like in the character API; the others are chosen in the registry.
"""

import json
import re

import msgspec

from sora_conformance.reference import video_replies
from sora_conformance.reference.outcomes import Reply
from sora_conformance.reference.values import Video, VideoCharacter
from tests.clients.seams import reading
from tests.clients.variant import Change, Faulty

ONCE = "client.request.once"
EXTRA, NO_ID, BROKEN, KEPT = (f"client.reply.{word}" for word in ("extra-fields", "no-id", "broken", "id-kept"))
VIDEO_FIELDS = {
    *("id", "object", "model", "status", "progress", "created_at", "completed_at", "expires_at", "prompt", "size"),
    *("seconds", "remixed_from_video_id", "error"),
}
CHARACTER_FIELDS = {"id", "object", "name", "created_at"}


def _videos(way) -> Change:
    """Let `way` say which id a reply about a video has; it is given the body as a text, and may raise."""
    return reading(lambda reply, secret, read: Video(video_id=way(_text(reply))), "video_of", module=video_replies)


def _characters(way) -> Change:
    """Let `way` say which id a reply about a character has; it is given the body as a text, and may raise."""
    return reading(
        lambda reply, secret, read: VideoCharacter(character_id=way(_text(reply))), "character_of", module=video_replies
    )


def _text(reply: Reply) -> str:
    return reply.body.decode("utf-8", "replace")


def _strict(fields: set[str]):
    def way(text: str) -> str:
        found = json.loads(text)
        if unknown := set(found) - fields:
            raise TypeError(f"unexpected fields {unknown}")
        return found["id"]

    return way


def _lenient(text: str) -> str | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found.get("id") if isinstance(found, dict) else None


def _dated(text: str) -> str:
    found = json.loads(text)
    int(found["created_at"])
    return found["id"]


def _called(text: str) -> str:
    found = json.loads(text)
    found["name"].strip()
    return found["id"]


def _dug_out(reply, secret, read):
    """Find the id in half a body, too."""
    found = re.search(r'"id": *"([^"]*)', _text(reply))
    return Video(video_id=found[1]) if found else read(reply, secret)


def _page_taken(reply, secret, read):
    return Video(video_id="") if b"<html" in reply.body else read(reply, secret)


def _page_taken_for_a_character(reply, secret, read):
    return VideoCharacter(character_id="") if b"<html" in reply.body else read(reply, secret)


def _empty_taken(reply, secret, read):
    return Video(video_id="") if b'"id":""' in reply.body.replace(b" ", b"") else read(reply, secret)


def _completed_only(reply, secret, read):
    page = read(reply, secret)
    return msgspec.structs.replace(page, videos=tuple(video for video in page.videos if video.status == "completed"))


FAULTY = (
    Faulty(
        "failed-videos-unlisted",
        ONCE,
        "videos that failed are left out of a list",
        reading(_completed_only, "page_of", module=video_replies),
    ),
    Faulty(
        "video-read-as-text",
        ONCE,
        "the bytes of a video are taken for text, and lose what is none",
        reading(lambda reply, *_: reply.body.replace(b"\0", b""), "content_of", module=video_replies),
    ),
    Faulty(
        "unknown-video-fields-raise",
        EXTRA,
        "a field of a video that is not known is an error",
        _videos(_strict(VIDEO_FIELDS)),
    ),
    Faulty(
        "unknown-character-fields-raise",
        EXTRA,
        "a field of a character that is not known is an error",
        _characters(_strict(CHARACTER_FIELDS)),
    ),
    Faulty("no-video-id-is-none", NO_ID, "where a video has no id None is returned", _videos(_lenient)),
    Faulty(
        "no-character-id-raises",
        NO_ID,
        "where a character has no id a KeyError is raised",
        _characters(lambda text: json.loads(text)["id"]),
    ),
    Faulty(
        "empty-video-id-taken",
        NO_ID,
        "an empty id is returned",
        reading(_empty_taken, "video_of", module=video_replies),
    ),
    Faulty(
        "page-taken-for-a-video",
        BROKEN,
        "a page is an accepted video",
        reading(_page_taken, "video_of", module=video_replies),
    ),
    Faulty(
        "page-taken-for-a-character",
        BROKEN,
        "a page is a new character",
        reading(_page_taken_for_a_character, "character_of", module=video_replies),
    ),
    Faulty(
        "half-video-read",
        BROKEN,
        "the id is taken out of half a body",
        reading(_dug_out, "video_of", module=video_replies),
    ),
    Faulty("date-costs-the-character", KEPT, "a `created_at` that is no number costs the id", _characters(_dated)),
    Faulty("name-costs-the-character", KEPT, "a `name` that is no text costs the id", _characters(_called)),
)
