"""Mocks of the Videos API that accept what a creation must not ask for, or refuse what it may.

Owns their list, but for characters in videos.
"""

import html
from collections.abc import Callable
from typing import Any

from sora_mock.wire import Request
from tests.mutants.calls import said
from tests.mutants.craft import settled
from tests.mutants.edits import rewriting, setting
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import forgiving, no, refusing, telling
from tests.mutants_openai.bending import CREATE, RETRIEVE, asking, on, plain


def _refused(rule: str, param: str, when: Callable[[dict[str, Any]], Any]) -> App:
    """Make mocks that refuse a creation, by no rule of the contract, when its JSON is of some kind."""
    return refusing(CREATE, lambda body, _: bool(when(body)), no(param, rule))


def _without(param: str, *values: str) -> App:
    return _refused(f"video.{param}.accepted", param, lambda body: body.get(param) in values)


def _forgiven(rule: str, when: Callable[[dict[str, Any]], Any]) -> App:
    """Make mocks that accept a creation which is refused by a rule, when its JSON is of some kind."""
    return forgiving(rule, plain, when=lambda request: bool(when(said(request))))


def _default(**fields: Any) -> App:
    return asking(CREATE, edit=rewriting(lambda body: fields | body))


def _ascii(text: str) -> str:
    return text.encode("ascii", "ignore").decode()


def _reference(body: dict[str, Any]) -> Any:
    return body.get("input_reference")


def _address(body: dict[str, Any]) -> str:
    reference = _reference(body)
    return str(reference.get("image_url", "")) if isinstance(reference, dict) else ""


def _files_refused(kind: bytes) -> App:
    rule = "video.input-reference.file"
    return refusing(CREATE, lambda _, call: kind in call.request.body, no("input_reference", rule))


def _files_taken(mark: bytes) -> App:
    return forgiving("video.input-reference.type", plain, when=lambda request: mark in request.body)


def _is_form(request: Request) -> bool:
    return "form" in request.headers.get("content-type", "")


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "empty-prompt-accepted",
        "video.prompt.length",
        "an empty prompt is accepted",
        _forgiven("video.prompt.length", lambda body: body["prompt"] == ""),
    ),
    Mutant(
        "endless-prompt-accepted",
        "video.prompt.length",
        "prompts of any length are accepted",
        settled(max_prompt=10**9),
    ),
    Mutant(
        "longest-prompt-refused",
        "video.prompt.longest",
        "a prompt has 31 999 characters at most",
        settled(max_prompt=31_999),
    ),
    Mutant(
        "prompt-counted-in-bytes",
        "video.prompt.longest",
        "a prompt has 32 000 bytes at most",
        _refused("video.prompt.longest", "prompt", lambda body: len(str(body.get("prompt")).encode()) > 32_000),
    ),
    Mutant(
        "other-scripts-refused",
        "video.prompt.unicode",
        "a prompt has to be in ASCII",
        _refused("video.prompt.unicode", "prompt", lambda body: not str(body.get("prompt")).isascii()),
    ),
    Mutant(
        "other-scripts-dropped",
        "video.prompt.unicode",
        "a prompt is kept in ASCII",
        telling(on(RETRIEVE), setting("prompt", _ascii)),
    ),
    Mutant(
        "prompt-as-html",
        "video.prompt.unicode",
        "a prompt comes back with entities",
        telling(on(CREATE, RETRIEVE), setting("prompt", html.escape)),
    ),
    Mutant(
        "prompt-on-one-line",
        "video.prompt.unicode",
        "a prompt comes back on one line",
        telling(on(CREATE, RETRIEVE), setting("prompt", lambda text: " ".join(text.split()))),
    ),
    Mutant(
        "default-model-pro", "video.model.default", "without a model sora-2-pro is taken", _default(model="sora-2-pro")
    ),
    Mutant("standard-refused", "video.model.accepted", "sora-2 is refused", _without("model", "sora-2")),
    Mutant("pro-refused", "video.model.accepted", "sora-2-pro is refused", _without("model", "sora-2-pro")),
    Mutant(
        "dated-models-refused",
        "video.model.accepted",
        "models have no dated names",
        _refused("video.model.accepted", "model", lambda body: "-202" in str(body.get("model"))),
    ),
    Mutant(
        "newest-model-refused",
        "video.model.accepted",
        "the newest model is refused",
        _without("model", "sora-2-2025-12-08"),
    ),
    Mutant(
        "any-model-accepted",
        "video.model.value",
        "any model makes videos",
        _forgiven("video.model.value", lambda body: body["model"].strip().lower() != "sora-2"),
    ),
    Mutant(
        "model-in-any-case",
        "video.model.value",
        "a model is read without regard to case and spaces around it",
        _forgiven("video.model.value", lambda body: body["model"].strip().lower() == "sora-2"),
    ),
    Mutant(
        "empty-model-is-none",
        "video.model.value",
        "an empty model counts as none",
        _forgiven("video.model.value", lambda body: body["model"] == ""),
    ),
    Mutant("default-seconds-8", "video.seconds.default", "without seconds a video lasts 8 s", _default(seconds="8")),
    Mutant("4-seconds-refused", "video.seconds.accepted", "8 s are the least", _without("seconds", "4")),
    Mutant("8-seconds-refused", "video.seconds.accepted", "8 s are refused", _without("seconds", "8")),
    Mutant("12-seconds-refused", "video.seconds.accepted", "8 s are the most", _without("seconds", "12")),
    Mutant("20-seconds-accepted", "video.seconds.long", "20 s are the most", settled(video_seconds="guide")),
    Mutant("default-size-wide", "video.size.default", "without a size a video is wide", _default(size="1280x720")),
    Mutant("tall-refused", "video.size.accepted", "tall videos are refused", _without("size", "720x1280", "1024x1792")),
    Mutant("wide-refused", "video.size.accepted", "wide videos are refused", _without("size", "1280x720", "1792x1024")),
    Mutant(
        "large-sizes-refused",
        "video.size.accepted",
        "720 lines are the most",
        _without("size", "1024x1792", "1792x1024"),
    ),
    Mutant("full-hd-accepted", "video.size.full-hd", "sora-2-pro makes Full HD", settled(video_sizes="guide")),
    Mutant(
        "full-hd-for-all",
        "video.size.model",
        "sora-2 makes Full HD",
        _forgiven("video.size.model", lambda body: "1080" in body["size"]),
    ),
    Mutant("png-refused", "video.input-reference.file", "PNG files are refused", _files_refused(b"image/png")),
    Mutant("jpeg-refused", "video.input-reference.file", "JPEG files are refused", _files_refused(b"image/jpeg")),
    Mutant("webp-refused", "video.input-reference.file", "WebP files are refused", _files_refused(b"image/webp")),
    Mutant(
        "addresses-refused",
        "video.input-reference.url",
        "a picture is not fetched",
        _refused("video.input-reference.url", "input_reference", lambda body: _address(body).startswith("http")),
    ),
    Mutant(
        "data-urls-refused",
        "video.input-reference.url",
        "data URLs are refused",
        _refused("video.input-reference.url", "input_reference", lambda body: _address(body).startswith("data:")),
    ),
    Mutant(
        "address-wins",
        "video.input-reference.exclusive",
        "of an address and the id of a file the address is taken",
        _forgiven("video.input-reference.exclusive", lambda body: "file_id" in _reference(body)),
    ),
    Mutant(
        "empty-reference-is-none",
        "video.input-reference.exclusive",
        "a reference to nothing is passed over",
        _forgiven("video.input-reference.exclusive", lambda body: "file_id" not in _reference(body)),
    ),
    Mutant(
        "text-is-an-address",
        "video.input-reference.text",
        "a text is taken for the address of a picture",
        forgiving("video.input-reference.text", plain, when=lambda request: not _is_form(request)),
    ),
    Mutant(
        "text-in-a-form-is-an-address",
        "video.input-reference.text",
        "a text in a form is taken for the address of a picture",
        forgiving("video.input-reference.text", plain, when=_is_form),
    ),
    Mutant("gif-accepted", "video.input-reference.type", "a GIF is a picture too", _files_taken(b"GIF8")),
    Mutant("picture-unread", "video.input-reference.type", "a file's name makes it a picture", _files_taken(b".png")),
    Mutant(
        "first-frame-taken", "video.input-reference.type", "of a video the first frame is taken", _files_taken(b"ftyp")
    ),
    Mutant(
        "any-file-accepted",
        "video.input-reference.type",
        "a file that is no picture is passed over",
        _files_taken(b"filename"),
    ),
    Mutant(
        "data-url-unread",
        "video.input-reference.type",
        "what a data URL holds is passed over",
        forgiving(
            "video.input-reference.type", plain, when=lambda request: _address(said(request)).startswith("data:")
        ),
    ),
    Mutant(
        "data-url-of-any-size",
        "video.input-reference.dimensions",
        "a picture in a data URL is cut to fit",
        _forgiven("video.input-reference.dimensions", lambda body: _address(body).startswith("data:")),
    ),
    Mutant(
        "endless-data-url-accepted",
        "video.input-reference.data-url",
        "data URLs of any length are accepted",
        forgiving("video.input-reference.data-url", plain),
    ),
)
"""Each breaks the rule that it names."""
