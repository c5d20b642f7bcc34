import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_multipart import parse_form

from sora_conformance.reference.forms import multipart
from sora_conformance.reference.uploads import Upload

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def read(body, content_type):
    """Return fields and files as another library reads them."""
    fields, files = {}, {}

    def keep_file(file):
        file.file_object.seek(0)
        files[file.field_name.decode()] = file.file_name.decode(), file.file_object.read()

    parse_form(
        {"Content-Type": content_type.encode(), "Content-Length": str(len(body)).encode()},
        io.BytesIO(body),
        lambda field: fields.__setitem__(field.field_name.decode(), (field.value or b"").decode()),
        keep_file,
    )
    return fields, files


def test_a_form_is_written_byte_by_byte():
    body, content_type = multipart({"name": "Zoë"}, "video", Upload("a.mp4", b"\x00\r\n--\xff"))
    boundary = content_type.removeprefix("multipart/form-data; boundary=").encode()
    assert body == (
        b'--%s\r\nContent-Disposition: form-data; name="name"\r\n\r\nZo\xc3\xab\r\n'
        b'--%s\r\nContent-Disposition: form-data; name="video"; filename="a.mp4"\r\nContent-Type: video/mp4\r\n\r\n'
        b"\x00\r\n--\xff\r\n--%s--\r\n" % (boundary, boundary, boundary)
    )


@given(TEXTS.filter(bool), st.binary(min_size=1))
def test_any_name_and_any_content_come_out_as_they_went_in(name, content):
    fields, files = read(*multipart({"name": name}, "video", Upload("a.mp4", content)))
    assert fields == {"name": name}
    assert files == {"video": ("a.mp4", content)}


@given(TEXTS, st.binary())
def test_the_same_form_is_the_same_bytes_and_its_boundary_stands_in_none_of_its_parts(name, content):
    body, content_type = multipart({"name": name}, "video", Upload("a.mp4", content))
    assert (body, content_type) == multipart({"name": name}, "video", Upload("a.mp4", content))
    boundary = content_type.rpartition("=")[2].encode()
    assert re.fullmatch(rb"[0-9a-f]{1,70}", boundary)
    assert body.count(boundary) == 3


def test_a_boundary_is_drawn_again_if_it_stands_in_the_file(monkeypatch):
    _, taken = multipart({}, "video", Upload("a.mp4", b"first"))
    drawn = taken.rpartition("=")[2].encode()

    class Hash:
        def __init__(self, _):
            self.digests = iter([drawn.decode(), "other"])
            self.digest = next(self.digests)

        def hexdigest(self):
            return self.digest

        def update(self, _):
            self.digest = next(self.digests)

    monkeypatch.setattr("sora_conformance.reference.forms.hashlib.sha256", Hash)
    _, content_type = multipart({}, "video", Upload("a.mp4", b"in it: " + drawn))
    assert content_type.endswith("boundary=other")


@pytest.mark.parametrize(
    ("name", "written"),
    [('a"b.mp4', "a%22b.mp4"), ("a\r\nX: y.mp4", "a%0D%0AX: y.mp4"), ("ä.mp4", "ä.mp4"), ("\udcff.mp4", "?.mp4")],
    ids=range(4),
)
def test_the_name_of_a_file_cannot_break_out_of_its_line(name, written):
    body, _ = multipart({}, "video", Upload(name, b"x"))
    assert f'filename="{written}"\r\n'.encode() in body
