"""Features of relays: in what they differ from each other, and how that is found out.

Owns which rules belong to which difference, as data, and the free calls that ask for it. What a relay does otherwise
than another is no breach as long as one of them says so in its own documentation.
"""

from collections.abc import Iterator

from sora_conformance.exchanges import Exchange
from sora_conformance.server.stage import ANY_VIDEO, CHARACTER_MODEL, told
from sora_conformance.wire import Wire

RULES: dict[str, tuple[str, ...]] = {
    "videos": (
        "character.from-task.created",
        "character.from-task.timestamps",
        "character.from-task.expired",
        "character.from-task.foreign",
        "character.from-task.unfinished",
        "video.mention.*",
    ),
    "with-model": ("character.model.optional",),
    "without-model": ("character.model.optional",),
    "task-timestamps": ("character.from-task.timestamps",),
}
"""The rules of each feature, by patterns of their ids.

`videos` are made beside the relay's base; creations are taken `with-model` and `without-model`; `task-timestamps` are
required beside a task.
"""

_ABSENT = frozenset({None, 401, 403, 404, 405, 501})
"""What a call is answered that nobody serves, or not for this key."""


def asked(wire: Wire) -> Iterator[tuple[str, str]]:
    """Yield each feature that a relay does not offer, with how that is known. Every call has to be refused."""
    with wire.case("features"):
        address = f"{wire.target.videos}/videos"
        reply = wire.call("POST", address, json={}, refusal="")
        if reply.status in _ABSENT:
            yield "videos", f"POST {address} is answered {told(reply)}"
        refused = {
            "with-model": _created(wire, model=CHARACTER_MODEL),
            "without-model": _created(wire),
        }
        blamed = [name for name, reply in refused.items() if _is_about(reply, "model", "channel")]
        # Where both are, it is the model that has gone, and not the field that is unwanted or wanting.
        if len(blamed) == 1:
            (name,) = blamed
            yield name, f"a creation {name.replace('-', ' ')} is answered {told(refused[name])}"
        model = {} if blamed == ["with-model"] else {"model": CHARACTER_MODEL}
        reply = wire.call("POST", "/characters", json={"from_task": "sora-conformance-nobody", **model}, refusal="")
        if reply.status == 404 and not _is_about(reply, "timestamps"):
            yield "task-timestamps", f"a creation from a task without timestamps is answered {told(reply)}"


def _created(wire: Wire, **fields: str) -> Exchange:
    """Ask for a character of a span that is none."""
    body = {"url": ANY_VIDEO, "timestamps": "five,eight", **fields}
    return wire.call("POST", "/characters", json=body, refusal="")


def _is_about(reply: Exchange, *words: str) -> bool:
    """Tell whether a refusal speaks of something: relays have more than one form of errors."""
    text = reply.body.decode("utf-8", "replace").lower()
    return (reply.status or 0) >= 400 and any(word in text for word in words)
