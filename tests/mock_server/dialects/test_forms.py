import logging
from urllib.parse import urlencode

import httpx2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.dialects.forms import FilePart, form_of
from sora_mock.engine.problems import Refused, too_large
from sora_mock.wire import Request

TYPE = "multipart/form-data; boundary=b"


def request(body=b"", content_type=TYPE, **more):
    headers = {} if content_type is None else {"content-type": content_type}
    return Request(method="POST", path="/v1/videos", headers=headers, body=body, **more)


def part(name, value, *, head=""):
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{head}\r\n\r\n'.encode() + value + b"\r\n"


def file_part(name, value, *, filename="a.mp4", content_type="video/mp4"):
    return part(name, value, head=f'; filename="{filename}"\r\nContent-Type: {content_type}')


def refused(body, content_type=TYPE, **more):
    with pytest.raises(Refused) as caught:
        form_of(request(body, content_type), **more)
    return caught.value.problem


END = b"--b--\r\n"


def test_a_multipart_form_as_the_official_clients_send_it():
    body = part("prompt", "a café".encode()) + part("seconds", b"4")
    body += part("characters[][id]", b"char_1") + part("characters[][id]", b"char_2") + END
    form = form_of(request(body))
    assert form.values == {
        "prompt": "a café",
        "seconds": "4",
        "characters": [{"id": "char_1"}, {"id": "char_2"}],
    }
    assert not form.typed


def test_json_keeps_its_types():
    form = form_of(request(b'{"seconds": 4, "video": {"id": "video_1"}}', "application/json; charset=utf-8"))
    assert (form.values, form.typed) == ({"seconds": 4, "video": {"id": "video_1"}}, True)


def test_a_urlencoded_form():
    form = form_of(request(b"prompt=a+caf%C3%A9&video[id]=v&empty=", "application/x-www-form-urlencoded"))
    assert (form.values, form.typed) == ({"prompt": "a café", "video": {"id": "v"}, "empty": ""}, False)


def test_a_file_in_memory():
    (video,) = form_of(request(file_part("video", b"\x00\xff") + END)).values.values()
    assert video == FilePart(name="video", filename="a.mp4", content_type="video/mp4", size=2, content=b"\x00\xff")


def test_a_file_without_a_name_is_told_by_its_type():
    head = "\r\nContent-Type: image/png"
    picture = form_of(request(part("input_reference", b"\xff", head=head) + END)).values["input_reference"]
    assert (picture.filename, picture.content_type, picture.content) == ("", "image/png", b"\xff")


def spooled(tmp_path, body):
    spool = tmp_path / "body"
    spool.write_bytes(body)
    return request(body[:10], spool=spool)


def test_long_files_of_a_spooled_body_lie_beside_it(tmp_path):
    content = bytes(range(256)) * 10_000
    body = part("name", b"Mossy") + file_part("video", content) + file_part("input_reference", b"x") + END
    values = form_of(spooled(tmp_path, body)).values
    assert values["name"] == "Mossy"
    assert values["video"].content.parent == tmp_path
    assert (values["video"].content.read_bytes(), values["video"].size) == (content, len(content))
    assert values["input_reference"].content == b"x"


def test_a_spooled_body_cut_short_is_refused(tmp_path):
    with pytest.raises(Refused, match="cut short"):
        form_of(spooled(tmp_path, file_part("video", b"x" * 400_000)))


def test_an_empty_form_is_one():
    assert form_of(request(b"--b--\r\n")).values == {}


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b"", TYPE, "cut short"),
        (b"x" + END, TYPE, "begin with the declared boundary"),
        (part("a", b"1") + END, "multipart/form-data", "expected a boundary"),
        (part("a", b"1") + END, "multipart/form-data; boundary=", "expected a boundary"),
        (part("a", b"1") + END, "multipart/form-data; boundary=c", "begin with the declared boundary"),
        (part("a", b"1") + END, "multipart/form-data; boundary=" + "c" * 300, "found a longer one"),
        (part("a", b"1"), TYPE, "cut short"),
        (part("a", b"1")[:-3] + END, TYPE, "cut short"),
        (part("a", b"1")[:20], TYPE, "cut short"),
        (b"--b\r\nno header\r\n\r\n1\r\n" + END, TYPE, "between boundaries"),
        (b"--b\r\nX-A: " + b"x" * 10_000 + b"\r\n\r\n1\r\n" + END, TYPE, "few short headers"),
        (b"--b\r\n" + b"X-A: 1\r\n" * 20 + b"\r\n1\r\n" + END, TYPE, "few short headers"),
        (b"--b\r\n\r\n1\r\n" + END, TYPE, "a name for every part"),
        (b'--b\r\nContent-Disposition: attachment; name="a"\r\n\r\n1\r\n' + END, TYPE, "a name for every part"),
        (part("", b"1") + END, TYPE, "a name for every part"),
        (part("a" * 201, b"1") + END, TYPE, "at most 200 characters"),
        (part("a", b"\xff") + END, TYPE, "UTF-8, found other bytes: 'a'"),
        (part("a", b"x" * 1_048_577) + END, TYPE, "at most 1048576 bytes of text in all fields, found more: 'a'"),
        (part("a", b"x" * 600_000) + part("b", b"x" * 600_000) + END, TYPE, "found more: 'b'"),
        (part("a", b"data:" + b"x" * 20_971_520) + END, TYPE, "at most 20971520 bytes of data URLs"),
        (b"".join(part(f"a{number}", b"") for number in range(101)) + END, TYPE, "at most 100 parts"),
        (part("a", b"1") * 2 + END, TYPE, "expected every field once, found it twice: 'a'"),
        (b"a=%FF", "application/x-www-form-urlencoded", "percent-encoded UTF-8"),
        (b"\xff=1", "application/x-www-form-urlencoded", "percent-encoded UTF-8"),
        (b"=1", "application/x-www-form-urlencoded", "names of 1 to 200"),
        (b"&".join([b"a=1"] * 101), "application/x-www-form-urlencoded", "at most 100 fields"),
    ],
)
def test_a_broken_form_is_refused_with_what_is_wrong(body, content_type, message):
    problem = refused(body, content_type)
    assert (problem.status, problem.code, message in problem.message) == (400, "invalid_form", True), problem.message


def test_a_data_url_may_be_longer_than_another_text():
    assert len(form_of(request(part("a", b"data:" + b"x" * 2_000_000) + END)).values["a"]) == 2_000_005


@pytest.mark.parametrize("declared", [None, "", "text/plain", "application/jsonx", "multipart/mixed; boundary=b"])
def test_other_content_types_are_refused_with_those_that_will_do(declared):
    problem = refused(b"{}", declared)
    assert (problem.status, problem.code) == (415, "unsupported_media_type")
    assert "multipart/form-data" in problem.message


@pytest.mark.parametrize(("body", "content_type"), [(part("a", b"1") + END, TYPE), (b'{"a":1}', "application/json")])
def test_unknown_fields_are_refused_where_the_known_ones_are_given(body, content_type):
    assert refused(body, content_type, known=("b",)).code == "unknown_parameter"


def test_a_body_that_could_not_be_taken_in_is_refused_for_that():
    with pytest.raises(Refused, match="too large"):
        form_of(request(unreadable=too_large(1)))


def test_bad_bodies_leave_no_trace_in_logs(caplog):
    with caplog.at_level(logging.DEBUG):
        refused(b"x")
    assert caplog.records == []


TEXTS = st.text(max_size=20)
NAMES = st.text("abcxyz_é-.", min_size=1, max_size=8)


@given(st.dictionaries(NAMES, TEXTS, min_size=1), st.dictionaries(NAMES.map("f".__add__), st.binary(max_size=300)))
def test_what_another_library_writes_is_read_back(texts, files):
    texts = {"t" + name: text for name, text in texts.items()}
    sent = httpx2.Request("POST", "http://mock", data=texts, files=files or {"f": b""})
    values = form_of(request(sent.read(), sent.headers["content-type"])).values
    found = {name: value.content if isinstance(value, FilePart) else value for name, value in values.items()}
    assert found == texts | (files or {"f": b""})


@given(st.dictionaries(NAMES, TEXTS))
def test_what_is_urlencoded_is_read_back(texts):
    assert form_of(request(urlencode(texts).encode(), "application/x-www-form-urlencoded")).values == texts


@given(
    st.binary(max_size=60)
    | st.lists(
        st.sampled_from([b"--b", b"\r\n", b"--", b"a: b", b'Content-Disposition: form-data; name="a"', b"x"])
    ).map(b"".join)
)
def test_any_bytes_are_read_or_refused(body):
    try:
        assert isinstance(form_of(request(body)).values, dict)
    except Refused as error:
        assert error.problem.status == 400


@given(st.dictionaries(NAMES, st.integers() | TEXTS | st.none() | st.booleans()))
def test_json_is_read_as_it_is(fields):
    assert form_of(request(msgspec.json.encode(fields), "application/json")).values == fields
