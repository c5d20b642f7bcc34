"""Mocks of the Videos API that are wrong about models, about errors, and about HTTP.

Owns their list.
"""

from typing import Any

import msgspec

from sora_mock.wire import Reply, Request
from tests.mutants.craft import Answer, fresh_mock
from tests.mutants.edits import (
    When,
    always,
    answering,
    coded,
    header,
    heading,
    omitting,
    refusals,
    setting,
    status,
    telling_json,
)
from tests.mutants.mutant import Mutant
from tests.mutants.protocol import Failing, Greeting, Spoken
from tests.mutants.ways import asking as asking_always
from tests.mutants.ways import restating, telling
from tests.mutants_openai.bending import CREATE, asked_for, on, plain, way

_MODELS, _MODEL = "listModels", "retrieveModel"
_FIELDS = ("missing_required_parameter", "invalid_type", "invalid_value")


def _renamed(body: dict[str, Any]) -> None:
    body["models"] = body.pop("data")


def _without_pro(body: dict[str, Any]) -> None:
    body["data"] = [model for model in body["data"] if "pro" not in model["id"]]


def _with_status(number: int) -> When:
    return lambda request, reply: reply.status == number


async def _made_all_the_same(request: Request, answer: Answer) -> Reply:
    reply = await answer(request)
    if asked_for(request) == CREATE and reply.rule in {"video.prompt.required", "video.prompt.length"}:
        await answer(plain(request))
    return reply


async def _head_404(request: Request, answer: Answer) -> Reply:
    if request.method != "HEAD":
        return await answer(request)
    return await answer(msgspec.structs.replace(request, path="/v1/videos/nowhere/at/all", method="GET"))


def _without_key(request: Request) -> Request:
    named = request.headers.get("openai-organization")
    return request if named is None else heading("authorization", None)(request)


MUTANTS: tuple[Mutant, ...] = (
    # -- models --------------------------------------------------------------------------------------------------
    Mutant(
        "models-by-name",
        "model.list.shape",
        "the models stand under `models`",
        telling(on(_MODELS), telling_json(_renamed)),
    ),
    Mutant(
        "models-without-pro",
        "model.list.sora",
        "the larger models are not in the list",
        telling(on(_MODELS), telling_json(_without_pro)),
    ),
    Mutant("model-unowned", "model.object", "a model has no owner", telling(on(_MODEL), omitting("owned_by"))),
    Mutant(
        "model-of-today",
        "model.retrieve.known",
        "a model is said to be of another day than in the list",
        telling(on(_MODEL), setting("created", lambda at: at + 86_400)),
    ),
    # -- errors --------------------------------------------------------------------------------------------------
    Mutant("errors-without-body", "error.body", "errors have no body", telling(refusals, answering(b""))),
    Mutant(
        "validation-422",
        "error.status",
        "what is wrong with a field is answered with 422",
        telling(coded(*_FIELDS), status(422)),
    ),
    Mutant(
        "type-of-its-own",
        "error.type",
        "the family of an error is a word of its own",
        telling(refusals, setting("error.type", "api_error")),
    ),
    Mutant(
        "status-as-code",
        "error.code",
        "the code of an error repeats its status",
        telling(refusals, lambda reply: setting("error.code", str(reply.status))(reply)),
    ),
    Mutant(
        "param-never-named", "error.param", "no error names a field", telling(refusals, setting("error.param", None))
    ),
    Mutant(
        "choices-untold",
        "error.choices",
        "the values that are supported are not told",
        telling(coded("invalid_value"), setting("error.message", "Invalid value.")),
    ),
    Mutant(
        "wrong-type-500",
        "error.caller-fault",
        "a field of the wrong type is a failure of the server",
        telling(coded("invalid_type"), status(500)),
    ),
    Mutant(
        "refused-and-made",
        "error.no-effect",
        "a creation refused for its prompt makes a video all the same",
        way(_made_all_the_same),
    ),
    # -- HTTP ----------------------------------------------------------------------------------------------------
    Mutant(
        "other-methods-404",
        "protocol.method",
        "a method that is not served is answered with 404",
        telling(_with_status(405), status(404), header("allow", None)),
    ),
    Mutant(
        "other-methods-without-allow",
        "protocol.method",
        "a 405 does not say which methods are served",
        telling(_with_status(405), header("allow", None)),
    ),
    Mutant(
        "other-paths-400", "protocol.path", "a path that there is not is a bad request", restating("protocol.path", 400)
    ),
    Mutant(
        "garbage-200",
        "protocol.http",
        "what is no HTTP is answered with 200",
        lambda: Spoken(fresh_mock(), Greeting),
    ),
    Mutant(
        "garbage-500",
        "protocol.http",
        "what is no HTTP is a failure of the server",
        lambda: Spoken(fresh_mock(), Failing),
    ),
    Mutant(
        "one-request-id",
        "protocol.request-id",
        "all replies have the same id",
        telling(always, header("x-request-id", "req_00000000")),
    ),
    Mutant("head-404", "protocol.head", "HEAD finds nothing", way(_head_404)),
    Mutant(
        "version-untold",
        "protocol.openai-headers",
        "replies do not state the version",
        telling(always, header("openai-version", None)),
    ),
    Mutant(
        "processing-in-seconds",
        "protocol.openai-headers",
        "the time that a reply took is told in seconds",
        telling(always, header("openai-processing-ms", lambda text: f"{int(text) / 1000}")),
    ),
    Mutant(
        "organization-unknown",
        "protocol.caller-headers",
        "whoever names an organization is turned away",
        asking_always(_without_key),
    ),
)
"""Each breaks the rule that it names."""
