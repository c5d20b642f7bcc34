"""Clients that wait too short, too long, or without end."""

import asyncio

from sora_conformance.reference import gates
from sora_conformance.reference.errors import TimedOutError
from sora_conformance.specimens import reference_adapter
from tests.clients.seams import Try, both, choosing, explaining, patched, pausing, performing, retrying
from tests.clients.variant import Change, Faulty

AFTER, DATE, CAP, GARBAGE, ZERO, BACKOFF = (
    f"client.retry.{word}"
    for word in (
        "retry-after",
        "retry-after-date",
        "retry-after-cap",
        "retry-after-garbage",
        "retry-after-zero",
        "backoff",
    )
)
READ, PATIENCE, CONNECT = (f"client.timeout.{word}" for word in ("read", "patience", "connect"))
FALLS, IDS = (f"client.concurrency.{word}" for word in ("falls", "ids"))
DAY = 86_400


def _asked(way) -> Change:
    """Wait as `way` says where there is a Retry-After in seconds, given these and the try."""

    def paused(one: Try) -> float | None:
        return way(float(one.asked), one) if one.asked.isdigit() and one.own is not None else one.own

    return pausing(paused)


def _strange(way) -> Change:
    """Wait as `way` says where there is a Retry-After that is no number of seconds."""
    return pausing(lambda one: way(one) if one.asked and not one.asked.isdigit() else one.own)


def _dated(way) -> Change:
    """Wait as `way` says where there is a Retry-After that is a date."""
    return _strange(lambda one: way(one) if one.asked.endswith("GMT") and one.seconds is not None else one.own)


def _raising(one: Try) -> float:
    return float(one.asked)


def _negative(one: Try) -> float | None:
    return max(float(one.asked), 0.0) if one.asked.startswith("-") else one.own


def _own(way) -> Change:
    """Wait as `way` says where there is no Retry-After."""
    return pausing(lambda one: way(one) if one.own is not None and not one.asked else one.own)


def _heedless(_):
    """Make clients that overlook how long a request may take."""
    return lambda kind, base_url, api_key, timeout_s: kind(
        api_key, base_url, tls=reference_adapter._trusted(), timeout_s=DAY, connect_s=DAY
    )


def _timed_out(kind: str) -> Change:
    return explaining(lambda error, told: told | ({"kind": kind} if isinstance(error, TimedOutError) else {}))


def only(op: str) -> Change:
    """Overlook how long a request may take in calls of one operation."""

    async def way(message, perform):
        return await perform(message | {"timeout_s": None} if message["op"] == op else message)

    return performing(way)


_first: dict[str, dict] = {}
_pending: dict[str, asyncio.Future] = {}
_last: dict[str, dict] = {}


async def _first_for_all(message, perform):
    value = await perform(message)
    return _first.setdefault(message["op"] + message["base_url"], value)


async def _shared(message, perform):
    name = message["base_url"] + str(message["args"].get("timestamps"))
    if name not in _pending:
        _pending[name] = asyncio.ensure_future(perform(message))
    return await _pending[name]


async def _last_for_all(message, perform):
    value = await perform(message)
    _last[message["base_url"]] = value
    await asyncio.sleep(0.3)
    return _last[message["base_url"]]


FAULTY = (
    Faulty("retry-after-overlooked", AFTER, "Retry-After is overlooked", _asked(lambda _, one: one.backoff)),
    Faulty(
        "retry-after-in-ms", AFTER, "Retry-After is read as milliseconds", _asked(lambda seconds, _: seconds / 1000)
    ),
    Faulty("retry-after-halved", AFTER, "half of Retry-After is waited", _asked(lambda seconds, _: seconds / 2)),
    Faulty(
        "retry-after-cut",
        AFTER,
        "of Retry-After one second is waited at most",
        _asked(lambda seconds, _: min(seconds, 1.0)),
    ),
    Faulty(
        "retry-after-jittered",
        AFTER,
        "a jitter makes the wait shorter than Retry-After",
        _asked(lambda seconds, one: seconds * (0.75 + one.chance / 5)),
    ),
    Faulty("date-overlooked", DATE, "a Retry-After that is a date is overlooked", _dated(lambda one: one.backoff)),
    Faulty("date-raises", DATE, "a Retry-After that is a date raises a ValueError", _dated(_raising)),
    Faulty("date-final", DATE, "a Retry-After that is a date ends the call", _dated(lambda _: None)),
    Faulty("date-in-another-zone", DATE, "a date is read an hour off, and is over", _dated(lambda _: 0.25)),
    Faulty("day-slept-through", CAP, "a day is slept through", retrying(max_wait=2.0 * DAY)),
    Faulty(
        "minute-waited-instead",
        CAP,
        "instead of a day a minute is waited",
        pausing(lambda one: 60.0 if one.asked == str(DAY) else one.own),
    ),
    Faulty(
        "day-told-as-failure",
        CAP,
        "a day is told as a failure of the server",
        explaining(lambda _, told: told | ({"kind": "server"} if told.get("retry_after") == DAY else {})),
    ),
    Faulty("words-raise", GARBAGE, "a Retry-After of words raises a ValueError", _strange(_raising)),
    Faulty("words-final", GARBAGE, "a Retry-After of words ends the call", _strange(lambda _: None)),
    Faulty("words-are-zero", GARBAGE, "a Retry-After of words is no wait", _strange(lambda _: 0.0)),
    Faulty("negative-is-zero", GARBAGE, "a negative Retry-After is no wait", pausing(_negative)),
    Faulty(
        "bad-date-raises",
        GARBAGE,
        "a Retry-After that is a broken date raises a ValueError",
        _strange(lambda one: _raising(one) if one.asked.endswith("GMT") and one.seconds is None else one.own),
    ),
    Faulty("zero-obeyed", ZERO, "Retry-After: 0 is no wait", _asked(lambda seconds, _: seconds)),
    Faulty(
        "zero-without-end",
        ZERO,
        "Retry-After: 0 is obeyed without end",
        both(retrying(attempts=10**9), _asked(lambda seconds, _: seconds)),
    ),
    Faulty("wait-constant", BACKOFF, "every wait is one second", _own(lambda _: 1.0)),
    Faulty(
        "wait-constant-with-jitter",
        BACKOFF,
        "every wait is one second, give or take a tenth",
        _own(lambda one: 0.9 + one.chance / 5),
    ),
    Faulty(
        "wait-shrinks", BACKOFF, "waits halve from try to try", _own(lambda one: 2.0**-one.number + one.chance / 10)
    ),
    Faulty("no-wait", BACKOFF, "nothing is waited for", _own(lambda _: 0.0)),
    Faulty(
        "no-jitter", BACKOFF, "waits of calls that began together are alike", _own(lambda one: 2.0 ** (one.number - 1))
    ),
    Faulty(
        "no-limit-of-time",
        READ,
        "a server that never answers is waited for",
        patched(reference_adapter, "_client", _heedless),
    ),
    Faulty("no-limit-for-generations", READ, "a generation that is never answered is waited for", only("generate")),
    Faulty("timeout-told-as-loss", READ, "a timeout is told as a lost connection", _timed_out("transport")),
    Faulty("timeout-not-told", READ, "a timeout is told as some error", _timed_out("other")),
    Faulty("patience-of-20-s", PATIENCE, "an answer may take 20 s", choosing(timeout_s=20.0)),
    Faulty("patience-of-30-s", PATIENCE, "an answer may take 30 s", choosing(timeout_s=30.0)),
    Faulty(
        "connection-waited-for",
        CONNECT,
        "a connection is waited for as long as the system does",
        patched(reference_adapter, "_client", _heedless),
    ),
    Faulty("connection-told-as-refusal", CONNECT, "no connection is told as a refusal", _timed_out("invalid_request")),
    Faulty(
        "pace-kept",
        FALLS,
        "after a 429 as many requests are under way as before",
        patched(gates, "after", lambda _: lambda pace, place, *, under_way: pace),
    ),
    Faulty("first-id-for-all", IDS, "all calls with one key get the first character", performing(_first_for_all)),
    Faulty("calls-shared", IDS, "calls with the same timestamps share a request", performing(_shared)),
    Faulty("last-id-for-all", IDS, "calls that end together get the last character", performing(_last_for_all)),
)
