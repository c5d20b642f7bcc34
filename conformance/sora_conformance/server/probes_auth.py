"""Who is let in: keys that are missing, malformed, bad and good.

Owns the ways in which a key can be brought, and what keys look like. Calls that ask for a task which does not exist
show who is let in without making anything.
"""

import base64
import re
from typing import Any

from sora_conformance.budget import inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange, Party
from sora_conformance.operations import ROUTES
from sora_conformance.server.cases import Price
from sora_conformance.server.checks import refused
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import CHARACTER_MODEL, SPAN, VIDEO_MODEL, Stage, told
from sora_conformance.target import Target

PROBES = Probes()

_SECRET = re.compile(r"(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{20,}")
"""What the keys of many services look like."""

_VARIETY = 10
"""How many different signs such a key has at the least: less is an example in some message."""


@PROBES("auth/scheme/let-in", "auth.scheme", cost=Cost.FREE, price=Price(calls=1))
def let_in(stage: Stage) -> list[str]:
    """A valid key is let in: what it asks for is looked for, and not found."""
    return _let_in(stage, f"Bearer {stage.target.api_key}")


@PROBES("auth/scheme/case", "auth.scheme.case", cost=Cost.FREE, price=Price(calls=3))
def scheme_in_any_case(stage: Stage) -> list[str]:
    """`bearer`, `BEARER` and a mixture are `Bearer`."""
    return [
        f"{scheme}: {finding}"
        for scheme in ("bearer", "BEARER", "bEaReR")
        for finding in _let_in(stage, f"{scheme} {stage.target.api_key}")
    ]


@PROBES("auth/key/absent", "auth.key.required", cost=Cost.FREE, price=Price(calls=len(ROUTES)))
def no_key(stage: Stage) -> list[str]:
    """Every operation refuses a request that brings no key."""
    return [
        f"{operation}: {finding}"
        for operation in ROUTES
        for finding in refused(_called(stage, operation, Party.NOBODY), "invalid_api_key")
    ]


@PROBES("auth/key/malformed", "auth.key.required", cost=Cost.FREE, price=Price(calls=7))
def malformed(stage: Stage) -> list[str]:
    """A good key in any other form is no key."""
    return [
        f"{about}: {finding}"
        for about, value in malformed_credentials(stage.target.api_key).items()
        for finding in refused(_asked(stage, value), "invalid_api_key")
    ]


@PROBES("auth/key/bad", "auth.key.refused", cost=Cost.FREE, price=Price(calls=len(ROUTES)))
def bad_key(stage: Stage) -> list[str]:
    """Every operation refuses a key that opens nothing."""
    return [
        f"{operation}: {finding}"
        for operation in ROUTES
        for finding in refused(_called(stage, operation, Party.BAD), "invalid_api_key", status=401)
    ]


@PROBES("auth/key/bad-like-none", "auth.key.refused", cost=Cost.FREE, price=Price(calls=2))
def bad_like_none(stage: Stage) -> list[str]:
    """A bad key and none are refused in the same terms, though perhaps in other words."""
    bad, none = (terms(_called(stage, "retrieveGeneration", party)) for party in (Party.BAD, Party.NOBODY))
    return [] if bad == none else [f"expected a bad key to be answered like none, {none}, found {bad}"]


@PROBES("auth/challenge", "auth.challenge", cost=Cost.FREE, price=Price(calls=2))
def challenge(stage: Stage) -> list[str]:
    """Whoever is not let in is told which scheme is expected, with a bad key and without one."""
    return [
        f"{party}: {finding}"
        for party in (Party.NOBODY, Party.BAD)
        for finding in challenged(_called(stage, "retrieveGeneration", party))
    ]


@PROBES("auth/key/secret", "auth.key.secret", cost=Cost.FREE, price=Price(calls=6))
def secret(stage: Stage) -> list[str]:
    """Refusals of every kind show no key: neither the one that was sent nor any other."""
    unknown = f"/generations/{stage.unknown('task_', 'secret')}"
    replies = {
        "a key without scheme": _asked(stage, stage.target.api_key),
        "a bad key": stage.wire.call("GET", unknown, party=Party.BAD, refusal="invalid_api_key"),
        "an unknown task": stage.wire.call("GET", unknown, refusal="task_not_found"),
        "an empty body": stage.wire.call("POST", "/generations", json={}, refusal="missing_required_parameter"),
        "a wrong method": stage.wire.call("GET", "/generations", refusal="method_not_allowed"),
        "an unknown path": stage.wire.call("GET", "/nowhere", refusal="not_found"),
    }
    return [
        f"{about}: expected no key in a reply, found {where}"
        for about, reply in replies.items()
        for where in keys_shown(reply, stage.target)
    ]


@PROBES("auth/key/secret-in-results", "auth.key.secret", cost=Cost.GENERATION, price=Price(calls=1), props=("task",))
def secret_in_results(stage: Stage) -> list[str]:
    """Nor does a reply that is no refusal."""
    reply = stage.retrieve(stage.task())
    return [f"a task: expected no key in a reply, found {where}" for where in keys_shown(reply, stage.target)]


def malformed_credentials(key: str) -> dict[str, str]:
    """Return values of `Authorization` that hold a key in no form that the contract knows, by what is wrong."""
    return {
        "Basic": f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}",
        "another scheme": f"Token {key}",
        "no scheme": key,
        "no space": f"Bearer{key}",
        "no key": "Bearer",
        "two keys": f"Bearer {key} {key}",
        "nothing": "",
    }


def terms(reply: Exchange) -> dict[str, Any]:
    """Return in which terms a request is refused: what programs read of the reply."""
    error = reply.error or {}
    return {"status": reply.status, **{name: error.get(name) for name in ("type", "code")}}


def challenged(reply: Exchange) -> list[str]:
    """Expect a 401 to name the scheme; what is refused otherwise is another rule's business."""
    found = reply.header("www-authenticate")
    if reply.status != 401:
        raise inconclusive(f"setup: a 401 was needed, and the answer was {told(reply)}")
    if found is None or re.search(r"(?:^|,)\s*bearer\b", found, re.IGNORECASE) is None:
        return [f"expected Bearer in WWW-Authenticate, found {found!r}"]
    return []


def keys_shown(reply: Exchange, target: Target) -> list[str]:
    """Return where a reply shows a key: one of the run's own, or what looks like that of another service."""
    places = [(f"header {name}", value) for name, value in reply.headers]
    places.append(("the body", reply.body.decode("utf-8", "replace")))
    own = [f"one of the run's own in {place}" for place, text in places if target.redact(text) != text]
    others = [
        f"what looks like that of another service in {place}"
        for place, text in places
        if any(_is_secret(word) for word in _SECRET.findall(target.redact(text)))
    ]
    return own + others


def _is_secret(word: str) -> bool:
    return len(set(word)) >= _VARIETY and any(sign.isdigit() for sign in word)


def _asked(stage: Stage, credentials: str, refusal: str = "invalid_api_key") -> Exchange:
    """Ask for a task that does not exist, with these credentials."""
    path = f"/generations/{stage.unknown('task_', 'auth')}"
    return stage.wire.call("GET", path, headers={"authorization": credentials}, refusal=refusal)


def _let_in(stage: Stage, credentials: str) -> list[str]:
    """Expect a call for what does not exist to be refused for that reason, and not for who makes it."""
    reply = _asked(stage, credentials, "task_not_found")
    if reply.status in {401, 403, 407}:
        return [f"expected to be let in, found {told(reply)}"]
    return [f"expected to be let in: {finding}" for finding in refused(reply, "task_not_found")]


def _called(stage: Stage, operation: str, party: Party) -> Exchange:
    """Call an operation in the usual way."""
    method, path = ROUTES[operation]
    bodies = {
        "createCharacter": {
            "model": CHARACTER_MODEL,
            "url": stage.usual_source,
            "timestamps": SPAN,
        },
        "createGeneration": {"model": VIDEO_MODEL, "prompt": "Rain on a tin roof", "duration": 2, "resolution": "480p"},
    }
    return stage.wire.call(
        method,
        path.replace("{task_id}", stage.unknown("task_", "auth")),
        party=party,
        json=bodies.get(operation),
        refusal="invalid_api_key",
    )
