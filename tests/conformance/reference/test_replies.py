import pytest

from sora_conformance.reference import ProtocolError
from sora_conformance.reference.replies import character_of, task_of
from sora_conformance.reference.secret import Secret
from tests.conformance.reference.support import KEY, whole

SECRET = Secret(KEY)


def test_a_character_is_read_and_what_is_unknown_does_no_harm():
    found = character_of(
        whole({"character_id": "char_a", "created_at": 17, "metadata": {"a": [1]}, "new": {}}, x_request_id="req_a"),
        SECRET,
    )
    assert (found.character_id, found.created_at, found.metadata) == ("char_a", 17, {"a": [1]})
    assert (found.request_id, found.mention) == ("req_a", "@char_a")


def test_an_id_is_all_that_it_takes():
    assert character_of(whole({"character_id": "角色 1"}), SECRET).character_id == "角色 1"


@pytest.mark.parametrize("body", [{"task_id": "task_a"}, {"id": "task_a"}, {"id": "other", "task_id": "task_a"}])
def test_a_task_is_known_by_either_name(body):
    assert task_of(whole(body), SECRET).task_id == "task_a"


def test_known_fields_of_another_kind_are_left_out():
    task = task_of(whole({"id": "task_a", "status": 7, "progress": "42%", "video_url": [], "error": "no"}), SECRET)
    assert (task.status, task.progress, task.video_url, task.error) == (None, None, None, None)
    assert task.fields["progress"] == "42%"


def test_what_the_server_sends_back_of_the_key_is_hidden_in_values():
    found = character_of(
        whole({"character_id": "char_a", "model": KEY, "metadata": {KEY: [KEY]}}, x_request_id=KEY), SECRET
    )
    task = task_of(whole({"id": "task_a", "status": KEY, "video_url": KEY, "error": {"message": KEY}}), SECRET)
    assert KEY not in repr((found, task))


@pytest.mark.parametrize("body", [{}, {"character_id": None}, {"character_id": ""}, {"character_id": 7}, {"id": "a"}])
def test_a_success_without_an_id_says_so(body):
    found = character_of(whole(body), SECRET)
    assert isinstance(found, ProtocolError)
    assert found.message.startswith("expected" if body else "expected a JSON object with character_id")
    assert (found.status, found.maybe_done) == (200, True)


def test_an_id_that_repeats_the_key_is_none():
    found = character_of(whole({"character_id": f"char_{KEY}"}), SECRET)
    assert "repeats the key" in str(found)
    assert KEY not in str(found)


BROKEN = [
    b"<html>hello</html>",
    b"",
    b'{"character_id": "char',
    b"[]",
    b'"char_a"',
    b"null",
    b"\xff\xfe",
    b"[" * 100_000,
]


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_a_success_that_is_no_json_object_says_so(body):
    for read in (character_of, task_of):
        found = read(whole(body, content_type="text/html"), SECRET)
        assert isinstance(found, ProtocolError)
        assert "expected a JSON object with" in str(found)
