"""The preflight: whether there is a server that can be judged at all, and what it offers.

Owns the first calls of a run and what they mean. A target that is dead, limited, or something else entirely gets no
verdict: whatever it answers would say nothing of the contract.
"""

from urllib.parse import urlsplit

import httpx2
import msgspec

from sora_conformance.budget import NotJudged
from sora_conformance.contract import Contract, dialects, load
from sora_conformance.exchanges import Exchange, Failure
from sora_conformance.server.features import lacking
from sora_conformance.server.stage import told
from sora_conformance.target import MOCK_SOURCES, Target
from sora_conformance.wire import Wire, retry_after

PROBE_SECONDS = 10.0
"""How long the first reply may take: it refuses an empty creation, which takes no work."""

FIRST_CALL = {"guide": "/characters", "openai": "/videos", "relay": "/characters"}
"""Where the empty creation is sent, by dialect."""


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What the preflight found.

    Why the target is `unfit` to be judged, if it is, what is worth saying of it, and which features it `lacks`, each
    with how that is known.
    """

    unfit: str | None = None
    remark: str | None = None
    lacks: dict[str, str] = {}


def known_mock(target: Target) -> Target:
    """Return the target with what is known of a mock of ours, if it is one whose clock the key may advance.

    Only targets on this machine are asked; a mock elsewhere would not answer.
    """
    if not target.local:
        return target
    headers = {"authorization": f"Bearer {target.api_key}"}
    try:
        with httpx2.Client(timeout=PROBE_SECONDS / 4, trust_env=False, headers=headers) as client:
            health = client.get(f"{target.origin}/_mock/health")
            if health.status_code != 200 or "keys" not in health.json():
                return target
            clock = client.get(f"{target.origin}/_mock/accounts/self/clock")
    except (httpx2.HTTPError, ValueError, TypeError):
        return target
    sources = {**MOCK_SOURCES, **target.sources}
    return msgspec.structs.replace(target, mock=clock.status_code == 200, sources=sources)


def preflight(wire: Wire) -> Findings:
    """Ask the target for something that every server of the contract refuses, and return what its answer says."""
    with wire.case("preflight"):
        try:
            reply = _probe(wire)
            if reply.failure is Failure.BROKEN:
                # Once is chance: a connection that breaks again is not.
                reply = _probe(wire)
            if reply.status == 429:
                wire.waiting.wait(retry_after(reply))
                reply = _probe(wire)
        except NotJudged as nothing:
            return Findings(
                unfit=f"rate limited: {nothing.reason}" if "budget" not in nothing.reason else nothing.reason
            )
    unfit = _unfit(reply, wire.target)
    if unfit is not None:
        return Findings(unfit=unfit, remark=_remark(reply, wire.target))
    try:
        return Findings(remark=_remark(reply, wire.target), lacks=lacking(wire))
    except NotJudged as nothing:
        return Findings(unfit=nothing.reason)


def _probe(wire: Wire) -> Exchange:
    seconds = min(PROBE_SECONDS, wire.target.timeout)
    return wire.call(
        "POST",
        FIRST_CALL[wire.target.dialect],
        json={},
        refusal="missing_required_parameter",
        patient=False,
        timeout=seconds,
    )


def _unfit(reply: Exchange, target: Target) -> str | None:
    if reply.status is None:
        return f"target unavailable: {reply.failure} ({reply.detail})"
    if reply.status == 429:
        return "rate limited: even a request that has to be refused is answered 429, and again after the wait asked for"
    if reply.status in {401, 403, 407}:
        return f"key refused: the first key is answered {told(reply)}; give a valid one (--api-key)"
    if reply.status in {404, 405, 410, 501}:
        place = target.url + FIRST_CALL[target.dialect]
        return f"wrong dialect: POST {place} is answered {told(reply)}; is this the base address?"
    if reply.status in {502, 503, 504}:
        return f"target unavailable: answered {told(reply)}"
    if 300 <= reply.status < 400:
        return f"wrong address: answered {reply.status}, a redirect to {reply.header('location') or 'nowhere'}"
    return None


def another_dialect(target: Target) -> Contract | None:
    """Return the contract of the dialect that an address ends as the base of, None if it is the one that was named.

    Where several bases fit, the longest is meant: `/sora/v1` ends in `/v1`, too.
    """
    path = urlsplit(target.url).path
    fitting = [contract for contract in map(load, dialects()) if path.endswith(contract.base_path)]
    longest = max(fitting, key=lambda contract: len(contract.base_path), default=None)
    return None if longest is None or longest.dialect == target.dialect else longest


def _remark(reply: Exchange, target: Target) -> str | None:
    another = another_dialect(target)
    if another is not None:
        ends = f"The address ends in {another.base_path}, as those of the dialect {another.dialect} do"
        return f"{ends}: is --dialect {target.dialect} right?"
    if reply.status is not None and reply.object is None:
        kind = reply.media_type or "something without a content type"
        return f"The target answers {kind} instead of JSON ({reply.status} to an empty creation)."
    if reply.succeeded:
        return f"The target answers {reply.status} to an empty creation: it seems to refuse nothing."
    return None
