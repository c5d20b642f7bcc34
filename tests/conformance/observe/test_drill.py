import json
import math

import msgspec
import pytest

from sora_conformance.observe.asked import End
from sora_conformance.observe.drill import drill
from sora_conformance.observe.grading import PENALTIES, Tally, graded
from tests.conformance.observe.by_hand import arrival, generation, headers, lost, poll, traffic

SOURCE = "https://media.test/a.mp4 1,4"


def other(number):
    return {"url": f"https://media.test/{number}.mp4"}


def test_a_drill_tells_each_try_from_the_first_request_on():
    found = drill(traffic(arrival(5, 429, retry_after="2"), arrival(7.5, took=0.25), scenario="busy"))
    (call,) = found.calls
    first, second = call.tries
    assert (found.scenario, found.seconds, found.requests) == ("busy", 2.75, 2)
    assert (first.began, first.ended, first.told, first.asked, first.waited) == (0.0, 0.1, "429", 2.0, 2.4)
    assert (second.began, second.ended, second.result, second.asked, second.waited) == (2.5, 2.75, End.DONE, None, None)
    assert (call.operation, call.outcome, call.disturbed, call.recovery) == ("createCharacter", "succeeded", True, 2.65)


def test_a_drill_can_be_written_as_json():
    written = json.loads(
        msgspec.json.encode(drill(traffic(arrival(0, 429), arrival(1), arrival(2, None, took=math.inf))))
    )
    assert written["calls"][1]["tries"][0]["ended"] is None
    assert written["by_status"] == {"200": 1, "429": 1, "under way": 1}


def test_requests_are_counted_by_what_came_of_them():
    some = [arrival(0), lost(1), lost(3, abandoned=True, body=other(1)), poll(5, None, took=math.inf)]
    assert drill(traffic(*some)).by_status == {"200": 1, "broken off": 1, "hung up": 1, "under way": 1}


def test_requests_that_could_do_no_good_are_wasted():
    early = [arrival(0, 429, retry_after="3"), arrival(1, body=None)]
    repeat = [arrival(10, 400, body=other(1)), arrival(11, 400, body=other(1))]
    again = [arrival(20 + at, body=other(2), headers=headers(Idempotency_Key="k")) for at in (0, 1)]
    found = drill(traffic(*early, *repeat, *again))
    assert found.wasted == {"after a success": 1, "repeat of a refusal": 1, "too early": 1}
    assert [[tried.waste for tried in call.tries] for call in found.calls] == [
        [None, "too early"],
        [None, "repeat of a refusal"],
        [None, "after a success"],
    ]


def test_waits_are_told_as_asked_and_as_waited():
    some = [arrival(0, 429, retry_after="2"), arrival(2.2, 429, retry_after="4"), arrival(3.3)]
    waits = drill(traffic(*some)).waits
    assert (waits.number, waits.early) == (2, 1)
    assert (waits.asked_longest, waits.asked_total) == (4.0, 6.0)
    assert (waits.waited_longest, waits.waited_total) == (2.1, 3.1)


def test_recovery_is_from_the_first_failure_to_the_success():
    slow = [arrival(0, 503), arrival(1, 503), arrival(5)]
    quick = [generation(10, 429), generation(11)]
    found = drill(traffic(*slow, *quick))
    assert (found.disturbed, found.recovered, found.recovery, found.recovery_last) == (2, 2, 5.0, 1.0)


def test_a_call_that_is_given_up_has_not_recovered():
    found = drill(traffic(arrival(0, 429), arrival(1, body=other(1))))
    assert (found.disturbed, found.recovered, found.recovery, found.recovery_last) == (1, 0, None, None)
    assert found.calls[0].outcome == "given up"
    assert found.grade == "B"


@pytest.mark.parametrize("last", [lost(0), arrival(0, 500), arrival(0, 429, retry_after="3600")])
def test_a_call_that_is_rightly_given_up_costs_nothing(last):
    found = drill(traffic(last, arrival(1, body=other(1))))
    assert found.calls[0].pardoned
    assert found.grade == "A"


def test_a_character_that_was_lost_and_made_again_is_a_duplicate():
    made = [("char_lost", SOURCE), ("char_1000", SOURCE)]
    found = drill(traffic(lost(0), arrival(1), made=made))
    (duplicate,) = found.duplicates
    assert (duplicate.id, duplicate.kept, duplicate.call) == ("char_lost", "char_1000", 1)
    assert found.orphans == ("char_lost",)


def test_a_character_from_a_task_is_known_by_the_task():
    body = b'{"model": "sora-2-character", "from_task": "task_a"}'
    made = [("char_lost", "task task_a"), ("char_1000", "task task_a")]
    assert len(drill(traffic(lost(0, body=body), arrival(1, body=body), made=made)).duplicates) == 1


def test_a_character_in_a_reply_that_was_cut_off_is_found_by_its_id():
    cut = arrival(0, cut=True, answered="char_cut")
    found = drill(traffic(cut, arrival(1), made=[("char_cut", "?"), ("char_1000", "?")]))
    assert [duplicate.id for duplicate in found.duplicates] == ["char_cut"]


def test_a_character_that_was_lost_and_not_made_again_is_an_orphan_only():
    found = drill(traffic(lost(0), made=[("char_lost", SOURCE)]))
    assert (found.duplicates, found.orphans) == ((), ("char_lost",))


def test_two_characters_of_one_source_that_both_arrived_are_neither():
    made = [("char_0", SOURCE), ("char_1000", SOURCE)]
    found = drill(traffic(arrival(0), arrival(1), made=made))
    assert (found.duplicates, found.orphans) == ((), ())


def test_a_call_has_lost_no_more_characters_than_it_had_tries():
    made = [("char_a", SOURCE), ("char_b", SOURCE), ("char_1000", SOURCE)]
    found = drill(traffic(lost(0), arrival(1), made=made))
    assert (len(found.duplicates), len(found.orphans)) == (1, 2)


def test_requests_at_once_are_counted_before_the_first_429_and_soon_after_it():
    before = [arrival(one / 100, 429, took=1, body=other(one), connection=one) for one in range(4)]
    after = [arrival(1.5 + one / 100, took=0.5, body=other(one), connection=one) for one in range(2)]
    assert drill(traffic(*before, *after)).at_once == (4, 2)
    assert drill(traffic(arrival(0), arrival(1))).at_once == (1, 0)


def test_a_client_that_does_all_right_gets_an_a_and_hears_why():
    found = drill(traffic(arrival(0, 429, retry_after="2"), arrival(2.5)))
    assert found.grade == "A"
    assert found.reasons == (
        "1 of 1 disturbed call recovered, the slowest in 2.5 s.",
        "0 of 2 requests were wasted, and nothing was lost or made twice.",
    )


def test_without_a_disturbance_there_is_nothing_to_grade():
    assert drill(traffic(arrival(0))).grade is None
    assert drill(traffic()).reasons == ("Not graded: 0 requests reached the mock.",)
    assert drill(traffic(arrival(0), misdeed="flood", detail="it sent too much")).reasons == (
        "Not graded: it sent too much.",
    )


def test_a_waste_is_graded_even_where_nothing_was_disturbed():
    found = drill(traffic(arrival(0, 400), arrival(1, 400)))
    assert (found.grade, found.reasons[0]) == (
        "B",
        "1 refusal was answered with the same request (−5): it cannot succeed.",
    )


@pytest.mark.parametrize("penalty", PENALTIES, ids=lambda penalty: penalty.figure)
def test_whatever_is_deducted_it_is_no_a_any_more_and_the_reason_names_the_figure(penalty):
    figures = {"endless": {"most_tries": 11}, "undiminished": {"at_once": (2, 2)}}
    tally = Tally(requests=9, disturbed=1, recovered=1, **figures.get(penalty.figure, {penalty.figure: 1}))
    grade, reasons = graded(tally)
    assert grade in {"B", "C"}
    number = "2" if penalty.figure == "undiminished" else "1"
    assert reasons[0].startswith(f"{number} ")
    assert f"(−{min(penalty.most, penalty.points * int(number))})" in reasons[0]


def test_one_kind_of_mistake_costs_no_more_than_its_most_however_often_it_is_made():
    assert graded(Tally(requests=999, early=5))[0] == graded(Tally(requests=999, early=999))[0] == "D"


def test_everything_wrong_is_an_f():
    worst = Tally(requests=99, early=9, repeated=9, duplicates=9, disturbed=9, left=9, most_tries=30, at_once=(4, 9))
    assert graded(worst)[0] == "F"
