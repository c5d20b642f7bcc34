"""Stand-ins for servers that are compatible with the Videos API: mocks that deviate as those do.

Owns which server deviates how, as far as it is publicly known, and what each is said to offer. What a judge says of
that stands in the expectation files.
"""

import json
import re
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from sora_mock.app import Mock
from sora_mock.wire import Reply, Request
from tests.mutants.craft import Answer, bent, reroute
from tests.mutants.edits import telling_json, told
from tests.mutants.mutant import App
from tests.mutants_openai.bending import DELETE, LIST, VIDEOS, asked_for, each_video, plain
from tests.mutants_openai.litellm import litellm

Change = Callable[[dict[str, Any]], None]
_OWN_ID = re.compile(rb"video_[0-9a-f]{48}")


class StandIn(NamedTuple):
    """A server by its name, what it is said to offer (None: it is asked), and its mock."""

    name: str
    features: frozenset[str] | None
    app: App


class Manner(NamedTuple):
    """How a server deviates: what it lacks, and how it shows videos, errors, deletions and ids."""

    absent: tuple[str, ...] = ()
    only_forms: bool = False
    video: Change | None = None
    error: Change | Callable[[dict[str, Any]], dict[str, Any]] | None = None
    deletion: Change | None = None
    forgives: tuple[str, ...] = ()
    no_page_after: bool = False


def detail(status: int, words: str) -> Reply:
    """Return an error as FastAPI writes it, with the headers of every reply."""
    version = (("openai-version", "2020-10-01"), ("openai-processing-ms", "0"))
    body = json.dumps({"detail": words}).encode()
    return Reply(
        status=status,
        headers=(("content-type", "application/json"), ("x-request-id", f"req_{uuid.uuid4().hex}"), *version),
        body=body,
    )


def deviating(manner: Manner, ids: Callable[[bytes], bytes] | None = None) -> App:
    """Make mocks of a manner, whose videos have ids of their own."""

    async def mannered(request: Request, answer: Answer) -> Reply:
        operation = asked_for(request)
        if operation in manner.absent:
            return detail(405, "Method Not Allowed") if operation == DELETE else detail(404, "Not Found")
        if manner.only_forms and _is_json(request):
            return detail(422, "Field required: prompt")
        reply = await answer(request)
        if reply.rule in manner.forgives:
            reply = await answer(plain(request))
        if manner.no_page_after and reply.rule == "video.list.after-unknown":
            reply = await answer(msgspec.structs.replace(request, query="limit=0"))
        return _shown(manner, operation, reply)

    def bend(mock: Mock) -> None:
        names = Names(ids)

        async def way(request: Request, answer: Answer) -> Reply:
            return names.told(await mannered(names.asked(request), answer))

        reroute(mock, way)

    return bent(bend)


def _is_json(request: Request) -> bool:
    declared = request.headers.get("content-type")
    return request.method == "POST" and declared == "application/json" and request.unreadable is None


def _shown(manner: Manner, operation: str | None, reply: Reply) -> Reply:
    if reply.status >= 400:
        return reply if manner.error is None else telling_json(manner.error)(reply)
    if manner.video is not None and operation in (*VIDEOS, LIST):
        return telling_json_of(manner.video)(reply)
    if manner.deletion is not None and operation == DELETE:
        return telling_json(manner.deletion)(reply)
    return reply


class Names:
    """The ids of a server's videos, and those of the mock behind it."""

    def __init__(self, ids: Callable[[bytes], bytes] | None) -> None:
        self._ids = ids
        self._own: dict[bytes, bytes] = {}

    def asked(self, request: Request) -> Request:
        """Return a request with the mock's ids in it."""
        if self._ids is None:
            return request
        path, query = (self._read_back(text.encode()).decode() for text in (request.path, request.query))
        return msgspec.structs.replace(request, path=path, query=query, body=self._read_back(request.body))

    def told(self, reply: Reply) -> Reply:
        """Return a reply with the server's ids in it."""
        return msgspec.structs.replace(reply, body=_OWN_ID.sub(self._renamed, reply.body))

    def _renamed(self, found: re.Match[bytes]) -> bytes:
        new = found[0] if self._ids is None else self._ids(found[0])
        self._own[new] = found[0]
        return new

    def _read_back(self, text: bytes) -> bytes:
        for new, old in self._own.items():
            text = text.replace(new, old)
        return text


def telling_json_of(change: Change) -> Callable[[Reply], Reply]:
    """Change every video in a reply that has any."""
    return lambda reply: each_video(change)(reply) if told(reply) else reply


def _without_nulls(video: dict[str, Any]) -> None:
    for name in [name for name, value in video.items() if value is None]:
        del video[name]


def _new_api(video: dict[str, Any]) -> None:
    _without_nulls(video)
    video.pop("prompt", None)
    video.update(task_id=video["id"], metadata={})


def _bifrost(video: dict[str, Any]) -> None:
    _without_nulls(video)
    if not video.get("progress"):
        video.pop("progress", None)
    video["extra_fields"] = {"provider": "openai"}
    video["model"] = f"openai/{video['model']}"


def _vllm(video: dict[str, Any]) -> None:
    video.update(media_type="video/mp4", file_name=f"{video['id']}.mp4", quality="standard", metrics={})


def _sglang(video: dict[str, Any]) -> None:
    video.pop("prompt", None)
    video["file_path"] = f"/outputs/{video['id']}.mp4"


def _in_detail(body: dict[str, Any]) -> dict[str, Any]:
    return {"detail": body["error"]["message"]}


def _flat(body: dict[str, Any]) -> dict[str, Any]:
    return {"code": body["error"]["code"], "message": body["error"]["message"], "data": None}


def _code_a_number(body: dict[str, Any]) -> None:
    body["error"]["code"] = 400


def _status_deleted(body: dict[str, Any]) -> None:
    body.update(object="video", status="deleted")
    del body["deleted"]


_ANY = ("video.seconds.value", "video.seconds.long", "video.size.value", "video.size.model", "video.size.full-hd")
_DERIVED = ("editVideo", "extendVideo")
_CHARACTERS = ("createVideoCharacter", "retrieveVideoCharacter")

STAND_INS = (
    StandIn(
        "vllm-omni",
        frozenset({"list", "delete", "references"}),
        deviating(
            Manner(
                absent=("remixVideo", *_DERIVED, *_CHARACTERS),
                only_forms=True,
                video=_vllm,
                error=_code_a_number,
                forgives=_ANY,
                no_page_after=True,
            ),
            ids=lambda own: b"video_gen_" + own[6:38],
        ),
    ),
    StandIn(
        "sglang",
        frozenset({"json", "list", "delete", "references"}),
        deviating(
            Manner(
                absent=("remixVideo", *_DERIVED, *_CHARACTERS),
                video=_sglang,
                error=_in_detail,
                deletion=_status_deleted,
                forgives=_ANY,
            ),
            ids=lambda own: str(uuid.UUID(own[6:38].decode())).encode(),
        ),
    ),
    StandIn("litellm", None, litellm()),
    StandIn(
        "new-api",
        frozenset({"json", "remix", "references"}),
        deviating(
            Manner(absent=(LIST, DELETE, *_DERIVED, *_CHARACTERS), video=_new_api, error=_flat),
            ids=lambda own: b"task_" + own[6:],
        ),
    ),
    StandIn(
        "bifrost",
        frozenset({"json", "list", "delete", "remix", "references", "variants"}),
        deviating(Manner(absent=(*_DERIVED, *_CHARACTERS), video=_bifrost)),
    ),
)
"""Each server as it is publicly described; what is not described is as the contract has it."""
