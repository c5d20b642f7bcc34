"""Source videos: what is known of the video behind a url, without ever fetching it.

Owns the magic host, whose query describes the video, the taken-for-granted clip behind any other url, and what makes
a video unusable. Must not open a connection or a file.
"""

import re
from collections.abc import Callable
from urllib.parse import SplitResult, parse_qsl, urlsplit

import msgspec

from sora_mock.engine import problems
from sora_mock.engine.problems import Problem, Refused

MAGIC_HOST = "videos.sora-mock.test"
FORMATS = ("mp4", "mov", "webm")
MAX_HEIGHT = 1080
MAX_URL = 8192
_DEFAULT_SECONDS = 60.0
_MAX_SECONDS = 86_400
_WHOLE = re.compile(r"[0-9]{1,9}")
_DECIMAL = re.compile(r"[0-9]{1,32}(?:\.[0-9]{1,32})?")
"""How numbers are written, as in timestamps: no signs, spaces, exponents or digits of other scripts."""


class SourceVideo(msgspec.Struct, frozen=True, kw_only=True):
    """A source video: `seconds` long, `height` lines high, with so many `characters` in sight.

    `status` is what fetching it answers, `format` its container (None: not told by the name).
    """

    seconds: float = _DEFAULT_SECONDS
    height: int = MAX_HEIGHT
    status: int = 200
    characters: int = 1
    decodable: bool = True
    format: str | None = None


def describe(url: str) -> SourceVideo:
    """Return what the video behind `url` is like; raise Refused unless it is an absolute http or https address.

    On the magic host the query is the description; a value that describes no video is refused too, so that a slip
    in a test is seen.
    """
    host, parts = _split(url)
    video = SourceVideo(format=_format(parts.path))
    if host != MAGIC_HOST:
        return video
    changes = {name: _described(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)}
    return msgspec.structs.replace(video, **{_FIELDS[name][0]: value for name, value in changes.items()})


def defect(video: SourceVideo) -> Problem | None:
    """Return why no character can be made of the video, or None when it serves.

    Rests on the guide's row "500: Processing failed" and its limits on formats and resolution.
    """
    if not 200 <= video.status < 300:
        return problems.processing_failed(
            f"the source video answered {video.status}; it must be reachable without credentials",
            "character.source.reachable",
        )
    if video.format is not None and video.format not in FORMATS:
        return problems.processing_failed(
            f"the source video must be one of {', '.join(FORMATS)}, found {video.format}", "character.source.format"
        )
    if not video.decodable:
        return problems.processing_failed("the source video cannot be decoded", "character.source.decodable")
    if video.height > MAX_HEIGHT:
        return problems.processing_failed(
            f"the source video must be at most {MAX_HEIGHT}p, found {video.height}p", "character.source.resolution"
        )
    if video.characters == 0:
        return problems.processing_failed(
            "no character is in sight in the source video", "character.source.character-present"
        )
    return None


def _split(url: str) -> tuple[str, SplitResult]:
    if len(url) > MAX_URL:
        raise Refused(problems.url_invalid(f"expected at most {MAX_URL} characters, found {len(url)}"))
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Refused(problems.url_invalid("expected an absolute http or https address")) from None
    if parts.scheme not in {"http", "https"} or not host or " " in url or not url.isprintable():
        raise Refused(problems.url_invalid("expected an absolute http or https address"))
    return host, parts


def _format(path: str) -> str | None:
    stem, _, suffix = path.rpartition("/")[2].rpartition(".")
    return suffix.lower() if stem and suffix.isalnum() else None


def _number(text: str) -> float:
    if not _DECIMAL.fullmatch(text) or not 0 < (value := float(text)) <= _MAX_SECONDS:
        raise ValueError
    return value


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text) or not low <= (value := int(text)) <= high:
            raise ValueError
        return value

    return read


def _decodes(text: str) -> bool:
    return {"ok": True, "fail": False}[text]


_FIELDS: dict[str, tuple[str, Callable[[str], object], str]] = {
    "length": ("seconds", _number, f"seconds above 0, at most {_MAX_SECONDS}"),
    "height": ("height", _whole(1, 16_384), "lines, 1 to 16384"),
    "status": ("status", _whole(100, 599), "an HTTP status"),
    "characters": ("characters", _whole(0, 1000), "a count, 0 to 1000"),
    "decode": ("decodable", _decodes, "ok or fail"),
}


def _described(name: str, text: str) -> object:
    if name not in _FIELDS:
        raise Refused(problems.url_invalid(f"{MAGIC_HOST} knows {', '.join(_FIELDS)}, found {name[:40]!r}"))
    _, read, expected = _FIELDS[name]
    try:
        return read(text)
    except (ValueError, KeyError):
        raise Refused(problems.url_invalid(f"{name} must be {expected}, found {text[:40]!r}")) from None
