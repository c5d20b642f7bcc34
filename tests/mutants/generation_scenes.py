"""Mocks that read storyboards which are none, or do not read those that are."""

from collections.abc import Callable
from typing import Any

from sora_mock.wire import Request
from tests.mutants.calls import GENERATE, RETRIEVE, said
from tests.mutants.craft import settled
from tests.mutants.edits import dropping, of, rewriting, telling_json
from tests.mutants.generation_request import forgiven, refused
from tests.mutants.mutant import Mutant
from tests.mutants.ways import forgiving, telling

_SCENE = {"prompt": "a mended scene", "duration": 1}
_AREA = "generation."


def _mended_scenes(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"scenes": [_SCENE | scene for scene in body["scenes"]] or [_SCENE]}


def _summed(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "duration"}


def _total(body: dict[str, Any]) -> int:
    return sum(scene["duration"] for scene in body["scenes"])


def _lacks(name: str) -> Callable[[Request], bool]:
    return lambda request: any(name not in scene for scene in said(request)["scenes"])


def _longest_scene(body: dict[str, Any]) -> None:
    if body["scenes"]:
        body["duration"] = max(scene["duration"] for scene in body["scenes"])


MUTANTS = (
    Mutant(
        "storyboard-refused",
        _AREA + "scenes.accepted",
        "there are no storyboards",
        refused(_AREA + "scenes.accepted", "scenes", lambda body: "scenes" in body and "prompt" not in body),
    ),
    Mutant(
        "storyboard-as-long-as-a-scene",
        _AREA + "scenes.accepted",
        "a storyboard lasts as long as its longest scene",
        telling(of(GENERATE, RETRIEVE), telling_json(_longest_scene)),
    ),
    Mutant(
        "scenes-beside-a-prompt-ignored",
        _AREA + "scenes.exclusive",
        "of prompt and scenes the prompt is taken",
        forgiving(_AREA + "scenes.exclusive", dropping("scenes")),
    ),
    Mutant(
        "any-scenes-accepted",
        _AREA + "scenes.form",
        "what a storyboard lacks is made up",
        forgiving(_AREA + "scenes.form", rewriting(_mended_scenes)),
    ),
    Mutant(
        "no-scenes-accepted",
        _AREA + "scenes.form",
        "a storyboard of no scenes is accepted",
        forgiven(_AREA + "scenes.form", lambda body: not body["scenes"], scenes=[_SCENE]),
    ),
    Mutant(
        "21-scenes-accepted",
        _AREA + "scenes.form",
        "a storyboard may have any number of scenes",
        settled(max_scenes=1000),
    ),
    Mutant(
        "scene-without-prompt-accepted",
        _AREA + "scenes.form",
        "a scene needs no prompt",
        forgiving(_AREA + "scenes.form", rewriting(_mended_scenes), when=_lacks("prompt")),
    ),
    Mutant(
        "scene-without-duration-accepted",
        _AREA + "scenes.form",
        "a scene needs no duration",
        forgiving(_AREA + "scenes.form", rewriting(_mended_scenes), when=_lacks("duration")),
    ),
    Mutant(
        "long-storyboard-accepted",
        _AREA + "scenes.duration",
        "scenes may last more than 60 s together",
        forgiven(_AREA + "scenes.duration", lambda body: _total(body) > 60, scenes=[_SCENE]),
    ),
    Mutant(
        "other-sum-accepted",
        _AREA + "scenes.duration",
        "a duration beside scenes is not compared with them",
        forgiving(_AREA + "scenes.duration", rewriting(_summed), when=lambda request: _total(said(request)) <= 60),
    ),
)
