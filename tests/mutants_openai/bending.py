"""The ways of bending a mock of the Videos API that its variants share.

Owns what it takes to change what is asked or told in one operation. Which rule that breaks is not its business.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import msgspec

from sora_conformance.operations import operation_of
from sora_conformance.server.forms import form
from sora_mock.app import Mock
from sora_mock.dialects.openai.paths import BASE
from sora_mock.engine.state import Account
from sora_mock.keys import Caller
from sora_mock.visit import Visit
from sora_mock.wire import Reply, Request
from tests.mutants.craft import Answer, bent, reroute
from tests.mutants.edits import (
    ReplyEdit,
    When,
    telling_json,
    told,
)
from tests.mutants.mutant import App

CREATE, LIST, RETRIEVE, DELETE, DOWNLOAD = "createVideo", "listVideos", "retrieveVideo", "deleteVideo", "downloadVideo"
CHARACTER = "createVideoCharacter"
VIDEOS = (CREATE, RETRIEVE, "remixVideo", "editVideo", "extendVideo")


def asked_for(request: Request) -> str | None:
    """Return the operation of a request; HEAD counts as GET."""
    method = "GET" if request.method == "HEAD" else request.method
    return operation_of(method, request.path.removeprefix(BASE), "openai")


def on(*names: str) -> When:
    """Hold for what an operation answers when it succeeds."""
    return lambda request, reply: reply.status < 400 and asked_for(request) in names


def way(answer_so: Callable[[Request, Answer], Any]) -> App:
    """Make mocks that answer every request through a function."""
    return bent(lambda mock: reroute(mock, answer_so))


def plain(request: Request) -> Request:
    """Put a sound creation in the place of a request."""
    headers = dict(request.headers) | {"content-type": "application/json"}
    return msgspec.structs.replace(request, headers=headers, body=b'{"prompt": "mended"}', spool=None)


def plain_character(request: Request) -> Request:
    """Put a sound creation of a character in the place of a request."""
    body, kind = form({"name": "Mended"}, "multipart", {"video": "clip.mp4"})
    headers = dict(request.headers) | {"content-type": kind}
    return msgspec.structs.replace(request, headers=headers, body=body, spool=None)


def without_query(*names: str) -> Callable[[Request], Request]:
    """Take parameters out of the query."""

    def edit(request: Request) -> Request:
        kept = [pair for pair in request.query.split("&") if pair.partition("=")[0] not in names]
        return msgspec.structs.replace(request, query="&".join(kept))

    return edit


def with_query(name: str, value: str) -> Callable[[Request], Request]:
    """Put a parameter into the query, unless it is there."""

    def edit(request: Request) -> Request:
        if name in parse_qs(request.query, keep_blank_values=True):
            return request
        return msgspec.structs.replace(request, query="&".join(filter(None, [request.query, f"{name}={value}"])))

    return edit


def asking(*names: str, edit: Callable[[Request], Request]) -> App:
    """Make mocks that take the requests of some operations for others."""

    async def changed(request: Request, answer: Answer) -> Reply:
        return await answer(edit(request) if asked_for(request) in names else request)

    return way(changed)


def open_to_all() -> App:
    """Make mocks in which everybody sees the videos of everybody."""

    def bend(mock: Mock) -> None:
        owners: dict[str, str] = {}

        async def shared(request: Request, answer: Answer) -> Reply:
            owner = owners.get(request.path.removeprefix(f"{BASE}/videos/"))
            if owner is not None and request.method == "GET":
                headers = dict(request.headers) | {"authorization": owner}
                return await answer(msgspec.structs.replace(request, headers=headers))
            reply = await answer(request)
            if asked_for(request) == CREATE and reply.status == 200:
                owners[told(reply)["id"]] = request.headers["authorization"]
            return reply

        reroute(mock, shared)

    return bent(bend)


def undeleted() -> App:
    """Make mocks that say of a deletion that it is done, and keep the video."""

    async def kept(request: Request, answer: Answer) -> Reply:
        if asked_for(request) != DELETE:
            return await answer(request)
        reply = await answer(msgspec.structs.replace(request, method="GET"))
        if reply.status != 200:
            return reply
        return telling_json(lambda video: {"id": video["id"], "deleted": True, "object": "video.deleted"})(reply)

    return way(kept)


def each_video(change: Callable[[dict[str, Any]], None]) -> ReplyEdit:
    """Change every video in a reply."""

    def edit(body: dict[str, Any]) -> None:
        for video in body.get("data", [body]):
            change(video)

    return telling_json(edit)


def commanding(change: Callable[[Any, Account], Any]) -> App:
    """Make mocks that change every command of an account before it is decided; Refused may be raised."""

    def bend(mock: Mock) -> None:
        visit_of = mock.exchange.understudy.visit

        def visiting(caller: Caller) -> Visit:
            visit = visit_of(caller)
            perform = visit.perform
            visit.perform = lambda command: perform(change(command, visit.account))
            return visit

        mock.exchange.understudy.visit = visiting

    return bent(bend)
