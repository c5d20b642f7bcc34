"""Faults on the wire: what an effect does to the plan of a reply.

Owns the spoiling of replies. Which faults strike is decided by the engine; performing the spoiled plan is up to the
transport.
"""

from collections.abc import Callable
from email.utils import formatdate

import msgspec

from sora_mock.engine import effects
from sora_mock.engine.effects import Effect
from sora_mock.engine.latency import parse_distribution
from sora_mock.engine.problems import Problem
from sora_mock.wire import Drip, Hang, Headers, Reply, Reset, Truncate

HUGE_SECONDS = 10**9
GARBAGE = "soon-ish"
PAGE = b"<!doctype html><title>Sign in</title><h1>Sign in to continue</h1>"


def problem_of(effect: effects.ProblemEffect) -> Problem:
    """Return the problem that the effect names."""
    problem = effects.PROBLEMS[effect.code]
    if isinstance(effect.retry_after, int):
        return msgspec.structs.replace(problem, retry_after=effect.retry_after)
    return problem if effect.retry_after is None else msgspec.structs.replace(problem, retry_after=None)


def spoil(reply: Reply, effect: Effect, *, now: int, draw: Callable[[], float]) -> Reply:
    """Return the reply as the effect leaves it; `now` is the account's instant, `draw` the chance of this firing."""
    change = msgspec.structs.replace
    match effect:
        case effects.ProblemEffect():
            return change(reply, headers=reply.headers + _problem_headers(effect, now))
        case effects.LatencyEffect():
            return change(reply, delay=reply.delay + parse_distribution(effect.seconds).sample(draw))
        case effects.HangEffect():
            return change(reply, delivery=Hang())
        case effects.ResetEffect():
            return change(reply, delivery=Reset())
        case effects.TruncateEffect():
            return change(reply, delivery=Truncate(effect.keep))
        case effects.DripEffect():
            return change(reply, delivery=Drip(effect.seconds))
        case _:
            return _with_other_body(reply, effect)


def _with_other_body(reply: Reply, effect: Effect) -> Reply:
    change = msgspec.structs.replace
    match effect:
        case effects.EmptyEffect():
            return change(reply, body=b"", file=None)
        case effects.HtmlEffect():
            return change(_typed(reply, "text/html; charset=utf-8"), body=PAGE, file=None)
        case effects.BadJsonEffect():
            return change(reply, body=reply.body[: len(reply.body) * 2 // 3] or b"{", file=None)
        case effects.ContentTypeEffect():
            return _typed(reply, effect.value)
        case effects.ExtraFieldsEffect():
            return change(reply, body=_with_extra_fields(reply.body))
        case _:
            return reply


def _problem_headers(effect: effects.ProblemEffect, now: int) -> Headers:
    forms = {"date": formatdate(now / 1000 + 1, usegmt=True), "huge": str(HUGE_SECONDS), "garbage": GARBAGE}
    extra = tuple((name.lower(), value) for name, value in effect.headers.items())
    form = forms.get(effect.retry_after) if isinstance(effect.retry_after, str) else None
    return extra if form is None else (*extra, ("retry-after", form))


def _typed(reply: Reply, value: str) -> Reply:
    others = tuple(pair for pair in reply.headers if pair[0] != "content-type")
    return msgspec.structs.replace(reply, headers=(*others, ("content-type", value)))


def _with_extra_fields(body: bytes) -> bytes:
    try:
        value = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body
    if isinstance(value, dict):
        value |= {"x_trace": {"hops": ["edge", "core"]}, "deprecated": None, "credits_left": 41.5}
    return msgspec.json.encode(value)
