"""Forms: a body of fields, read alike from JSON, from multipart and from a urlencoded form.

Owns the choice by content type, and the one shape that all three have afterwards. It knows neither fields nor rules.
"""

from collections.abc import Collection
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from python_multipart.multipart import parse_options_header

from sora_mock.dialects.fields import json_object
from sora_mock.dialects.multipart import LONGEST_DATA_URL, LONGEST_NAME, MOST_PARTS, FilePart, Multipart, MultipartError
from sora_mock.dialects.nesting import NestingError, nested
from sora_mock.engine import problems
from sora_mock.engine.form_problems import form_invalid, form_type_unsupported
from sora_mock.engine.problems import Problem, Refused
from sora_mock.wire import Request

__all__ = ["FilePart", "Form", "form_of"]

TYPE_RULE: Final = "video.form.content-type"
SHAPE_RULE: Final = "video.form.shape"
NAMES_RULE: Final = "video.form.names"


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a body: texts, files (FilePart), objects (dict) and arrays (list), by name.

    `typed` tells that they came from JSON, where a value has a type of its own; in the other encodings every value
    that is no file is text.
    """

    values: dict[str, Any]
    typed: bool


def form_of(request: Request, *, known: Collection[str] | None = None) -> Form:
    """Return the fields of a request's body; raise Refused unless they can be read.

    With `known`, fields of other names are refused too. A long upload is read from disk, which takes its time.
    """
    if request.unreadable is not None:
        raise Refused(request.unreadable)
    declared = request.headers.get("content-type")
    kind, options = parse_options_header(declared)
    match kind.lower():
        case b"application/json":
            return Form(values=json_object(_whole(request), known=known), typed=True)
        case b"multipart/form-data":
            pairs = _parts(request, options.get(b"boundary", b""))
        case b"application/x-www-form-urlencoded":
            pairs = _urlencoded(_whole(request))
        case _:
            found = declared if declared is None else repr(declared[:80])
            raise Refused(form_type_unsupported(found, TYPE_RULE))
    try:
        values = nested(pairs)
    except NestingError as error:
        raise Refused(form_invalid(f"{error}: {error.name[:80]!r}", NAMES_RULE, param=error.name[:80])) from None
    for name in values if known is not None else ():
        if name not in (known or ()):
            raise Refused(problems.field_unknown(name[:80], known or ()))
    return Form(values=values, typed=False)


def _whole(request: Request) -> Request:
    """Return a request with all of its body in memory."""
    if request.spool is None:
        return request
    return msgspec.structs.replace(request, body=request.spool.read_bytes(), spool=None)


def _parts(request: Request, boundary: bytes) -> list[tuple[str, str | FilePart]]:
    if not boundary:
        raise Refused(form_invalid("expected a boundary in the header Content-Type, found none", SHAPE_RULE))
    spool = request.spool
    try:
        return Multipart(boundary, spool and spool.parent).read(spool or request.body)
    except MultipartError as error:
        raise Refused(_problem(error)) from None


def _urlencoded(request: Request) -> list[tuple[str, str | FilePart]]:
    try:
        pairs = parse_qsl(
            request.body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_PARTS,
        )
    except UnicodeDecodeError:
        raise Refused(form_invalid("expected percent-encoded UTF-8, found other bytes", SHAPE_RULE)) from None
    except ValueError:
        raise Refused(form_invalid(f"expected at most {MOST_PARTS} fields, found more", SHAPE_RULE)) from None
    for name, text in pairs:
        if not 0 < len(name) <= LONGEST_NAME:
            raise Refused(form_invalid(f"expected names of 1 to {LONGEST_NAME} characters, found others", SHAPE_RULE))
        if len(text) > LONGEST_DATA_URL:
            raise Refused(form_invalid(f"expected at most {LONGEST_DATA_URL} characters, found more", SHAPE_RULE))
    return [*pairs]


def _problem(error: MultipartError) -> Problem:
    if error.name is None:
        return form_invalid(str(error), SHAPE_RULE)
    return form_invalid(f"{error}: {error.name[:80]!r}", SHAPE_RULE, param=error.name[:80])
