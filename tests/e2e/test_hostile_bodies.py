"""Bodies that no honest client sends: each is refused in the contract's shape, and leaves nothing behind."""

import json

import pytest

from tests.e2e.calling import CHARACTER, CLIP, Wire, assert_refused, head, posting

GOOD = json.dumps(CHARACTER).encode()
LIMIT = 1_048_576
PATHS = ("/characters", "/generations")

BROKEN = {
    "nothing": b"",
    "white space": b" \r\n\t ",
    "no JSON": b"model=sora-2-character",
    "cut short": GOOD[:-1],
    "cut in a string": GOOD[: GOOD.index(b"sora") + 2],
    "more than one value": GOOD + GOOD,
    "a comma too many": GOOD[:-1] + b",}",
    "a comment": b"/* hello */" + GOOD,
    "single quotes": GOOD.replace(b'"', b"'"),
    "not UTF-8": GOOD.replace(b"hero", b"h\xe9ro"),
    "overlong UTF-8": GOOD.replace(b"hero", b"h\xc0\xaero"),
    "UTF-8 with a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "UTF-32": GOOD.decode().encode("utf-32-be"),
    "half a surrogate pair, escaped": GOOD.replace(b"hero", b"\\ud800"),
    "half a surrogate pair, raw": GOOD.replace(b"hero", b"\xed\xa0\x80"),
    "surrogates the wrong way round": GOOD.replace(b"hero", b"\\udc00\\ud800"),
    "a broken escape": GOOD.replace(b"hero", b"\\u12g4"),
    "a raw NUL in a string": GOOD.replace(b"hero", b"he\0ro"),
    "a raw line break in a string": GOOD.replace(b"hero", b"he\nro"),
    "NaN": b'{"model":NaN}',
    "Infinity": b'{"model":-Infinity}',
    "a number out of range": b'{"duration":1e400}',
    "an integer of 5000 digits": b'{"duration":' + b"9" * 5000 + b"}",
    "a leading zero": b'{"duration":010}',
    "a hexadecimal number": b'{"duration":0x10}',
    "100,000 arrays": b"[" * 100_000 + b"]" * 100_000,
    "100,000 unfinished objects": b'{"model":' * 100_000,
    "an array": b"[" + GOOD + b"]",
    "a string": json.dumps(GOOD.decode()).encode(),
    "a number": b"7",
    "true": b"true",
    "null": b"null",
    "random bytes": bytes(range(256)),
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
}

FIELDS = {
    ("/characters", "model"): "string",
    ("/characters", "url"): "string",
    ("/characters", "timestamps"): "string",
    ("/characters", "from_task"): "string",
    ("/generations", "model"): "string",
    ("/generations", "prompt"): "string",
    ("/generations", "resolution"): "string",
    ("/generations", "duration"): "integer",
    ("/generations", "scenes"): "array",
    ("/generations", "scenes[0]"): "object",
    ("/generations", "scenes[0].prompt"): "string",
    ("/generations", "scenes[0].duration"): "integer",
}
VALUES = {
    "null": None,
    "boolean": True,
    "integer": 7,
    "number": 7.5,
    "string": "7",
    "array": [7],
    "object": {"7": 7},
}
WRONG = [(*field, name) for field, right in FIELDS.items() for name in VALUES if name != right]

ODD = "\u202eé\u2028💥\x7f\ufffe"
TEXTS = {
    "a megabyte": "7" * 1_000_000,
    "empty": "",
    "NUL": "\0",
    "odd Unicode": ODD,
    "a path": "../../etc/passwd",
    "SQL": "'; DROP TABLE event; --",
    "percents": "%00%ff",
}
REFUSED_TEXTS = [
    ("/characters", "model", 400, "invalid_model", TEXTS),
    ("/characters", "url", 400, "invalid_url", TEXTS),
    ("/characters", "timestamps", 400, "invalid_timestamps", TEXTS),
    ("/characters", "from_task", 404, "task_not_found", TEXTS),
    ("/generations", "model", 400, "invalid_model", TEXTS),
    ("/generations", "resolution", 400, "invalid_value", TEXTS),
    # A prompt may be anything but too short or too long.
    ("/generations", "prompt", 400, "invalid_value", ("a megabyte", "empty")),
    ("/generations", "scenes[0].prompt", 400, "invalid_value", ("a megabyte", "empty")),
]
MEANINGLESS = [(*expected, text) for *expected, texts in REFUSED_TEXTS for text in texts]


def with_field(path, field, value):
    """Return a good body for the path but for one field."""
    if path == "/characters":
        good = {"model": "sora-2-character", "from_task": "x"} if field == "from_task" else CHARACTER
        return good | {field: value}
    if not field.startswith("scenes"):
        return CLIP | {field: value}
    scene = {"prompt": "a street", "duration": 1}
    if field == "scenes":
        scenes = value
    elif field == "scenes[0]":
        scenes = [value]
    else:
        scenes = [scene | {field.partition(".")[2]: value}]
    return {"model": "sora-2", "scenes": scenes}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_is_no_json_object_is_refused(victim, path, body):
    assert_refused(victim.send(path, body), 400, "invalid_json")


@pytest.mark.parametrize(("path", "field", "found"), WRONG)
def test_a_field_of_another_type_is_refused_by_name(victim, path, field, found):
    answer = victim.post(path, with_field(path, field, VALUES[found]))
    assert_refused(answer, 400, "invalid_type", field)


@pytest.mark.parametrize(("path", "field", "status", "code", "text"), MEANINGLESS)
def test_a_string_that_means_nothing_is_refused_by_name(victim, path, field, status, code, text):
    assert_refused(victim.post(path, with_field(path, field, TEXTS[text])), status, code, field)


@pytest.mark.parametrize("duration", [0, -1, 61, 10**18, 10**400, -(10**400), 1e300, -0.0])
def test_a_number_out_of_bounds_is_refused_by_name(victim, duration):
    answer = victim.send("/generations", json.dumps(CLIP | {"duration": duration}).encode())
    assert_refused(answer, 400, "invalid_value", "duration")


@pytest.mark.parametrize("prompt", ["\0", ODD, TEXTS["SQL"], "@", "@char_", "𝕊" * 32_000])
def test_a_prompt_is_kept_as_it_was_sent(caller, prompt):
    assert caller.generation(caller.task(prompt=prompt))["prompt"] == prompt


def test_unknown_fields_of_any_name_are_ignored(caller):
    assert caller.character(**{"": 1, "\0": 2, "💥": [None] * 100, "__class__": {}, "x" * 100_000: True})


def test_of_equal_fields_the_last_counts(caller):
    body = b'{"model":"sora-2","timestamps":"1,2",' + GOOD[1:]
    answer = caller.send("/characters", body)
    assert answer.json["metadata"]["source"]["timestamps"] == CHARACTER["timestamps"]


def test_a_prompt_full_of_unknown_mentions_is_refused(victim):
    prompt = " ".join(f"@char_{number:024x}" for number in range(1000))
    assert_refused(victim.post("/generations", CLIP | {"prompt": prompt}), 404, "character_not_found", "prompt")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "content_type",
    [None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json",
     "application/json, application/json", "json", "*/*", "application/json\x80"],
)  # fmt: skip
def test_a_body_that_is_not_declared_as_json_is_refused(victim, path, content_type):
    sent = content_type.encode("latin-1") if content_type else content_type
    assert_refused(victim.send(path, GOOD, sent), 415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json ;x"])
def test_json_may_be_declared_in_any_of_its_forms(caller, content_type):
    assert caller.send("/characters", GOOD, content_type).status == 200


def test_two_content_types_are_none(shared, victim):
    with Wire(shared.port) as wire:
        wire.say(posting(GOOD, "Content-Type: text/plain", key=victim.key))
        assert_refused(wire.answer(), 415, "unsupported_media_type")


def test_a_body_at_the_limit_is_taken(caller):
    assert caller.send("/characters", GOOD.ljust(LIMIT)).status == 200


def test_a_body_one_byte_over_the_limit_is_refused(victim):
    assert_refused(victim.send("/characters", GOOD.ljust(LIMIT + 1)), 413, "request_too_large")


def in_chunks(body, size=65_536):
    """Return a body as chunks, without the one that ends it."""
    parts = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)


def chunked(key, *lines):
    framing = ("Content-Type: application/json", "Transfer-Encoding: chunked")
    return head("POST", "/v1/sora/characters", *framing, *lines, key=key)


def test_a_chunked_body_at_the_limit_is_taken(shared, caller):
    with Wire(shared.port) as wire:
        wire.say(chunked(caller.key) + in_chunks(GOOD.ljust(LIMIT)) + b"0\r\n\r\n")
        assert wire.answer().status == 200


def test_a_chunked_body_in_chunks_of_one_byte_is_put_together(shared, caller):
    with Wire(shared.port) as wire:
        wire.say(chunked(caller.key) + in_chunks(GOOD, size=1) + b"0\r\n\r\n")
        assert wire.answer().status == 200


def test_a_chunked_body_without_end_is_refused_at_the_limit(shared, victim):
    with Wire(shared.port) as wire:
        wire.say(chunked(victim.key) + in_chunks(GOOD.ljust(LIMIT + 1)))
        assert_refused(wire.answer(), 413, "request_too_large")


@pytest.mark.parametrize("chunk", [b"zz\r\n", b"-1\r\n", b"fffffffffffffffffffff\r\n", b"5\r\nabcdefgh\r\n"])
def test_a_broken_chunk_is_refused(shared, victim, chunk):
    with Wire(shared.port) as wire:
        wire.say(chunked(victim.key) + chunk)
        assert_refused(wire.answer(), 400, "invalid_request")
        assert wire.is_ended()


def test_what_follows_a_chunked_body_is_no_part_of_its_head(shared, caller):
    with Wire(shared.port) as wire:
        wire.say(chunked(caller.key) + in_chunks(GOOD) + b"0\r\nAuthorization: Bearer sk-revoked\r\n\r\n")
        assert wire.answer().status == 200


@pytest.mark.parametrize(
    "query", ["height=-1", "height=" + "9" * 5000, "length=nan", "length=1e999", "status=0x10", "x=1"]
)
def test_a_magic_source_that_describes_no_video_is_refused(victim, query):
    url = f"{CHARACTER['url']}?{query}"
    assert_refused(victim.post("/characters", CHARACTER | {"url": url}), 400, "invalid_url", "url")


@pytest.mark.parametrize(
    "url",
    ["http://[", "http://[::1", "http://h:99999/a.mp4", "http://h:x/a.mp4", "//h/a.mp4", "file:///etc/passwd", "http://",
     "javascript:alert(1)", "http://h/a b.mp4", "http://h/\u202ea.mp4", "http://\0/", "http://h/\n", "data:,x"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(victim, url):
    assert_refused(victim.post("/characters", CHARACTER | {"url": url}), 400, "invalid_url", "url")


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "http://localhost:1/a.mp4", "https://a:b@h.test/a.mp4"]
)
def test_no_address_is_ever_fetched(caller, url):
    assert caller.post("/characters", CHARACTER | {"url": url}).status == 200
