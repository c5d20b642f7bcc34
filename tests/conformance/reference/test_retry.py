import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sora_conformance.reference import Retry
from sora_conformance.reference.outcomes import Failure, Reply, Trouble
from sora_conformance.reference.retry import backoff, pause_before_next

USUAL = Retry()
CHANCES = st.floats(0, 1, exclude_max=True)
POLICIES = st.builds(
    Retry,
    attempts=st.integers(1, 100),
    base=st.floats(0.01, 10),
    longest=st.floats(10, 100),
    least=st.floats(0.01, 1),
    max_wait=st.floats(1, 1000),
)
OUTCOMES = st.one_of(
    st.builds(Failure, st.sampled_from(Trouble)),
    st.builds(
        Reply,
        status=st.integers(100, 599),
        headers=st.just({}) | st.fixed_dictionaries({"retry-after": st.text() | st.integers(-9, 2000).map(str)}),
        trouble=st.none() | st.sampled_from(Trouble),
    ),
)


def pause(outcome, *, attempt=1, policy=USUAL, safe=False, chance=0.0):
    return pause_before_next(attempt, outcome, policy, safe=safe, chance=chance, date=1_700_000_000)


def limited(value=None, status=429):
    return Reply(status=status, headers={} if value is None else {"retry-after": value})


@given(st.integers(1, 200), OUTCOMES, POLICIES, st.booleans(), CHANCES)
def test_every_wait_is_bounded_and_none_is_nothing(attempt, outcome, policy, safe, chance):
    seconds = pause(outcome, attempt=attempt, policy=policy, safe=safe, chance=chance)
    if seconds is not None:
        assert attempt < policy.attempts
        assert min(policy.least, policy.base / 2) <= seconds <= max(policy.longest, policy.max_wait + policy.least)


@given(st.integers(0, 10**7), st.sampled_from([429, 502, 503, 504]), POLICIES, CHANCES)
def test_a_wait_is_at_least_what_was_asked_or_it_is_not_made(asked, status, policy, chance):
    assume(policy.attempts > 1)
    seconds = pause(limited(str(asked), status), policy=policy, chance=chance)
    assert (seconds is None) == (asked > policy.max_wait)
    assert seconds is None or seconds >= asked


@given(st.integers(1, 2000), POLICIES, CHANCES, CHANCES)
def test_the_own_wait_never_shrinks(attempt, policy, chance, other):
    this, following = backoff(attempt, policy, chance=chance), backoff(attempt + 1, policy, chance=other)
    assert 0 < this <= policy.longest
    assert following >= this or policy.base * 2.0 ** min(attempt, 60) > policy.longest


def test_the_own_wait_doubles_with_a_jitter_of_half():
    waits = [[backoff(attempt, Retry(), chance=chance) for chance in (0, 0.5)] for attempt in (1, 2, 3)]
    assert waits == [[0.5, 0.75], [1, 1.5], [2, 3]]


def test_zero_is_no_busy_loop():
    assert pause(limited("0")) == 0.25


@pytest.mark.parametrize("value", ["-1", "soon", "", None])
def test_nonsense_leads_to_the_own_wait(value):
    assert pause(limited(value)) == 0.5


def test_many_are_not_sent_back_together():
    assert pause(limited("3"), chance=0.5) == 3.125


def test_the_last_attempt_is_followed_by_no_wait():
    assert pause(limited("1"), attempt=3) is not None
    assert pause(limited("1"), attempt=4) is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 415, 422, 500, 501, 301, 307])
def test_a_creation_answered_so_is_not_sent_again(status):
    assert pause(limited("1", status)) is None


@pytest.mark.parametrize("trouble", Trouble)
def test_a_creation_that_may_have_been_sent_is_not_sent_again(trouble):
    assert (pause(Failure(trouble)) is not None) == (trouble is Trouble.NO_CONNECTION)
    assert pause(Reply(status=200, trouble=trouble)) is None


def test_a_look_is_repeated_where_that_can_help():
    assert pause(Failure(Trouble.LOST), safe=True) == pause(Failure(Trouble.TIMEOUT), safe=True) == 0.5
    assert pause(Reply(status=200, trouble=Trouble.LOST), safe=True) == pause(Reply(status=500), safe=True) == 0.5
    assert pause(Failure(Trouble.UNTRUSTED), safe=True) is None
    assert pause(Reply(status=200), safe=True) is None
    assert pause(Reply(status=404), safe=True) is None


def test_who_wants_no_character_made_twice_leaves_two_statuses_out():
    assert pause(limited(status=502), policy=Retry(statuses=frozenset({429, 503}))) is None


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"base": 0}, {"base": 40}, {"least": 0}, {"max_wait": 0.1}])
def test_a_policy_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        Retry(**wrong)
