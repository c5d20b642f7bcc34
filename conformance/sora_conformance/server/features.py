"""Features: what a server of the Videos API may lack as a whole, and how that is found out.

Owns which rules and which operations belong to a feature, as data, and the free calls that ask for it. What a server
does not offer at all is no breach of the rules about it.
"""

from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase

from sora_conformance.exchanges import Exchange
from sora_conformance.server.forms import form
from sora_conformance.server.relay_features import RULES as RELAY_RULES
from sora_conformance.server.relay_features import asked as relay_asked
from sora_conformance.server.stage import told
from sora_conformance.wire import Wire

RULES: dict[str, tuple[str, ...]] = {
    "json": ("request.json", "request.field.type", "video.form.json", "video.form.alike", "video.seconds.type"),
    "list": ("video.list.*",),
    "delete": ("video.delete.*",),
    "variants": ("video.content.thumbnail", "video.content.spritesheet", "video.content.variant-value"),
    "characters": ("video.character.*", "video.characters.*"),
    "references": ("video.input-reference.*", "video.characters.with-reference"),
    "remix": ("video.remix.*",),
    "edits": ("video.edit.*",),
    "extensions": ("video.extension.*",),
    "models": ("model.*",),
    "webhooks": ("webhook.*",),
    "limit": ("limit.*",),
}
"""The rules of each feature, by patterns of their ids. Where there is no JSON, the run sends multipart forms."""

OPERATIONS = {
    "listVideos": "list",
    "deleteVideo": "delete",
    "createVideoCharacter": "characters",
    "retrieveVideoCharacter": "characters",
    "remixVideo": "remix",
    "editVideo": "edits",
    "extendVideo": "extensions",
    "listModels": "models",
    "retrieveModel": "models",
}
"""The feature that an operation belongs to; one that is not named here belongs to every server."""

FEATURES_OF: dict[str, tuple[str, ...]] = {"openai": tuple(RULES), "relay": tuple(RELAY_RULES)}
"""The features that each dialect knows; where it knows none, everything is required."""

_ABSENT = frozenset({404, 405, 501})


def features_of(rule: str, operations: Collection[str | None] = (), dialect: str = "openai") -> frozenset[str]:
    """Return the features without which a case for a rule, that makes such calls, says nothing."""
    rules = RELAY_RULES if dialect == "relay" else RULES
    named = {name for name, patterns in rules.items() if any(fnmatchcase(rule, pattern) for pattern in patterns)}
    return frozenset(named | {OPERATIONS[operation] for operation in operations if operation in OPERATIONS})


def lacking(wire: Wire) -> dict[str, str]:
    """Return the features that a target does not offer, each with how that is known; free of cost.

    A target that declares what it offers is believed; any other is asked.
    """
    target = wire.target
    known = FEATURES_OF.get(target.dialect, ())
    if target.features is not None:
        return {name: "by its declaration" for name in known if name not in target.features}
    if not known:
        return {}
    return dict(relay_asked(wire) if target.dialect == "relay" else _asked(wire))


def _asked(wire: Wire) -> Iterator[tuple[str, str]]:
    """Yield each feature whose calls are answered like those to a path that nobody serves."""
    nobody = "sora-conformance-nobody"
    requests: tuple[tuple[str, str, str, dict[str, object] | None], ...] = (
        ("list", "GET", "/videos?limit=1", None),
        ("models", "GET", "/models", None),
        ("delete", "DELETE", f"/videos/{nobody}", None),
        ("remix", "POST", f"/videos/{nobody}/remix", {"prompt": "Rain"}),
        ("edits", "POST", "/videos/edits", {"prompt": "Rain", "video": {"id": nobody}}),
        ("extensions", "POST", "/videos/extensions", {"prompt": "Rain", "seconds": "4", "video": {"id": nobody}}),
    )
    with wire.case("features"):
        for name, method, path, body in requests:
            reply = wire.call(method, path, json=body, refusal="")
            if _is_absent(wire, reply, method, names_one=nobody in str((path, body))):
                yield name, f"{method} {path.partition('?')[0]} is answered {told(reply)}"
        content, kind = form({"name": "Nobody"}, "multipart")
        reply = wire.call("POST", "/videos/characters", body=content, headers={"content-type": kind}, refusal="")
        if reply.status in _ABSENT:
            yield "characters", f"POST /videos/characters is answered {told(reply)}"


def _is_absent(wire: Wire, reply: Exchange, method: str, *, names_one: bool) -> bool:
    """Tell whether a reply says that nothing is served there; that there is no such video says the contrary."""
    if reply.status != 404 or not names_one:
        return reply.status in _ABSENT
    nowhere = wire.call(method, "/sora-conformance/nowhere", json=None if method == "DELETE" else {}, refusal="")
    code = (reply.error or {}).get("code")
    if code is not None and code == (nowhere.error or {}).get("code"):
        return True
    return reply.status == nowhere.status and reply.body == nowhere.body


def not_offered(features: Collection[str], lacks: Mapping[str, str]) -> str | None:
    """Return why a case that needs such features cannot be tried, None when it can."""
    name = next((name for name in sorted(features) if name in lacks), None)
    return None if name is None else f"the target does not offer {name}: {lacks[name]}"
