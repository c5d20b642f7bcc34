"""Advice: what a request that went wrong may have meant.

Owns the near misses: paths, methods and fields that are almost the contract's. Advice goes into a header and the
journal, never into a reply's body.
"""

import difflib

import msgspec

from sora_mock.dialects.forms import form_of
from sora_mock.dialects.guide import BASE, CHARACTER_FIELDS, GENERATION_FIELDS
from sora_mock.dialects.openai import paths as openai
from sora_mock.dialects.relay import CHARACTER_FIELDS as RELAY_FIELDS
from sora_mock.dialects.relay import CHARACTERS as RELAY_CHARACTERS
from sora_mock.engine.problems import Refused
from sora_mock.wire import Reply, Request

_PLACES = {
    "/characters": f"{BASE}/characters",
    "/generations": f"{BASE}/generations",
    "/videos": openai.VIDEOS,
}
"""Where a path may have meant to lead that ends so."""

_FIELDS = {
    f"{BASE}/characters": CHARACTER_FIELDS,
    f"{BASE}/generations": GENERATION_FIELDS,
    RELAY_CHARACTERS: RELAY_FIELDS,
    openai.VIDEOS: openai.VIDEO_FIELDS,
    f"{openai.VIDEOS}/edits": openai.EDIT_FIELDS,
    f"{openai.VIDEOS}/extensions": openai.EXTENSION_FIELDS,
    f"{openai.VIDEOS}/characters": openai.CHARACTER_FIELDS,
}
_SYNONYMS = {
    "video_url": ("url", "video"),
    "video": ("url",),
    "video_id": ("video",),
    "timestamp": ("timestamps",),
    "task_id": ("from_task",),
    "seconds": ("duration",),
    "duration": ("seconds",),
    "size": ("resolution",),
    "resolution": ("size",),
    "image": ("input_reference",),
    "character_ids": ("characters",),
    "text": ("prompt",),
}

MOST_FIELDS = 20
"""How many unknown fields of one body are looked at."""


def advice_for(request: Request, reply: Reply) -> str | None:
    """Return one sentence of advice, or None when nothing looks like a near miss."""
    if reply.status < 400:
        return None
    if reply.status == 404 and reply.rule == "protocol.path":
        return _path_advice(request)
    if reply.status == 405:
        # Path and method are the caller's texts, which may hold what no header can.
        allow = dict(reply.headers).get("allow", "")
        is_plain = request.method.isascii() and request.method.isalpha()
        return f"This path takes {allow}; found {request.method}." if is_plain else None
    return _field_advice(request)


def _path_advice(request: Request) -> str | None:
    path = request.path.rstrip("/").lower()
    candidates = [*_FIELDS, f"{BASE}/generations/task_", openai.MODELS]
    last = "/" + path.rpartition("/")[2].rstrip("s") + "s"
    if last in _PLACES and not path.startswith(openai.VIDEOS):
        return f"Did you mean {_PLACES[last]}?"
    close = difflib.get_close_matches(path, candidates, n=1, cutoff=0.7)
    if close:
        return f"Did you mean {close[0].removesuffix('task_')}?"
    return f"The contracts' paths begin with {BASE}/ and {openai.VIDEOS}."


def _field_advice(request: Request) -> str | None:
    fields = _FIELDS.get(request.path)
    if fields is None or not request.body:
        return None
    body = _body(request)
    if not isinstance(body, dict):
        return None
    strange = [name for name in body if name not in fields][:MOST_FIELDS]
    hints = [hint for name in strange if (hint := _hint(name, fields))]
    return " ".join(hints[:3]) or None


def _body(request: Request) -> object:
    if "form" in request.headers.get("content-type", ""):
        try:
            return form_of(request).values if request.spool is None else None
        except Refused:
            return None
    try:
        return msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _hint(name: str, fields: tuple[str, ...]) -> str | None:
    meant = [word for word in _SYNONYMS.get(name.lower(), ()) if word in fields]
    close = meant[:1] or difflib.get_close_matches(name.lower(), fields, n=1, cutoff=0.7)
    # A field's name is the caller's text: only a plain one may stand in a header.
    return f"Field {name}: did you mean {close[0]}?" if close and name.isascii() and name.isidentifier() else None
