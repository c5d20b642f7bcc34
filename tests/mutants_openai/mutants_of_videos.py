"""Mocks of the Videos API that tell wrongly of videos and of their lives.

Owns their list.
"""

from typing import Any

from sora_mock.app import Mock
from sora_mock.wire import Reply, Request
from tests.mutants.alias import aliased
from tests.mutants.craft import SLOW, Answer, bent, reroute
from tests.mutants.edits import When, header, setting, status, told
from tests.mutants.mutant import Mutant
from tests.mutants.ways import telling
from tests.mutants_openai.bending import (
    CREATE,
    LIST,
    RETRIEVE,
    VIDEOS,
    asked_for,
    each_video,
    on,
)


def _repeating(mock: Mock) -> None:
    """Answer a creation that was asked for before as it was answered then."""
    replies: dict[tuple[str | None, bytes], Reply] = {}

    async def repeated(request: Request, answer: Answer) -> Reply:
        if asked_for(request) != CREATE:
            return await answer(request)
        asked = request.headers.get("authorization"), request.body
        if asked not in replies:
            reply = await answer(request)
            if reply.status != 200:
                return reply
            replies[asked] = reply
        return replies[asked]

    reroute(mock, repeated)


def _lagging(mock: Mock) -> None:
    """Show a video as it was first seen, at every other look."""
    first: dict[str, Reply] = {}
    looks: dict[str, int] = {}

    async def lagging(request: Request, answer: Answer) -> Reply:
        reply = await answer(request)
        if asked_for(request) == CREATE and reply.status == 200:
            first[told(reply)["id"]] = reply
        name = request.path.rpartition("/")[2]
        if asked_for(request) != RETRIEVE or name not in first:
            return reply
        looks[name] = looks.get(name, 0) + 1
        return reply if looks[name] % 2 else first[name]

    reroute(mock, lagging)


def _never_done(video: dict[str, Any]) -> None:
    if video["status"] == "completed":
        video.update(status="in_progress", progress=99, completed_at=None, expires_at=None)


def _with_an_error(video: dict[str, Any]) -> None:
    video["error"] = video["error"] or {"code": "none", "message": ""}


def _not_quite(video: dict[str, Any]) -> None:
    video["progress"] = min(video["progress"], 99)


def _what_is_left(video: dict[str, Any]) -> None:
    if video["status"] == "in_progress":
        video["progress"] = 100 - video["progress"]


def _a_day(video: dict[str, Any]) -> None:
    if video["completed_at"] is not None:
        video["expires_at"] = video["completed_at"] + 86_400


def _in_state(*words: str) -> When:
    return lambda request, reply: on(RETRIEVE)(request, reply) and told(reply).get("status") in words


_ALL = on(*VIDEOS, LIST)
_ERROR, _COMPLETED_AT = "video.object.error", "video.object.completed-at"

MUTANTS: tuple[Mutant, ...] = (
    # -- what a video looks like ---------------------------------------------------------------------------------
    Mutant("creation-repeated", "video.object.id", "the same request makes the same video", bent(_repeating)),
    Mutant(
        "id-of-its-own",
        "video.object.id-form",
        "ids begin with another word",
        aliased("video_", "vid-", lambda core: core),
    ),
    Mutant(
        "completion-untold",
        _COMPLETED_AT,
        "a completed video does not say since when",
        telling(_ALL, each_video(lambda video: video.update(completed_at=None))),
    ),
    Mutant(
        "completed-at-creation",
        _COMPLETED_AT,
        "a video that has just been made is said to be completed since then",
        telling(
            _ALL, each_video(lambda video: video.update(completed_at=video["completed_at"] or video["created_at"]))
        ),
    ),
    Mutant(
        "error-of-none",
        _ERROR,
        "a video that has not failed has an error too",
        telling(_ALL, each_video(_with_an_error)),
    ),
    Mutant(
        "failure-untold",
        _ERROR,
        "a failed video does not say why",
        telling(_ALL, each_video(lambda video: video.update(error=None))),
    ),
    Mutant(
        "prompt-later",
        "video.object.echo",
        "a video at work does not repeat its prompt",
        telling(_in_state("queued", "in_progress"), setting("prompt", None)),
    ),
    Mutant(
        "prompt-of-failures",
        "video.object.echo",
        "a failed video does not repeat its prompt",
        telling(_in_state("failed"), setting("prompt", "")),
    ),
    Mutant(
        "origin-itself",
        "video.object.origin",
        "a video that was made from none names itself as its source",
        telling(
            _ALL,
            each_video(lambda video: video.update(remixed_from_video_id=video["remixed_from_video_id"] or video["id"])),
        ),
    ),
    Mutant(
        "origin-of-itself",
        "video.object.origin",
        "a remix names itself as its source",
        telling(on("remixVideo"), each_video(lambda video: video.update(remixed_from_video_id=video["id"]))),
    ),
    Mutant(
        "origin-an-object",
        "video.object.origin",
        "the source of a remix is told as an object",
        telling(on("remixVideo"), setting("remixed_from_video_id", lambda name: {"id": name})),
    ),
    # -- how it lives --------------------------------------------------------------------------------------------
    Mutant(
        "made-at-work",
        "video.lifecycle.queued",
        "a new video is at work at once",
        telling(on(CREATE), setting("status", "in_progress")),
    ),
    Mutant("lagging-replica", "video.lifecycle.order", "every other look shows a video as it was made", bent(_lagging)),
    Mutant("progress-99", "video.lifecycle.progress", "progress ends at 99", telling(_ALL, each_video(_not_quite))),
    Mutant(
        "progress-downwards",
        "video.lifecycle.progress",
        "progress tells what is left to do",
        telling(_ALL, each_video(_what_is_left), latency=SLOW),
    ),
    Mutant("never-done", "video.lifecycle.ends", "a video is never completed", telling(_ALL, each_video(_never_done))),
    Mutant(
        "expires-next-day", "video.lifecycle.expiry", "content is there for a day", telling(_ALL, each_video(_a_day))
    ),
    # -- how it is looked at -------------------------------------------------------------------------------------
    Mutant(
        "completed-303",
        "video.retrieve.own",
        "who asks for a completed video is sent elsewhere",
        telling(_in_state("completed"), status(303)),
    ),
    Mutant(
        "completed-renamed",
        "video.retrieve.own",
        "a completed video goes by another id",
        telling(_in_state("completed"), setting("id", lambda name: f"{name}_done")),
    ),
    Mutant(
        "failed-renamed",
        "video.retrieve.failed",
        "a failed video goes by another id",
        telling(_in_state("failed"), setting("id", lambda name: f"{name}_failed")),
    ),
    Mutant(
        "failed-500",
        "video.retrieve.failed",
        "a failed video is answered with 500",
        telling(_in_state("failed"), status(500)),
    ),
    Mutant(
        "poll-after-seconds",
        "video.retrieve.poll-after",
        "the time to the next look is a number of seconds with its unit",
        telling(on(RETRIEVE), header("openai-poll-after-ms", lambda text: f"{int(text) / 1000:g}s")),
    ),
)
"""Each breaks the rule that it names."""
