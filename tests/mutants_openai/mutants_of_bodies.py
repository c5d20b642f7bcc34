"""Mocks of the Videos API that take bodies for forms which are none.

Owns their list.
"""

from collections.abc import Callable

from sora_mock.wire import Request
from tests.mutants.edits import heading
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import forgiving, restating
from tests.mutants_openai.bending import CHARACTER, CREATE, asked_for, plain, plain_character


def _accepted_if(rule: str, when: Callable[[Request], bool]) -> App:
    return forgiving(rule, plain, when=when)


def _declared_as_json(request: Request) -> Request:
    return heading("content-type", "application/json")(request)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "text-is-json",
        "video.form.content-type",
        "whatever a body is declared as, it is read as JSON",
        forgiving("video.form.content-type", _declared_as_json),
    ),
    Mutant(
        "edits-are-json",
        "video.form.content-type",
        "whatever an edit is declared as, it is read as JSON",
        forgiving("video.form.content-type", _declared_as_json, when=lambda request: asked_for(request) != CREATE),
    ),
    Mutant(
        "content-type-400",
        "video.form.content-type",
        "another content type is answered with 400",
        restating("video.form.content-type", 400),
    ),
    Mutant(
        "json-in-a-form-read",
        "video.form.shape",
        "JSON that is declared as a form is read",
        forgiving("video.form.shape", _declared_as_json, when=lambda request: request.body.startswith(b"{")),
    ),
    Mutant(
        "cut-form-read",
        "video.form.shape",
        "a form that stops before its end is read as far as it goes",
        _accepted_if(
            "video.form.shape", lambda request: request.body.startswith(b"--") and request.body[-2:] != b"\r\n"
        ),
    ),
    Mutant(
        "nameless-part-skipped",
        "video.form.shape",
        "a part without a name is passed over",
        _accepted_if("video.form.shape", lambda request: b"form-data\r\n\r\nRain" in request.body),
    ),
    Mutant(
        "boundary-guessed",
        "video.form.shape",
        "a boundary that is not declared is found in the body",
        _accepted_if("video.form.shape", lambda request: "boundary" not in request.headers["content-type"]),
    ),
    Mutant(
        "last-of-two-taken",
        "video.form.names",
        "of two fields with one name the last is taken",
        _accepted_if("video.form.names", lambda request: request.body.count(b"prompt=") == 2),
    ),
    Mutant(
        "last-of-two-parts-taken",
        "video.form.names",
        "of two parts with one name the last is taken",
        _accepted_if("video.form.names", lambda request: request.body.count(b'name="prompt"') == 2),
    ),
    Mutant(
        "contradictions-borne",
        "video.form.names",
        "a field may be a text and an object",
        _accepted_if("video.form.names", lambda request: b"[" in request.body),
    ),
    Mutant(
        "names-422", "video.form.names", "names that contradict each other are 422", restating("video.form.names", 422)
    ),
    Mutant(
        "file-is-a-name",
        "video.form.file",
        "the name of a character may come in a file",
        forgiving("video.form.file", plain_character, when=lambda request: asked_for(request) == CHARACTER),
    ),
    Mutant(
        "file-is-a-text",
        "video.form.file",
        "a prompt may come in a file",
        forgiving("video.form.file", plain, when=lambda request: asked_for(request) == CREATE),
    ),
)
"""Each breaks the rule that it names."""
