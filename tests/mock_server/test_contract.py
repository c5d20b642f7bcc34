"""The mock against the contract's own data: its rules, its schemas."""

import inspect
import re

import pytest
from openapi_schema_validator import OAS31Validator

from sora_conformance.contract import load
from sora_mock.engine import problems, video_problems
from sora_mock.engine.policy import KNOBS, Policy
from sora_mock.engine.problems import Problem
from tests.mock_server.support import CHARACTER, CLIP, VIDEO

CONTRACT = load("guide")
VIDEOS = load("openai")
RELAY = load("relay")


def rules_named_in(module):
    """Return every rule id that stands as a string in a module's source."""
    areas = "auth|request|character|generation|limit|error|protocol|video|model"
    return set(re.findall(rf'"((?:{areas})\.[a-z.-]+)"', inspect.getsource(module)))


def catalogue(*modules):
    """Return one example of every problem in the catalogue."""
    examples = {"int": 1, "float": 1.0, "bool": True, "str": "x", "object": "x"}
    for module in modules:
        for name, make in vars(module).items():
            if inspect.isfunction(make) and make.__module__ == module.__name__ and not name.startswith("_"):
                signature = inspect.signature(make)
                given = [p for p in signature.parameters.values() if p.default is p.empty]
                if signature.return_annotation is Problem:
                    values = {p: examples.get(getattr(p.annotation, "__name__", ""), "x") for p in given}
                    named = {p.name: value for p, value in values.items() if p.kind is p.KEYWORD_ONLY}
                    yield make(*[value for p, value in values.items() if p.kind is not p.KEYWORD_ONLY], **named)


def test_every_rule_that_the_engine_names_exists():
    from sora_mock.dialects import guide
    from sora_mock.engine import creation, generation, source, timestamps

    named = set().union(*map(rules_named_in, [problems, creation, generation, source, timestamps, guide]))
    assert named - {"error.internal"} - {rule.id for rule in CONTRACT.rules} == set()


def test_every_rule_that_the_videos_api_names_exists():
    from sora_mock.dialects.openai import dialect, files, offer, reading
    from sora_mock.engine import derivation, named_creation, videos

    named = set().union(
        *map(rules_named_in, [video_problems, videos, derivation, named_creation, dialect, files, offer, reading])
    )
    assert named - {"video.id", "video.deleted"} - {rule.id for rule in VIDEOS.rules} == set()


def test_every_rule_that_a_relay_names_exists():
    from sora_mock.dialects import relay
    from sora_mock.engine import creation, relay_creation, source, timestamps

    modules = [relay, creation, relay_creation, source, timestamps]
    named = set().union(*map(rules_named_in, modules)) - {"character.model.required", "character.model.value"}
    assert named - {rule.id for rule in RELAY.rules} == set()


def test_every_knob_that_a_rule_names_exists():
    named = {rule.knob for rule in CONTRACT.rules + VIDEOS.rules + RELAY.rules if rule.knob is not None}
    assert named - {"--keys", "--latency"} <= set(KNOBS)


def test_every_knob_belongs_to_a_rule():
    assert {rule.knob for rule in CONTRACT.rules + VIDEOS.rules + RELAY.rules} >= set(KNOBS) - {"latency"}


@pytest.mark.parametrize("problem", list(catalogue(problems, video_problems)))
def test_every_problem_is_an_error_with_a_code_a_message_and_a_kind(problem):
    assert isinstance(problem, Problem)
    assert 400 <= problem.status < 600
    assert problem.code
    assert problem.message.endswith((".", "?"))
    assert problem.type in {
        problems.INVALID_REQUEST,
        problems.AUTHENTICATION,
        problems.PERMISSION,
        problems.NOT_FOUND,
        problems.RATE_LIMIT,
        problems.SERVER,
    }


def schema_of(operation, status):
    """Return the JSON schema of an operation's reply, with the document's components beside it."""
    methods = (method for path in CONTRACT.openapi["paths"].values() for method in path.values())
    found = next(m for m in methods if isinstance(m, dict) and m.get("operationId") == operation)
    reply = found["responses"][str(status)]
    while "$ref" in reply:
        reply = CONTRACT.openapi["components"]["responses"][reply["$ref"].rpartition("/")[2]]
    return {**reply["content"]["application/json"]["schema"], "components": CONTRACT.openapi["components"]}


@pytest.mark.parametrize(
    ("operation", "path", "body"),
    [
        ("createCharacter", "/characters", CHARACTER),
        ("createCharacter", "/characters", CHARACTER | {"timestamps": "x"}),
        ("createCharacter", "/characters", CHARACTER | {"timestamps": 5}),
        ("createCharacter", "/characters", []),
        ("createCharacter", "/characters", {"model": "sora-2-character", "from_task": "task_0"}),
        ("createCharacter", "/characters", CHARACTER | {"url": VIDEO + "?status=404"}),
        ("createGeneration", "/generations", CLIP),
        ("createGeneration", "/generations", {"model": "sora-2", "scenes": [{"prompt": "x", "duration": 2}]}),
        ("createGeneration", "/generations", CLIP | {"duration": 99}),
        ("createGeneration", "/generations", CLIP | {"prompt": "@char_0"}),
    ],
)
def test_replies_fit_the_documents_schemas(stage, operation, path, body):
    answer = stage().post(path, body)
    OAS31Validator(schema_of(operation, answer.status)).validate(answer.json)


def test_replies_about_tasks_fit_the_documents_schemas(stage):
    mock = stage(policy=Policy(unknown_mention="fail"))
    for task in (mock.task(), mock.task(prompt="@char_0"), "task_0"):
        answer = mock.get(f"/generations/{task}")
        OAS31Validator(schema_of("retrieveGeneration", answer.status)).validate(answer.json)


def test_a_limited_reply_fits_the_documents_schema(stage):
    mock = stage(policy=Policy(creations_per_minute=1))
    mock.character()
    OAS31Validator(schema_of("createCharacter", 429)).validate(mock.post("/characters", CHARACTER).json)
