"""Mocks of the Videos API that list videos wrongly.

Owns their list.
"""

from typing import Any
from urllib.parse import parse_qs

import msgspec

from sora_mock.app import Mock
from sora_mock.dialects.base import Call
from sora_mock.engine import video_problems
from sora_mock.wire import Reply, Request
from tests.mutants.craft import Answer
from tests.mutants.edits import setting, telling_json, told
from tests.mutants.mutant import Mutant
from tests.mutants.ways import accounts, changing, forgiving, no, refusing, telling
from tests.mutants_openai.bending import LIST, asking, each_video, on, way, with_query, without_query


def _has_none(_: dict[str, Any], call: Call) -> bool:
    return not call.visit.account.generations


def _empty(request: Request, reply: Reply) -> bool:
    return on(LIST)(request, reply) and not told(reply)["data"]


def _limit(request: Request) -> str | None:
    return parse_qs(request.query).get("limit", [None])[0]


def _nothing_is_all(request: Request) -> Request:
    return without_query("limit")(request) if _limit(request) == "0" else request


def _of_everybody(mock: Mock, call: Call) -> None:
    everything = {name: video for account in accounts(mock) for name, video in account.generations.items()}
    call.visit.account = msgspec.structs.replace(call.visit.account, generations=everything)


def _downwards(request: Request) -> Request:
    return without_query("order")(request) if "after=" in request.query else request


async def _more_if_full(request: Request, answer: Answer) -> Reply:
    reply = await answer(request)
    if not on(LIST)(request, reply):
        return reply
    return telling_json(lambda body: body.update(has_more=str(len(body["data"])) == _limit(request)))(reply)


async def _page_skipping(request: Request, answer: Answer) -> Reply:
    reply = await answer(request)
    if not on(LIST)(request, reply) or "after=" not in request.query:
        return reply
    return telling_json(lambda body: body.update(data=body["data"][1:]))(reply)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "entries-without-prompt",
        "video.list.items",
        "the entries of a list have no prompt",
        telling(on(LIST), each_video(lambda video: video.update(prompt=None))),
    ),
    Mutant(
        "empty-404",
        "video.list.empty",
        "who has no videos has no list",
        refusing(LIST, _has_none, video_problems.video_not_found("any", "video.list.empty")),
    ),
    Mutant(
        "empty-ids",
        "video.list.empty",
        "the ids of an empty page are empty texts",
        telling(_empty, setting("first_id", ""), setting("last_id", "")),
    ),
    Mutant("list-of-all", "video.list.own", "a list has the videos of everybody", changing(LIST, _of_everybody)),
    Mutant(
        "limit-zero-400",
        "video.list.limit-zero",
        "a page of none is refused",
        refusing(LIST, lambda _, call: _limit(call.request) == "0", no("limit")),
    ),
    Mutant("limit-zero-all", "video.list.limit-zero", "a limit of 0 is none", asking(LIST, edit=_nothing_is_all)),
    Mutant(
        "two-on-a-page",
        "video.list.limit-default",
        "without a limit a page has two videos",
        asking(LIST, edit=with_query("limit", "2")),
    ),
    Mutant(
        "limit-passed-over",
        "video.list.limit-value",
        "a limit that is none is passed over",
        forgiving("video.list.limit-value", without_query("limit")),
    ),
    Mutant(
        "oldest-first",
        "video.list.order-default",
        "without an order the oldest video comes first",
        asking(LIST, edit=with_query("order", "asc")),
    ),
    Mutant(
        "order-passed-over",
        "video.list.order-value",
        "an order that is none is passed over",
        forgiving("video.list.order-value", without_query("order")),
    ),
    Mutant(
        "after-passed-over",
        "video.list.after-unknown",
        "after an unknown video comes the newest",
        forgiving("video.list.after-unknown", without_query("after")),
    ),
    Mutant("after-downwards", "video.list.after", "what comes after a video is older", asking(LIST, edit=_downwards)),
    Mutant("full-page-has-more", "video.list.has-more", "after a full page more is said to follow", way(_more_if_full)),
    Mutant("page-skipping", "video.list.pages", "from page to page one video is left out", way(_page_skipping)),
)
"""Each breaks the rule that it names."""
