import copy
import pickle

import pytest

from sora_conformance import reference
from sora_conformance.reference import (
    Character,
    LibraryError,
    LocalValidationError,
    RateLimitedError,
    RenderFailedError,
    SoraError,
    Task,
)

KINDS = [kind for kind in vars(reference).values() if isinstance(kind, type) and issubclass(kind, SoraError)]


def test_an_error_says_everything_in_one_line():
    error = RateLimitedError(
        "Slow down.", status=429, code="rate_limit_exceeded", retry_after=90, request_id="req_a", attempts=4
    )
    told = "rate limited (429 rate_limit_exceeded): Slow down. [retry after 90 s; 4 attempts; request req_a]"
    assert str(error) == told


def test_it_says_when_something_may_have_been_done():
    assert str(SoraError("gone", maybe_done=True)) == "the call failed: gone [it may have been done all the same]"


def test_two_are_what_programs_already_catch():
    assert issubclass(LocalValidationError, ValueError)
    assert issubclass(reference.TimedOutError, TimeoutError)


def test_a_lost_place_for_an_id_still_tells_it():
    assert "char_a" in str(LibraryError("disk full", character=Character(character_id="char_a")))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("again", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))], ids=["copy", "pickle"])
def test_each_can_go_to_another_process(kind, again):
    extra = {"task": Task(task_id="task_a")} if kind is RenderFailedError else {}
    error = again(kind("said", **extra))
    assert type(error) is kind
    assert (error.message, str(error)) == ("said", f"{kind.summary}: said")
    assert getattr(error, "task", None) == extra.get("task")
