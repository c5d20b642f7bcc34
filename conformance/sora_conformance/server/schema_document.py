"""The description as Schemathesis gets it: the contract's own, with values in it that the target can use.

Owns what is changed, and why. A rule that JSON Schema cannot say (an end after its start, a video that exists) would
make valid data fail; a request that offers a choice would be explored on one side only. It knows no library.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import msgspec

from sora_conformance.server.schema_validators import TIMESTAMPS

BRANCHES = (
    {"createCharacter": "CreateCharacterByUrl", "createGeneration": "CreateGenerationByPrompt"},
    {"createCharacter": "CreateCharacterByTask", "createGeneration": "CreateGenerationByScenes"},
)
"""The alternatives that the bodies have; each is explored by itself, because a choice is not explored to its edges."""

TEXT = "Rain on a tin roof"
UNICODE_TEXT = "Дождь идёт, 雨が降る ☔ by the e-mail of a@b"
"""Prompts that mention nobody."""

SHORT = {"duration": 2, "resolution": "480p"}
"""A video that is soon made."""


class Things(msgspec.Struct, frozen=True, kw_only=True):
    """What a target can use: the address of a video, spans within it, and the id of a task."""

    url: str
    spans: tuple[str, ...]
    task: str


def positive(openapi: dict[str, Any], base: str, things: Things, branch: dict[str, str]) -> dict[str, Any]:
    """Return a description of which everything that is generated has to be accepted."""
    document, schemas = _copied(openapi, base)
    _choose(document, branch)
    by_url, by_task = schemas["CreateCharacterByUrl"], schemas["CreateCharacterByTask"]
    by_url["properties"]["url"] = {"enum": [things.url]}
    by_url["properties"]["timestamps"] = {"enum": list(things.spans)}
    by_task["properties"]["from_task"] = {"enum": [things.task]}
    document["components"]["parameters"]["TaskId"]["schema"] = {"enum": [things.task]}
    for schema in (schemas["CreateGenerationByPrompt"], schemas["CreateGenerationByScenes"], schemas["Scene"]):
        for field in schema["properties"].values():
            field.pop("examples", None)
    schemas["Prompt"].pop("examples")
    return document


def negative(openapi: dict[str, Any], base: str, things: Things, branch: dict[str, str]) -> dict[str, Any]:
    """Return a description of which everything that breaks it has to be refused, and for that one reason.

    What is not broken comes from the examples. Here a pattern may stand in for the form of `timestamps`: it is only
    broken, never filled.
    """
    document, schemas = _copied(openapi, base)
    _choose(document, branch)
    by_url, by_task = schemas["CreateCharacterByUrl"], schemas["CreateCharacterByTask"]
    by_url["properties"]["url"]["examples"] = [things.url]
    by_url["properties"]["timestamps"] = {
        "type": "string",
        "pattern": f"^{TIMESTAMPS.pattern}$",
        "examples": list(things.spans),
    }
    by_task["properties"]["from_task"] = {"type": "string", "examples": [things.task]}
    document["components"]["parameters"]["TaskId"]["schema"] = {"enum": [things.task]}
    schemas["Prompt"]["examples"] = [TEXT]
    schemas["Resolution"]["enum"] = [schemas["Resolution"]["default"]]
    return document


def linked(openapi: dict[str, Any], base: str, things: Things) -> dict[str, Any]:
    """Return a description whose links lead from call to call with nothing but what the links say, in short videos."""
    document = positive(openapi, base, things, BRANCHES[0])
    schemas = document["components"]["schemas"]
    schemas["Prompt"] = {"enum": [TEXT, UNICODE_TEXT]}
    schemas["CreateCharacterByUrl"]["additionalProperties"] = False
    by_prompt = schemas["CreateGenerationByPrompt"]
    by_prompt["additionalProperties"] = False
    by_prompt["required"] = list(by_prompt["properties"])
    by_prompt["properties"] |= {name: {"enum": [value]} for name, value in SHORT.items()}
    for link in _links(document):
        link["x-schemathesis"] = {"merge_body": False}
        if "prompt" in link.get("requestBody", {}):
            link["requestBody"] |= SHORT
    return document


def _links(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        for operation in item.values():
            for response in operation["responses"].values() if isinstance(operation, dict) else ():
                yield from response.get("links", {}).values()


def _copied(openapi: dict[str, Any], base: str) -> tuple[dict[str, Any], dict[str, Any]]:
    document = deepcopy(openapi)
    document["servers"] = [{"url": base}]
    document["components"]["parameters"]["TaskId"].pop("example", None)
    return document, document["components"]["schemas"]


def _choose(document: dict[str, Any], branch: dict[str, str]) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and operation.get("operationId") in branch:
                content = operation["requestBody"]["content"]["application/json"]
                content["schema"] = {"$ref": f"#/components/schemas/{branch[operation['operationId']]}"}
                content.pop("examples", None)
