"""Replies of the Videos API: the values in what succeeds.

Owns the names of fields. Every text that leaves here has the key hidden. Errors are returned and not raised: a
traceback would lead to what the server sent.
"""

from collections.abc import Mapping
from typing import Any

from sora_conformance.reference import bodies
from sora_conformance.reference.errors import ProtocolError
from sora_conformance.reference.outcomes import Reply
from sora_conformance.reference.secret import Secret
from sora_conformance.reference.values import Video, VideoCharacter, VideoPage

_CONTENT = ("video/", "image/", "application/octet-stream", "application/binary")
"""How the types of videos and pictures begin, those included that say no more than that it is a file."""


def character_of(reply: Reply, secret: Secret) -> VideoCharacter | ProtocolError:
    """Return the character that a reply brings, or the error that it is."""
    known = bodies.identified(reply, secret, "id")
    if isinstance(known, ProtocolError):
        return known
    character_id, found = known
    return VideoCharacter(
        character_id=character_id,
        name=bodies.text(found.get("name"), secret),
        created_at=bodies.number(found.get("created_at")),
        request_id=bodies.request_id_in(reply, secret),
    )


def video_of(reply: Reply, secret: Secret) -> Video | ProtocolError:
    """Return the video that a reply shows, or the error that it is."""
    known = bodies.identified(reply, secret, "id")
    return known if isinstance(known, ProtocolError) else _video(*known, reply, secret)


def page_of(reply: Reply, secret: Secret) -> VideoPage | ProtocolError:
    """Return the page of videos that a reply shows, or the error that it is."""
    found = bodies.object_in(reply)
    data = found.get("data")
    if not isinstance(data, list):
        what = "it has none" if found else bodies.described(reply, secret)
        return _unread(reply, secret, f"expected an object with a list as data, found {what}")
    videos = []
    for place, each in enumerate(data):
        name = bodies.id_in(bodies.mapping(each), "id")
        if name is None or secret.shows_in(name):
            return _unread(reply, secret, f"expected data[{place}] to have an id, found none")
        videos.append(_video(name, each, reply, secret))
    return VideoPage(
        videos=tuple(videos),
        has_more=found.get("has_more") is True,
        request_id=bodies.request_id_in(reply, secret),
    )


def deleted_in(reply: Reply, secret: Secret) -> str | ProtocolError:
    """Return the id of the video that is gone, or the error that the reply is."""
    known = bodies.identified(reply, secret, "id")
    if isinstance(known, ProtocolError):
        return known
    video_id, found = known
    if found.get("deleted") is not True:
        return bodies.strange(reply, secret, "expected deleted to be true, found that it is not")
    return video_id


def content_of(reply: Reply, secret: Secret) -> bytes | ProtocolError:
    """Return the video or picture that a reply is, or the error that it is."""
    kind = reply.headers.get("content-type", "").strip().lower()
    if not reply.body or (kind and not kind.startswith(_CONTENT)):
        return _unread(reply, secret, f"expected a video or a picture, found {bodies.described(reply, secret)}")
    return reply.body


def _unread(reply: Reply, secret: Secret, message: str) -> ProtocolError:
    """Return the error of a look that showed nothing: there was nothing that could have been done."""
    return bodies.strange(reply, secret, message, maybe_done=False)


def _video(video_id: str, found: Mapping[str, Any], reply: Reply, secret: Secret) -> Video:
    expires_at = bodies.number(found.get("expires_at"))
    return Video(video_id=video_id, expires_at=expires_at, **bodies.render_in(found, reply, secret))
