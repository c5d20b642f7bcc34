"""The survey of errors: every kind of mistake that costs nothing, made once.

Owns the mistakes. What is looked for in the replies is the watch's business; here each rule of errors is certain to
meet every kind, whatever else a run tries.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange, Party
from sora_conformance.server.cases import Price
from sora_conformance.server.matching import shown
from sora_conformance.server.stage import CHARACTER_MODEL, SPAN, Stage
from sora_conformance.server.survey import Sightings, Survey
from sora_conformance.server.watch import watch

Mistake = Callable[[Stage], Exchange]

RULES = (
    "error.body",
    "error.json",
    "error.shape",
    "error.status",
    "error.type",
    "error.code",
    "error.param",
    "error.message",
    "error.client-fault",
    "protocol.content-type",
    "protocol.request-id",
)
"""The rules of which every refusal can speak."""

ADDRESS = "https://videos.example.com/hero.mp4"


def _asking(method: str, path: str, refusal: str, **about: Any) -> Mistake:  # noqa: ANN401 - as `Wire.call` has them
    """Return a call that has to be refused; `{task}` in its path stands for a task that there is not."""
    return lambda stage: stage.wire.call(method, path.format(task=_task(stage)), refusal=refusal, **about)


def _creating(refusal: str, param: str | None = None, *, without: str = "", **fields: object) -> Mistake:
    body = {"model": CHARACTER_MODEL, "url": ADDRESS, "timestamps": SPAN, **fields}
    body.pop(without, None)
    return _asking("POST", "/characters", refusal, param=param, json=body)


def _generating(refusal: str, param: str | None = None, **fields: Any) -> Mistake:  # noqa: ANN401 - any JSON value
    return lambda stage: stage.generate(refusal=refusal, param=param, **fields)


def _task(stage: Stage) -> str:
    return stage.unknown("task_", "errors")


_SOUND = {"model": CHARACTER_MODEL, "url": ADDRESS, "timestamps": SPAN}

MISTAKES: dict[str, Mistake] = {
    "no key": _asking("POST", "/characters", "invalid_api_key", party=Party.NOBODY, json=_SOUND),
    "a bad key": _asking("GET", "/generations/{task}", "invalid_api_key", party=Party.BAD),
    "text": _asking(
        "POST", "/characters", "unsupported_media_type", headers={"content-type": "text/plain"}, json=_SOUND
    ),
    "broken JSON": _asking("POST", "/characters", "invalid_json", body=b'{"model": '),
    "a list": _asking("POST", "/generations", "invalid_json", body=b"[]"),
    "no model": _creating("missing_required_parameter", "model", without="model"),
    "a number for a text": _creating("invalid_type", "timestamps", timestamps=5),
    "a text for a number": _generating("invalid_type", "duration", duration="2"),
    "another model": _creating("invalid_model", "model", model="sora-2"),
    "no address": _creating("invalid_url", "url", url="hero.mp4"),
    "two sources": _creating("conflicting_parameters", from_task="task_0"),
    "odd timestamps": _creating("invalid_timestamps", "timestamps", timestamps="five,eight"),
    "another resolution": _generating("invalid_value", "resolution", resolution="8k"),
    "no prompt": _generating("missing_required_parameter", prompt=None),
    "an unknown source": lambda stage: stage.create_from(_task(stage), refusal="task_not_found", param="from_task"),
    "an unknown task": _asking("GET", "/generations/{task}", "task_not_found"),
    "an unknown character": lambda stage: stage.generate(
        f"@{stage.unknown('char_', 'errors')} walks", refusal="character_not_found", param="prompt"
    ),
    "an unknown path": _asking("GET", "/nowhere", "not_found"),
    "another method": _asking("GET", "/characters", "method_not_allowed"),
    "another method on a task": _asking("DELETE", "/generations/{task}", "method_not_allowed"),
}
"""The mistakes, by what is wrong."""

NO_FIELD = frozenset({"invalid_api_key", "unsupported_media_type", "invalid_json", "not_found", "method_not_allowed"})
"""The errors that no single field is to blame for."""


def explore(stage: Stage, sightings: Sightings) -> None:
    """Make every mistake and note what the replies show."""
    mistakes = dict(MISTAKES)
    if private := stage.target.sources.get("private"):
        mistakes["a video that cannot be fetched"] = _creating("processing_failed", url=private)
    made: list[Exchange] = []
    try:
        for about, mistake in mistakes.items():
            # What is found is told by the mistake rather than by the case, which is one for all of them.
            made.append(msgspec.structs.replace(mistake(stage), case=about))
    finally:
        watch(made, stage.target, sightings)
        for exchange in made:
            if exchange.refusal in NO_FIELD and exchange.error is not None:
                sightings.note("error.param", _blamed(exchange), exchange)


def _blamed(exchange: Exchange) -> list[str]:
    """Expect no field to be blamed; whether `param` is there at all is for the shape of errors to say."""
    param = (exchange.error or {}).get("param")
    return [] if param is None else [f"{exchange.case}: expected error.param None, found {shown(param)}"]


ERRORS = Survey(
    name="mistakes",
    rules=RULES,
    explore=explore,
    cost=Cost.FREE,
    price=Price(calls=len(MISTAKES) + 1),
)
