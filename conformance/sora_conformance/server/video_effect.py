"""Probes of what is left behind: by refusals nothing, and by an account without videos an empty list.

Owns the cases that look at a whole list before and after, and those of bodies that are too long.
"""

from urllib.parse import urlsplit

from sora_conformance.budget import NotJudged, inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange, Party
from sora_conformance.server.cases import SECOND_KEY, Findings, Price
from sora_conformance.server.checks import refused
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import NAME, VIDEO_MODEL, Stage, told
from sora_conformance.verdicts import Verdict

PROBES = Probes()

MAX_BODY = 64 * 1024 * 1024
"""The most bytes that a body may have."""

_ANSWER_SECONDS = 5.0


@PROBES("error/no-effect", "error.no-effect", cost=Cost.FREE, price=Price(calls=6), features=("list",))
def no_effect(stage: Stage) -> Findings:
    """The newest videos are the same before and after creations that were refused."""
    before = _listed(stage)
    for body in ({}, {"model": VIDEO_MODEL, "prompt": ""}):
        reply = stage.post("/videos", dict(body), refusal="")
        if reply.succeeded:
            raise inconclusive(f"setup: a request was to be refused, and the answer was {told(reply)}")
    after = _listed(stage)
    return [] if before == after else [f"expected refusals to make nothing, found {sorted(set(after) - set(before))}"]


@PROBES(
    "video/characters/unknown/no-effect",
    "video.characters.unknown",
    cost=Cost.FREE,
    price=Price(calls=3),
    alone=True,
    features=("list",),
)
def unknown_character(stage: Stage) -> Findings:
    """The newest videos are the same before and after one with a character that does not exist."""
    before = _listed(stage)
    cast = [{"id": stage.unknown("char_", "effect")}]
    reply = stage.post("/videos", {"prompt": f"{NAME} looks up", "characters": cast}, refusal="character_not_found")
    if reply.succeeded:
        raise inconclusive(f"setup: a request was to be refused, and the answer was {told(reply)}")
    new = sorted(set(_listed(stage)) - set(before))
    return [f"expected a refusal to make no video, found {new}"] if new else []


@PROBES(
    "video/list/empty",
    "video.list.empty",
    cost=Cost.FREE,
    price=Price(calls=1),
    needs=(SECOND_KEY,),
    features=("list",),
)
def empty(stage: Stage) -> Findings:
    """The second account has an empty list, as long as it has no videos."""
    page = stage.wire.call("GET", "/videos", party=Party.SECOND)
    found = page.object
    if page.status != 200 or found is None:
        return [f"expected a list, found {told(page)}"]
    if found.get("data"):
        raise NotJudged(Verdict.SKIP, "needs a second account without videos")
    stated = [found.get("has_more"), found.get("first_id", "nothing"), found.get("last_id", "nothing")]
    wanted = [False, None, None]
    return [] if stated == wanted else [f"expected has_more, first_id and last_id {wanted}, found {stated}"]


@PROBES("model/list/sora", "model.list.sora", cost=Cost.FREE, price=Price(calls=1))
def models(stage: Stage) -> Findings:
    """Both models are in the list."""
    page = stage.wire.call("GET", "/models")
    data = (page.object or {}).get("data")
    names = {model.get("id") for model in data if isinstance(model, dict)} if isinstance(data, list) else set()
    missing = sorted({"sora-2", "sora-2-pro"} - names)
    return (
        [f"expected {' and '.join(missing)} among the models, found {sorted(map(str, names))[:8]}"] if missing else []
    )


@PROBES("request/size", "request.size", cost=Cost.FREE, price=Price(calls=1))
def too_large(stage: Stage) -> Findings:
    """A body that is announced to be one byte longer than 64 MiB is refused with 413."""
    base = urlsplit(stage.target.url)
    head = (
        f"POST {base.path}/videos HTTP/1.1\r\nHost: {base.netloc}\r\nAuthorization: Bearer {stage.target.api_key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {MAX_BODY + 1}\r\n\r\n{{"
    )
    reply: Exchange = stage.wire.raw(head.encode(), timeout=_ANSWER_SECONDS)
    if reply.status is None:
        raise inconclusive(f"setup: the answer to a large body cannot be read ({told(reply)})")
    return refused(reply, "request_too_large", status=413, dialect="openai")


def _listed(stage: Stage) -> list[str]:
    page = stage.wire.call("GET", "/videos?limit=100")
    data = (page.object or {}).get("data")
    if page.status != 200 or not isinstance(data, list):
        raise inconclusive(f"setup: a list of videos was needed, and the answer was {told(page)}")
    return [str(video.get("id")) for video in data if isinstance(video, dict)]
