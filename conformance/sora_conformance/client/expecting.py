"""Expecting: what a case asks of a client, held against what was seen.

Owns the meaning of each expectation, as pure functions. A finding says what was expected and what was found.
"""

import math
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from sora_conformance.client.arrivals import MARKS, Arrival, Place
from sora_conformance.client.backoff import growing, jittered, pausing
from sora_conformance.client.canaries import veiled
from sora_conformance.client.cases import ClientCase, Count, Expect
from sora_conformance.client.protocol import Answer, Failed, Ok
from sora_conformance.client.trial import Tried, filled
from sora_conformance.redacting import Redactor
from sora_conformance.server.matching import ABSENT, mismatches
from sora_conformance.server.pointing import at

EARLY_SECONDS = 0.02
"""By how much a wait may fall short: clocks are read at both ends."""

IDLE_SECONDS = 0.25
"""After how long a connection that is not in use can be used again: a client has to read a reply, too."""


def findings(case: ClientCase, tried: Tried) -> list[str]:
    """Return what was not as the case expects."""
    expect = case.expect
    staged = _staged(tried)
    return [
        *_outcomes(expect, tried),
        *_counts(expect, staged),
        *_gaps(expect, staged),
        *_requests(expect, tried.key, staged),
        *_values(case, tried, staged),
        *_ends(expect, tried, staged),
        *_keys(expect, tried),
    ]


def too_many(case: ClientCase, tried: Tried) -> list[str]:
    """Return what there is to say of more requests than the case allows."""
    found, allowed = len(_staged(tried)), case.expect.requests
    if allowed is None or found <= (allowed if isinstance(allowed, int) else allowed[1]):
        return []
    return list(_count("request", found, allowed))


def told(answer: Answer | None) -> str:
    """Return in a few words how a call ended."""
    match answer:
        case None:
            return "no answer"
        case Ok():
            return f"ok {answer.value}"
        case Failed():
            error = answer.error
            status = "" if error.status is None else f" {error.status}"
            return f"error {error.kind}{status} ({error.class_ or 'no class'}: {veiled(error.message)[:160]})"
        case _:
            return type(answer).__name__


def _staged(tried: Tried) -> list[Arrival]:
    return [arrival for arrival in tried.arrivals if arrival.place is Place.STAGE]


def _outcomes(expect: Expect, tried: Tried) -> Iterator[str]:
    outcomes = expect.outcomes or (expect.outcome,) * len(tried.answers)
    for outcome, answer, seconds in zip(outcomes, tried.answers, tried.seconds, strict=True):
        if answer is None:
            yield f"expected the call to end, found no answer after {seconds:.1f} s"
            continue
        if outcome == "ok" and not isinstance(answer, Ok):
            yield f"expected the call to succeed, found {told(answer)}"
        if outcome == "error" and not isinstance(answer, Failed):
            yield f"expected an error, found {told(answer)}"
        if isinstance(answer, Failed):
            yield from _error(expect, answer)
        if expect.within is not None and seconds > expect.within:
            yield f"expected an end within {expect.within:g} s, found it after {seconds:.1f} s"


def _error(expect: Expect, answer: Failed) -> Iterator[str]:
    error = answer.error
    if expect.kinds and error.kind not in expect.kinds:
        yield f"expected an error of kind {' or '.join(expect.kinds)}, found {told(answer)}"
    if expect.status is not None and error.status != expect.status:
        yield f"expected the error to keep the status {expect.status}, found {told(answer)}"
    for words in expect.says:
        if words.lower() not in error.message.lower():
            yield f"expected the error to say {words!r}, found {told(answer)}"


def _counts(expect: Expect, staged: list[Arrival]) -> Iterator[str]:
    if expect.requests is not None:
        yield from _count("request", len(staged), expect.requests)
    if expect.connections is not None:
        yield from _count("connection", _connections(staged), expect.connections)
    if expect.at_once is not None and (most := _at_once_later(staged)) > expect.at_once:
        yield f"expected at most {_told(expect.at_once, 'request')} at once after the first 429, found {most}"


def _count(what: str, found: int, expected: Count) -> Iterator[str]:
    least, most = (expected, expected) if isinstance(expected, int) else expected
    if not least <= found <= most:
        yield f"expected {'' if least == most else f'{least} to '}{_told(most, what)}, found {found}"


def _told(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _connections(staged: list[Arrival]) -> int:
    """Return how many connections were made though none was in use just before."""
    made: set[int] = set()
    idle, needless = -math.inf, 0
    for arrival in sorted(staged, key=lambda one: one.at):
        if arrival.connection not in made and arrival.at - idle > IDLE_SECONDS:
            needless += 1
        made.add(arrival.connection)
        idle = max(idle, arrival.done)
    return needless


def _at_once_later(staged: list[Arrival]) -> int:
    """Return how many requests were under way at once among those that came after the first that was answered 429."""
    first = min((arrival.done for arrival in staged if arrival.status == 429), default=None)
    later = [arrival for arrival in staged if first is not None and arrival.at > first]
    return max((sum(other.at <= one.at < other.done for other in later) for one in later), default=0)


def _gaps(expect: Expect, staged: list[Arrival]) -> Iterator[str]:
    waits = [later.at - earlier.done for earlier, later in pairwise(staged)]
    for number, (wait, (least, most)) in enumerate(zip(waits, expect.gaps, strict=False)):
        if wait < least - EARLY_SECONDS or wait > most:
            yield f"expected a wait of {least:g} to {most:g} s before try {number + 2}, found {wait:.2f} s"
    if expect.growing:
        yield from growing(staged)
    if expect.jitter:
        yield from jittered(staged)
    if expect.pausing:
        yield from pausing(staged)


def _requests(expect: Expect, key: str, staged: list[Arrival]) -> Iterator[str]:
    for arrival in staged:
        if expect.path is not None and arrival.path != expect.path:
            yield f"expected {expect.path}, found {arrival.path}"
        for pointer, expected in expect.body.items():
            yield from mismatches(at(arrival.fields, pointer), expected, pointer)
        for name, expected in expect.header.items():
            value = arrival.header(name)
            wanted = expected.replace("{key}", key) if isinstance(expected, str) else expected
            yield from mismatches(ABSENT if value is None else value, wanted, f"header {name}")


def _values(case: ClientCase, tried: Tried, staged: list[Arrival]) -> Iterator[str]:
    for pointer, expected in case.expect.value.items():
        for answer in tried.answers:
            if isinstance(answer, Ok):
                yield from mismatches(at(answer.value, pointer), expected, f"the value's {pointer}")
    if not case.expect.values:
        return
    given = [arrival for arrival in staged if arrival.answered is not None]
    got = []
    for ask, answer in zip(case.ask, tried.answers, strict=True):
        if not isinstance(answer, Ok):
            continue
        mark = filled(next((ask.args[name] for name in MARKS if name in ask.args), None), {"{video}": tried.video_url})
        mine = {arrival.answered for arrival in given if mark is None or arrival.mark == mark}
        for value in answer.value.values():
            got.append(value)
            if value not in mine:
                yield f"expected the id that was answered, found {value!r}"
    if len(set(map(str, got))) < len(got):
        yield f"expected each call to get an id of its own, found {', '.join(map(str, got))}"


def _ends(expect: Expect, tried: Tried, staged: list[Arrival]) -> Iterator[str]:
    if expect.prompt is not None and staged and tried.answers[0] is not None:
        late = tried.began[0] + tried.seconds[0] - max(arrival.done for arrival in staged)
        if late > expect.prompt:
            yield f"expected an end within {expect.prompt:g} s of the last reply, found it {late:.1f} s later"
    if expect.hangs_up and not all(arrival.abandoned for arrival in staged):
        yield "expected the reply to be given up, found it read until the server gave up"


def _keys(expect: Expect, tried: Tried) -> Iterator[str]:
    redact = Redactor({tried.key: "$CANARY"})
    if expect.hides_key:
        for answer in tried.answers:
            text = "" if answer is None else msgspec.json.encode(answer).decode()
            if redact(text) != text:
                yield f"expected no key in what the caller gets, found {told(answer)}"
    if expect.keeps_key:
        for arrival in tried.arrivals:
            shown = arrival.path + arrival.query + str(arrival.headers) + arrival.body.decode("latin-1")
            if arrival.place is not Place.STAGE and redact(shown) != shown:
                yield f"expected the key to stay with the given address, found it sent to {arrival.place}"
