"""Counting."""

from sora_mock.tally import MAX_NAMES, OTHERS, Tally


def test_exchanges_and_faults_are_counted():
    tally = Tally()
    tally.count("createCharacter", 200, ())
    tally.count("createCharacter", 200, ("slow", "empty"))
    tally.count(None, 404, ("slow",))
    assert tally.exchanges == {("createCharacter", 200): 2, (None, 404): 1}
    assert tally.faults == {"slow": 2, "empty": 1}


def test_the_names_of_faults_are_bounded():
    tally = Tally()
    for number in range(MAX_NAMES + 5):
        tally.count(None, 200, (f"fault-{number}",))
    tally.count(None, 200, ("fault-0",))
    assert len(tally.faults) == MAX_NAMES + 1
    assert (tally.faults["fault-0"], tally.faults[OTHERS]) == (2, 5)
