"""Probes of what every reply owes: an id of its own, a declared type, instants that are true, and no key.

Owns the cases that go looking for what the watch would otherwise see by chance only.
"""

from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import Findings, Price
from sora_conformance.server.matching import shown
from sora_conformance.server.probe import Probes
from sora_conformance.server.probes_auth import keys_shown
from sora_conformance.server.stage import Stage, made

PROBES = Probes()

EARLIEST, LATEST = 1_577_836_800, 4_102_444_800
"""The years 2020 and 2100: outside of them, a number is no count of seconds."""

SKEW = 300.0
"""By how many seconds a server's clock may differ from this machine's. All time zones are further apart."""


@PROBES("protocol/request-id", "protocol.request-id", cost=Cost.FREE, price=Price(calls=6))
def request_ids(stage: Stage) -> Findings:
    """Replies of every kind have an id, and the same request sent again has another."""
    replies = [*_refusals(stage).values(), _unknown_task(stage)]
    ids = [reply.header("x-request-id") for reply in replies if reply.status is not None]
    missing = [
        f"expected x-request-id on a reply with status {reply.status}, found none"
        for reply in replies
        if reply.status is not None and not reply.header("x-request-id")
    ]
    twice = sorted({name for name in ids if name and ids.count(name) > 1})
    return missing or [f"expected ids that differ, found {shown(name)} again" for name in twice]


@PROBES("protocol/content-type/errors", "protocol.content-type", cost=Cost.FREE, price=Price(calls=5))
def declared(stage: Stage) -> Findings:
    """Errors of every kind are declared as the JSON that they are."""
    return [
        f"{about}: expected JSON to be declared as application/json, found {reply.media_type or 'nothing'}"
        for about, reply in _refusals(stage).items()
        if reply.object is not None and reply.media_type != "application/json"
    ]


@PROBES(
    "protocol/instants/now",
    "protocol.instants",
    cost=Cost.CHARACTER,
    price=Price(calls=1, characters=1),
    needs=("source video",),
)
def instants(stage: Stage) -> Findings:
    """A new character was created now, in whole Unix seconds."""
    before = stage.wire.waiting.now()
    reply = stage.create()
    made(reply, "character_id", "a character")
    after = stage.wire.waiting.now()
    found = (reply.object or {}).get("created_at")
    if not isinstance(found, int) or isinstance(found, bool) or not EARLIEST <= found <= LATEST:
        return [f"expected created_at in whole Unix seconds, found {shown(found)}"]
    if before - SKEW <= found <= after + SKEW:
        return []
    return [f"expected created_at to be the present in UTC, about {before:.0f}, found {found}"]


@PROBES("auth/key/secret/echo", "auth.key.secret", cost=Cost.FREE, price=Price(calls=6))
def not_echoed(stage: Stage) -> Findings:
    """A key that strays into an address or a body is not repeated in the refusal."""
    key = stage.target.api_key
    creation = {"url": "https://videos.example.com/hero.mp4", "timestamps": "1,4"}
    call = stage.wire.call
    replies = {
        "as a model": call("POST", "/characters", json={**creation, "model": key}, refusal="invalid_model"),
        "as a task": stage.create_from(key, refusal="task_not_found"),
        "as timestamps": call(
            "POST",
            "/characters",
            json={**creation, "model": "sora-2-character", "timestamps": key},
            refusal="invalid_timestamps",
        ),
        "as a url": call(
            "POST", "/characters", json={**creation, "model": "sora-2-character", "url": key}, refusal="invalid_url"
        ),
        "in the address": call("GET", f"/generations/{key}", refusal="task_not_found"),
        "in the query": call("POST", f"/characters?api_key={key}", json={}, refusal="missing_required_parameter"),
    }
    return [
        f"{about}: expected no key in a reply, found {where}"
        for about, reply in replies.items()
        for where in keys_shown(reply, stage.target)
    ]


def _refusals(stage: Stage) -> dict[str, Exchange]:
    """Return refusals of several kinds, by what they refuse."""
    call = stage.wire.call
    return {
        "no source": call(
            "POST", "/characters", json={"model": "sora-2-character"}, refusal="missing_required_parameter"
        ),
        "no JSON": call("POST", "/generations", body=b"{", refusal="invalid_json"),
        "an unknown task": _unknown_task(stage),
        "an unknown path": call("GET", "/nowhere", refusal="not_found"),
        "a wrong method": call("GET", "/characters", refusal="method_not_allowed"),
    }


def _unknown_task(stage: Stage) -> Exchange:
    return stage.retrieve(stage.unknown("task_", "replies"), refusal="task_not_found")
