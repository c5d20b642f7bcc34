import math

import pytest

from sora_conformance.client.arrivals import KEPT_BODY, Place
from sora_conformance.observe.hearing import MAX_HEAD, Hearing
from sora_conformance.observe.notes import MAX_BODY, Notes
from tests.conformance.observe.servers import small

GET = b"GET /v1/sora/a?b=c HTTP/1.1\r\nHost: a\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def post(body, *, path="/v1/sora/characters", headers=b""):
    return f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n".encode() + headers + b"\r\n" + body


def reply(body, status=200, headers=b""):
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n".encode() + headers + b"\r\n" + body


class Heard:
    def __init__(self, notes=None):
        self.notes = notes or Notes()
        self.hearing = Hearing(self.notes, 7)

    @property
    def arrivals(self):
        return [call.arrival(number) for number, call in enumerate(self.notes.calls)]

    @property
    def only(self):
        (arrival,) = self.arrivals
        return arrival


@pytest.fixture
def heard():
    return Heard()


def test_a_request_and_its_reply_are_one_arrival(heard):
    heard.hearing.from_client(post(b'{"a": 1}'), 1.0)
    heard.hearing.from_server(reply(b'{"character_id": "char_1"}', headers=b"Retry-After: 3\r\n"), 2.0)
    arrival = heard.only
    assert (arrival.method, arrival.path, arrival.query) == ("POST", "/v1/sora/characters", "")
    assert (arrival.at, arrival.done, arrival.status, arrival.connection) == (1.0, 2.0, 200, 7)
    assert (arrival.json, arrival.answered, arrival.place) == ({"a": 1}, "char_1", Place.STAGE)
    assert dict(arrival.reply_headers)["retry-after"] == "3"
    assert not arrival.cut
    assert not arrival.abandoned


def test_the_query_is_told_apart_from_the_path(heard):
    heard.hearing.from_client(GET, 1.0)
    assert (heard.only.path, heard.only.query) == ("/v1/sora/a", "b=c")


def test_a_request_counts_from_its_first_byte_and_a_reply_to_its_last(heard):
    for number, byte in enumerate(post(b"{}")):
        heard.hearing.from_client(bytes([byte]), 1.0 + number)
    for number, byte in enumerate(OK):
        assert math.isinf(heard.only.done)
        heard.hearing.from_server(bytes([byte]), 100.0 + number)
    assert (heard.only.at, heard.only.done) == (1.0, 100.0 + len(OK) - 1)


def test_pipelined_requests_get_their_replies_in_order(heard):
    heard.hearing.from_client(post(b"1") + post(b"2") + post(b"3")[:-1], 1.0)
    heard.hearing.from_client(b"3", 2.0)
    heard.hearing.from_server(reply(b"a", 201) + reply(b"b", 202), 3.0)
    heard.hearing.from_server(reply(b"c", 203), 4.0)
    assert [(one.body, one.status, one.at, one.done) for one in heard.arrivals] == [
        (b"1", 201, 1.0, 3.0),
        (b"2", 202, 1.0, 3.0),
        (b"3", 203, 1.0, 4.0),
    ]


def test_bodies_in_chunks_are_put_together(heard):
    head = b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    heard.hearing.from_client(head + b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n" + GET, 1.0)
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n0\r\n\r\n"
    heard.hearing.from_server(answer + OK, 2.0)
    assert [(one.body, one.reply_body) for one in heard.arrivals] == [(b"abc", b"xyz"), (b"", b"{}")]


def test_a_reply_to_head_has_no_body_whatever_its_length(heard):
    heard.hearing.from_client(b"HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + GET, 1.0)
    heard.hearing.from_server(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", 2.0)
    heard.hearing.from_server(OK, 3.0)
    assert [(one.done, one.reply_body) for one in heard.arrivals] == [(2.0, b""), (3.0, b"{}")]


def test_a_100_is_not_the_reply(heard):
    head = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    heard.hearing.from_client(head, 1.0)
    heard.hearing.from_server(b"HTTP/1.1 100 Continue\r\n\r\n", 2.0)
    assert heard.only.status is None
    heard.hearing.from_client(b"ab", 3.0)
    heard.hearing.from_server(OK, 4.0)
    assert (heard.only.status, heard.only.body, heard.only.done) == (200, b"ab", 4.0)


def test_a_reply_may_come_before_the_whole_request(heard):
    heard.hearing.from_client(post(b"x" * 10)[:-4], 1.0)
    heard.hearing.from_server(reply(b"", 413), 2.0)
    heard.hearing.from_client(b"xxxx", 3.0)
    assert (heard.only.status, heard.only.done, heard.only.body) == (413, 2.0, b"x" * 10)


def test_a_body_that_lasts_until_the_end_is_whole_at_the_end(heard):
    heard.hearing.from_client(GET, 1.0)
    heard.hearing.from_server(b"HTTP/1.1 200 OK\r\n\r\nabc", 2.0)
    heard.hearing.server_gone(3.0)
    assert (heard.only.reply_body, heard.only.done, heard.only.cut) == (b"abc", 3.0, False)


@pytest.mark.parametrize("part", [b"", OK[:10], OK[:-1]])
def test_a_reply_that_the_server_breaks_off_is_cut(heard, part):
    heard.hearing.from_client(GET, 1.0)
    if part:
        heard.hearing.from_server(part, 1.5)
    heard.hearing.server_gone(2.0)
    heard.hearing.client_gone(3.0)
    assert (heard.only.cut, heard.only.abandoned, heard.only.done) == (True, False, 2.0)


def test_a_reply_that_the_client_does_not_wait_for_is_abandoned(heard):
    heard.hearing.from_client(GET, 1.0)
    heard.hearing.client_ended(2.0)
    heard.hearing.server_gone(3.0)
    assert (heard.only.cut, heard.only.abandoned, heard.only.done) == (False, True, 2.0)


def test_a_client_that_only_sends_no_more_may_still_be_answered(heard):
    heard.hearing.from_client(GET, 1.0)
    heard.hearing.client_ended(2.0)
    heard.hearing.from_server(OK, 3.0)
    heard.hearing.server_gone(4.0)
    assert (heard.only.done, heard.only.abandoned, heard.only.cut) == (3.0, False, False)


def test_a_reply_under_way_has_no_end(heard):
    heard.hearing.from_client(GET, 1.0)
    assert heard.only.done == math.inf


def test_a_request_that_is_given_up_half_way_is_abandoned(heard):
    heard.hearing.from_client(post(b"abcdef")[:-3], 1.0)
    heard.hearing.client_gone(2.0)
    assert (heard.only.abandoned, heard.only.body, heard.only.status) == (True, b"abc", None)


def test_what_is_no_http_is_not_written_down_but_noted(heard):
    heard.hearing.from_client(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 1.0)
    heard.hearing.from_client(GET, 2.0)
    heard.hearing.from_server(b"HTTP/1.1 400 Bad Request\r\n\r\n", 3.0)
    assert heard.arrivals == []
    assert heard.notes.strange


def test_a_head_without_end_is_no_http(heard):
    heard.hearing.from_client(b"GET /" + b"a" * (MAX_HEAD + 1), 1.0)
    assert heard.notes.strange


def test_a_reply_that_is_no_http_leaves_the_call_without_an_answer(heard):
    heard.hearing.from_client(GET, 1.0)
    heard.hearing.from_server(b"\0\0\0\0\r\n\r\n", 2.0)
    heard.hearing.server_gone(3.0)
    assert (heard.only.status, heard.only.cut) == (None, True)


def test_the_ids_of_refusals_are_no_answers(heard):
    heard.hearing.from_client(GET, 1.0)
    heard.hearing.from_server(reply(b'{"id": "x"}', 404), 2.0)
    assert heard.only.answered is None


@pytest.mark.parametrize("body", [b"[]", b"null", b"nonsense", b'{"id": 3}', b"\xff"])
def test_a_reply_without_an_id_answers_none(heard, body):
    heard.hearing.from_client(GET, 1.0)
    heard.hearing.from_server(reply(body), 2.0)
    assert heard.only.answered is None


def test_long_bodies_are_kept_in_part(heard):
    heard.hearing.from_client(post(b"x" * (MAX_BODY + 5)), 1.0)
    heard.hearing.from_server(reply(b"y" * (KEPT_BODY + 5)), 2.0)
    assert (len(heard.only.body), len(heard.only.reply_body)) == (MAX_BODY, KEPT_BODY)
    assert heard.only.done == 2.0


def test_no_more_is_written_down_than_may_be():
    heard = Heard(small())
    for number in range(4):
        heard.hearing.from_client(post(b"x"), number)
        heard.hearing.from_server(reply(b"", 200 + number), number)
    assert [one.status for one in heard.arrivals] == [200, 201]
    assert heard.notes.full


def test_all_bodies_together_are_bounded():
    heard = Heard(small())
    heard.hearing.from_client(post(b"x" * 50), 1.0)
    assert len(heard.only.body) == 40
    assert heard.notes.full


def test_who_names_a_whole_address_takes_the_mock_for_a_proxy(heard):
    heard.hearing.from_client(b"GET http://else.test/a HTTP/1.1\r\nHost: else.test\r\n\r\n", 1.0)
    assert (heard.only.place, heard.only.path) == (Place.PROXY, "http://else.test/a")


def test_the_mocks_own_controls_are_not_written_down(heard):
    heard.hearing.from_client(post(b"{}", path="/_mock/faults") + GET, 1.0)
    heard.hearing.from_server(reply(b"", 201) + reply(b"", 202), 2.0)
    assert (heard.only.path, heard.only.status) == ("/v1/sora/a", 202)
    assert not heard.notes.moved


def test_who_moves_the_mocks_time_is_noted(heard):
    heard.hearing.from_client(b"GET /_mock/clock HTTP/1.1\r\nHost: a\r\n\r\n", 1.0)
    assert not heard.notes.moved
    heard.hearing.from_client(post(b"{}", path="/_mock/accounts/self/clock"), 2.0)
    assert heard.notes.moved
