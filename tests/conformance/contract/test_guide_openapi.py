import copy

import pytest

from sora_conformance.contract import Side
from tests.conformance.contract.support import Description

API = Description("guide")

# status, code, what the message begins with, param, rule
ERRORS = [
    (401, "invalid_api_key", "Missing API key", None, "auth.key.required"),
    (401, "invalid_api_key", "Incorrect API key", None, "auth.key.refused"),
    (415, "unsupported_media_type", "Unsupported content type", None, "request.content-type"),
    (413, "request_too_large", "Request too large", None, "request.size"),
    (408, "request_timeout", "Request timed out", None, "request.complete"),
    (400, "invalid_json", "Invalid JSON", None, "request.json"),
    (400, "invalid_type", "Invalid type for 'timestamps'", "timestamps", "request.field.type"),
    (400, "missing_required_parameter", "Missing required parameter: 'model'", "model", "character.model.required"),
    (400, "missing_required_parameter", "Missing required parameter: 'model'", "model", "generation.model.required"),
    (400, "invalid_model", "Invalid model", "model", "character.model.value"),
    (400, "invalid_model", "Invalid model", "model", "generation.model.value"),
    (
        400,
        "missing_required_parameter",
        "Missing required parameter: 'url' or 'from_task'",
        "url",
        "character.source.required",
    ),
    (400, "conflicting_parameters", "", "from_task", "character.source.exclusive"),
    (400, "invalid_url", "Invalid url", "url", "character.source.url-form"),
    (
        400,
        "missing_required_parameter",
        "Missing required parameter: 'timestamps'",
        "timestamps",
        "character.timestamps.required",
    ),
    (400, "invalid_timestamps", "Invalid timestamps", "timestamps", "character.timestamps.format"),
    (400, "invalid_timestamps", "Invalid timestamps", "timestamps", "character.timestamps.order"),
    (400, "invalid_timestamps", "Invalid timestamps", "timestamps", "character.timestamps.range"),
    (500, "processing_failed", "Processing failed", "url", "character.source.reachable"),
    (500, "processing_failed", "Processing failed", "url", "character.source.format"),
    (500, "processing_failed", "Processing failed", "url", "character.source.resolution"),
    (500, "processing_failed", "Processing failed", "url", "character.source.decodable"),
    (500, "processing_failed", "Processing failed", "url", "character.source.character-present"),
    (404, "task_not_found", "Task not found", "from_task", "character.from-task.unknown"),
    (404, "task_not_found", "Task not found", "task_id", "generation.retrieve.unknown"),
    (404, "task_not_found", "Task not found", "task_id", "generation.content.unknown"),
    (400, "task_not_completed", "Task not completed", "from_task", "character.from-task.unfinished"),
    (400, "task_not_completed", "Task not completed", "task_id", "generation.content.unfinished"),
    (429, "rate_limit_exceeded", "Rate limited", None, "limit.characters"),
    (
        400,
        "missing_required_parameter",
        "Missing required parameter: 'prompt' or 'scenes'",
        "prompt",
        "generation.prompt.required",
    ),
    (416, "range_not_satisfiable", "Range not satisfiable", None, "generation.content.range"),
    (431, "request_headers_too_large", "Request headers too large", None, "protocol.http"),
    (400, "invalid_value", "", "prompt", "generation.prompt.length"),
    (400, "invalid_value", "", "duration", "generation.duration.value"),
    (400, "invalid_value", "", "resolution", "generation.resolution.value"),
    (400, "conflicting_parameters", "", "scenes", "generation.scenes.exclusive"),
    (400, "invalid_value", "", "scenes", "generation.scenes.form"),
    (400, "invalid_value", "", "scenes", "generation.scenes.duration"),
    (404, "character_not_found", "Character not found", "prompt", "generation.mention.unknown"),
    (404, "character_not_found", "Character not found", "scenes", "generation.mention.unknown"),
    (403, "link_invalid", "", None, "generation.result.signed"),
    (403, "link_expired", "", None, "generation.result.signed"),
    (404, "not_found", "Not found", None, "protocol.path"),
    (404, "not_found", "", None, "character.unlisted"),
    (404, "not_found", "", None, "character.immutable"),
    (405, "method_not_allowed", "Method not allowed", None, "protocol.method"),
    (405, "method_not_allowed", "Method not allowed", None, "character.unlisted"),
    (405, "method_not_allowed", "Method not allowed", None, "character.immutable"),
    (405, "method_not_allowed", "Method not allowed", None, "character.undeletable"),
    (400, "invalid_request", "Invalid HTTP request", None, "protocol.http"),
]

TYPES = {
    "400": "invalid_request_error",
    "401": "authentication_error",
    "403": "permission_error",
    "404": "not_found_error",
    "405": "invalid_request_error",
    "408": "invalid_request_error",
    "413": "invalid_request_error",
    "415": "invalid_request_error",
    "429": "rate_limit_error",
    "500": "server_error",
    "416": "invalid_request_error",
    "431": "invalid_request_error",
}


def generation(**changes):
    return copy.deepcopy(API.reply_example("retrieveGeneration", "completed")) | changes


def test_the_operations():
    assert {name: f"{operation.method} {operation.path}" for name, operation in API.operations.items()} == {
        "createCharacter": "POST /characters",
        "createGeneration": "POST /generations",
        "retrieveGeneration": "GET /generations/{task_id}",
        "downloadGeneration": "GET /generations/{task_id}/content",
    }


def test_every_rule_behind_a_refusal_exists():
    assert {rule for *_, rule in ERRORS} <= {rule.id for rule in API.contract.rules if rule.side is Side.SERVER}


@pytest.mark.parametrize(
    ("status", "code", "beginning", "param", "rule"),
    [pytest.param(*row, id=f"{row[4]} {row[3]} {row[0]} {row[1]}") for row in ERRORS],
)
def test_every_error_of_the_contract_has_an_example(status, code, beginning, param, rule):
    found = [
        error["message"]
        for at, error, rules in API.refusals()
        if (at, error["code"], error["param"], rules) == (status, code, param, [rule])
    ]

    assert found
    assert [message for message in found if not message.startswith(beginning)] == []


def test_no_error_is_invented():
    known = {(status, code, rule) for status, code, _, _, rule in ERRORS}

    assert {(status, error["code"], rules[0]) for status, error, rules in API.refusals()} == known


def test_the_type_of_an_error_goes_with_its_status():
    assert {(str(status), error["type"]) for status, error, _ in API.refusals()} == set(TYPES.items())


def test_replies_to_a_creation_state_the_limit_once_the_caller_is_known():
    names = {"x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"}
    stating = {place for place, _, reply in API.replies() if names <= set(reply["headers"])}

    statuses = ("200", "400", "404", "408", "413", "415", "429", "500")
    assert stating == {f"createCharacter {status}" for status in statuses}


def test_bodies_are_alternatives_by_reference():
    for operation in ("createCharacter", "createGeneration"):
        body = API.operations[operation].node["requestBody"]["content"]["application/json"]["schema"]

        assert [set(form) for form in API.resolve(body)["oneOf"]] == [{"$ref"}, {"$ref"}]


def test_timestamps_have_a_format_that_a_tool_can_learn_and_no_pattern():
    field = API.components["schemas"]["CreateCharacterByUrl"]["properties"]["timestamps"]

    assert (field["type"], field["format"]) == ("string", "sora-timestamps")
    assert "pattern" not in field


def test_links_lead_from_operation_to_operation():
    links = {
        (name, link["operationId"])
        for name, operation in API.operations.items()
        for link in operation.node["responses"]["200"].get("links", {}).values()
    }

    assert links >= {
        ("createCharacter", "createGeneration"),
        ("createGeneration", "retrieveGeneration"),
        ("createGeneration", "downloadGeneration"),
        ("createGeneration", "createCharacter"),
    }
    assert {target for _, target in links} <= set(API.operations)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"model": "sora-2-character"}, id="no source"),
        pytest.param(
            {"model": "sora-2-character", "url": "https://a.example/b.mp4", "timestamps": "1,2", "from_task": "task_1"},
            id="two sources",
        ),
        pytest.param(
            {"model": "sora-2-character", "url": "https://a.example/b.mp4", "from_task": "task_1"},
            id="two sources without timestamps",
        ),
        pytest.param({"model": "sora-2-character", "url": "https://a.example/b.mp4"}, id="no timestamps"),
        pytest.param({"model": "sora-2", "from_task": "task_1"}, id="wrong model"),
        pytest.param({"from_task": "task_1"}, id="no model"),
        pytest.param({"model": "sora-2-character", "from_task": None}, id="null"),
    ],
)
def test_a_wrong_creation_does_not_fit(body):
    assert API.misfits("CreateCharacterRequest", body)


def test_a_creation_from_a_task_may_carry_timestamps_and_unknown_fields():
    body = {"model": "sora-2-character", "from_task": "task_1", "timestamps": "whatever", "colour": "red"}

    assert API.misfits("CreateCharacterRequest", body) == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"model": "sora-2"}, id="neither prompt nor scenes"),
        pytest.param({"model": "sora-2", "prompt": "a", "scenes": [{"prompt": "a", "duration": 1}]}, id="both"),
        pytest.param({"model": "sora-2", "prompt": ""}, id="empty prompt"),
        pytest.param({"model": "sora-2", "prompt": "a" * 32_001}, id="long prompt"),
        pytest.param({"model": "sora-2", "prompt": "a", "duration": 61}, id="long"),
        pytest.param({"model": "sora-2", "prompt": "a", "duration": 0}, id="short"),
        pytest.param({"model": "sora-2", "prompt": "a", "duration": 1.5}, id="half seconds"),
        pytest.param({"model": "sora-2", "prompt": "a", "resolution": "4k"}, id="resolution"),
        pytest.param({"model": "sora-2", "scenes": []}, id="no scene"),
        pytest.param({"model": "sora-2", "scenes": [{"prompt": "a", "duration": 1}] * 21}, id="many scenes"),
        pytest.param({"model": "sora-2", "scenes": [{"prompt": "a"}]}, id="scene without duration"),
        pytest.param({"model": "sora-2", "scenes": [{"duration": 1}]}, id="scene without prompt"),
    ],
)
def test_a_wrong_generation_does_not_fit(body):
    assert API.misfits("CreateGenerationRequest", body)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"video_url": None}, id="completed without link"),
        pytest.param({"progress": 99}, id="completed at 99 percent"),
        pytest.param({"completed_at": None}, id="completed without instant"),
        pytest.param({"expires_at": None}, id="completed without end"),
        pytest.param({"error": {"code": "a", "message": "b"}}, id="completed with error"),
        pytest.param({"status": "expired"}, id="expired with link"),
        pytest.param({"status": "in_progress", "video_url": None}, id="at work with instants"),
        pytest.param(
            {"status": "failed", "video_url": None, "completed_at": None, "expires_at": None}, id="failed without error"
        ),
        pytest.param({"status": "pending"}, id="unknown status"),
        pytest.param({"prompt": None}, id="neither prompt nor scenes"),
        pytest.param({"scenes": [{"prompt": "a", "duration": 10}]}, id="prompt and scenes"),
        pytest.param({"characters": ["char_a", "char_a"]}, id="character twice"),
        pytest.param({"id": "video_1"}, id="form of the id"),
    ],
)
def test_a_task_that_contradicts_itself_does_not_fit(changes):
    assert API.misfits("Generation", generation(**changes))


@pytest.mark.parametrize("field", sorted(API.components["schemas"]["Generation"]["required"]))
def test_a_task_that_lacks_a_field_does_not_fit(field):
    task = generation()
    del task[field]

    assert API.misfits("Generation", task)


def test_a_task_may_carry_unknown_fields():
    assert API.misfits("Generation", generation(colour="red")) == []
