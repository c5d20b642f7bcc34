"""The ledger: everything that was made is written down at once."""

import msgspec

from sora_conformance.exchanges import Party
from sora_conformance.ledger import Entry, Ledger


def entry(name):
    return Entry(at=1.5, kind="character", id=name, party=Party.FIRST, case="a/b", url="http://localhost")


def test_entries_are_in_the_file_as_soon_as_they_are_written(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    for number, name in enumerate(("char_a", "char_b"), start=1):
        ledger.write(entry(name))
        lines = (tmp_path / "ledger.jsonl").read_bytes().splitlines()
        assert [msgspec.json.decode(line, type=Entry).id for line in lines][-1] == name
        assert len(lines) == number


def test_a_later_run_adds_to_the_file(tmp_path):
    Ledger(tmp_path / "ledger.jsonl").write(entry("char_a"))
    Ledger(tmp_path / "ledger.jsonl").write(entry("char_b"))
    assert (tmp_path / "ledger.jsonl").read_text().count("\n") == 2


def test_without_a_file_entries_are_counted():
    ledger = Ledger(None)
    ledger.write(entry("char_a"))
    assert ledger.count == 1
