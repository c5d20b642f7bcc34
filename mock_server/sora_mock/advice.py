"""Advice: what a request that went wrong may have meant.

Owns the near misses: paths, methods and fields that are almost the contract's. Advice goes into a header and the
journal, never into a reply's body.
"""

import difflib

import msgspec

from sora_mock.dialects.guide import BASE, CHARACTER_FIELDS, GENERATION_FIELDS
from sora_mock.wire import Reply, Request

_PATHS = ("/characters", "/generations")
_FIELDS = {
    f"{BASE}/characters": CHARACTER_FIELDS,
    f"{BASE}/generations": GENERATION_FIELDS,
}
_SYNONYMS = {
    "video_url": "url",
    "video": "url",
    "timestamp": "timestamps",
    "task_id": "from_task",
    "seconds": "duration",
    "size": "resolution",
    "text": "prompt",
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
    candidates = [*_FIELDS, f"{BASE}/generations/task_"]
    last = "/" + path.rpartition("/")[2].rstrip("s") + "s"
    if last in _PATHS:
        return f"Did you mean {BASE}{last}?"
    close = difflib.get_close_matches(path, candidates, n=1, cutoff=0.7)
    return f"Did you mean {close[0].removesuffix('task_')}?" if close else f"The contract's paths begin with {BASE}/."


def _field_advice(request: Request) -> str | None:
    fields = _FIELDS.get(request.path)
    if fields is None or not request.body:
        return None
    try:
        body = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    strange = [name for name in body if name not in fields][:MOST_FIELDS]
    hints = [hint for name in strange if (hint := _hint(name, fields))]
    return " ".join(hints[:3]) or None


def _hint(name: str, fields: tuple[str, ...]) -> str | None:
    meant = _SYNONYMS.get(name.lower())
    close = [meant] if meant in fields else difflib.get_close_matches(name.lower(), fields, n=1, cutoff=0.7)
    # A field's name is the caller's text: only a plain one may stand in a header.
    return f"Field {name}: did you mean {close[0]}?" if close and name.isascii() and name.isidentifier() else None
