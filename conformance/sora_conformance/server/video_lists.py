"""Probes of lists: pages of the videos of an account, as they follow on each other.

Owns the cases that compare several pages. Whatever videos an account has, three that were made for these cases are
among them, and are the newest of their kind.
"""

from typing import Any

from sora_conformance.budget import NotJudged, inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Party
from sora_conformance.server.cases import SECOND_KEY, Findings, Price
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import Stage, status_of, task_id, told
from sora_conformance.server.unfinished import failed_task

PROBES = Probes()

MADE = Price(calls=8, generations=3)
MOST_PAGES = 40
_THREE = "three videos to be listed"


@PROBES("video/list/items", "video.list.items", cost=Cost.GENERATION, price=MADE)
def items(stage: Stage) -> Findings:
    """The newest entry is the video as retrieving shows it."""
    newest = _three(stage)[-1]
    listed = next((video for video in _listed(_page(stage, "limit=10")) if video.get("id") == newest), None)
    shown = stage.retrieve(newest).object
    if listed is None:
        return [f"expected the video {newest} in the list, found none"]
    return [] if listed == shown else [f"expected an entry like {shown}, found {listed}"]


@PROBES("video/list/limit", "video.list.limit", cost=Cost.GENERATION, price=MADE)
def limit(stage: Stage) -> Findings:
    """Pages of one and of two."""
    _three(stage)
    findings = []
    for most in (1, 2):
        found = len(_ids(_page(stage, f"limit={most}")))
        if found != most:
            findings.append(f"expected {most} videos with limit={most}, found {found}")
    return findings


@PROBES("video/list/limit-zero/some", "video.list.limit-zero", cost=Cost.GENERATION, price=MADE)
def limit_zero(stage: Stage) -> Findings:
    """A page of none has none, although there are some."""
    _three(stage)
    found = len(_ids(_page(stage, "limit=0")))
    return [f"expected no videos with limit=0, found {found}"] if found else []


@PROBES("video/list/limit-default", "video.list.limit-default", cost=Cost.GENERATION, price=MADE)
def limit_default(stage: Stage) -> Findings:
    """A page without a limit has as many videos as one with limit=20."""
    _three(stage)
    plain, twenty = _ids(_page(stage, "")), _ids(_page(stage, "limit=20"))
    return [] if plain == twenty else [f"expected {len(twenty)} videos without a limit, found {len(plain)}"]


@PROBES("video/list/order", "video.list.order", cost=Cost.GENERATION, price=MADE)
def order(stage: Stage) -> Findings:
    """The newest videos come first with `desc` and last with `asc`."""
    newest = list(reversed(_three(stage)))
    findings = []
    descending = [video for video in _all(stage, "desc") if video in newest]
    ascending = [video for video in _all(stage, "asc") if video in newest]
    if descending != newest:
        findings.append(f"expected the newest first with order=desc, found {descending}")
    if ascending != newest[::-1]:
        findings.append(f"expected the oldest first with order=asc, found {ascending}")
    return findings


@PROBES("video/list/order-default", "video.list.order-default", cost=Cost.GENERATION, price=MADE)
def order_default(stage: Stage) -> Findings:
    """Without an order the page is that of `desc`."""
    _three(stage)
    plain, descending = _ids(_page(stage, "limit=3")), _ids(_page(stage, "limit=3&order=desc"))
    return [] if plain == descending else [f"expected the newest first without an order, found {plain}"]


@PROBES("video/list/after", "video.list.after", cost=Cost.GENERATION, price=MADE)
def after(stage: Stage) -> Findings:
    """A page after the newest video begins with the second newest, one after the oldest with the second oldest."""
    _three(stage)
    findings = []
    for order in ("desc", "asc"):
        first = _at_least(stage, 2, f"limit=3&order={order}")
        second = _ids(_page(stage, f"limit=2&order={order}&after={first[0]}"))
        if second != first[1:3]:
            findings.append(f"expected {first[1:3]} after {first[0]} with order={order}, found {second}")
    return findings


@PROBES("video/list/ends", "video.list.ends", cost=Cost.GENERATION, price=MADE)
def ends(stage: Stage) -> Findings:
    """The two ids that a page states are those of its ends."""
    _three(stage)
    page = _page(stage, "limit=2")
    stated, found = [page.get("first_id"), page.get("last_id")], _ids(page)
    wanted = [found[0], found[-1]] if found else [None, None]
    return [] if stated == wanted else [f"expected first_id and last_id {wanted}, found {stated}"]


@PROBES("video/list/has-more", "video.list.has-more", cost=Cost.GENERATION, price=MADE)
def has_more(stage: Stage) -> Findings:
    """True of a page of one, false of the last, whether that is full or empty."""
    _three(stage)
    findings = []
    if _page(stage, "limit=1").get("has_more") is not True:
        findings.append("expected has_more to be true where more videos follow, found it otherwise")
    oldest, second, *_ = _at_least(stage, 2, "limit=2&order=asc")
    for name, last in ((second, "with"), (oldest, "after")):
        if _page(stage, f"limit=1&after={name}").get("has_more") is not False:
            findings.append(f"expected has_more to be false {last} the oldest video, found it otherwise")
    return findings


@PROBES("video/list/pages", "video.list.pages", cost=Cost.GENERATION, price=MADE)
def pages(stage: Stage) -> Findings:
    """From page to page, every video is shown once; the three lie on both sides of the first turn."""
    three = _three(stage)
    walked = _all(stage, "desc", first=2)
    findings = []
    if len(walked) != len(set(walked)):
        findings.append("expected every video once, found one of them twice")
    if missing := [video for video in three if video not in walked]:
        findings.append(f"expected every video, found none of {', '.join(missing)}")
    return findings


@PROBES("video/list/own", "video.list.own", cost=Cost.GENERATION, price=MADE, needs=(SECOND_KEY,))
def own(stage: Stage) -> Findings:
    """The second account's list has none of the first one's videos."""
    three = _three(stage)
    listed = _all(stage, "desc", party=Party.SECOND)
    return [f"expected the caller's videos only, found {video}" for video in three if video in listed]


@PROBES(
    "video/list/gone",
    "video.delete.gone",
    cost=Cost.GENERATION,
    price=Price(calls=8, generations=1),
    features=("list",),
)
def gone(stage: Stage) -> Findings:
    """A deleted video is in the list no more."""
    video = stage.new_task()
    reply = stage.wire.call("DELETE", f"/videos/{video}")
    if not reply.succeeded:
        raise inconclusive(f"setup: a video was to be deleted, and the answer was {told(reply)}")
    found = video in _ids(_page(stage, "limit=100"))
    return [f"expected a deleted video to be in no list, found {video} in one"] if found else []


@PROBES(
    "video/list/failed",
    "video.retrieve.failed",
    cost=Cost.GENERATION,
    price=Price(calls=6, generations=1),
    features=("list",),
)
def failed(stage: Stage) -> Findings:
    """A video that the list shows as failed is retrieved, too."""
    try:
        video = failed_task(stage)
    except NotJudged:
        # It may have failed, and be hidden from those who look at it.
        listed = (
            str(video.get("id")) for video in _listed(_page(stage, "limit=100")) if video.get("status") == "failed"
        )
        name = next(listed, None)
        if name is None:
            raise
        video = name
    look = stage.retrieve(video)
    is_shown = look.status == 200 and status_of(look) == "failed"
    return [] if is_shown else [f"expected 200 with the failed video, found {told(look)}"]


def _three(stage: Stage) -> list[str]:
    """Return the ids of three videos of the first account, the oldest first; they are made once a run."""
    had = stage.memory.get(_THREE)
    if isinstance(had, list):
        return had
    found = [task_id(stage.generate(f"Rain on roof {number}")) for number in range(3)]
    for video in found:
        stage.ended(video)
    stage.memory[_THREE] = found
    return found


def _page(stage: Stage, query: str, *, party: Party = Party.FIRST) -> dict[str, Any]:
    reply = stage.wire.call("GET", f"/videos?{query}" if query else "/videos", party=party)
    if reply.status != 200 or reply.object is None:
        raise inconclusive(f"setup: a page of videos was needed, and the answer was {told(reply)}")
    return reply.object


def _at_least(stage: Stage, count: int, query: str) -> list[str]:
    """Return the ids on a page; raise NotJudged if there are fewer than `count`."""
    found = _ids(_page(stage, query))
    if len(found) < count:
        raise inconclusive(f"setup: a page of at least {count} videos was needed, and this one has {len(found)}")
    return found


def _all(stage: Stage, order: str, *, first: int = 100, party: Party = Party.FIRST) -> list[str]:
    """Return the ids of all videos, page by page; the first page has `first`."""
    found: list[str] = []
    page = _page(stage, f"limit={first}&order={order}", party=party)
    for _ in range(MOST_PAGES):
        found += _ids(page)
        last = page.get("last_id")
        if page.get("has_more") is not True or not isinstance(last, str):
            return found
        page = _page(stage, f"limit=100&order={order}&after={last}", party=party)
    return found


def _listed(page: dict[str, Any]) -> list[dict[str, Any]]:
    listed = page.get("data")
    return [video for video in listed if isinstance(video, dict)] if isinstance(listed, list) else []


def _ids(page: dict[str, Any]) -> list[str]:
    return [str(video.get("id")) for video in _listed(page)]
