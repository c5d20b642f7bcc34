"""Metamorphic probes of refusals: a request that is refused is refused alike, however it is written, and every time.

Owns the pairs of requests. All of them are free: none may make anything.
"""

from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.cases import Price
from sora_conformance.server.checks import alike, refused
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import CHARACTER_MODEL, VIDEO_MODEL, Stage, told

PROBES = Probes()

_SOURCELESS = {"model": CHARACTER_MODEL}
_IDS = ("character_id", "task_id", "id")


@PROBES("metamorphic/auth/scheme-case", "auth.scheme.case", cost=Cost.FREE, price=Price(calls=3))
def scheme_in_other_letters(stage: Stage) -> list[str]:
    """`bearer` and `BEARER` open what `Bearer` opens."""
    key, unknown = stage.target.api_key, stage.unknown("task_", "scheme")
    first, *others = (
        stage.retrieve(unknown, headers={"authorization": f"{scheme} {key}"}, refusal="task_not_found")
        for scheme in ("Bearer", "bearer", "BEARER")
    )
    return [finding for other in others for finding in alike(other, first)]


@PROBES("metamorphic/auth/header-name", "auth.scheme", cost=Cost.FREE, price=Price(calls=3))
def header_written_otherwise(stage: Stage) -> list[str]:
    """The name of a header has no case, and the order of headers no meaning."""
    url = f"{stage.target.url}/generations/{stage.unknown('task_', 'header')}"
    key = ("authorization", f"Bearer {stage.target.api_key}")
    extra = ("accept", "application/json")
    first, *others = (
        stage.wire.send(Sent(method="GET", url=url, headers=headers), refusal="task_not_found")
        for headers in (
            (key, extra),
            (("AUTHORIZATION", key[1]), ("ACCEPT", extra[1])),
            (("Accept", extra[1]), ("Authorization", key[1])),
        )
    )
    return refused(first, "task_not_found") or [finding for other in others for finding in alike(other, first)]


@PROBES("metamorphic/refused/creation", "error.no-effect", cost=Cost.FREE, price=Price(calls=2))
def creation_refused_twice(stage: Stage) -> list[str]:
    """A creation that is refused is refused again, and leaves no id behind."""
    return _refused_again([_sent(stage, "/characters", _SOURCELESS, "url") for _ in range(2)])


@PROBES("metamorphic/refused/generation", "error.no-effect", cost=Cost.FREE, price=Price(calls=2))
def generation_refused_twice(stage: Stage) -> list[str]:
    """A generation that is refused is refused again, and leaves no id behind."""
    return _refused_again([_sent(stage, "/generations", {"model": VIDEO_MODEL}, "prompt") for _ in range(2)])


@PROBES("metamorphic/refused/accept", "error.json", cost=Cost.FREE, price=Price(calls=3))
def error_for_a_browser(stage: Stage) -> list[str]:
    """An error is the same JSON whatever media types the caller says that it prefers."""
    first, *others = (
        stage.create(url=None, timestamps=None, headers={"accept": kind}, refusal="missing_required_parameter")
        for kind in ("application/json", "text/html,*/*;q=0.1", "*/*")
    )
    return [
        f"expected the same JSON error for every Accept, found {told(exchange)}"
        for exchange in others
        if exchange.status != first.status or exchange.object is None
    ]


@PROBES("metamorphic/refused/content-type", "request.content-type", cost=Cost.FREE, price=Price(calls=3))
def content_type_written_otherwise(stage: Stage) -> list[str]:
    """`application/json` in other letters or with parameters is `application/json` still."""
    first, *others = (
        stage.wire.call(
            "POST",
            "/characters",
            json=_SOURCELESS,
            headers={"content-type": kind},
            refusal="missing_required_parameter",
        )
        for kind in ("application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8")
    )
    return [finding for other in others for finding in alike(other, first)]


def _sent(stage: Stage, path: str, body: dict[str, str], param: str) -> Exchange:
    return stage.wire.call("POST", path, json=body, refusal="missing_required_parameter", param=param)


def _refused_again(exchanges: list[Exchange]) -> list[str]:
    one, other = exchanges
    named = [
        f"expected a refusal without an id, found {name}"
        for name in _IDS
        for exchange in exchanges
        if name in (exchange.object or {})
    ]
    return [*alike(other, one), *dict.fromkeys(named)]
