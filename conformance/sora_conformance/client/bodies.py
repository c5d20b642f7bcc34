"""Bodies: what a request says, whether it is JSON or a form.

Owns the reading of all of these, and the way from names with brackets to what they stand for. It is pure, takes no
longer than a body is long, and judges nothing.
"""

import json
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from typing import Any
from urllib.parse import parse_qsl

import msgspec

MAX_DEPTH = 100
"""How deep objects and lists may stand in each other; nobody reads what is deeper."""

MAX_HEAD = 4096
"""The most bytes of a content type, or of the head of a form's part, that are read."""

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_NESTED = re.compile(r"\[([^\[\]]*)\]")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


class File(msgspec.Struct, frozen=True):
    """A file in a form: its name, None if it has none that is not empty, its declared type, and its size in bytes."""

    name: str | None
    type: str
    size: int


def json_of(body: bytes) -> Any:  # noqa: ANN401 - whatever a client sends
    """Return a body as JSON, None when it is not, or too deep."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    level = [found]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _within(outer)]
        if not level:
            return found
    return None


def boundary_of(content_type: str) -> str | None:
    """Return the boundary that a content type names, None if it is no multipart form or names none."""
    declared = _declared(content_type)
    found = declared.get_param("boundary") if declared.get_content_type() == "multipart/form-data" else None
    return found if isinstance(found, str) and found else None


def fields_of(content_type: str, body: bytes) -> Any:  # noqa: ANN401 - whatever a client sends
    """Return what a body says: JSON as it is, a form as an object, with its files as File.

    In a form, `video[id]` is a field of an object, and `characters[][id]` one of an object in a list. What is neither
    JSON nor a form is None.
    """
    boundary = boundary_of(content_type)
    if boundary is not None:
        fields = _parts(_bytes(boundary), body)
    elif _declared(content_type).get_content_type() == "application/x-www-form-urlencoded":
        fields = iter(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    else:
        return json_of(body)
    found: dict[str, Any] = {}
    for name, value in fields:
        _put(found, name, value)
    return found


def goes_on(content_type: str, body: bytes) -> bool:
    """Tell whether a body is only the beginning of a multipart form, of which more was sent than is kept."""
    boundary = boundary_of(content_type)
    return boundary is not None and body != b"" and b"--" + _bytes(boundary) + b"--" not in body


def without_boundary(content_type: str, body: bytes) -> bytes:
    """Return a body as it is whenever the same is sent: a form without its boundary, which is another each time."""
    boundary = boundary_of(content_type)
    return body if boundary is None else body.replace(_bytes(boundary), b"")


def _within(value: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict | list):
        yield from value.values() if isinstance(value, dict) else value


def _bytes(boundary: str) -> bytes:
    return boundary.encode("latin-1", "replace")


def _declared(content_type: str) -> Message:
    found = Message()
    # The parser's time grows with the square of what it reads.
    if len(content_type) <= MAX_HEAD:
        found["content-type"] = content_type
    return found


def _parts(boundary: bytes, body: bytes) -> Iterator[tuple[str, Any]]:
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    lines = list(line.finditer(body))
    for number, this in enumerate(lines):
        if this[1]:
            return
        end = lines[number + 1].start() if number + 1 < len(lines) else len(body)
        blank = _BLANK_LINE.search(body, this.end(), end)
        if blank is None or blank.start() - this.end() > MAX_HEAD:
            continue
        head = HeaderParser().parsestr(body[this.end() : blank.start()].decode("utf-8", "replace").lstrip("\r\n"))
        data = body[blank.end() : end]
        name = head.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            continue
        if head.get_param("filename", header="content-disposition") is None:
            yield name, data.decode("utf-8", "replace")
        else:
            yield name, File(head.get_filename() or None, head.get_content_type(), len(data))


def _put(found: dict[str, Any], name: str, value: Any) -> None:  # noqa: ANN401 - a text or a File
    nested = _NAME.fullmatch(name) if name.count("[") < MAX_DEPTH else None
    keys = [name] if nested is None else [nested[1], *_NESTED.findall(nested[2])]
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
