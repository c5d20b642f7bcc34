"""Mocks of the Videos API that read forms otherwise than JSON, or not at all.

Owns their list.
"""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

import msgspec

from sora_mock.wire import Request
from tests.mutants.edits import AskEdit, heading
from tests.mutants.mutant import App, Mutant
from tests.mutants_openai.bending import CREATE, asking

MULTIPART, URLENCODED = "multipart/form-data", "application/x-www-form-urlencoded"

_DERIVED = ("remixVideo", "editVideo", "extendVideo")


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0]


def _unread(kind: str) -> AskEdit:
    """Declare a body of some kind as one that nobody reads."""
    return lambda request: heading("content-type", "text/x-unread")(request) if _kind(request) == kind else request


def _unread_if(when: Callable[[str], bool]) -> AskEdit:
    """Declare a body as one that nobody reads where it is declared in some way."""

    def edit(request: Request) -> Request:
        declared = request.headers.get("content-type", "")
        return heading("content-type", "text/x-unread")(request) if when(declared) else request

    return edit


def _unread_without_file(request: Request) -> Request:
    return request if b"filename=" in request.body else _unread(MULTIPART)(request)


def _renaming(kind: str, *names: tuple[bytes, bytes]) -> AskEdit:
    """Write names in the bodies of some kind otherwise."""

    def edit(request: Request) -> Request:
        body = request.body
        for old, new in names if _kind(request) == kind else ():
            body = body.replace(old, new)
        return msgspec.structs.replace(request, body=body)

    return edit


def _fields_ignored(kind: str, *fields: bytes) -> App:
    marks = {MULTIPART: b'name="%b"', URLENCODED: b"&%b="}
    names = ((marks[kind] % field, marks[kind] % (b"x-" + field)) for field in fields)
    return asking(CREATE, edit=_renaming(kind, *names))


def _entries(request: Request) -> list[bytes]:
    """Return the parts of a multipart body that are entries of `characters`."""
    return [part for part in request.body.split(b"--sora-") if b'name="characters[][id]"' in part]


def _keeping(which: int) -> AskEdit:
    """Keep one entry of `characters` only."""

    def edit(request: Request) -> Request:
        body, entries = request.body, _entries(request)
        for entry in entries if len(entries) > 1 else ():
            body = body if entry is entries[which] else body.replace(b"--sora-" + entry, b"")
        return msgspec.structs.replace(request, body=body)

    return edit


def _in_latin_1(request: Request) -> Request:
    is_text = _kind(request) == MULTIPART and b"filename" not in request.body
    return msgspec.structs.replace(request, body=request.body.decode("latin-1").encode()) if is_text else request


def _longer_in_forms(request: Request) -> Request:
    if _kind(request) != MULTIPART or b'name="seconds"' in request.body:
        return request
    head = b"--" + request.headers["content-type"].rpartition("boundary=")[2].encode()
    part = head + b'\r\nContent-Disposition: form-data; name="seconds"\r\n\r\n8\r\n'
    return msgspec.structs.replace(request, body=part + request.body)


def _percent_in_latin_1(request: Request) -> Request:
    if _kind(request) != URLENCODED:
        return request
    pairs = parse_qsl(request.body.decode(), keep_blank_values=True, encoding="latin-1")
    return msgspec.structs.replace(request, body=urlencode(pairs).encode())


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "creations-as-json-refused",
        "video.form.json",
        "videos are made of forms only",
        asking(CREATE, edit=_unread("application/json")),
    ),
    *(
        Mutant(
            f"{name}-as-json-refused",
            "video.form.json",
            f"{name}s are made of forms only",
            asking(f"{name}Video", edit=_unread("application/json")),
        )
        for name in ("remix", "edit", "extend")
    ),
    Mutant(
        "charset-refused",
        "video.form.json",
        "JSON that names its character set is refused",
        asking(CREATE, edit=_unread_if(lambda declared: declared.startswith("application/json;"))),
    ),
    Mutant(
        "capitals-refused",
        "video.form.json",
        "a content type is read in small letters only",
        asking(CREATE, edit=_unread_if(lambda declared: declared != declared.lower())),
    ),
    Mutant(
        "quoted-boundary-refused",
        "video.form.multipart",
        "a boundary must not stand in quotes",
        asking(CREATE, edit=_unread_if(lambda declared: 'boundary="' in declared)),
    ),
    Mutant(
        "typed-texts-refused",
        "video.form.multipart",
        "a part that says its type is a file",
        asking(
            CREATE,
            edit=_renaming(
                MULTIPART, (b'"\r\nContent-Type: text/plain', b'"; filename="a"\r\nContent-Type: text/plain')
            ),
        ),
    ),
    Mutant(
        "forms-without-files-refused",
        "video.form.multipart",
        "a multipart form has to have a file",
        asking(CREATE, *_DERIVED, edit=_unread_without_file),
    ),
    *(
        Mutant(
            f"{name}-as-form-refused",
            "video.form.multipart",
            f"{name}s are made of JSON only",
            asking(f"{name}Video", edit=_unread(MULTIPART)),
        )
        for name in ("remix", "edit", "extend")
    ),
    Mutant(
        "brackets-unread",
        "video.form.nested",
        "an object in a form is passed over",
        asking("editVideo", "extendVideo", edit=_renaming(MULTIPART, (b"video[id]", b"video_id"))),
    ),
    Mutant(
        "lists-unread",
        "video.form.nested",
        "a list in a form is passed over",
        asking(CREATE, edit=_renaming(MULTIPART, (b"characters[][id]", b"characters_id"))),
    ),
    Mutant(
        "lists-are-objects",
        "video.form.nested",
        "an entry of a list in a form is taken for a list of its own",
        asking(CREATE, edit=_renaming(MULTIPART, (b"characters[][id]", b"characters[id]"))),
    ),
    Mutant(
        "first-entry-kept",
        "video.form.nested",
        "of a list in a form the first entry is kept",
        asking(CREATE, edit=_keeping(0)),
    ),
    Mutant(
        "last-entry-kept",
        "video.form.nested",
        "of a list in a form the last entry is kept",
        asking(CREATE, edit=_keeping(-1)),
    ),
    Mutant(
        "forms-in-latin-1",
        "video.form.alike",
        "the texts of multipart forms are read as Latin-1",
        asking(CREATE, edit=_in_latin_1),
    ),
    Mutant(
        "urlencoded-in-latin-1",
        "video.form.alike",
        "what is percent-encoded is read as Latin-1",
        asking(CREATE, edit=_percent_in_latin_1),
    ),
    Mutant(
        "forms-default-to-8-seconds",
        "video.form.alike",
        "without seconds a video that is asked for in a form lasts 8 s",
        asking(CREATE, edit=_longer_in_forms),
    ),
    Mutant(
        "size-in-forms-ignored",
        "video.form.alike",
        "in multipart forms size and seconds are passed over",
        _fields_ignored(MULTIPART, b"size", b"seconds"),
    ),
    Mutant(
        "model-in-forms-ignored",
        "video.form.alike",
        "in multipart forms the model is passed over",
        _fields_ignored(MULTIPART, b"model"),
    ),
    Mutant(
        "seconds-in-urlencoded-ignored",
        "video.form.alike",
        "in urlencoded forms the seconds are passed over",
        _fields_ignored(URLENCODED, b"seconds"),
    ),
    Mutant(
        "urlencoded-refused",
        "video.form.urlencoded",
        "urlencoded forms are refused",
        asking(CREATE, edit=_unread(URLENCODED)),
    ),
    Mutant(
        "plus-is-a-plus",
        "video.form.urlencoded",
        "a plus in a urlencoded form is no space",
        asking(CREATE, edit=_renaming(URLENCODED, (b"+", b"%2B"))),
    ),
)
"""Each breaks the rule that it names."""
