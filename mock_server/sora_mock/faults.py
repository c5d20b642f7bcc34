"""Faults on the wire: what effects do to the plan of a reply.

Owns the spoiling of replies, and who has the last word when several effects befall one. Which faults strike is decided
by the engine; performing the spoiled plan is up to the transport.
"""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from sora_mock.engine import effects
from sora_mock.engine.effects import Effect
from sora_mock.engine.faults import Firing
from sora_mock.engine.latency import parse_distribution
from sora_mock.engine.problems import Problem
from sora_mock.wire import Drip, Hang, Reply, Reset, Truncate

HUGE_SECONDS = 10**9
GARBAGE = "soon-ish"
_PREVENTED = effects.ProblemEffect(code="server_error")
PAGE = b"<!doctype html><title>Sign in</title><h1>Sign in to continue</h1>"


def refusal_by(firings: Sequence[Firing]) -> effects.ProblemEffect | None:
    """Return what is answered in place of the operation's own reply, if anything is.

    It is the first problem, or that of `prevent`.
    """
    for firing in firings:
        if isinstance(firing.effect, effects.ProblemEffect):
            return firing.effect
    return _PREVENTED if any(firing.prevents for firing in firings) else None


def problem_of(effect: effects.ProblemEffect) -> Problem:
    """Return the problem that the effect names."""
    problem = effects.PROBLEMS[effect.code]
    if effect.retry_after is None:
        return problem
    seconds = effect.retry_after if isinstance(effect.retry_after, int) else None
    return msgspec.structs.replace(problem, retry_after=seconds)


def with_headers(reply: Reply, effect: effects.ProblemEffect, *, now: int) -> Reply:
    """Return a refusal with the headers that its effect asks for; `now` is the account's instant."""
    # A date has whole seconds only: rounded up, it is never less than a second ahead.
    from email.utils import formatdate

    date = formatdate(-(-now // 1000) + 1, usegmt=True)
    forms = {"date": date, "huge": str(HUGE_SECONDS), "garbage": GARBAGE}
    form = forms.get(effect.retry_after) if isinstance(effect.retry_after, str) else None
    asked = {} if form is None else {"retry-after": form}
    return _set_headers(reply, asked | {name.lower(): value for name, value in effect.headers.items()})


def spoil(reply: Reply, firings: Sequence[Firing], *, draw: Callable[[Firing], float]) -> Reply:
    """Return the reply as the effects of all firings leave it; `draw` gives the chance of one.

    Waits add up. Of several bodies, content types or treatments of the connection, those of the firing that comes first
    win.
    """
    for firing in reversed(firings):
        reply = _spoiled(reply, firing.effect, partial(draw, firing))
    return reply


def _spoiled(reply: Reply, effect: Effect, draw: Callable[[], float]) -> Reply:
    change = msgspec.structs.replace
    match effect:
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
            return change(_typed(reply, "application/json"), body=_cut(reply.body), file=None)
        case effects.ContentTypeEffect():
            return _typed(reply, effect.value)
        case effects.ExtraFieldsEffect():
            return change(reply, body=_with_extra_fields(reply.body))
        case _:
            return reply


def _cut(body: bytes) -> bytes:
    """Return the first two thirds of a JSON body, which are never JSON; of a file or of nothing, a mere beginning."""
    return body[: len(body) * 2 // 3] or b"{"


def _typed(reply: Reply, value: str) -> Reply:
    return _set_headers(reply, {"content-type": value})


def _set_headers(reply: Reply, headers: dict[str, str]) -> Reply:
    others = tuple(pair for pair in reply.headers if pair[0] not in headers)
    return msgspec.structs.replace(reply, headers=others + tuple(headers.items()))


def _with_extra_fields(body: bytes) -> bytes:
    try:
        value = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body
    if isinstance(value, dict):
        value |= {"x_trace": {"hops": ["edge", "core"]}, "deprecated": None, "credits_left": 41.5}
    return msgspec.json.encode(value)
