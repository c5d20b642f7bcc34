"""The rate limit over HTTP, in the mock's own time: what counts, what a refusal promises, and that it keeps it."""

import pytest

from sora_mock import ManualClock, Policy, Settings, create_app
from tests.e2e.calling import CHARACTER, VIDEO, assert_refused
from tests.e2e.serving import hosted


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def limited(clock, call):
    """Return a caller of a mock that allows three creations a minute."""
    settings = Settings(policy=Policy(creations_per_minute=3))
    with hosted(create_app(settings, clock=clock)) as url:
        yield call(url)


def use_up(caller):
    while caller.remaining():
        caller.character()


def test_sixty_creations_a_minute_are_allowed_and_no_more(clock, call):
    with hosted(create_app(clock=clock)) as url:
        caller = call(url)
        assert [caller.post("/characters", CHARACTER).status for _ in range(62)] == [200] * 60 + [429] * 2


def test_the_refusal_says_so_in_the_contracts_words(limited):
    use_up(limited)
    answer = limited.post("/characters", CHARACTER)
    assert_refused(answer, 429, "rate_limit_exceeded")
    assert answer.json["error"]["message"].startswith("Rate limited")
    assert answer.headers["x-ratelimit-remaining-requests"] == "0"


def test_a_caller_who_waits_as_long_as_told_is_let_in(limited, clock):
    use_up(limited)
    clock.advance(12_345)
    clock.advance(int(limited.post("/characters", CHARACTER).headers["retry-after"]) * 1000)
    assert limited.post("/characters", CHARACTER).status == 200


def test_a_caller_who_comes_a_second_too_early_is_not(limited, clock):
    use_up(limited)
    clock.advance(12_345)
    clock.advance((int(limited.post("/characters", CHARACTER).headers["retry-after"]) - 1) * 1000)
    assert limited.post("/characters", CHARACTER).status == 429


def test_refusals_do_not_make_the_wait_longer(limited, clock):
    use_up(limited)
    waits = []
    for _ in range(5):
        clock.advance(10_000)
        waits.append(int(limited.post("/characters", CHARACTER).headers["retry-after"]))
    assert waits == [50, 40, 30, 20, 10]


def test_a_creation_that_failed_in_processing_counts(limited):
    assert limited.post("/characters", CHARACTER | {"url": f"{VIDEO}?status=404"}).status == 500
    assert limited.remaining() == 2


def test_a_refused_creation_does_not_count(limited):
    assert limited.post("/characters", CHARACTER | {"timestamps": "8,5"}).status == 400
    assert limited.remaining() == 3


def test_a_wrong_request_is_told_so_even_when_the_limit_is_reached(limited):
    use_up(limited)
    assert_refused(
        limited.post("/characters", CHARACTER | {"timestamps": "8,5"}), 400, "invalid_timestamps", "timestamps"
    )


def test_generations_are_not_limited(limited):
    use_up(limited)
    assert [limited.task() for _ in range(10)]


def test_one_account_does_not_use_up_anothers_limit(limited, call):
    use_up(limited)
    assert call(limited.url, "sk-other").remaining() == 3
