"""The journal's index by account: always what a look at every entry would find."""

from hypothesis import given
from hypothesis import strategies as st

from sora_mock.journal import Journal, Query
from sora_mock.wire import Reply, Request

REQUEST = Request(method="GET", path="/", headers={})

steps = st.lists(st.tuples(st.sampled_from(["record", "clear"]), st.sampled_from([None, "a", "b", "c"])), max_size=60)


@given(steps=steps, max_entries=st.integers(1, 8))
def test_an_accounts_entries_are_found_without_looking_at_all_others(steps, max_entries):
    journal = Journal(max_entries=max_entries)
    for step, account in steps:
        if step == "record":
            journal.record(REQUEST, Reply(status=200), real=0, virtual=0, account=account, operation=None)
        elif account is not None:
            journal.clear(account)
        every = journal.entries()
        for name in (None, "a", "b", "c"):
            assert journal.of(name) == [entry for entry in every if entry.account == name]
        assert journal.entries(Query(account="a")) == journal.of("a")
    journal.clear()
    assert [journal.entries(), *map(journal.of, (None, "a", "b", "c"))] == [[]] * 5
    assert journal.weight == 0
