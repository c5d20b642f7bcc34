"""Clients of the Videos API that send other requests than they should: bodies, forms, addresses, calls of their own.

Owns those that have no like in the character API; the others are chosen in the registry.
"""

import base64
import json
import re

import httpx2
import msgspec

from tests.clients.places import following
from tests.clients.requests import ask
from tests.clients.retries import giving_up, of
from tests.clients.seams import (
    VIDEOS,
    Body,
    addressed,
    bodied,
    both,
    formed,
    http,
    key_of,
    performing,
    requesting,
    respelled,
    uploading,
)
from tests.clients.variant import Change, Faulty
from tests.clients.waits import only

CLEAN, SECONDS, UPLOAD, UNICODE = (f"client.body.{word}" for word in ("clean", "seconds", "upload", "unicode"))
HEADER_ONLY = "client.auth.header-only"
PREFIX, EXCLUSIVE = "client.base-url.prefix", "client.base-url.exclusive"
ONCE, KEPT = "client.request.once", "client.reply.id-kept"
LIMITED, INVALID = "client.retry.rate-limited", "client.retry.invalid"
IDS, READ, REDIRECTED = "client.concurrency.ids", "client.timeout.read", "client.redirect.key"


def _seconds(write, *, to: str = "") -> Change:
    """Write the seconds otherwise."""
    return bodied(lambda body: body | {"seconds": write(body["seconds"])} if "seconds" in body else body, to=to)


def _named(edit) -> Change:
    """Write the names of characters otherwise."""
    return formed(lambda fields, file: (fields | {"name": edit(fields["name"])}, file))


def _file(**changed) -> Change:
    return formed(lambda fields, file: (fields, msgspec.structs.replace(file, **changed)))


def _without_file_name(body: bytes, content_type: str) -> tuple[bytes, str]:
    return re.sub(rb'; filename="[^"]*"', b"", body, count=1), content_type


def _in_json(body: bytes, _: str) -> tuple[bytes, str]:
    name = re.search(rb'name="name"\r\n\r\n(.*?)\r\n--', body, re.DOTALL)[1].decode()
    return json.dumps({"name": name, "video": base64.b64encode(body[-2000:]).decode()}).encode(), "application/json"


def _other_field(body: bytes, content_type: str) -> tuple[bytes, str]:
    return body.replace(b'name="video"', b'name="file"', 1), content_type


def _keyed_form(request: httpx2.Request) -> httpx2.Request:
    """Put the key into the form as one more field."""
    boundary = request.headers.get("content-type", "").partition("boundary=")[2]
    if not boundary:
        return request
    field = f'--{boundary}\r\nContent-Disposition: form-data; name="api_key"\r\n\r\n{key_of(request)}\r\n'
    return respelled(request, content=field.encode() + request.content)


def _cast_by_names(body: Body) -> Body:
    return body | ({"characters": [each["id"] for each in body["characters"]]} if "characters" in body else {})


async def _looking_first(message, perform):
    if message["op"] == "download":
        await ask(message, "GET", f"/videos/{message['args']['video_id']}")
    return await perform(message)


async def _looking_at_once(message, perform):
    value = await perform(message)
    if message["op"] in {"create_video", "remix", "edit", "extend"}:
        await ask(message, "GET", f"/videos/{value['video_id']}")
    return value


async def _confirming(message, perform):
    value = await perform(message)
    if "character_id" in value:
        (await ask(message, "GET", f"/videos/characters/{value['character_id']}")).raise_for_status()
    return value


_names: dict[str, dict] = {}


async def _known_by_address(message, perform):
    """Keep the first character for all names."""
    if message["op"] != "create_character":
        return await perform(message)
    return _names.setdefault(message["base_url"], await perform(message))


FAULTY = (
    Faulty("null-reference", CLEAN, "a creation holds a null", bodied(lambda body: body | {"input_reference": None})),
    Faulty(
        "invented-form-field",
        CLEAN,
        "the form of a character holds a purpose",
        formed(lambda fields, file: (fields | {"purpose": "character"}, file)),
    ),
    Faulty(
        "duration-too", CLEAN, "a creation holds a duration", bodied(lambda body: body | {"duration": 8}, to=VIDEOS)
    ),
    Faulty("seconds-as-number", SECONDS, "`seconds` is a number", _seconds(int)),
    Faulty(
        "seconds-of-extensions-as-number",
        SECONDS,
        "`seconds` of an extension is a number",
        _seconds(int, to="/extensions"),
    ),
    Faulty("seconds-with-unit", SECONDS, "`seconds` has its unit", _seconds(lambda seconds: f"{seconds}s")),
    Faulty("clip-in-json", UPLOAD, "a clip stands in JSON as Base64", uploading(_in_json)),
    Faulty("clip-as-text", UPLOAD, "a clip is a field without the name of a file", uploading(_without_file_name)),
    Faulty("clip-empty", UPLOAD, "a clip is sent that has been read before, to its end", _file(content=b"")),
    Faulty("clip-by-another-name", UPLOAD, "a clip stands in `file`", uploading(_other_field)),
    Faulty(
        "names-in-ascii",
        UNICODE,
        "in the name of a character a letter that is not ASCII becomes a question mark",
        _named(lambda name: name.encode("ascii", "replace").decode()),
    ),
    Faulty("key-in-the-form", HEADER_ONLY, "the key stands in the form, too", requesting(_keyed_form)),
    Faulty("version-lost", PREFIX, "the version is lost", addressed(lambda url: url.replace("/v1/", "/", 1))),
    Faulty(
        "content-elsewhere",
        PREFIX,
        "the content of a video is asked for under `/download`",
        addressed(lambda url: url.replace("/content", "/download"), only="/content"),
    ),
    Faulty(
        "uploads-elsewhere",
        PREFIX,
        "clips go to `/characters`",
        addressed(lambda url: url.replace("/videos/characters", "/characters"), only="/videos/characters"),
    ),
    Faulty(
        "default-host-for-uploads",
        EXCLUSIVE,
        "clips go to the default address",
        both(
            addressed(lambda url: f"https://api.openai.com{url[url.index('/v1') :]}", only="/videos/characters"),
            http(trust_env=True),
        ),
    ),
    Faulty("cast-as-texts", ONCE, "characters are told as texts, not as objects", bodied(_cast_by_names, to=VIDEOS)),
    Faulty("video-looked-at-first", ONCE, "a video is looked at before it is fetched", performing(_looking_first)),
    Faulty("video-looked-at", ONCE, "a video is looked at as soon as it is accepted", performing(_looking_at_once)),
    Faulty("upload-429-final", LIMITED, "an upload gives up at a 429", giving_up("/videos/characters")),
    Faulty("upload-400-again", INVALID, "an upload with 400 is tried once more", of("create_character", status=400)),
    Faulty("first-character-for-all", IDS, "all names stand for the first character", performing(_known_by_address)),
    Faulty("no-limit-for-uploads", READ, "an upload that is never answered is waited for", only("create_character")),
    Faulty("character-confirmed", KEPT, "a new character is looked at, which may fail", performing(_confirming)),
    Faulty(
        "uploads-redirected-with-the-key",
        REDIRECTED,
        "redirects of uploads are followed with the key",
        following(lambda old, new: new.path.endswith("/videos/characters")),
    ),
)
