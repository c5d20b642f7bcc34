"""The life of a generation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine.lifecycle import LIFECYCLE, Status, accepted_view, status_at, view_at
from sora_mock.engine.state import Failure, Generation

CREATED, STARTS, ENDS, EXPIRES = 1_000, 2_000, 12_000, 20_000


def a_generation(failure=None):
    return Generation(
        id="task_1",
        created_at=CREATED,
        starts_at=STARTS,
        ends_at=ENDS,
        expires_at=EXPIRES,
        prompt="x",
        scenes=(),
        duration=10,
        resolution="720p",
        characters=(),
        failure=failure,
    )


FAILED = a_generation(Failure("character_not_found", "gone"))


@pytest.mark.parametrize(
    ("now", "status", "progress"),
    [
        (CREATED - 1, "queued", 0),
        (CREATED, "queued", 0),
        (STARTS - 1, "queued", 0),
        (STARTS, "in_progress", 0),
        (7_000, "in_progress", 50),
        (ENDS - 1, "in_progress", 99),
        (ENDS, "completed", 100),
        (EXPIRES - 1, "completed", 100),
        (EXPIRES, "expired", 100),
    ],
)
def test_a_task_that_succeeds_passes_through_its_stages(now, status, progress):
    view = view_at(a_generation(), now)
    assert (view.status, view.progress) == (status, progress)


@pytest.mark.parametrize(
    ("now", "status", "progress"), [(STARTS, "in_progress", 0), (ENDS, "failed", 99), (EXPIRES, "failed", 99)]
)
def test_a_task_that_fails_ends_short_and_never_expires(now, status, progress):
    view = view_at(FAILED, now)
    assert (view.status, view.progress) == (status, progress)


@given(st.integers(0, 30_000), st.integers(0, 30_000), st.booleans())
def test_time_never_leads_back(one, other, fails):
    generation = FAILED if fails else a_generation()
    order = [row.status for row in LIFECYCLE]
    early, late = sorted((one, other))
    assert order.index(status_at(generation, early)) <= order.index(status_at(generation, late))
    assert view_at(generation, early).progress <= view_at(generation, late).progress


@given(st.integers(0, 30_000), st.booleans())
def test_the_instants_are_told_once_they_are_reached(now, fails):
    view = view_at(FAILED if fails else a_generation(), now)
    assert (view.completed_at is not None) == (view.status in {Status.COMPLETED, Status.EXPIRED})
    assert (view.completed_at is None) == (view.expires_at is None)


def test_a_task_is_accepted_as_queued_even_when_it_takes_no_time():
    view = accepted_view(a_generation())
    assert (view.status, view.progress, view.completed_at) == ("queued", 0, None)
