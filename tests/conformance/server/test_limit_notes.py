"""Notes on the limit: what numbers mean."""

import pytest

from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.limit_notes import LimitNotes
from sora_conformance.server.survey import Sightings


def reply(status, **headers):
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Exchange(sent=Sent(method="POST", url="http://localhost/"), status=status, headers=named)


MADE, LIMITED, REFUSED = reply(200), reply(429, retry_after="30"), reply(400)
FAILED = reply(500)


def noted(say):
    """Return what is noted: for each rule whether something was found."""
    seen = Sightings()
    say(LimitNotes(seen))
    rules = ("characters", "allowance", "window", "not-extended", "recovery", "retry-after", "retry-after.true")
    rules += ("refusals", "failures", "account")
    return {rule: len(seen.of(f"limit.{rule}").findings) > 0 for rule in rules if seen.of(f"limit.{rule}").exercised}


@pytest.mark.parametrize(
    ("count", "last", "expected"),
    [(40, LIMITED, {"allowance": False}), (39, LIMITED, {"allowance": True}), (39, MADE, {})],
)
def test_forty_creations_have_to_be_let_through(count, last, expected):
    assert noted(lambda notes: notes.allowance(count, last)) == expected


@pytest.mark.parametrize(
    ("count", "last", "expected"),
    [
        (60, LIMITED, {"characters": False}),
        (300, LIMITED, {"characters": False}),
        (59, LIMITED, {"characters": False, "window": True}),
        (90, LIMITED, {"characters": False, "window": True}),
        (121, MADE, {"characters": True, "window": True}),
    ],
)
def test_the_limit_is_sixty_or_that_of_a_tier(count, last, expected):
    assert noted(lambda notes: notes.capacity(count, 31.0, last)) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (30, {"window": False, "not-extended": False}),
        (31, {"window": True, "not-extended": False}),
        (29, {"not-extended": True}),
        (25, {"not-extended": True}),
        (24, {"window": True}),
    ],
)
def test_what_is_missing_is_put_down_to_as_many_tries(found, expected):
    assert noted(lambda notes: notes.again(found, 30, tries=5, last=LIMITED)) == expected


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (0, {"refusals": False, "failures": False}),
        (-3, {"refusals": True, "failures": False}),
        (4, {"refusals": False, "failures": True}),
        (1, {"refusals": True, "failures": True}),
        (2, {}),
    ],
)
def test_the_number_tells_what_counted(shift, expected):
    assert noted(lambda notes: notes.counted(shift, refused=[REFUSED] * 3, failed=[FAILED] * 4)) == expected


def test_without_failures_nothing_is_said_of_them():
    assert noted(lambda notes: notes.counted(0, refused=[REFUSED] * 3, failed=[])) == {"refusals": False}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry_after": "30"}, {"retry-after": False}),
        ({"retry_after": "0"}, {"retry-after": False, "retry-after.true": True}),
        ({"retry_after": "soon"}, {"retry-after": True, "retry-after.true": True}),
        ({}, {"retry-after": True}),
    ],
)
def test_advice_is_noted_by_its_form(headers, expected):
    assert noted(lambda notes: notes.advice(reply(429, **headers))) == expected


@pytest.mark.parametrize(("after", "expected"), [(30, {}), (31, {}), (60, {"not-extended": True}), (None, {})])
def test_advice_must_not_grow(after, expected):
    assert noted(lambda notes: notes.lengthened(30, after, LIMITED)) == expected


def test_requests_in_error_must_not_be_held_back():
    assert noted(lambda notes: notes.held([REFUSED, LIMITED])) == {"refusals": True}
    assert noted(lambda notes: notes.held([REFUSED, REFUSED])) == {}


@pytest.mark.parametrize(
    ("exchange", "expected"), [(MADE, {"account": False}), (LIMITED, {"account": True}), (FAILED, {})]
)
def test_only_a_429_holds_back(exchange, expected):
    assert noted(lambda notes: notes.other("limit.account", exchange)) == expected
