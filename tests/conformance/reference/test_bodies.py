import pytest

from sora_conformance.reference import ProtocolError
from sora_conformance.reference.bodies import LONGEST_MESSAGE, described, identified, object_in, request_id_in, shown
from sora_conformance.reference.secret import Secret
from tests.conformance.reference.support import KEY, whole

SECRET = Secret(KEY)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"null", b"\xff", b"[" * 100_000], ids=range(7))
def test_where_there_is_no_object_an_empty_one_is_found(body):
    assert object_in(whole(body)) == {}


def test_an_id_is_taken_from_the_first_name_that_is_there():
    assert identified(whole({"id": "b", "task_id": "a"}), SECRET, "task_id", "id")[0] == "a"
    assert identified(whole({"id": "b"}), SECRET, "task_id", "id")[0] == "b"
    assert isinstance(identified(whole({"id": "b", "task_id": None}), SECRET, "task_id", "id"), ProtocolError)


def test_a_text_of_the_server_is_one_short_line_without_the_key():
    assert shown(f"a\n\x1b[31m {KEY.upper()}", SECRET) == "a [31m [key]"
    assert len(shown("x" * 10_000, SECRET)) == LONGEST_MESSAGE


def test_a_body_is_described_by_its_length_and_type():
    assert described(whole(b"abc", content_type="text/html"), SECRET) == "3 bytes of text/html"
    assert described(whole(b"abc"), SECRET) == "3 bytes of no content type"
    assert described(whole(b""), SECRET) == "nothing"


def test_the_name_of_a_request_is_short_and_hides_the_key():
    assert request_id_in(whole({}, x_request_id=f"req-{KEY}" + "x" * 500), SECRET).startswith("req-[key]x")
    assert len(request_id_in(whole({}, x_request_id="x" * 500), SECRET)) == 200
    assert request_id_in(whole({}), SECRET) is None
