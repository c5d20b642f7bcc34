"""The oracle: every example of the description keeps its schema, and what breaks it is told by place and rule."""

import copy
import json

import pytest

from sora_conformance.contract.references import resolve
from sora_conformance.server.schema_oracle import Breach, body_breaches, header_breaches, header_rules, schema_findings
from tests.conformance.server.schema_support import CONTRACT, replied

DOCUMENT = CONTRACT.openapi


def examples():
    for item in DOCUMENT["paths"].values():
        for operation in item.values():
            if not isinstance(operation, dict):
                continue
            for status, node in operation["responses"].items():
                content = resolve(DOCUMENT, node).get("content", {}).get("application/json", {})
                for name, example in content.get("examples", {}).items():
                    value = resolve(DOCUMENT, example)["value"]
                    yield pytest.param(
                        operation["operationId"], int(status), value, id=f"{operation['operationId']} {status} {name}"
                    )


def example(operation, status, name):
    return next(param.values[2] for param in examples() if param.id == f"{operation} {status} {name}")


CHARACTER = example("createCharacter", 200, "byUrl")
TASK = example("retrieveGeneration", 200, "completed")
ERROR = example("createCharacter", 401, "keyMissing")


def changed(value, path, new):
    value = copy.deepcopy(value)
    place = value
    *parents, last = path.split("/")
    for name in parents:
        place = place[name]
    if new is ...:
        del place[last]
    else:
        place[last] = new
    return value


def breaches(operation, status, value):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return body_breaches(replied(operation, status, body))


@pytest.mark.parametrize(("operation", "status", "value"), list(examples()))
def test_every_example_keeps_its_schema(operation, status, value):
    assert breaches(operation, status, value) == []


@pytest.mark.parametrize(
    ("path", "new", "rules"),
    [
        ("character_id", "hero 1", {"character.id.form"}),
        ("character_id", "", {"character.id.present"}),
        ("character_id", 5, {"character.id.present"}),
        ("character_id", ..., {"character.id.present"}),
        ("object", "person", {"character.reply.shape"}),
        ("created_at", "yesterday", {"protocol.instants"}),
        ("created_at", 1.5, {"protocol.instants"}),
        ("created_at", ..., {"character.reply.shape"}),
        ("metadata", ..., {"character.reply.shape", "character.reply.metadata"}),
        ("metadata/analysis", ..., {"character.reply.shape", "character.reply.metadata"}),
        ("metadata/source", ..., {"character.reply.shape"}),
        ("metadata/source", "a url", {"character.reply.source"}),
        ("metadata/source/url", ..., {"character.reply.source"}),
        ("metadata/source/timestamps", "5-8", {"character.reply.source"}),
        ("metadata/analysis/quality", "splendid", {"character.analysis.quality"}),
        ("metadata/analysis/notes", [1], {"character.reply.shape"}),
    ],
)
def test_the_finest_rule_is_told_of_a_character(path, new, rules):
    assert {breach.rule for breach in breaches("createCharacter", 200, changed(CHARACTER, path, new))} == rules


@pytest.mark.parametrize(
    ("path", "new", "rules"),
    [
        ("id", "job 1", {"generation.task-id.form"}),
        ("duration", ..., {"generation.reply.shape"}),
        ("duration", 0, {"generation.reply.echo"}),
        ("resolution", "4k", {"generation.reply.echo"}),
        ("progress", 101, {"generation.lifecycle.progress"}),
        ("progress", 99, {"generation.lifecycle.progress"}),
        ("video_url", None, {"generation.result.link"}),
        ("video_url", "somewhere", {"generation.result.link"}),
        ("completed_at", None, {"generation.reply.shape"}),
        ("created_at", "soon", {"protocol.instants"}),
        ("characters", ["char_a", "char_a"], {"generation.mention.repeated"}),
        ("error", 5, {"generation.reply.shape"}),
    ],
)
def test_the_finest_rule_is_told_of_a_task(path, new, rules):
    assert {breach.rule for breach in breaches("retrieveGeneration", 200, changed(TASK, path, new))} == rules


def test_an_unknown_status_of_a_task_is_told():
    assert Breach("generation.lifecycle.words", WORDS) in breaches(
        "retrieveGeneration", 200, changed(TASK, "status", "done")
    )


WORDS = "/status: expected one of ['queued', 'in_progress', 'completed', 'failed', 'expired'], found 'done'"


@pytest.mark.parametrize(
    ("path", "new", "rules"),
    [
        ("error", "bad key", {"error.shape"}),
        ("error/message", ..., {"error.shape"}),
        ("error/message", "", {"error.shape"}),
        ("error/param", ..., {"error.shape"}),
        ("error/param", 1, {"error.shape"}),
        ("error/type", "api_error", {"error.type"}),
        ("error/type", "server_error", {"error.type"}),
        ("error/code", "bad_key", {"error.code"}),
    ],
)
def test_the_finest_rule_is_told_of_an_error(path, new, rules):
    assert {breach.rule for breach in breaches("createCharacter", 401, changed(ERROR, path, new))} == rules


def test_a_finding_says_where_what_was_expected_and_what_was_found():
    found = schema_findings(
        replied("createCharacter", 200, json.dumps(changed(CHARACTER, "metadata/source/url", 5)).encode())
    )
    assert found == ["/metadata/source/url: expected string, found 5"]


def test_a_missing_field_is_named():
    found = schema_findings(replied("createCharacter", 200, json.dumps(changed(CHARACTER, "metadata", ...)).encode()))
    assert found == ["/metadata: expected a value, found nothing"]


def test_fields_of_no_contract_are_fine():
    assert breaches("createCharacter", 200, {**CHARACTER, "metadata": {**CHARACTER["metadata"], "x": 1}, "y": []}) == []


def test_a_source_is_held_against_the_kind_that_it_says_it_is():
    found = breaches("createCharacter", 200, changed(CHARACTER, "metadata/source/type", "task"))
    assert found == [Breach("character.reply.source", "/metadata/source/task_id: expected a value, found nothing")]


@pytest.mark.parametrize("body", [b"<html>", b"[1", b'{"a": NaN}', b"\xff", b"[" * 100_000, b"1" * 5000])
def test_what_is_not_json_is_told(body):
    assert [breach.rule for breach in breaches("createCharacter", 200, body)] == ["character.reply.shape"]
    assert [breach.rule for breach in breaches("createCharacter", 400, body)] == ["error.json"]


def test_no_body_is_told():
    assert breaches("createCharacter", 404, b" ") == [
        Breach("error.body", "expected a JSON body, found none (status 404)")
    ]


@pytest.mark.parametrize("body", [b"null", b"[]", b'"x"', b"5", b"1e999"])
def test_json_that_is_no_object_is_told(body):
    assert breaches("createGeneration", 200, body)[0].finding.startswith("the body: expected object, found")


def test_an_error_of_an_unknown_operation_has_the_shape_of_all_errors():
    assert breaches(None, 404, ERROR) == []
    assert [breach.rule for breach in breaches(None, 404, {"detail": "Not Found"})] == ["error.shape"]


def test_an_error_with_a_status_of_no_contract_has_the_shape_of_all_errors():
    assert breaches("createCharacter", 422, ERROR) == []


@pytest.mark.parametrize(
    "exchange",
    [
        replied("createCharacter", None, b""),
        replied("retrieveGeneration", 404, b"", method="HEAD"),
        replied("downloadGeneration", 200, b"\x00\x00"),
        replied("createCharacter", 302, b""),
        replied(None, 200, b"<html>"),
    ],
    ids=["no reply", "HEAD", "a video", "elsewhere", "unknown"],
)
def test_what_has_no_schema_is_right(exchange):
    assert body_breaches(exchange) == []


LIMITS = (
    ("X-RateLimit-Limit-Requests", "60"),
    ("x-ratelimit-remaining-requests", "59"),
    ("x-ratelimit-reset-requests", "1m59.5s"),
)


def test_headers_are_held_against_the_description():
    assert header_breaches(replied("createCharacter", 200, b"{}", ("X-Request-Id", "a"), *LIMITS)) == []


def test_a_missing_header_is_told():
    found = header_breaches(replied("createCharacter", 200, b"{}", *LIMITS))
    assert found == [Breach("protocol.request-id", "expected a header x-request-id, found none (status 200)")]


@pytest.mark.parametrize("value", ["many", "-1", ""])
def test_a_wrong_header_is_told(value):
    headers = (("x-request-id", "a"), *LIMITS[:1], ("x-ratelimit-remaining-requests", value), *LIMITS[2:])
    assert [breach.rule for breach in header_breaches(replied("createCharacter", 200, b"{}", *headers))] == [
        "limit.headers"
    ]


def test_the_rules_of_the_headers_are_those_of_the_description():
    assert header_rules(replied("createCharacter", 200, b"")) == ("protocol.request-id", "limit.headers")
    assert "protocol.method" in header_rules(replied("createCharacter", 405, b""))
    assert header_rules(replied("createCharacter", None, b"")) == ()
