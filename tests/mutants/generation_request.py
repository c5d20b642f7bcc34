"""Mocks that accept generations which the contract refuses, or refuse those that it accepts."""

from collections.abc import Callable
from typing import Any

from tests.mutants.calls import BY_PROMPT, GENERATE, RETRIEVE, said, texts
from tests.mutants.craft import settled
from tests.mutants.edits import adding, of, on, rewriting, setting, status
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import asking, forgiving, no, refusing, telling

_MODEL = BY_PROMPT["model"]
_AREA = "generation."


def refused(rule: str, param: str, when: Callable[[dict[str, Any]], Any]) -> App:
    """Make mocks that refuse a generation, by no rule of the contract, when its body is of some kind."""
    return refusing(GENERATE, lambda body, _: bool(when(body)), no(param, rule))


def forgiven(rule: str, when: Callable[[dict[str, Any]], bool] | None = None, **fields: Any) -> App:
    """Make mocks that set fields of a generation which is refused by `rule`, when its body is of some kind."""
    return forgiving(rule, adding(**fields), when=when and (lambda request: when(said(request))))


def _whole(body: dict[str, Any]) -> dict[str, Any]:
    duration = body.get("duration")
    return body | {"duration": max(1, int(duration))} if isinstance(duration, float) else body


def _default(name: str, value: Any):
    return asking(on(GENERATE, rewriting(lambda body: {name: value} | body)))


def _not_ascii(body: dict[str, Any]) -> bool:
    return not "".join(texts(body)).isascii()


def _is_documented(body: dict[str, Any]) -> bool:
    return body.get("duration") == 10 and body.get("resolution") == "1080p" and "prompt" in body


def _mentions_nobody(body: dict[str, Any]) -> bool:
    return bool(texts(body)) and "@" not in "".join(texts(body))


def _shortened(text: str | None) -> str | None:
    return text and text.encode("ascii", "ignore").decode()


MUTANTS = (
    Mutant(
        "documented-generation-refused",
        _AREA + "created",
        "10 s in 1080p are refused",
        refused(_AREA + "created", "duration", _is_documented),
    ),
    Mutant(
        "generation-202", _AREA + "created", "a generation is answered with 202", telling(of(GENERATE), status(202))
    ),
    Mutant(
        "generation-201", _AREA + "created", "a generation is answered with 201", telling(of(GENERATE), status(201))
    ),
    Mutant(
        "video-model-not-required",
        _AREA + "model.required",
        "a generation without a model is accepted",
        forgiven(_AREA + "model.required", model=_MODEL),
    ),
    Mutant(
        "any-video-model-accepted",
        _AREA + "model.value",
        "any model makes videos",
        forgiven(_AREA + "model.value", model=_MODEL),
    ),
    Mutant(
        "character-model-makes-videos",
        _AREA + "model.value",
        "the model of characters makes videos too",
        forgiven(_AREA + "model.value", lambda body: body["model"] == "sora-2-character", model=_MODEL),
    ),
    Mutant(
        "prompt-not-required",
        _AREA + "prompt.required",
        "a generation of nothing is accepted",
        forgiven(_AREA + "prompt.required", prompt="a surprise"),
    ),
    Mutant(
        "empty-prompt-accepted",
        _AREA + "prompt.length",
        "an empty prompt is accepted",
        forgiven(_AREA + "prompt.length", lambda body: body.get("prompt") == "", prompt="a surprise"),
    ),
    Mutant(
        "endless-prompt-accepted",
        _AREA + "prompt.length",
        "prompts of any length are accepted",
        settled(max_prompt=10**9),
    ),
    Mutant(
        "plain-prompt-refused",
        _AREA + "prompt.plain",
        "a prompt has to mention somebody",
        refused(_AREA + "prompt.plain", "prompt", _mentions_nobody),
    ),
    Mutant(
        "other-scripts-refused",
        _AREA + "prompt.unicode",
        "a prompt has to be in ASCII",
        refused(_AREA + "prompt.unicode", "prompt", _not_ascii),
    ),
    Mutant(
        "other-scripts-dropped",
        _AREA + "prompt.unicode",
        "a prompt comes back in ASCII",
        telling(of(GENERATE, RETRIEVE), setting("prompt", _shortened)),
    ),
    Mutant(
        "any-duration-accepted",
        _AREA + "duration.value",
        "a duration out of bounds is taken for another",
        forgiven(_AREA + "duration.value", duration=10),
    ),
    Mutant(
        "no-duration-accepted",
        _AREA + "duration.value",
        "a duration of 0 is accepted",
        forgiven(_AREA + "duration.value", lambda body: body.get("duration") == 0, duration=1),
    ),
    Mutant(
        "long-duration-accepted",
        _AREA + "duration.value",
        "a duration of more than 60 s is accepted",
        forgiven(_AREA + "duration.value", lambda body: body.get("duration", 0) > 60, duration=60),
    ),
    Mutant(
        "fractional-duration-accepted",
        _AREA + "duration.value",
        "a duration is rounded down",
        asking(on(GENERATE, rewriting(_whole))),
    ),
    Mutant("60-seconds-refused", _AREA + "duration.accepted", "59 s are the most", settled(max_duration=59)),
    Mutant(
        "1-second-refused",
        _AREA + "duration.accepted",
        "2 s are the least",
        refused(_AREA + "duration.accepted", "duration", lambda body: body.get("duration") == 1),
    ),
    Mutant(
        "default-duration-5",
        _AREA + "duration.default",
        "without a duration a video lasts 5 s",
        asking(on(GENERATE, rewriting(lambda body: body if "scenes" in body else {"duration": 5} | body))),
    ),
    Mutant(
        "any-resolution-accepted",
        _AREA + "resolution.value",
        "any resolution is taken for one that there is",
        forgiven(_AREA + "resolution.value", resolution="480p"),
    ),
    Mutant(
        "480p-refused",
        _AREA + "resolution.accepted",
        "480p is refused",
        refused(_AREA + "resolution.accepted", "resolution", lambda body: body.get("resolution") == "480p"),
    ),
    Mutant(
        "720p-refused",
        _AREA + "resolution.accepted",
        "720p is refused",
        refused(_AREA + "resolution.accepted", "resolution", lambda body: body.get("resolution") == "720p"),
    ),
    Mutant(
        "default-resolution-720p",
        _AREA + "resolution.default",
        "without a resolution a video is made in 720p",
        _default("resolution", "720p"),
    ),
)
