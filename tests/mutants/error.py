"""Mocks whose refusals are in another shape, or say something else."""

from typing import Any

from tests.mutants.edits import ReplyEdit, When, answering, by, coded, omitting, refusals, setting, status, telling_json
from tests.mutants.mutant import Mutant
from tests.mutants.ways import telling

_HTML = b"<!doctype html><title>Error</title><h1>Something went wrong</h1>"
_FIELDS = ("missing_required_parameter", "invalid_type", "conflicting_parameters", "invalid_value", "invalid_model")


def _with_status(*numbers: int):
    return lambda request, reply: reply.status in numbers


def _flat(body: dict[str, Any]) -> dict[str, Any]:
    return body["error"]


def _detail(body: dict[str, Any]) -> dict[str, Any]:
    return {"detail": body["error"]["message"]}


def _without_null_param(body: dict[str, Any]) -> None:
    if body["error"]["param"] is None:
        del body["error"]["param"]


def _worded(words: str, other: str):
    return setting("error.message", lambda message: message.replace(words, other))


def misstated(name: str, rule: str, why: str, when: When, *edits: ReplyEdit) -> Mutant:
    """Return a mutant that tells some replies otherwise."""
    return Mutant(name, rule, why, telling(when, *edits))


MUTANTS = (
    misstated("errors-without-body", "error.body", "errors have no body", refusals, answering(b"")),
    misstated("405-without-body", "error.body", "a 405 has no body", _with_status(405), answering(b"")),
    misstated("404-without-body", "error.body", "a 404 has no body", _with_status(404), answering(b"")),
    misstated("errors-in-html", "error.json", "errors are HTML pages", refusals, answering(_HTML, "text/html")),
    misstated("404-in-html", "error.json", "a 404 is an HTML page", _with_status(404), answering(_HTML, "text/html")),
    misstated(
        "401-in-plain-text",
        "error.json",
        "a 401 is a plain sentence",
        _with_status(401),
        answering(b"Unauthorized", "text/plain"),
    ),
    misstated(
        "405-in-plain-text",
        "error.json",
        "a 405 is a plain sentence",
        _with_status(405),
        answering(b"Method Not Allowed", "text/plain"),
    ),
    misstated(
        "errors-without-envelope",
        "error.shape",
        "the four fields stand without an `error` around them",
        refusals,
        telling_json(_flat),
    ),
    misstated("errors-as-detail", "error.shape", "errors have one field, `detail`", refusals, telling_json(_detail)),
    misstated(
        "null-param-left-out",
        "error.shape",
        "where no field is at fault there is no `param`",
        refusals,
        telling_json(_without_null_param),
    ),
    misstated("errors-without-type", "error.shape", "errors have no `type`", refusals, omitting("error.type")),
    misstated(
        "validation-422",
        "error.status",
        "what is wrong with a field is answered with 422",
        coded(*_FIELDS),
        status(422),
    ),
    misstated(
        "missing-key-403", "error.status", "a missing key is answered with 403", by("auth.key.required"), status(403)
    ),
    misstated(
        "broken-json-422",
        "error.status",
        "a body that is no JSON is answered with 422",
        coded("invalid_json"),
        status(422),
    ),
    misstated(
        "one-type-for-all",
        "error.type",
        "every error is an `invalid_request_error`",
        refusals,
        setting("error.type", "invalid_request_error"),
    ),
    misstated(
        "type-of-its-own",
        "error.type",
        "the family of an error is a word that the contract does not have",
        refusals,
        setting("error.type", "api_error"),
    ),
    misstated(
        "one-code-for-all", "error.code", "every error has the same code", refusals, setting("error.code", "error")
    ),
    misstated(
        "status-as-code",
        "error.code",
        "the code of an error repeats its status",
        refusals,
        lambda reply: setting("error.code", str(reply.status))(reply),
    ),
    misstated("param-never-named", "error.param", "no error names a field", refusals, setting("error.param", None)),
    misstated(
        "param-always-body",
        "error.param",
        "every error says that the body is at fault",
        refusals,
        setting("error.param", "body"),
    ),
    misstated(
        "param-as-pointer",
        "error.param",
        "the field at fault is named by a pointer",
        refusals,
        setting("error.param", lambda name: name and "/" + name),
    ),
    *(
        misstated(
            f"{code.replace('_', '-')}-in-other-words",
            "error.message",
            f"`{code}` begins with other words",
            coded(code),
            _worded(words, other),
        )
        for code, words, other in (
            ("invalid_timestamps", "Invalid timestamps", "Bad time range"),
            ("task_not_found", "Task not found", "No such job"),
            ("processing_failed", "Processing failed", "Something went wrong"),
            ("rate_limit_exceeded", "Rate limited", "Slow down"),
        )
    ),
)
