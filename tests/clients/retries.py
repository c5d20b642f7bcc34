"""Clients that try again when they should not, or do not when they should."""

import asyncio

from sora_conformance.reference.breaker import BreakerPolicy
from sora_conformance.reference.errors import RateLimitedError
from sora_conformance.reference.outcomes import Failure, Reply, Trouble
from tests.clients.requests import afterwards
from tests.clients.seams import Try, both, choosing, exchanging, explaining, pausing, performing, retrying
from tests.clients.variant import Change, Faulty

PATIENT = frozenset({429, 502, 503, 504})
LIMITED, BOUNDED, GENERATIONS, INVALID, UNAUTHORIZED, UNKNOWN, FAILED, UNAVAILABLE, AMBIGUOUS = (
    f"client.retry.{word}"
    for word in (
        "rate-limited",
        "bounded",
        "generations",
        "invalid",
        "unauthorized",
        "unknown-task",
        "processing-failed",
        "unavailable",
        "ambiguous",
    )
)
ENDLESS = both(retrying(attempts=10**9), choosing(breaker=BreakerPolicy(failures=10**9)))


def also(*statuses: int) -> Change:
    """Try again after other statuses, too."""
    return retrying(statuses=PATIENT | set(statuses))


def but(*statuses: int) -> Change:
    """Try again, but not after these statuses."""
    return retrying(statuses=PATIENT - set(statuses))


def _unless(when) -> Change:
    """Try no more where `when` says so."""
    return pausing(lambda one: None if when(one) else one.own)


def _again_after(*troubles: Trouble) -> Change:
    """Try again after troubles in which nobody knows what became of a request."""

    def way(one: Try) -> float | None:
        lost = one.outcome.trouble in troubles if isinstance(one.outcome, Failure) else False
        return 0.3 if lost and one.number < 3 else one.own

    return pausing(way)


def _again_after_half(one: Try) -> float | None:
    half = isinstance(one.outcome, Reply) and one.outcome.success and one.outcome.trouble is Trouble.LOST
    return 0.3 if half and one.number < 3 else one.own


def of(op: str, *, status: int, times: int = 1) -> Change:
    """Make calls of one operation once more when they end with a status."""

    async def way(message, perform):
        for _ in range(times if message["op"] == op else 0):
            try:
                return await perform(message)
            except Exception as error:
                if getattr(error, "status", None) != status:
                    raise
                await asyncio.sleep(0.2)
        return await perform(message)

    return performing(way)


def giving_up(op: str) -> Change:
    """Do not try calls of one operation again after a 429."""

    async def way(client, call, exchange):
        outcome = await exchange(client, call)
        if isinstance(outcome, Reply) and outcome.status == 429 and op in (call.path + str(call.body)):
            return Reply(status=420, headers={}, body=outcome.body)
        return outcome

    return exchanging(way)


async def _resting(message, perform):
    try:
        return await perform(message)
    except RateLimitedError:
        await asyncio.sleep(2)
        raise


def _lost_for_words(error, told):
    limited = isinstance(error, RateLimitedError) and error.attempts > 1
    return {"kind": "other", "message": "Max retries exceeded"} if limited else told


def _taken_for_a_server_s(error, told):
    return told | ({"kind": "server"} if isinstance(error, RateLimitedError) else {})


async def _hasty(client, call, exchange):
    outcome = await exchange(client, call)
    if isinstance(outcome, Reply) and outcome.status == 429 and call.path == "/generations":
        return Reply(status=429, headers={"retry-after": "0"}, body=outcome.body)
    return outcome


async def _in_the_background(message, perform):
    async def again() -> None:
        await asyncio.sleep(0.5)
        await perform(message)

    try:
        return await perform(message)
    except Exception as error:
        if getattr(error, "maybe_done", False):
            afterwards(again())
        raise


FAULTY = (
    Faulty("429-final", LIMITED, "a 429 is an error at once", but(429)),
    Faulty("429-final-for-tasks", LIMITED, "a creation from a task gives up at a 429", giving_up("from_task")),
    Faulty(
        "429-final-when-told-to-wait",
        LIMITED,
        "a 429 with Retry-After is an error at once",
        _unless(lambda one: one.status == 429 and one.asked),
    ),
    Faulty("without-end", BOUNDED, "it tries for ever", ENDLESS),
    Faulty("20-tries", BOUNDED, "it tries twenty times", retrying(attempts=20)),
    Faulty("one-try", BOUNDED, "it tries once", retrying(attempts=1)),
    Faulty("wait-after-the-last", BOUNDED, "it waits once more after the last try", performing(_resting)),
    Faulty("limit-not-told", BOUNDED, "the last error says that tries are used up", explaining(_lost_for_words)),
    Faulty(
        "limit-told-as-failure",
        BOUNDED,
        "the last error says that the server failed",
        explaining(_taken_for_a_server_s),
    ),
    Faulty("generation-429-final", GENERATIONS, "a generation gives up at a 429", giving_up("/generations")),
    Faulty("generation-hastened", GENERATIONS, "a generation overlooks Retry-After", exchanging(_hasty)),
    Faulty("400-again", INVALID, "a 400 is tried again", also(400)),
    Faulty("generation-400-again", INVALID, "a generation with 400 is tried once more", of("generate", status=400)),
    Faulty("all-4xx-again", INVALID, "every 4xx is tried again", also(*range(400, 500))),
    Faulty("401-again", UNAUTHORIZED, "a 401 is tried again", also(401)),
    Faulty("403-again", UNAUTHORIZED, "a 403 is tried again", also(403)),
    Faulty("404-again", UNKNOWN, "a 404 is tried again", also(404)),
    Faulty(
        "404-again-once", UNKNOWN, "a task that is unknown is asked for once more", of("create_from_task", status=404)
    ),
    Faulty("500-again", FAILED, "a 500 is tried four times", also(500)),
    Faulty("500-again-twice", FAILED, "a 500 is tried three times", of("create_from_url", status=500, times=2)),
    Faulty("503-final", UNAVAILABLE, "a 503 is an error at once", but(503)),
    Faulty("502-final", UNAVAILABLE, "a 502 is an error at once", but(502)),
    Faulty("504-final", UNAVAILABLE, "a 504 is an error at once", but(504)),
    Faulty(
        "503-hastened",
        UNAVAILABLE,
        "the Retry-After of a 503 is overlooked",
        pausing(lambda one: one.backoff if one.status == 503 else one.own),
    ),
    Faulty(
        "503-without-end",
        UNAVAILABLE,
        "a 503 is tried for ever",
        both(ENDLESS, pausing(lambda one: 0.5 if one.status == 503 else one.own)),
    ),
    Faulty(
        "again-after-a-timeout", AMBIGUOUS, "a creation is sent again after a timeout", _again_after(Trouble.TIMEOUT)
    ),
    Faulty(
        "again-after-a-loss", AMBIGUOUS, "a creation is sent again after a lost connection", _again_after(Trouble.LOST)
    ),
    Faulty("again-after-half", AMBIGUOUS, "a creation is sent again after half a reply", pausing(_again_after_half)),
    Faulty(
        "again-behind-the-back",
        AMBIGUOUS,
        "half a second after the error a lost creation is sent again in the background",
        performing(_in_the_background),
    ),
)
