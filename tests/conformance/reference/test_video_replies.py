import pytest

from sora_conformance.reference import ProtocolError
from sora_conformance.reference.secret import Secret
from sora_conformance.reference.video_replies import character_of, content_of, deleted_in, page_of, video_of
from tests.conformance.reference.support import KEY, whole

SECRET = Secret(KEY)
VIDEO = {"id": "video_a", "object": "video", "status": "queued", "progress": 0, "created_at": 17}


def test_a_video_is_read_and_what_is_unknown_does_no_harm():
    found = video_of(whole(VIDEO | {"expires_at": 18, "new": [1]}, x_request_id="req_a"), SECRET)
    assert (found.video_id, found.status, found.progress, found.created_at) == ("video_a", "queued", 0, 17)
    assert (found.expires_at, found.request_id, found.fields["new"]) == (18, "req_a", [1])
    assert not found.finished


def test_known_fields_of_another_kind_are_left_out():
    found = video_of(
        whole({"id": "video_a", "status": 7, "progress": "42%", "expires_at": "soon", "error": "no"}), SECRET
    )
    assert (found.status, found.progress, found.expires_at, found.error) == (None, None, None, None)


def test_a_character_is_read():
    found = character_of(whole({"id": "char_a", "name": "Ada", "created_at": 17, "new": {}}), SECRET)
    assert (found.character_id, found.name, found.created_at) == ("char_a", "Ada", 17)


def test_a_page_has_its_videos_in_their_order():
    found = page_of(whole({"data": [VIDEO, VIDEO | {"id": "video_b"}], "has_more": True, "object": "list"}), SECRET)
    assert (found.video_ids, found.has_more) == (("video_a", "video_b"), True)
    assert page_of(whole({"data": []}), SECRET).videos == ()


def test_a_deletion_gives_the_id_of_what_is_gone():
    assert deleted_in(whole({"id": "video_a", "object": "video.deleted", "deleted": True}), SECRET) == "video_a"


@pytest.mark.parametrize("kind", ["video/mp4", "Image/WebP", "application/octet-stream", None])
def test_content_is_returned_as_it_is(kind):
    headers = {"content_type": kind} if kind else {}
    assert content_of(whole(b"\x00\xff", **headers), SECRET) == b"\x00\xff"


def test_what_the_server_sends_back_of_the_key_is_hidden_in_values():
    found = video_of(whole({"id": "video_a", "status": KEY, "error": {"message": KEY}, KEY: KEY}), SECRET)
    character = character_of(whole({"id": "char_a", "name": KEY}, x_request_id=KEY), SECRET)
    assert KEY not in repr((found, character))


@pytest.mark.parametrize("read", [video_of, character_of, deleted_in])
@pytest.mark.parametrize("body", [{}, {"id": None}, {"id": ""}, {"id": 7}, {"video_id": "a"}, {"id": f"video_{KEY}"}])
def test_a_success_without_an_id_says_so(read, body):
    found = read(whole(body), SECRET)
    assert isinstance(found, ProtocolError)
    assert (found.status, found.maybe_done) == (200, True)
    assert "id" in found.message
    assert KEY not in str(found)


@pytest.mark.parametrize(
    ("read", "body", "says"),
    [
        (page_of, {"object": "list"}, "expected an object with a list as data, found it has none"),
        (page_of, {"data": {}}, "expected an object with a list as data"),
        (page_of, {"data": [VIDEO, {"object": "video"}]}, r"expected data\[1\] to have an id"),
        (page_of, {"data": [7]}, r"expected data\[0\] to have an id"),
        (deleted_in, {"id": "video_a", "deleted": False}, "expected deleted to be true"),
        (deleted_in, {"id": "video_a"}, "expected deleted to be true"),
        (content_of, b"", "expected a video or a picture, found nothing"),
    ],
    ids=range(7),
)
def test_a_success_that_is_none_says_what_was_expected(read, body, says):
    found = read(whole(body), SECRET)
    assert isinstance(found, ProtocolError)
    assert found.maybe_done == (read is deleted_in)
    with pytest.raises(ProtocolError, match=says):
        raise found


@pytest.mark.parametrize("read", [video_of, character_of, page_of, deleted_in, content_of])
@pytest.mark.parametrize("body", [b"<html>hello</html>", b"", b'{"id": "vid', b"[]", b"null"], ids=range(5))
def test_a_page_or_half_a_body_is_told_with_its_type(read, body):
    found = read(whole(body, content_type="text/html"), SECRET)
    assert isinstance(found, ProtocolError)
    assert ("text/html" in found.message) == bool(body)
