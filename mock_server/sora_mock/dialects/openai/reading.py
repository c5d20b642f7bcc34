"""Reading: the fields of the Videos API, each with the type it must have.

Owns which field is a text, an object, a list or a file, and where a page of a list begins. Whether a value is allowed
is the engine's.
"""

import re
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from sora_mock.dialects.fields import type_name
from sora_mock.dialects.forms import FilePart, Form
from sora_mock.engine import problems, video_problems
from sora_mock.engine.commands import ListVideos
from sora_mock.engine.problems import Refused
from sora_mock.wire import Request

MOST_ON_PAGE: Final = 100
ORDERS: Final = ("asc", "desc")
VARIANTS: Final = ("video", "thumbnail", "spritesheet")

_WHOLE: Final = re.compile(r"[0-9]{1,3}", re.ASCII)


class Named(msgspec.Struct, frozen=True):
    """A picture that is only named, by an address or the id of an uploaded file: nothing is known of it."""


class DataUrl(msgspec.Struct, frozen=True):
    """A picture that stands in a data URL."""

    url: str


def text(form: Form, name: str, *, rule: str = "request.field.type") -> str | None:
    """Return the text in a field, None when it is absent; raise Refused for anything else."""
    return _text(form.values, name, name, rule)


def check_multipart(request: Request) -> None:
    """Raise Refused unless a body that could be read is declared as a multipart form."""
    declared = request.headers.get("content-type")
    is_form = declared is not None and declared.partition(";")[0].strip().lower() == "multipart/form-data"
    if not is_form and request.unreadable is None:
        raise Refused(video_problems.multipart_required(declared, "video.character.multipart"))


def reference(form: Form) -> FilePart | DataUrl | Named | None:
    """Return the picture in `input_reference`, None when there is none; raise Refused unless it is one."""
    if "input_reference" not in form.values:
        return None
    value = form.values["input_reference"]
    if isinstance(value, FilePart):
        return value
    if not isinstance(value, dict):
        rule = "video.input-reference.text" if isinstance(value, str) else "request.field.type"
        raise _mistyped("input_reference", "a file or an object", value, rule)
    url = _text(value, "image_url", "input_reference.image_url", "request.field.type")
    file_id = _text(value, "file_id", "input_reference.file_id", "request.field.type")
    if (url is None) == (file_id is None):
        rule = "video.input-reference.exclusive"
        if url is not None:
            raise Refused(problems.fields_conflict("input_reference.file_id", "input_reference.image_url", rule))
        expected = "'input_reference.image_url' or 'input_reference.file_id'"
        raise Refused(problems.field_missing("input_reference", rule, expected=expected))
    return Named() if url is None else _addressed(url)


def characters(form: Form) -> tuple[str, ...]:
    """Return the ids in `characters`; raise Refused unless it is a list of objects with ids."""
    rule = "video.characters.form"
    if "characters" not in form.values:
        return ()
    listed = form.values["characters"]
    if not isinstance(listed, list):
        raise _mistyped("characters", "an array of objects with an 'id'", listed, rule)
    found = []
    for number, entry in enumerate(listed):
        if not isinstance(entry, dict):
            raise _mistyped(f"characters[{number}]", "an object with an 'id'", entry, rule)
        param = f"characters[{number}].id"
        name = _text(entry, "id", param, rule)
        if name is None:
            raise Refused(problems.field_missing(param, rule))
        found.append(name)
    return tuple(found)


def source(form: Form) -> str | FilePart | None:
    """Return the id or the file in `video`, None when it is absent; raise Refused for anything else."""
    rule = "video.source.required"
    if "video" not in form.values:
        return None
    value = form.values["video"]
    if isinstance(value, FilePart):
        return value
    if not isinstance(value, dict):
        raise _mistyped("video", "a file or an object with an 'id'", value, rule)
    name = _text(value, "id", "video.id", rule)
    if name is None:
        raise Refused(problems.field_missing("video.id", rule))
    return name


def clip(form: Form) -> FilePart | None:
    """Return the file in `video`, None when it is absent; raise Refused for anything else."""
    value = form.values.get("video")
    if "video" in form.values and not isinstance(value, FilePart):
        raise _mistyped("video", "a file", value, "video.character.clip.file")
    return value


def page(query: str) -> ListVideos:
    """Return which page of a list is meant by a query; raise Refused for none."""
    given = dict(parse_qsl(query, keep_blank_values=True))
    limit, order = given.get("limit"), given.get("order", "desc")
    command = ListVideos(newest_first=order == "desc", after=given.get("after"))
    if order not in ORDERS:
        raise Refused(video_problems.choice_invalid("order", order, ORDERS, "video.list.order-value"))
    if limit is None:
        return command
    if not _WHOLE.fullmatch(limit) or int(limit) > MOST_ON_PAGE:
        raise Refused(video_problems.limit_invalid(limit))
    return msgspec.structs.replace(command, limit=int(limit))


def variant(query: str) -> str:
    """Return which file of a video is meant by a query; raise Refused for one that there is not."""
    found = dict(parse_qsl(query, keep_blank_values=True)).get("variant", VARIANTS[0])
    if found not in VARIANTS:
        raise Refused(video_problems.choice_invalid("variant", found, VARIANTS, "video.content.variant-value"))
    return found


def _addressed(url: str) -> DataUrl | Named:
    if url[:5].lower() == "data:":
        return DataUrl(url)
    if re.match(r"https?://[^\s/]+", url, re.IGNORECASE) is None:
        expected = "an http or https address, or a data URL"
        rule = "video.input-reference.url"
        raise Refused(video_problems.value_invalid("input_reference.image_url", expected, problems.shown(url), rule))
    return Named()


def _text(values: dict[str, Any], name: str, param: str, rule: str) -> str | None:
    if name not in values:
        return None
    value = values[name]
    if not isinstance(value, str):
        raise _mistyped(param, "a string", value, rule)
    return value


def _mistyped(param: str, expected: str, value: object, rule: str) -> Refused:
    if isinstance(value, FilePart):
        return Refused(video_problems.type_invalid(param, expected, "a file", "video.form.file"))
    return Refused(video_problems.type_invalid(param, expected, type_name(value), rule))
