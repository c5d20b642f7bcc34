"""Mocks that serve the content of tasks to the wrong callers, or not to the right ones."""

import re
from typing import Any

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sora_mock.app import Mock
from sora_mock.dialects.base import Call
from sora_mock.dialects.guide import BASE
from sora_mock.engine import problems
from sora_mock.wire import Reply, Request
from tests.mutants.calls import DOWNLOAD
from tests.mutants.craft import SLOW, Answer, bent, reroute, wrapped
from tests.mutants.edits import by, filing, header, of, status
from tests.mutants.mutant import Mutant
from tests.mutants.ways import as_owner_of, changing, refusing, restating, telling

_UNKNOWN, _RANGE = "generation.content.unknown", "generation.content.range"


def _task(path: str) -> str:
    return path.removeprefix(f"{BASE}/generations/").removesuffix("/content")


async def whole_video(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Pass over the range that is asked for."""
    headers = [pair for pair in scope["headers"] if pair[0] != b"range"]
    await app({**scope, "headers": headers}, receive, send)


async def one_byte_more(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Ask for a range that is one byte longer."""

    def moved(value: bytes) -> bytes:
        return re.sub(rb"-(\d+)$", lambda match: b"-%d" % (int(match[1]) + 1), value)

    headers = [(name, moved(value) if name == b"range" else value) for name, value in scope["headers"]]
    await app({**scope, "headers": headers}, receive, send)


async def _range_untold(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    async def untold(message: Message) -> None:
        if message.get("status") == 206:
            message["headers"] = [pair for pair in message["headers"] if pair[0].lower() != b"content-range"]
        await send(message)

    await app(scope, receive, untold)


def _expired_content(mock: Mock) -> None:
    async def way(request: Request, answer: Answer) -> Reply:
        reply = await answer(request)
        if reply.rule != _UNKNOWN:
            return reply
        understudy = mock.exchange.understudy
        account = understudy.log.read(understudy.caller(request.headers.get("authorization")).account)
        generation = account.generations.get(_task(request.path))
        return reply if generation is None else filing(await understudy.clip(account, generation))(reply)

    reroute(mock, way)


def _not_served(body: dict[str, Any], call: Call) -> bool:
    return _task(call.request.path) in call.visit.account.generations


MUTANTS = (
    Mutant(
        "content-404",
        "generation.content.served",
        "the video of a completed task is not served",
        refusing(DOWNLOAD, _not_served, problems.path_unknown("content", rule="generation.content.served")),
    ),
    Mutant(
        "content-as-bytes",
        "generation.content.served",
        "a video is declared as any bytes",
        telling(of(DOWNLOAD), header("content-type", "application/octet-stream")),
    ),
    Mutant(
        "unknown-content-400", _UNKNOWN, "the content of an unknown task is answered with 400", restating(_UNKNOWN, 400)
    ),
    Mutant("expired-content-served", _UNKNOWN, "the video of an expired task is served", bent(_expired_content)),
    Mutant(
        "foreign-content-served",
        _UNKNOWN,
        "another account's video is served",
        changing(DOWNLOAD, lambda mock, call: as_owner_of(_task(call.request.path), mock, call)),
    ),
    Mutant(
        "unfinished-content-404",
        "generation.content.unfinished",
        "the content of a task at work is answered with 404",
        restating("generation.content.unfinished", 404, latency=SLOW),
    ),
    Mutant(
        "unfinished-content-empty",
        "generation.content.unfinished",
        "the content of a task at work is an empty video",
        telling(
            by("generation.content.unfinished"),
            status(200),
            lambda reply: header("content-type", "video/mp4")(msgspec.structs.replace(reply, body=b"")),
            latency=SLOW,
        ),
    ),
    Mutant("range-ignored", _RANGE, "a request for a range gets the whole video", wrapped(whole_video)),
    Mutant("range-of-one-more", _RANGE, "a range has one byte more than asked for", wrapped(one_byte_more)),
    Mutant("range-untold", _RANGE, "a range does not say where it lies", wrapped(_range_untold)),
)
