"""What holds for the engine as a whole, whatever is asked of it."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine.decide import decide
from sora_mock.engine.evolve import evolve
from sora_mock.engine.lifecycle import View
from tests.mock_server.engine.support import (
    NOW,
    POLICY,
    a_clip,
    accepted_task,
    an_account,
    commands_about,
    made_character,
    run,
)

DECADE = 10 * 365 * 86_400_000


def furnished(name="alice"):
    """Return an account with something in it, and the ids of what it has."""
    account = an_account(name)
    hero = made_character(account)
    return account, [hero, accepted_task(account, a_clip(f"@{hero} walks"))]


MINE = furnished("alice")[1]
THEIRS = furnished("bob")[1]
HISTORY = st.lists(st.tuples(st.integers(0, 90_000_000), commands_about(MINE + THEIRS)), max_size=25)


def played(account, history):
    """Run a history and return its decisions."""
    now, decisions = NOW, []
    for step, command in history:
        now += step
        decisions.append(run(account, command, now))
    return decisions


@given(HISTORY)
def test_deciding_changes_nothing(history):
    account, _ = furnished()
    before = copy.deepcopy(account)
    for step, command in history:
        decide(account, command, NOW + step, POLICY)
    assert account == before


@given(HISTORY)
def test_the_same_calls_give_the_same_decisions(history):
    assert played(furnished()[0], history) == played(furnished()[0], history)


@given(HISTORY)
def test_the_events_alone_rebuild_the_state(history):
    account = an_account()
    decisions = played(account, history)
    rebuilt = an_account()
    for decision in decisions:
        for event in decision.events:
            evolve(rebuilt, event)
    assert rebuilt == account


@given(HISTORY, commands_about(MINE + THEIRS))
def test_nothing_one_account_does_changes_what_another_sees(history, probe):
    alice, bob = furnished("alice")[0], furnished("bob")[0]
    before = decide(bob, probe, NOW + DECADE, POLICY)
    played(alice, history)
    assert decide(bob, probe, NOW + DECADE, POLICY) == before


@given(HISTORY)
def test_a_character_never_changes_and_never_goes_away(history):
    account, (hero, _) = furnished()
    made = account.characters[hero]
    played(account, history)
    assert account.characters[hero] == made
    outcome = decide(account, a_clip(f"@{hero} is back"), NOW + DECADE, POLICY).outcome
    assert isinstance(outcome, View)
    assert outcome.generation.characters == (hero,)


@given(HISTORY)
def test_a_refusal_of_the_request_leaves_no_event(history):
    for decision in played(furnished()[0], history):
        status = getattr(decision.outcome, "status", None)
        if isinstance(status, int) and status < 500:
            assert decision.events == ()


@given(HISTORY)
def test_ids_are_never_given_twice(history):
    account, _ = furnished()
    played(account, history)
    given_out = [*account.characters, *account.generations, *account.deleted]
    assert len(given_out) == len(set(given_out))
