import email
import email.policy
from urllib.parse import parse_qsl

from sora_conformance.server.footage import footage
from sora_conformance.server.forms import form


def parts(body, kind):
    message = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=email.policy.HTTP)
    return [
        (part.get_param("name", header="content-disposition"), part.get_filename(), part.get_payload(decode=True))
        for part in message.iter_parts()
    ]


def test_objects_and_arrays_become_names_with_brackets():
    body, kind = form(
        {"prompt": "雨", "video": {"id": "video_1"}, "characters": [{"id": "a"}, {"id": "b"}]}, "multipart"
    )
    assert parts(body, kind) == [
        ("prompt", None, "雨".encode()),
        ("video[id]", None, b"video_1"),
        ("characters[][id]", None, b"a"),
        ("characters[][id]", None, b"b"),
    ]


def test_a_file_goes_with_its_name_and_bytes():
    body, kind = form({"name": "Ada"}, "multipart", {"video": "words.mp4"})
    assert parts(body, kind)[1] == ("video", "words.mp4", footage("words.mp4"))


def test_a_urlencoded_form_escapes_what_would_end_a_field():
    body, kind = form({"prompt": "Rain & snow = sleet", "loud": True}, "urlencoded")
    assert kind == "application/x-www-form-urlencoded"
    assert parse_qsl(body.decode()) == [("prompt", "Rain & snow = sleet"), ("loud", "true")]
