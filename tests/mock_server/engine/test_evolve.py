"""What events do to an account."""

import copy

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine import events
from sora_mock.engine.commands import AddFault, Configure, ImportState, MoveTime
from sora_mock.engine.decide import decide
from sora_mock.engine.evolve import evolve
from sora_mock.engine.faults import Fault
from sora_mock.engine.state import Account
from tests.mock_server.engine.support import NOW, POLICY, a_clip, an_account, commands_about, from_url, run


def test_every_event_counts():
    account = an_account()
    for number in range(1, 4):
        evolve(account, events.Configured(NOW, {}))
        assert (account.version, account.count) == (number, number)


def test_a_match_counts_for_each_fault_named():
    account = an_account()
    for name in ("a", "b", "c"):
        run(account, AddFault(Fault(effect="hang", name=name)))
    evolve(account, events.FaultsMatched(NOW, ("a", "c")))
    evolve(account, events.FaultsMatched(NOW, ("c",)))
    assert [armed.matched for armed in account.faults.values()] == [1, 0, 2]


def test_a_fault_begins_at_the_instant_it_was_added():
    account = an_account()
    run(account, AddFault(Fault(effect="hang", name="a")), NOW + 7)
    assert account.faults["a"].since == NOW + 7


def test_removing_what_is_gone_already_changes_nothing():
    account = an_account()
    evolve(account, events.FaultsRemoved(NOW, ("a",)))
    assert account.faults == {}


def used_account():
    account = an_account("bob", seed=4)
    run(account, from_url())
    run(account, a_clip())
    run(account, AddFault(Fault(effect="hang", name="a")))
    run(account, MoveTime(outside=NOW, advance=500))
    run(account, Configure(knobs={"max_scenes": "3"}))
    return account


def test_an_import_takes_everything_over_but_the_name_and_the_version():
    source, account = used_account(), an_account("alice", seed=1)
    run(account, ImportState(source))
    for field in set(Account.__struct_fields__) - {"name", "version", "count"}:
        assert getattr(account, field) == getattr(source, field)
    assert (account.name, account.version) == ("alice", 1)
    assert account.count == source.count + 1


def test_an_import_shares_nothing_with_its_source():
    source, account = used_account(), an_account()
    before = copy.deepcopy(source)
    run(account, ImportState(source))
    run(account, from_url())
    evolve(account, events.FaultsMatched(NOW, ("a",)))
    assert source == before


def test_ids_go_on_after_an_import_without_a_repetition():
    source, account = used_account(), an_account()
    run(account, ImportState(source))
    created = run(account, from_url()).outcome.character_id
    assert created not in source.characters


STEPS = st.lists(st.tuples(st.integers(0, 90_000), commands_about(["char_0", "task_0"])), max_size=12)


@given(steps=STEPS)
def test_an_account_is_what_its_events_amount_to_when_they_are_read_again(steps):
    account, written, now = an_account(), [], NOW
    for step, command in steps:
        now += step
        happened = decide(account, command, now, POLICY).events
        written += [msgspec.json.encode(event) for event in happened]
        for event in happened:
            evolve(account, event)
    again = an_account()
    for line in written:
        evolve(again, msgspec.json.decode(line, type=events.Event))
    assert again == account
