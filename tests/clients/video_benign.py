"""Clients of the Videos API that differ from the reference in what its contract leaves open.

Owns those that have no like in the character API; the others are in `benign`. Nothing here breaks a rule.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from sora_conformance.reference import video_calls
from sora_conformance.reference.call import Call
from tests.clients.seams import VIDEOS, Body, bodied, formed, patched, uploading
from tests.clients.variant import Benign

Post = Callable[[str, Body], Call]

DEFAULTS = {"seconds": "4", "size": "720x1280", "model": "sora-2"}


def _as_forms(post: Post) -> Post:
    """Send what would be JSON as a form, with brackets for what lies in objects and lists."""

    def posted(path: str, body: Body) -> Call:
        parts = [
            f'--form\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in _flat(body)
        ]
        call = post(path, body)
        content = "".join([*parts, "--form--\r\n"]).encode()
        return msgspec.structs.replace(call, body=content, content_type="multipart/form-data; boundary=form")

    return posted


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _flat(each, f"{name}[{key}]" if name else key)
    elif isinstance(value, list):
        for each in value:
            yield from _flat(each, f"{name}[]")
    else:
        yield name, value


def _file_first(body: bytes, content_type: str) -> tuple[bytes, str]:
    boundary = b"--" + content_type.rpartition("=")[2].encode()
    _, *parts, end = body.split(boundary)
    return boundary.join([b"", *reversed(parts), end]), content_type


def _other_boundary(body: bytes, content_type: str) -> tuple[bytes, str]:
    old = content_type.rpartition("=")[2]
    return body.replace(old.encode(), b"=_my:form"), 'multipart/form-data; boundary="=_my:form"'


BENIGN: tuple[Benign, ...] = (
    Benign(
        "video-defaults-left-out",
        "what is the default may be left out",
        bodied(lambda body: {name: value for name, value in body.items() if DEFAULTS.get(name) != value}, to=VIDEOS),
    ),
    Benign("all-bodies-are-forms", "whatever is no upload may be a form too", patched(video_calls, "post", _as_forms)),
    Benign("file-first", "the fields of a form have no order", uploading(_file_first)),
    Benign(
        "form-with-its-own-boundary",
        "a boundary may be any, and may stand in quotation marks",
        uploading(_other_boundary),
    ),
    Benign(
        "clip-of-no-type",
        "the type of a file may be left to the server",
        formed(lambda fields, file: (fields, msgspec.structs.replace(file, content_type="application/octet-stream"))),
    ),
)
