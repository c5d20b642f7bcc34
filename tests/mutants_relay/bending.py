"""The ways of bending a mock's relay dialect that its variants share.

Owns what it takes to change what is asked or told at a relay. Which rule that breaks is not its business.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from sora_mock.app import Mock
from sora_mock.dialects.relay import CHARACTERS
from sora_mock.wire import Reply, Request
from tests.mutants.calls import VIDEO, said
from tests.mutants.craft import Answer, bent, reroute
from tests.mutants.edits import AskEdit, When, rewriting, saying, told
from tests.mutants.mutant import App

SOUND = {"url": VIDEO, "timestamps": "1,3"}
"""A creation that asks for nothing out of the ordinary."""

VIDEOS = "/v1/videos"
sound = saying(SOUND)


def is_creation(request: Request) -> bool:
    """Tell whether a request asks for a character."""
    return request.method == "POST" and request.path == CHARACTERS


def created(request: Request, reply: Reply) -> bool:
    """Hold for what a creation is answered when it succeeds."""
    return reply.status == 200 and is_creation(request)


def at_relay(request: Request, reply: Reply) -> bool:
    """Hold for every reply of the relay itself."""
    return request.path.startswith("/sora/v1/")


def refused(request: Request, reply: Reply) -> bool:
    """Hold for the relay's own refusals."""
    return at_relay(request, reply) and reply.status >= 400


def with_status(number: int) -> When:
    """Hold for the relay's replies of one status."""
    return lambda request, reply: at_relay(request, reply) and reply.status == number


def asking(when: Callable[[dict[str, Any]], bool], edit: AskEdit) -> App:
    """Make mocks that take creations with some bodies for others."""

    async def way(request: Request, answer: Answer) -> Reply:
        return await answer(edit(request) if is_creation(request) and when(said(request)) else request)

    return bent(lambda mock: reroute(mock, way))


def heard(change: Callable[[dict[str, str]], dict[str, str]]) -> App:
    """Make mocks whose relay reads other headers than were sent."""

    async def way(request: Request, answer: Answer) -> Reply:
        if request.path.startswith("/sora/v1/"):
            request = msgspec.structs.replace(request, headers=change(dict(request.headers)))
        return await answer(request)

    return bent(lambda mock: reroute(mock, way))


def span(change: Callable[[str], str]) -> AskEdit:
    """Change the timestamps of a creation."""
    return rewriting(lambda body: body | {"timestamps": change(body["timestamps"])})


def prompts(when: Callable[[str], bool], *, fail: bool = False) -> App:
    """Make mocks that refuse videos with some prompts as if they mentioned nobody, or accept them and let them fail."""

    async def way(request: Request, answer: Answer) -> Reply:
        prompt = said(request).get("prompt", "")
        if request.method != "POST" or request.path != VIDEOS or not isinstance(prompt, str) or not when(prompt):
            return await answer(request)
        if fail:
            headers = dict(request.headers) | {"prefer": "fault=task-failing"}
            return await answer(msgspec.structs.replace(request, headers=headers))
        return await answer(rewriting(lambda body: body | {"prompt": 5})(request))

    return bent(lambda mock: reroute(mock, way))


def picture(request: Request, reply: Reply) -> bool:
    """Hold for a picture of a character."""
    return request.path.startswith("/files/")


def sourcing(when: Callable[[str, str], bool]) -> App:
    """Make mocks that make a character of a video which they have made, though there is none for this caller any more.

    `when` is asked with the key that made the video and the key that names it.
    """

    def bend(mock: Mock) -> None:
        owners: dict[str, str] = {}

        async def way(request: Request, answer: Answer) -> Reply:
            reply = await answer(request)
            key = request.headers.get("authorization", "")
            if request.method == "POST" and request.path == VIDEOS and reply.status == 200:
                owners[told(reply)["id"]] = key
            owner = owners.get(str(said(request).get("from_task")))
            lost = is_creation(request) and told(reply).get("error", {}).get("code") == "task_not_found"
            return await answer(sound(request)) if lost and owner is not None and when(owner, key) else reply

        reroute(mock, way)

    return bent(bend)


def listing() -> App:
    """Make mocks that list characters."""

    async def way(request: Request, answer: Answer) -> Reply:
        reply = await answer(request)
        if request.method == "GET" and request.path == CHARACTERS:
            return Reply(status=200, headers=reply.headers, body=b'{"object": "list", "data": []}')
        return reply

    return bent(lambda mock: reroute(mock, way))


def redirected() -> App:
    """Make mocks that send whoever fetches a picture to another address first."""

    async def way(request: Request, answer: Answer) -> Reply:
        if not request.path.startswith("/files/") or request.path.startswith("/files/cdn/"):
            path = request.path.replace("/files/cdn/", "/files/")
            return await answer(msgspec.structs.replace(request, path=path))
        place = f"{request.path.replace('/files/', '/files/cdn/')}?{request.query}"
        return Reply(status=302, headers=(("location", place),))

    return bent(lambda mock: reroute(mock, way))
