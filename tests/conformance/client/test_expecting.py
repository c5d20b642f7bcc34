"""What a case expects, held against what came: one finding for what is amiss, none for what is not."""

import math

import pytest

from sora_conformance.client.arrivals import Place
from sora_conformance.client.expecting import findings, told
from sora_conformance.client.protocol import Unsupported
from tests.conformance.client.trying import KEY, VIDEO, arrival, case, failed, ok, tried


def found(result, *asks, **expect):
    return findings(case(*asks, **expect), result)


def test_what_is_as_expected_gives_no_finding():
    assert found(tried(), outcome="ok", requests=1, path="/v1/sora/characters", values=True, within=1.0) == []


@pytest.mark.parametrize(
    ("result", "expect", "finding"),
    [
        (tried(None), {}, "expected the call to end, found no answer after 0.2 s"),
        (tried(failed()), {"outcome": "ok"}, "expected the call to succeed, found error other"),
        (tried(), {"outcome": "error"}, "expected an error, found ok"),
        (tried(failed()), {"kinds": ("timeout",)}, "expected an error of kind timeout, found error other"),
        (
            tried(failed(status=500)),
            {"status": 400},
            "expected the error to keep the status 400, found error other 500",
        ),
        (tried(failed(message="no")), {"says": ("video",)}, "expected the error to say 'video'"),
        (tried(seconds=3), {"within": 2.0}, "expected an end within 2 s, found it after 3.0 s"),
        (tried(), {"requests": 2}, "expected 2 requests, found 1"),
        (tried(arrivals=[]), {"requests": (1, 2)}, "expected 1 to 2 requests, found 0"),
        (tried(), {"path": "/v1/sora/generations"}, "expected /v1/sora/generations, found /v1/sora/characters"),
        (tried(), {"body": {"/timestamps": "2,5"}}, "/timestamps: expected '2,5', found '1,4'"),
        (tried(), {"header": {"x-a": "b"}}, "header x-a: expected 'b', found nothing"),
        (tried(), {"header": {"authorization": "Bearer x"}}, "header authorization: expected 'Bearer x'"),
        (tried(ok("char_b")), {"values": True}, "expected the id that was answered, found 'char_b'"),
        (tried(ok("char_b")), {"value": {"/character_id": "char_a"}}, "the value's /character_id"),
        (tried(ok("char_b")), {"value": {"/bytes": 1}}, "the value's /bytes"),
        (tried(seconds=2), {"prompt": 0.5}, "expected an end within 0.5 s of the last reply, found it 1.9 s later"),
        (tried(), {"hangs_up": True}, "expected the reply to be given up"),
    ],
)
def test_what_is_not_as_expected_is_said(result, expect, finding):
    (said,) = found(result, **expect)
    assert said.startswith(finding)


def test_a_header_may_hold_the_key_of_the_case():
    assert found(tried(), header={"authorization": "Bearer {key}"}) == []


def test_each_of_several_calls_has_an_outcome_of_its_own():
    result = tried(ok(), failed(), arrivals=[arrival()])
    assert found(result, {}, {}, outcomes=("ok", "error")) == []
    assert len(found(result, {}, {}, outcomes=("error", "ok"))) == 2


def test_connections_are_counted():
    result = tried(arrivals=[arrival(1, 1), arrival(2, 2, connection=2), arrival(3, 3, connection=1)])
    assert found(result, connections=1) == ["expected 1 connection, found 2"]


def test_a_connection_that_is_made_while_another_is_in_use_is_not_counted():
    result = tried(arrivals=[arrival(1, 2), arrival(1.5, 2, connection=2), arrival(2.2, 3, connection=3)])
    assert found(result, connections=1) == []


def test_waits_are_measured_from_the_end_of_a_reply():
    result = tried(arrivals=[arrival(1.0, 1.5), arrival(2.5, 2.6)])
    assert found(result, gaps=((1, 2),)) == []
    assert found(result, gaps=((2, 3),)) == ["expected a wait of 2 to 3 s before try 2, found 1.00 s"]
    assert found(result, gaps=((0, 0.5),)) == ["expected a wait of 0 to 0.5 s before try 2, found 1.00 s"]


def test_requests_at_once_are_counted_after_the_first_refusal():
    refused = arrival(1, 1.5, status=429)
    result = tried(arrivals=[refused, arrival(2, 4), arrival(2.5, 4)])
    assert found(result, at_once=1) == ["expected at most 1 request at once after the first 429, found 2"]
    assert found(result, at_once=2) == []


def test_ids_must_not_be_mixed_up():
    one, two = f"{VIDEO}?1", f"{VIDEO}?2"
    asks = {"args": {"url": "{video}?1"}}, {"args": {"url": "{video}?2"}}
    arrivals = [
        arrival(body=b'{"url": "%s"}' % one.encode(), answered="char_1"),
        arrival(body=b'{"url": "%s"}' % two.encode(), answered="char_2"),
    ]
    assert found(tried(ok("char_1"), ok("char_2"), arrivals=arrivals), *asks, values=True) == []
    assert len(found(tried(ok("char_2"), ok("char_1"), arrivals=arrivals), *asks, values=True)) == 2
    assert len(found(tried(ok("char_1"), ok("char_1"), arrivals=arrivals), *asks, values=True)) == 2


def test_a_reply_that_the_client_gave_up_is_no_finding():
    assert found(tried(arrivals=[arrival(abandoned=True)]), hangs_up=True) == []


def test_a_key_in_an_answer_is_found_and_not_told():
    (said,) = found(tried(failed(message=f"bad key {KEY}")), hides_key=True)
    assert "expected no key" in said
    assert KEY not in said


def test_a_key_is_found_where_it_was_forwarded():
    away = arrival(place=Place.ELSEWHERE)
    assert found(tried(arrivals=[arrival(), away]), keeps_key=True) == [
        "expected the key to stay with the given address, found it sent to another host"
    ]
    bare = arrival(place=Place.ELSEWHERE, headers=())
    assert found(tried(arrivals=[arrival(), bare]), keeps_key=True) == []


def test_traps_are_no_requests():
    assert found(tried(arrivals=[arrival(), arrival(place=Place.VIDEO, done=math.inf)]), requests=1) == []


def test_what_is_no_answer_of_a_client_is_named():
    assert told(None) == "no answer"
    assert told(Unsupported(id="c")) == "Unsupported"


def test_a_key_is_not_cut_in_half_when_an_error_is_told():
    assert "sk-" not in told(failed(message="x" * 150 + KEY))
