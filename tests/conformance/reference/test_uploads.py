import pytest

from sora_conformance.reference import LocalValidationError
from sora_conformance.reference.uploads import upload_of


@pytest.mark.parametrize("kind", [str, lambda path: path], ids=["text", "path"])
def test_a_file_is_read_and_only_its_own_name_goes_along(kind, tmp_path):
    path = tmp_path / "ada.mp4"
    path.write_bytes(b"\x00\xff")
    found = upload_of(kind(path))
    assert (found.name, found.content, found.content_type) == ("ada.mp4", b"\x00\xff", "video/mp4")
    assert repr(found) == "<Upload 'ada.mp4', 2 bytes>"


def test_what_is_no_file_is_refused_with_the_reason(tmp_path):
    (tmp_path / "empty.mp4").touch()
    for path, says in (
        (tmp_path / "none.mp4", "No such file"),
        (tmp_path, "directory"),
        (tmp_path / "empty.mp4", "something in it"),
        (None, "NoneType"),
        ("a\0b", "str"),
    ):
        with pytest.raises(LocalValidationError, match="video: expected a file") as caught:
            upload_of(path)
        assert says in str(caught.value)
        assert caught.value.__cause__ is None
