"""Mocks that make characters of requests which say too little, too much, or nothing of sense."""

from typing import Any

from sora_mock.wire import Request
from tests.mutants.calls import BY_URL, VIDEO, said
from tests.mutants.edits import adding, rewriting
from tests.mutants.mutant import Mutant
from tests.mutants.ways import forgiving

_MODEL = BY_URL["model"]


def _default_source(body: dict[str, Any]) -> dict[str, Any]:
    return BY_URL | body | {"url": VIDEO}


def _url_wins(body: dict[str, Any]) -> dict[str, Any]:
    return BY_URL | {name: value for name, value in body.items() if name != "from_task"}


def _scheme(*schemes: str):
    return lambda request: str(said(request).get("url")).partition(":")[0].lower() in schemes


def _is_relative(request: Request) -> bool:
    return ":" not in str(said(request).get("url"))


MUTANTS = (
    Mutant(
        "model-not-required",
        "character.model.required",
        "a creation without a model is made",
        forgiving("character.model.required", adding(model=_MODEL)),
    ),
    Mutant(
        "any-model-accepted",
        "character.model.value",
        "any model makes characters",
        forgiving("character.model.value", adding(model=_MODEL)),
    ),
    Mutant(
        "video-model-accepted",
        "character.model.value",
        "the model of videos makes characters too",
        forgiving(
            "character.model.value", adding(model=_MODEL), when=lambda request: said(request)["model"] == "sora-2"
        ),
    ),
    Mutant(
        "model-in-any-case",
        "character.model.value",
        "a model is read without regard to case and spaces around it",
        forgiving(
            "character.model.value",
            adding(model=_MODEL),
            when=lambda request: said(request)["model"].strip().lower() == _MODEL,
        ),
    ),
    Mutant(
        "source-not-required",
        "character.source.required",
        "a creation without a source is made from some video",
        forgiving("character.source.required", rewriting(_default_source)),
    ),
    Mutant(
        "url-wins",
        "character.source.exclusive",
        "of two sources the url is taken",
        forgiving("character.source.exclusive", rewriting(_url_wins)),
    ),
    Mutant(
        "any-url-accepted",
        "character.source.url-form",
        "whatever stands in `url` is taken for an address",
        forgiving("character.source.url-form", adding(url=VIDEO)),
    ),
    Mutant(
        "relative-url-accepted",
        "character.source.url-form",
        "an address without a host is accepted",
        forgiving("character.source.url-form", adding(url=VIDEO), when=_is_relative),
    ),
    Mutant(
        "other-schemes-accepted",
        "character.source.url-form",
        "ftp, file, data and s3 addresses are accepted",
        forgiving("character.source.url-form", adding(url=VIDEO), when=_scheme("ftp", "file", "data", "s3")),
    ),
)
