"""Bodies: JSON and forms say the same to the judge."""

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_conformance.client.bodies import MAX_DEPTH, MAX_HEAD, File, boundary_of, fields_of, goes_on, without_boundary

# What a form can carry unchanged: some clients write line ends their own way, and HTTP knows no lone surrogates.
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n"), max_size=60)
NAMES = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)


def form(boundary=None, **parts):
    """Return content type and body of a form, as an HTTP client writes it; a tuple is a file."""
    files = {name: part if isinstance(part, tuple) else (None, part) for name, part in parts.items()}
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"} if boundary else {}
    request = httpx2.Request("POST", "http://a.test", files=files, headers=headers)
    return request.headers["content-type"], request.read()


def test_json_is_itself():
    assert fields_of("application/json", b'{"a": [1, null]}') == {"a": [1, None]}


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"\xff", b"[" * 100_000, b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1)],
    ids=["empty", "html", "bytes", "endless", "deep"],
)
def test_what_is_neither_is_nothing(body):
    assert fields_of("text/plain", body) is None


@given(st.dictionaries(NAMES, TEXTS, min_size=1, max_size=5))
def test_the_texts_of_a_form_arrive_as_they_were_sent(sent):
    assert fields_of(*form(**sent)) == sent


@given(st.dictionaries(NAMES, st.text(st.characters(exclude_categories=("Cs",)), max_size=60), min_size=1, max_size=5))
def test_the_texts_of_a_urlencoded_form_arrive_as_they_were_sent(sent):
    request = httpx2.Request("POST", "http://a.test", data=sent)
    assert fields_of(request.headers["content-type"], request.read()) == sent


def test_a_urlencoded_form_has_brackets_too():
    body = b"prompt=A+boat&video%5Bid%5D=video_1"
    kind = "Application/X-WWW-Form-Urlencoded; charset=utf-8"
    assert fields_of(kind, body) == {"prompt": "A boat", "video": {"id": "video_1"}}


@given(st.binary(max_size=300))
def test_a_file_is_as_long_as_it_is_whatever_is_in_it(data):
    sent = form("b0undary", video=("a.mp4", data, "video/mp4"), name="Otto")
    assert fields_of(*sent) == {"video": File("a.mp4", "video/mp4", len(data)), "name": "Otto"}


def test_a_form_may_have_lines_that_end_in_a_line_feed_alone():
    body = b'--b\nContent-Disposition: form-data; name="prompt"\n\nA boat\n--b--\n'
    assert fields_of("multipart/form-data; boundary=b", body) == {"prompt": "A boat"}


def test_a_line_that_only_begins_like_the_boundary_is_text():
    sent = form("b", prompt="A boat\r\n--bow\r\n--")
    assert fields_of(*sent) == {"prompt": "A boat\r\n--bow\r\n--"}


def test_a_file_may_be_named_in_any_script():
    body = '--b\r\nContent-Disposition: form-data; name="video"; filename="лодка.mp4"\r\n\r\nabc\r\n--b--\r\n'
    found = fields_of("multipart/form-data; boundary=b", body.encode())
    assert found == {"video": File("лодка.mp4", "text/plain", 3)}


@pytest.mark.parametrize("name", ["video[id", "video]id", "video[id]x", "a" + "[b]" * MAX_DEPTH])
def test_a_name_whose_brackets_lead_nowhere_stands_for_itself(name):
    assert fields_of(*form(**{name: "1"})) == {name: "1"}


def test_brackets_are_objects_and_lists():
    sent = form(
        **{
            "prompt": "Otto and Anna",
            "video[id]": "video_1",
            "characters[][id]": "char_a",
            "tags[]": "x",
        }
    )
    assert fields_of(*sent) == {
        "prompt": "Otto and Anna",
        "video": {"id": "video_1"},
        "characters": [{"id": "char_a"}],
        "tags": ["x"],
    }


def test_a_field_that_comes_again_begins_the_next_of_a_list():
    part = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    fields = [("characters[][id]", "a"), ("characters[][x]", "1"), ("characters[][id]", "b")]
    body = "".join(part.format(name, value) for name, value in fields) + "--b--\r\n"
    assert fields_of("multipart/form-data; boundary=b", body.encode()) == {
        "characters": [{"id": "a", "x": "1"}, {"id": "b"}]
    }


def test_a_file_is_told_by_its_name_type_and_size():
    sent = form(name="Otto", video=("otto.mp4", b"\0" * 1000, "video/mp4"))
    assert fields_of(*sent) == {"name": "Otto", "video": File("otto.mp4", "video/mp4", 1000)}


def test_a_file_may_have_no_name():
    body = b'--b\r\nContent-Disposition: form-data; name="video"; filename=""\r\n\r\nabc\r\n--b--\r\n'
    assert fields_of("multipart/form-data; boundary=b", body) == {"video": File(None, "text/plain", 3)}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no boundary at all",
        b"--b\r\n\r\nno name\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name=""\r\n\r\n\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="[][]"\r\n\r\n1\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: a; name="a"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c--\r\n',
        b"".join(b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" for _ in range(2000)),
        b'--b\r\nContent-Disposition: form-data; name="' + b";" * 1_000_000 + b'"\r\n\r\n1\r\n--b--\r\n',
        b"--b\r\nContent-Disposition: form-data; name*" + b"9" * 4000 + b"=a\r\n\r\n1\r\n--b--\r\n",
        b"--b\r\nContent-Disposition: form-data; na",
    ],
    ids=["empty", "no-boundary", "no-name", "empty-name", "brackets", "parts", "depth", "long-head", "number", "cut"],
)
def test_a_broken_form_is_an_object_all_the_same(body):
    assert isinstance(fields_of("multipart/form-data; boundary=b", body), dict)


@given(st.binary(max_size=200), st.text(max_size=40))
def test_nothing_that_is_sent_is_too_much(body, kind):
    fields_of(f"multipart/form-data; boundary={kind}", body)
    fields_of(kind, body)


@given(st.lists(st.sampled_from(["a", "a[b]", "a[]", "a[][b]", "a[b][c]", "[", "a[", "]"]), max_size=6))
def test_names_that_contradict_each_other_are_survived(names):
    part = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n1\r\n'
    body = "".join(part.format(name) for name in names) + "--b--\r\n"
    assert isinstance(fields_of("multipart/form-data; boundary=b", body.encode()), dict)


@pytest.mark.parametrize(
    ("kind", "boundary"),
    [
        ("multipart/form-data; boundary=b", "b"),
        ('Multipart/Form-Data; charset=utf-8; boundary="b c"', "b c"),
        ("multipart/form-data", None),
        ("multipart/form-data; boundary=", None),
        ("application/json; boundary=b", None),
        ("", None),
        (f"multipart/form-data; boundary=b; x={'y' * MAX_HEAD}", None),
        ("multipart/form-data;\r\n boundary=b", "b"),
    ],
)
def test_a_boundary_is_that_of_a_form(kind, boundary):
    assert boundary_of(kind) == boundary


def test_the_same_form_is_the_same_whatever_its_boundary():
    first, second = (form(boundary=name, name="Otto", video=("a.mp4", b"\1\2", "video/mp4")) for name in ("x1", "y2"))
    assert first[1] != second[1]
    assert without_boundary(*first) == without_boundary(*second)
    assert without_boundary(*first) != without_boundary(*form(name="Anna", video=("a.mp4", b"\1\2", "video/mp4")))


def test_a_form_that_does_not_come_to_its_end_goes_on():
    kind, body = form("b", video=("a.mp4", b"\0" * 1000, "video/mp4"), name="Otto")
    assert [goes_on(kind, part) for part in (body, body[:500], body[:-4], b"")] == [False, True, True, False]
    assert not goes_on("application/json", b'{"a"')
