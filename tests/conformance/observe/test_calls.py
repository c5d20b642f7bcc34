import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_conformance.observe.asked import AGAIN, End, asked_by, due_after, end_of
from tests.conformance.observe.by_hand import arrival, calls, generation, headers, lost, poll, shape


def other(number):
    return {"url": f"https://media.test/{number}.mp4"}


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 408])
def test_the_same_request_after_an_end_that_calls_for_another_try_is_one(status):
    assert shape(arrival(0, status), arrival(1)) == [2]


@pytest.mark.parametrize("how", [{"abandoned": True}, {"cut": True}])
def test_the_same_request_after_a_reply_that_was_not_whole_is_another_try(how):
    assert shape(arrival(0, 200, **how), arrival(1)) == [2]
    assert shape(lost(0), arrival(1)) == [2]


def test_the_same_request_after_a_success_is_a_new_call():
    assert shape(arrival(0), arrival(1), arrival(2)) == [1, 1, 1]


def test_the_same_request_after_a_success_is_no_new_call_if_it_says_so_itself():
    key = headers(Idempotency_Key="k1")
    assert shape(arrival(0, headers=key), arrival(1, headers=key)) == [2]
    assert shape(arrival(0, headers=key), arrival(1, headers=headers(Idempotency_Key="k2"))) == [1, 1]


@pytest.mark.parametrize(
    "changed",
    [
        {"body": other(2)},
        {"query": "a=b"},
        {"path": "/v1/sora/generations"},
        {"method": "PUT"},
        {"headers": headers(Authorization="Bearer sk-other")},
    ],
)
def test_another_request_is_another_call(changed):
    assert shape(arrival(0, 429), arrival(1, **changed)) == [1, 1]


def test_requests_at_once_are_never_tries_of_one_call():
    assert shape(arrival(0, 429, took=2), arrival(1)) == [1, 1]
    assert shape(arrival(0, None, took=math.inf), arrival(1)) == [1, 1]


def test_of_several_calls_the_one_whose_wait_was_over_first_gets_the_try():
    first = arrival(0, 429, retry_after="9", connection=1)
    second = arrival(0.5, 429, retry_after="2", connection=2)
    third, fourth = arrival(3), arrival(10)
    assert [call.tries for call in calls(first, second, third, fourth)] == [(first, fourth), (second, third)]


def test_a_request_before_a_wait_is_over_is_another_workers_if_one_comes_when_it_is():
    refused, between = arrival(0, 429, retry_after="2", connection=1), arrival(0.5, connection=2)
    assert shape(refused, between) == [2]
    assert shape(refused, between, arrival(2.2)) == [2, 1]
    assert shape(refused, between, arrival(9)) == [2, 1]


def test_a_request_before_a_wait_is_over_is_a_try_where_one_works_alone():
    assert shape(arrival(0, 429, retry_after="2"), arrival(0.5), arrival(2.2)) == [2, 1]


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_the_same_request_soon_after_a_refusal_is_a_repeat_of_it(status):
    assert shape(arrival(0, status), arrival(1, status)) == [2]
    assert shape(arrival(0, status), arrival(11, status)) == [1, 1]


def test_a_repeat_with_something_else_in_between_is_the_callers_next_call():
    assert shape(arrival(0, 400), arrival(1, body=other(2)), arrival(2, 400)) == [1, 1, 1]


def test_a_repeat_on_another_connection_is_another_clients_where_connections_are_kept():
    kept = [arrival(0, body=other(1)), arrival(0.5, body=other(2))]
    assert shape(*kept, arrival(1, 400), arrival(1.5, 400, connection=2)) == [1, 1, 1, 1]
    assert shape(arrival(1, 400), arrival(1.5, 400, connection=2)) == [2]
    closing = {"headers": headers(Connection="close")}
    assert shape(*kept, arrival(1, 400, **closing), arrival(1.5, 400, connection=2, **closing)) == [1, 1, 2]


def test_asking_after_a_task_again_is_polling_unless_the_answer_was_none():
    assert shape(poll(0), poll(1), poll(2)) == [1, 1, 1]
    assert shape(poll(0, 404), poll(1, 404)) == [1, 1]
    assert shape(poll(0, 503), poll(1)) == [2]


def test_a_request_long_after_a_wait_is_a_new_call():
    assert shape(arrival(0, 429, retry_after="30"), arrival(140)) == [2]
    assert shape(arrival(0, 429, retry_after="30"), arrival(160)) == [1, 1]


def test_calls_know_what_they_ask_for():
    asked = [call.operation for call in calls(arrival(0), generation(1), poll(2), arrival(3, path="/v1/elsewhere"))]
    assert asked == ["createCharacter", "createGeneration", "retrieveGeneration", None]


@pytest.mark.parametrize(
    ("text", "form", "seconds"),
    [("3", "seconds", 3.0), ("1.5", "seconds", 1.5), ("0", "seconds", 0.0), ("-5", "garbage", 0.0)]
    + [("soon", "garbage", 0.0), ("Mon, 99 Foo 2026 25:61:61 GMT", "garbage", 0.0)],
)
def test_what_is_asked_is_read_in_any_form(text, form, seconds):
    asked = asked_by(arrival(0, 429, retry_after=text))
    assert (asked.form, asked.seconds) == (form, seconds)


def test_a_date_is_taken_against_the_replys_own_with_a_second_to_spare():
    reply = (("Retry-After", "Tue, 24 Nov 2026 10:00:05 GMT"), ("Date", "Tue, 24 Nov 2026 10:00:00 GMT"))
    assert asked_by(arrival(0, 429, reply_headers=reply)).seconds == 4.0
    assert asked_by(arrival(0, 429, reply_headers=reply[:1])).seconds == 0.0


def test_a_reply_that_did_not_arrive_asks_for_nothing():
    assert asked_by(arrival(0, 429, retry_after="3", cut=True)) is None
    assert asked_by(arrival(0, 200, retry_after="3")) is None


@st.composite
def arrivals(draw):
    def one(at, status, took, body, connection, asks):
        how = {"abandoned": True} if status == 1 else {"cut": True} if status == 2 else {}
        return arrival(
            at / 10,
            None if status in {0, 1, 2} else status,
            took=math.inf if status == 0 else took / 10,
            body=other(body),
            connection=connection,
            retry_after=asks,
            **how,
        )

    return draw(
        st.lists(
            st.builds(
                one,
                at=st.integers(0, 300),
                status=st.sampled_from([0, 1, 2, 200, 400, 401, 404, 429, 429, 500, 503]),
                took=st.integers(0, 30),
                body=st.integers(1, 2),
                connection=st.integers(1, 3),
                asks=st.sampled_from([None, "0", "1", "3", "soon"]),
            ),
            max_size=25,
        )
    )


@given(arrivals())
def test_every_request_is_in_exactly_one_call(some):
    found = [tried for call in calls(*some) for tried in call.tries]
    assert sorted(map(id, found)) == sorted(map(id, some))


@given(arrivals())
def test_tries_of_one_call_never_overlap_and_follow_an_end_that_matters(some):
    for call in calls(*some):
        for earlier, later in call.pairs:
            assert later.at >= earlier.done
            assert end_of(earlier) in AGAIN | {End.REFUSED}
            assert earlier.body == later.body


@given(st.lists(st.tuples(st.integers(0, 50), st.sampled_from([None, "1", "2"])), min_size=1, max_size=6))
def test_no_try_is_early_of_clients_that_all_wait_as_asked(begins):
    some = []
    for connection, (at, asks) in enumerate(begins):
        first = arrival(at / 10, 429, connection=connection, retry_after=asks)
        some += [first, arrival(due_after(first) + 0.001 + connection / 1000, connection=connection)]
    for call in calls(*some):
        for earlier, later in call.pairs:
            assert later.at >= due_after(earlier)
