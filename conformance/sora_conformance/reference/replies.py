"""Replies of the character API: the values in what succeeds.

Owns the names of fields. Every text that leaves here has the key hidden. Errors are returned and not raised: a
traceback would lead to what the server sent.
"""

from sora_conformance.reference import bodies
from sora_conformance.reference.errors import ProtocolError
from sora_conformance.reference.outcomes import Reply
from sora_conformance.reference.secret import Secret
from sora_conformance.reference.values import Character, Task


def character_of(reply: Reply, secret: Secret) -> Character | ProtocolError:
    """Return the character that a reply brings, or the error that it is."""
    known = bodies.identified(reply, secret, "character_id")
    if isinstance(known, ProtocolError):
        return known
    character_id, found = known
    return Character(
        character_id=character_id,
        created_at=bodies.number(found.get("created_at")),
        model=bodies.text(found.get("model"), secret),
        metadata=secret.hide_in(bodies.mapping(found.get("metadata"))),
        request_id=bodies.request_id_in(reply, secret),
    )


def task_of(reply: Reply, secret: Secret) -> Task | ProtocolError:
    """Return the task that a reply shows, or the error that it is."""
    known = bodies.identified(reply, secret, "task_id", "id")
    if isinstance(known, ProtocolError):
        return known
    task_id, found = known
    video_url = bodies.text(found.get("video_url"), secret)
    return Task(task_id=task_id, video_url=video_url, **bodies.render_in(found, reply, secret))
