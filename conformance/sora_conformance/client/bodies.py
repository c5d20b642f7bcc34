"""Bodies: what a request says, whether it is JSON or a form.

Owns the reading of both, and the way from names with brackets to what they stand for. It is pure, and judges nothing.
"""

import json
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from typing import Any

import msgspec

_NAME = re.compile(r"[^\[\]]+")
_NESTED = re.compile(r"\[([^\[\]]*)\]")


class File(msgspec.Struct, frozen=True):
    """A file in a form: its name, None if it has none that is not empty, its declared type, and its size in bytes."""

    name: str | None
    type: str
    size: int


def json_of(body: bytes) -> Any:  # noqa: ANN401 - whatever a client sends
    """Return a body as JSON, None when it is not."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def boundary_of(content_type: str) -> str | None:
    """Return the boundary that a content type names, None if it is no multipart form or names none."""
    head = Message()
    head["content-type"] = content_type
    found = head.get_param("boundary") if head.get_content_type() == "multipart/form-data" else None
    return found if isinstance(found, str) and found else None


def fields_of(content_type: str, body: bytes) -> Any:  # noqa: ANN401 - whatever a client sends
    """Return what a body says: JSON as it is, a multipart form as an object, with its files as File.

    In a form, `video[id]` is a field of an object, and `characters[][id]` one of an object in a list. What is neither
    JSON nor a form is None.
    """
    if boundary_of(content_type) is None:
        return json_of(body)
    found: dict[str, Any] = {}
    for name, value in _parts(content_type, body):
        _put(found, name, value)
    return found


def without_boundary(content_type: str, body: bytes) -> bytes:
    """Return a body as it is whenever the same is sent: a form without its boundary, which is another each time."""
    boundary = boundary_of(content_type)
    return body if boundary is None else body.replace(boundary.encode("latin-1", "replace"), b"")


def _parts(content_type: str, body: bytes) -> Iterator[tuple[str, Any]]:
    head = b"content-type: " + content_type.encode("latin-1", "replace").replace(b"\r", b"").replace(b"\n", b"")
    whole = BytesParser().parsebytes(head + b"\r\n\r\n" + body)
    for part in whole.get_payload() if whole.is_multipart() else ():
        # Parts of parts are nobody's fields.
        if not isinstance(part, Message) or part.is_multipart():
            continue
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(data, bytes):
            continue
        if part.get_param("filename", header="content-disposition") is None:
            yield name, data.decode("utf-8", "replace")
        else:
            yield name, File(part.get_filename() or None, part.get_content_type(), len(data))


def _put(found: dict[str, Any], name: str, value: Any) -> None:  # noqa: ANN401 - a text or a File
    first = _NAME.match(name)
    keys = [name] if first is None else [first[0], *_NESTED.findall(name[first.end() :])]
    at: Any = found
    for key, following in zip(keys, [*keys[1:], None], strict=True):
        inner: Any = value if following is None else [] if following == "" else {}
        if isinstance(at, list):
            # A list of objects begins a new one where the last has this field already.
            if following is not None and at and isinstance(at[-1], dict) and following not in at[-1]:
                at = at[-1]
                continue
            at.append(inner)
            at = inner
        elif isinstance(at, dict):
            if following is None:
                at[key] = value
            else:
                at = at.setdefault(key, inner)
        else:
            return
