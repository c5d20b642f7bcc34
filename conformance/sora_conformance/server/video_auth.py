"""Probes of keys in the Videos API: that no reply shows one.

Owns the calls that tempt a server to. What counts as a key is the guide's.
"""

from sora_conformance.contract import Cost
from sora_conformance.exchanges import Party
from sora_conformance.server.cases import Findings, Price
from sora_conformance.server.probe import Probes
from sora_conformance.server.probes_auth import keys_shown
from sora_conformance.server.stage import Stage

PROBES = Probes()


@PROBES("auth/key/secret", "auth.key.secret", cost=Cost.FREE, price=Price(calls=6))
def secret(stage: Stage) -> Findings:
    """Refusals of every kind show no key: neither the one that was sent nor any other."""
    unknown = f"/videos/{stage.unknown('video_', 'secret')}"
    bare = {"authorization": stage.target.api_key}
    replies = {
        "a key without scheme": stage.wire.call("GET", unknown, headers=bare, refusal="invalid_api_key"),
        "a bad key": stage.wire.call("GET", unknown, party=Party.BAD, refusal="invalid_api_key"),
        "an unknown video": stage.wire.call("GET", unknown, refusal="video_not_found"),
        "an empty body": stage.post("/videos", {}, refusal="missing_required_parameter"),
        "a wrong method": stage.wire.call("PATCH", "/videos", refusal="method_not_allowed"),
        "an unknown path": stage.wire.call("GET", f"{unknown}/nowhere", refusal="not_found"),
    }
    return [
        f"{about}: expected no key in a reply, found {where}"
        for about, reply in replies.items()
        for where in keys_shown(reply, stage.target)
    ]
