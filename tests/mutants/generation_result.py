"""Mocks whose links to results are not what they should be, or whose videos are not."""

import re
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import msgspec

from sora_mock.app import Mock
from sora_mock.dialects.base import Call
from sora_mock.engine import problems
from sora_mock.engine.problems import Refused
from sora_mock.engine.state import Account, Generation
from sora_mock.keys import Caller
from sora_mock.wire import Reply, Request
from tests.mutants.calls import CREATE, GENERATE, RETRIEVE
from tests.mutants.craft import SLOW, Answer, bent, reroute
from tests.mutants.edits import filing, of, setting, telling_json
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import refusing, restating, telling

_FILE = re.compile(r"/files/(?P<account>[^/]+)/(?P<task>task_[0-9a-f]+)\.mp4")
_LINK, _SIGNED, _PLAYABLE = "generation.result.link", "generation.result.signed", "generation.result.playable"


def _serving_links(when) -> App:
    """Make mocks that serve the video behind a link which is refused, if its query is of some kind."""

    def bend(mock: Mock) -> None:
        understudy = mock.exchange.understudy

        async def way(request: Request, answer: Answer) -> Reply:
            reply = await answer(request)
            match = _FILE.fullmatch(request.path)
            if reply.rule != _SIGNED or match is None or not when(mock, request):
                return reply
            account = understudy.log.read(match["account"])
            generation = account.generations.get(match["task"])
            return reply if generation is None else filing(await understudy.clip(account, generation))(reply)

        reroute(mock, way)

    return bent(bend)


def _expired(mock: Mock, request: Request) -> bool:
    match = _FILE.fullmatch(request.path)
    stated = parse_qs(request.query).get("expires", [""])[0]
    return bool(match) and stated.isdigit() and int(stated) * 1000 <= mock.exchange.understudy.now(match["account"])


def _altered(mock: Mock, request: Request) -> bool:
    return not _expired(mock, request)


def _with_key_only(mock: Mock) -> None:
    caller = mock.exchange._results.caller

    def known(request: Request) -> Caller:
        if "authorization" not in request.headers:
            raise Refused(problems.key_missing("the request has no Authorization header"))
        return caller(request)

    mock.exchange._results.caller = known


def _is_own_link(body: dict[str, Any], _: Call) -> bool:
    return "/files/" in str(body.get("url", "")) and "signature=" in body["url"]


def _rendering(change) -> App:
    """Make mocks that render another clip than the task is of."""

    def bend(mock: Mock) -> None:
        clip = mock.exchange.understudy.clip

        async def other(account: Account, generation: Generation) -> Path:
            return await change(generation, partial(clip, account))

        mock.exchange.understudy.clip = other

    return bent(bend)


async def _no_video(generation: Generation, clip) -> Path:
    path = await clip(generation)
    broken = path.with_suffix(".broken.mp4")
    broken.write_bytes(b"This is no video.\n" * 256)
    return broken


async def _longer(generation: Generation, clip) -> Path:
    return await clip(msgspec.structs.replace(generation, duration=generation.duration + 2, scenes=()))


async def _smaller(generation: Generation, clip) -> Path:
    other = "720p" if generation.resolution == "480p" else "480p"
    return await clip(msgspec.structs.replace(generation, resolution=other))


def _early_link(body: dict[str, Any]) -> None:
    if body["status"] in {"queued", "in_progress"}:
        body["video_url"] = f"http://127.0.0.1/files/{body['id']}.mp4"


def _late_link(body: dict[str, Any]) -> None:
    if body["status"] == "expired":
        body["video_url"] = f"http://127.0.0.1/files/{body['id']}.mp4"


MUTANTS = (
    Mutant(
        "completed-without-link",
        _LINK,
        "a completed task has no link",
        telling(of(GENERATE, RETRIEVE), setting("video_url", None)),
    ),
    Mutant(
        "link-before-the-video",
        _LINK,
        "a task has a link as soon as it is accepted",
        telling(of(GENERATE, RETRIEVE), telling_json(_early_link), latency=SLOW),
    ),
    Mutant(
        "link-after-the-end", _LINK, "an expired task still has a link", telling(of(RETRIEVE), telling_json(_late_link))
    ),
    Mutant("altered-link-served", _SIGNED, "the signature of a link is not looked at", _serving_links(_altered)),
    Mutant("expired-link-served", _SIGNED, "a link works past its time", _serving_links(_expired)),
    Mutant("link-needs-a-key", _SIGNED, "a link works with a key only", bent(_with_key_only)),
    Mutant("altered-link-404", _SIGNED, "a bad link is answered with 404", restating(_SIGNED, 404)),
    Mutant(
        "link-is-no-source",
        "generation.result.source",
        "the link to a result cannot be fetched as a source",
        refusing(CREATE, _is_own_link, problems.processing_failed("cannot be fetched", "generation.result.source")),
    ),
    Mutant("result-is-no-video", _PLAYABLE, "what is served as a video is none", _rendering(_no_video)),
    Mutant("result-is-longer", _PLAYABLE, "a video lasts two seconds more than asked for", _rendering(_longer)),
    Mutant(
        "result-of-other-height", _PLAYABLE, "a video has another number of lines than asked for", _rendering(_smaller)
    ),
)
