"""Faults: which requests they are meant for, and at which of them they strike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine.faults import Armed, Facts, Fault, Match, When, counts, matches, strikes, struck
from tests.mock_server.engine.support import NOW

NEVER_ASKED = None


def facts(operation="createCharacter", **changes):
    texts = changes.pop("texts", {})
    about = {"method": "POST", "path": "/v1/sora/characters", "account": "alice"} | changes
    return Facts(operation=operation, texts=lambda name: texts.get(name, ()), **about)


def ranks(when, total=20, chance=lambda: 0.0):
    """Return at which of the first so many matches a fault strikes."""
    return [count for count in range(1, total + 1) if strikes(when, count, chance)]


def run(fault, requests, *, seed=0, owner="alice", step=0):
    """Return at which requests a fault in place strikes, `step` milliseconds apart."""
    armed = Armed(fault, NOW)
    hits = []
    for number, request in enumerate(requests, start=1):
        matched, firings = struck({"f": armed}, request, NOW + step * (number - 1), seed=seed, owner=owner)
        armed.matched += len(matched)
        hits += [number] * len(firings)
    return hits, armed.matched


@pytest.mark.parametrize(
    ("match", "fit"),
    [
        (Match(), True),
        (Match(operation="createCharacter"), True),
        (Match(operation="createGeneration"), False),
        (Match(method="post"), True),
        (Match(method="GET"), False),
        (Match(path="/v1/sora/*"), True),
        (Match(path="/v1/sora"), False),
        (Match(account="al*"), True),
        (Match(account="bob"), False),
        (Match(url="*hero*"), True),
        (Match(url="*villain*"), False),
        (Match(prompt="*"), False),
        (Match(operation="createCharacter", url="*villain*"), False),
    ],
)
def test_a_fault_is_meant_for_what_fits_every_field(match, fit):
    assert matches(match, facts(texts={"url": ("https://a/hero.mp4",)})) is fit


def test_a_prompt_fits_when_that_of_any_scene_does():
    storyboard = facts("createGeneration", texts={"prompt": ("a street", "a café")})
    assert matches(Match(prompt="*café"), storyboard)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (When(), list(range(1, 21))),
        (When(first=3), [1, 2, 3]),
        (When(after=2), list(range(3, 21))),
        (When(after=2, first=1), [3]),
        (When(every=7), [7, 14]),
        (When(after=3, every=5), [8, 13, 18]),
        (When(first=10, every=4), [4, 8]),
        (When(after=19, first=5), [20]),
    ],
)
def test_a_fault_strikes_at_these_matches(when, expected):
    assert ranks(when) == expected


def test_no_chance_is_drawn_for_a_match_that_cannot_be_struck():
    assert ranks(When(after=30, probability=0.5), chance=NEVER_ASKED) == []


@pytest.mark.parametrize(("chance", "hits"), [(0.0, 3), (0.49, 3), (0.5, 0), (0.99, 0)])
def test_a_probability_holds_for_each_match_that_may_be_struck(chance, hits):
    assert len(ranks(When(first=3, probability=0.5), chance=lambda: chance)) == hits


@pytest.mark.parametrize(("elapsed", "expected"), [(0, False), (999, False), (1000, True), (1999, True), (2000, False)])
def test_a_match_counts_within_the_window_only(elapsed, expected):
    assert counts(When(start=1, end=2), elapsed) is expected


def test_the_first_matches_are_those_within_the_window():
    hits, matched = run(Fault(effect="hang", when=When(start=5, first=2)), [facts()] * 10, step=1000)
    assert (hits, matched) == ([6, 7], 5)


def test_requests_that_do_not_match_are_not_counted():
    requests = [facts(), facts("retrieveGeneration"), facts()]
    assert run(Fault(effect="hang", match=Match(operation="createCharacter")), requests) == ([1, 3], 2)


def test_a_task_effect_is_meant_for_nothing_but_tasks():
    requests = [facts(), facts("createGeneration"), facts("retrieveGeneration")]
    assert run(Fault(effect="task-stuck", when=When(first=1)), requests) == ([2], 1)


@given(seed=st.integers(0, 2**63 - 1), probability=st.floats(0.01, 1), owner=st.sampled_from(["*", "alice"]))
def test_the_same_seed_strikes_the_same_requests(seed, probability, owner):
    fault = Fault(effect="hang", when=When(probability=probability))
    assert run(fault, [facts()] * 30, seed=seed, owner=owner) == run(fault, [facts()] * 30, seed=seed, owner=owner)


def test_other_seeds_and_owners_strike_other_requests():
    fault = Fault(effect="hang", when=When(probability=0.5))
    hits = {tuple(run(fault, [facts()] * 40, seed=seed, owner=owner)[0]) for seed in (0, 1) for owner in "ab"}
    assert len(hits) == 4


def test_a_probability_strikes_about_as_often_as_it_says():
    hits, _ = run(Fault(effect="hang", when=When(probability=0.25)), [facts()] * 2000)
    assert 400 <= len(hits) <= 600


WHENS = st.builds(
    When,
    after=st.integers(0, 5),
    first=st.one_of(st.none(), st.integers(5, 9)),
    every=st.one_of(st.none(), st.integers(1, 5)),
    probability=st.one_of(st.none(), st.floats(0.01, 1)),
)


@given(when=WHENS, total=st.integers(0, 40))
def test_every_field_only_ever_narrows_what_is_struck(when, total):
    hits, matched = run(Fault(effect="hang", when=when), [facts()] * total)
    assert matched == total
    assert all(hit > when.after for hit in hits)
    assert when.first is None or all(hit <= when.after + when.first for hit in hits)
    assert when.every is None or all((hit - when.after) % when.every == 0 for hit in hits)
