from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_conformance.reference.retry_after import LONGEST, retry_after

NOW = 1_700_000_000


def read(value, **headers):
    return retry_after({"retry-after": value, **headers}, date=NOW + 0.5)


@pytest.mark.parametrize(("value", "seconds"), [("0", 0), ("3", 3), (" 7 ", 7), ("1.5", 1.5), ("007", 7)])
def test_seconds_are_read(value, seconds):
    assert read(value) == seconds


def test_an_absurd_number_is_still_a_number():
    assert read("9" * 500) == read("1e12".replace("e", "0" * 20)) == LONGEST


def test_a_date_is_read_against_the_date_of_the_reply():
    assert read(formatdate(NOW + 93, usegmt=True), date=formatdate(NOW + 90, usegmt=True)) == 3


@pytest.mark.parametrize("date", [{}, {"date": "yesterday"}, {"date": ""}])
def test_without_one_it_is_read_against_the_own_clock(date):
    assert read(formatdate(NOW + 3, usegmt=True), **date) == 2.5


@pytest.mark.parametrize("value", ["Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
def test_the_old_forms_of_dates_are_read_and_a_date_that_is_over_is_no_wait(value):
    assert read(value) == 0


def test_a_distant_date_is_bounded():
    assert read("Fri, 31 Dec 9999 23:59:59 GMT") == LONGEST


@pytest.mark.parametrize(
    "value", ["", "-5", "+5", "soon", "5s", "5,8", "0x10", "1e3", "NaN", "inf", "५", "Tue, 99 Foo 2023"]
)
def test_nonsense_is_nothing(value):
    assert read(value) is None


def test_no_header_is_nothing():
    assert retry_after({}, date=NOW) is None


@given(
    st.text() | st.from_regex(r"\A[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{1,5} [0-9:]{1,8}( GMT)?\Z"), st.text()
)
def test_whatever_comes_is_survived(value, date):
    found = retry_after({"retry-after": value, "date": date}, date=NOW)
    assert found is None or 0 <= found <= LONGEST
