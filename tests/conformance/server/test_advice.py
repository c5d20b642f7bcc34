"""What a 429 says of the time to wait."""

import pytest

from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.advice import advice_of


def advice(value):
    headers = () if value is None else (("Retry-After", value),)
    return advice_of(Exchange(sent=Sent(method="POST", url="http://localhost/"), status=429, headers=headers))


def test_whole_seconds_are_as_they_should_be():
    found = advice(" 30 ")
    assert (found.seconds, found.illegible, found.flaws) == (30, (), ())


@pytest.mark.parametrize(
    ("value", "seconds"), [("0", 0), ("30.5", 31), ("Fri, 31 Dec 2100 23:59:59 GMT", None), ("-0.5", None)]
)
def test_other_advice_is_flawed(value, seconds):
    found = advice(value)
    assert found.seconds == seconds
    assert len(found.flaws) == 1


@pytest.mark.parametrize("value", ["a minute", "", "-1", "٣٠", "1e3", "9" * 40])
def test_what_nobody_can_read_is_illegible(value):
    assert len(advice(value).illegible) == 1


def test_no_advice_is_no_bad_advice():
    found = advice(None)
    assert (found.seconds, len(found.illegible), found.flaws) == (None, 1, ())
