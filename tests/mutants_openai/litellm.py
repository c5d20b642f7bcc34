"""The stand-in for LiteLLM's proxy: a mock behind a front that takes every request apart and writes it anew.

Owns how that proxy reads what it is asked, what it passes on and what it makes of the answers, as a run before the
proxy itself has shown it, with `completion_model` set to `sora-2`.
"""

import base64
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from sora_conformance.server.footage import footage
from sora_conformance.server.forms import form
from sora_mock.wire import Reply, Request
from tests.mutants.craft import Answer, bent, reroute
from tests.mutants.edits import telling_json, told
from tests.mutants.mutant import App
from tests.mutants_openai.bending import CHARACTER, CREATE, DELETE, DOWNLOAD, LIST, VIDEOS, asked_for, each_video

MODEL = "sora-2"
_REMIX, _EDIT, _EXTEND = "remixVideo", "editVideo", "extendVideo"
_PASSED_ON = {
    CREATE: None,
    _REMIX: ("prompt",),
    _EDIT: ("prompt", "video"),
    _EXTEND: ("prompt", "seconds", "video"),
}
"""The fields that reach the server behind, None for all."""

_ANY_ID = re.compile(rb"video_([0-9A-Za-z]+=*)")
_LOST = re.compile(r"x-request-id|x-ratelimit-.*|openai-.*|www-authenticate")
_FILE = re.compile(r'filename="([^"]+)"')


class Answered(Exception):  # noqa: N818 - it is no error, but an answer
    """The front answers a request itself."""

    def __init__(self, status: int, body: dict[str, Any], *headers: tuple[str, str]) -> None:
        super().__init__(status)
        content = json.dumps(body).encode()
        self.reply = Reply(status=status, headers=(("content-type", "application/json"), *headers), body=content)


def litellm() -> App:
    """Make mocks behind such a front."""

    async def front(request: Request, answer: Answer) -> Reply:
        operation = asked_for(request)
        try:
            return _told(request, operation, await answer(_asked(request, operation)))
        except Answered as own:
            return own.reply

    return bent(lambda mock: reroute(mock, front))


# -- what is asked -----------------------------------------------------------------------------------------------


def _asked(request: Request, operation: str | None) -> Request:
    """Return what the server behind is asked; raise Answered for what never reaches it."""
    if request.headers.get("authorization", "").startswith("BEARER"):
        raise Answered(401, _error("Malformed API Key", "auth_error", 401, param="None"))
    if request.method == "HEAD" or operation == DELETE:
        raise Answered(405, {"detail": "Method Not Allowed"}, ("allow", "GET"))
    path = own_ids(request.path.encode()).decode()
    query = "" if operation in {LIST, DOWNLOAD} else request.query
    plain = msgspec.structs.replace(request, path=path, query=query)
    if request.unreadable is not None or request.spool is not None or "authorization" not in request.headers:
        return plain
    if operation == CHARACTER:
        return _with_both_parts(plain)
    return _anew(plain, operation) if operation in _PASSED_ON else plain


def _with_both_parts(request: Request) -> Request:
    fields = _fields(request) or {}
    if fields.get("name") and isinstance(fields.get("video"), File):
        return request
    raise Answered(422, {"detail": [{"type": "missing", "loc": ["body", "video"], "msg": "Field required"}]})


def _anew(request: Request, operation: str) -> Request:
    """Return a request with its fields read and written anew, for the one model there is."""
    fields = _fields(request)
    if fields is None:
        return request
    names = _PASSED_ON[operation]
    kept = {name: value for name, value in fields.items() if names is None or name in names}
    if operation == CREATE:
        model, picture = kept.get("model", ""), kept.get("input_reference", "")
        if not isinstance(model, str) or not isinstance(picture, str | File):
            raise Answered(400, _error("Invalid request format", "invalid_request_error", 400))
        return _as_form(request, kept | {"model": MODEL})
    if operation == _EDIT and isinstance(kept.get("video"), File):
        return _as_form(request, kept)
    if operation != _REMIX:
        kept["video"] = {"id": _source(kept.get("video"))}
    body = own_ids(json.dumps(kept).encode())
    return msgspec.structs.replace(request, headers=request.headers | {"content-type": "application/json"}, body=body)


def _source(video: Any) -> str:
    """Return the id of a source; whatever is no id is none, and a number breaks the front."""
    found = video.get("id", "") if isinstance(video, dict) else video if isinstance(video, str) else ""
    if not isinstance(found, str):
        raise Answered(500, {"error": {"message": "Internal server error", "type": "internal_server_error"}})
    return found


def _as_form(request: Request, fields: dict[str, Any]) -> Request:
    """Write fields as a form, which has neither null nor what is empty, and in which everything else is a text."""
    files = {name: value.name for name, value in fields.items() if isinstance(value, File) and name in _UPLOADS}
    texts = {
        name: value.text if isinstance(value, File) else value
        for name, value in fields.items()
        if name not in files and value not in (None, "")
    }
    body, kind = form(texts, "multipart", files)
    return msgspec.structs.replace(request, headers=request.headers | {"content-type": kind}, body=body)


_UPLOADS = ("input_reference", "video")


class File(msgspec.Struct, frozen=True):
    """A file in a form, by its name among the footage."""

    name: str

    @property
    def text(self) -> str:
        """What it says, where it is taken for a text."""
        return footage(self.name).decode("utf-8", "replace")


def _fields(request: Request) -> dict[str, Any] | None:
    """Return the fields of a body, whose type counts only where it is a form; None for what cannot be read."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        return _parts(request.body, kind.partition("boundary=")[2].encode())
    if kind.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(request.body.decode("utf-8", "replace")))
    try:
        found = json.loads(request.body)
    except ValueError:
        raise Answered(400, _error("Invalid JSON payload", "invalid_request_error", 400)) from None
    if not isinstance(found, dict):
        raise Answered(500, {"error": {"message": "Internal server error", "type": "internal_server_error"}})
    return found


def _parts(body: bytes, boundary: bytes) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    if not boundary or not body.endswith(b"--" + boundary + b"--\r\n"):
        return None
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        words = head.decode()
        name = words.partition(' name="')[2].partition('"')[0]
        file = _FILE.search(words)
        found[name] = File(file[1]) if file else content[:-2].decode("utf-8", "replace")
    return None if "" in found else found


# -- what is told ------------------------------------------------------------------------------------------------


def _told(request: Request, operation: str | None, reply: Reply) -> Reply:
    """Return what the front makes of an answer."""
    headers = tuple(pair for pair in reply.headers if not _LOST.fullmatch(pair[0].lower()))
    bare = msgspec.structs.replace(reply, headers=headers)
    if reply.status >= 400:
        return _failed(request, operation, bare)
    if operation == LIST:
        return _listed(bare)
    if reply.file is not None:
        # The mock would cut the file to the range that the caller asks for.
        kind = ("content-type", reply.media_type)
        return msgspec.structs.replace(bare, file=None, body=reply.file.read_bytes(), headers=(*headers, kind))
    return telling_json(_shown(operation))(bare) if operation in VIDEOS else bare


def _failed(request: Request, operation: str | None, reply: Reply) -> Reply:
    """Wrap an error of the server behind; where nobody is behind, the front speaks for itself."""
    if operation is None and reply.status in {404, 405}:
        return telling_json(lambda _: {"detail": "Not Found"})(reply)
    if reply.status == 401 and re.fullmatch("Bearer sk-.+", request.headers.get("authorization", "")):
        # Without a database it knows the one key only.
        unknown = msgspec.structs.replace(reply, status=400)
        return telling_json(lambda _: _error("No connected db.", "no_db_connection", 400))(unknown)
    if reply.status == 401:
        return telling_json(lambda _: _error("Authentication Error", "auth_error", 401, param="None"))(reply)
    kind = told(reply).get("error", {}).get("type", "")
    message = f"litellm.BadRequestError: OpenAIException - {reply.body.decode()}"
    return telling_json(lambda _: _error(message, kind, reply.status))(reply)


def _error(message: str, kind: str, status: int, param: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": param, "code": str(status)}}


def _shown(operation: str | None) -> Callable[[dict[str, Any]], None]:
    def change(video: dict[str, Any]) -> None:
        video.pop("prompt", None)
        video["usage"] = {"duration_seconds": float(video["seconds"])} if operation in {CREATE, _REMIX} else None
        # Only a creation, and a list, write the model into the id.
        video["id"] = new_id(video["id"], video["model"] if operation == CREATE else "")

    return change


def _listed(reply: Reply) -> Reply:
    def ends(page: dict[str, Any]) -> None:
        if page["data"]:
            page["first_id"], page["last_id"] = page["data"][0]["id"], page["data"][-1]["id"]

    renamed = each_video(lambda video: video.update(id=new_id(video["id"], video["model"])))(reply)
    return telling_json(ends)(renamed)


# -- ids ---------------------------------------------------------------------------------------------------------


def new_id(own: str, model: str) -> str:
    """Return the front's id of a video of the server behind."""
    words = f"litellm:custom_llm_provider:openai;model_id:{model};video_id:{own}"
    return f"video_{base64.b64encode(words.encode()).decode()}"


def own_ids(text: bytes) -> bytes:
    """Return a text with the ids of the server behind in the place of the front's."""
    return _ANY_ID.sub(_own, text)


def _own(found: re.Match[bytes]) -> bytes:
    try:
        words = base64.b64decode(found[1], validate=True)
    except ValueError:
        return found[0]
    return words.partition(b"video_id:")[2] or found[0]
