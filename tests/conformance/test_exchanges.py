"""Exchanges and what may be shown of them."""

import base64
import shlex
import subprocess
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_conformance.exchanges import SHOWN_BODY, Exchange, Failure, Sent, evidence
from sora_conformance.redacting import Redactor

KEY = "sk-Secret+Key/1"
REDACT = Redactor({KEY: "$SORA_API_KEY"})


def exchange(**changes):
    sent = Sent(
        method="POST",
        url="http://localhost/v1/sora/characters",
        headers=(("authorization", f"Bearer {KEY}"), ("content-type", "application/json")),
        body=b'{"model": "it\'s"}',
    )
    return Exchange(**{"sent": sent, "status": 200, "headers": (("Content-Type", "application/json"),), **changes})


def shown(**changes):
    return evidence([exchange(**changes)], REDACT)[0]


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        KEY.upper(),
        KEY.lower(),
        quote(KEY, safe=""),
        "".join(f"%{byte:02X}" for byte in KEY.encode()),
        KEY.encode().hex(),
        base64.b64encode(KEY.encode()).decode(),
        f"x{KEY}y{KEY}",
    ],
    ids=["plain", "upper", "lower", "percent", "all-percent", "hex", "base64", "twice"],
)
def test_no_form_of_a_key_is_shown(form):
    seen = shown(body=f'{{"key": "{form}"}}'.encode(), headers=(("x-echo", form),))
    told = f"{seen.response.body} {seen.response.headers} {seen.request.headers}".lower()
    assert KEY.lower() not in told
    assert form.lower() not in told
    assert "$sora_api_key" in told


@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"Bearer "])
@pytest.mark.parametrize("after", [b"", b"z", b"zz"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_key_is_found_in_the_base64_of_a_longer_text(before, after, encode):
    text = encode(before + KEY.encode() + after).decode()
    assert "$SORA_API_KEY" in REDACT(text)


def test_names_of_headers_are_looked_at_too():
    assert KEY not in shown(headers=((KEY, "1"),)).response.headers


@given(st.text(), st.text())
def test_texts_around_a_key_stay_as_they_are(before, after):
    if KEY.lower() not in (before + after).lower():
        assert REDACT(before + KEY + after) == f"{before}$SORA_API_KEY{after}"


def test_a_long_body_is_cut():
    seen = shown(body=b"a" * (SHOWN_BODY + 1))
    assert seen.response.body.endswith(f"… ({SHOWN_BODY + 1} characters)")


def test_bytes_are_counted_and_not_shown():
    assert (
        shown(body=b"\x00\xff\x00", headers=(("content-type", "video/mp4"),)).response.body == "<3 bytes of video/mp4>"
    )


def test_an_exchange_without_a_reply_says_why():
    seen = shown(status=None, headers=(), failure=Failure.TIMEOUT, detail="no reply within 5 s")
    assert seen.response is None
    assert seen.failure == "timeout: no reply within 5 s"


def test_the_command_to_repeat_a_request_survives_a_shell():
    words = shlex.split(shown().curl)
    assert words[:4] == ["curl", "-i", "-X", "POST"]
    assert "authorization: Bearer $SORA_API_KEY" in words
    assert words[-2:] == ["--data-binary", '{"model": "it\'s"}']


def test_a_form_is_repeated_by_bash_as_it_was():
    body = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nit\'s é \\n\t$HOME `x`\r\n--b--\r\n'
    command = shown(sent=Sent(method="POST", url="http://localhost/", body=body.encode())).curl
    assert command.isprintable()
    word = command.rpartition("--data-binary ")[2]
    assert subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True).stdout == body.encode()


def test_bytes_that_are_not_kept_are_to_be_brought_along():
    sent = Sent(method="POST", url="http://localhost/", headers=(("content-type", "a/b"),), body=b"\x00\xff")
    assert shlex.split(shown(sent=sent).curl)[-2:] == ["--data-binary", "@body.bin"]


def test_only_the_names_of_keys_are_left_to_the_shell():
    sent = Sent(method="GET", url="http://localhost/", headers=(("x-odd", '$(id) `id` "$HOME" $SORA_API_KEY $CANARY'),))
    assert r'"x-odd: \$(id) \`id\` \"\$HOME\" $SORA_API_KEY $CANARY"' in shown(sent=sent).curl


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_none(body):
    assert exchange(body=body).object is None
    assert exchange(body=body).error is None


def test_headers_are_found_by_any_case():
    assert exchange().header("CONTENT-TYPE") == "application/json"
    assert exchange().media_type == "application/json"
