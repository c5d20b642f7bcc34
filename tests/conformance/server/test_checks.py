"""Checks: what counts as a success, and as a refusal for the right reason."""

import json

import pytest

from sora_conformance.exchanges import Exchange, Failure, Sent
from sora_conformance.server.checks import LET_IN, NOT_ACCEPTED, accepted, alike, codes, refused

URL = "http://127.0.0.1/v1/sora/characters"


def reply(status=200, body=None, operation="createCharacter", sent=b""):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = (("content-type", "application/json"),)
    request = Sent(method="POST", url=URL, body=sent)
    return Exchange(sent=request, status=status, headers=headers, body=content, operation=operation)


def refusal(status=400, code="invalid_model", sent=b"", **fields):
    return reply(status, {"error": {"code": code, **fields}}, sent=sent)


LOST = Exchange(sent=Sent(method="POST", url=URL), failure=Failure.TIMEOUT, detail="no reply within 5 s")


@pytest.mark.parametrize(
    "exchange",
    [
        reply(body={"character_id": "char_1"}),
        reply(body={"task_id": "task_1"}, operation="createGeneration"),
        reply(body={"id": "task_1"}, operation="createGeneration"),
        reply(body={}, operation="retrieveGeneration"),
        reply(body={}, operation=None),
    ],
)
def test_a_success_has_what_was_made(exchange):
    assert accepted(exchange) == []


@pytest.mark.parametrize(
    ("exchange", "finding"),
    [
        (reply(201, {"character_id": "char_1"}), "expected 200, found 201"),
        (refusal(), "expected 200, found 400 invalid_model"),
        (LOST, "expected 200, found timeout: no reply within 5 s"),
        (reply(body=[]), "expected a JSON object, found application/json that is none"),
        (reply(body=b""), "expected a JSON object"),
        (reply(body={}), "expected the id of what was made in character_id, found {}"),
        (reply(body={"character_id": ""}), "expected the id of what was made"),
        (reply(body={"character_id": 3}), "expected the id of what was made"),
    ],
)
def test_anything_else_is_no_success(exchange, finding):
    (found,) = accepted(exchange)
    assert found.startswith(finding)


@pytest.mark.parametrize(
    ("exchange", "status"),
    [
        (refusal(), 400),
        (refusal(422), range(400, 500)),
        (refusal(500), NOT_ACCEPTED),
        (refusal(code="a_word_of_its_own"), 400),
        (refusal(code=None), 400),
        (refusal(code=["invalid_model"]), 400),
        (reply(400, {"detail": "no"}), 400),
    ],
)
def test_a_refusal_with_the_code_or_an_own_one_is_believed(exchange, status):
    assert refused(exchange, "invalid_model", status=status) == []


@pytest.mark.parametrize(
    ("exchange", "finding"),
    [
        (reply(body={"character_id": "char_1"}), "expected 4xx (invalid_model), found 200"),
        (refusal(500), "expected 4xx (invalid_model), found 500 invalid_model"),
        (LOST, "expected 4xx (invalid_model), found timeout"),
        (reply(400, b""), "expected a JSON error (invalid_model), found 400 with an empty body"),
        (reply(400, [1]), "expected a JSON error (invalid_model), found 400 with application/json"),
        (refusal(code="invalid_url"), "expected a refusal for the reason invalid_model, found 400 for the reason"),
    ],
)
def test_a_refusal_for_another_reason_proves_nothing(exchange, finding):
    (found,) = refused(exchange, "invalid_model")
    assert found.startswith(finding)


@pytest.mark.parametrize(("status", "found"), [(404, 0), (400, 0), (401, 1), (403, 1), (500, 1)])
def test_a_caller_who_is_to_be_let_in_may_be_refused_for_what_comes_after(status, found):
    assert len(refused(refusal(status), "invalid_model", status=LET_IN)) == found


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "404"), (NOT_ACCEPTED, "4xx or 5xx"), (LET_IN, "4xx but neither 401 nor 403")],
)
def test_a_finding_says_which_status_was_asked_for(status, words):
    (found,) = refused(reply(), "invalid_model", status=status)
    assert found.startswith(f"expected {words} (")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (refusal(message="No char_1a here."), refusal(message="No char_2b here.")),
        (
            refusal(message="Unknown: abc.", sent=b'{"task": "abc"}'),
            refusal(message="Unknown: xyz.", sent=b'{"task": "xyz"}'),
        ),
        (refusal(message="Took 12ms."), refusal(message="Took 9ms.")),
        (refusal(), refusal()),
    ],
)
def test_what_differs_only_by_the_request_is_alike(one, other):
    assert alike(one, other) == []


@pytest.mark.parametrize(
    ("one", "other", "finding"),
    [
        (refusal(403), refusal(404), "expected to be answered alike, 404, None, invalid_model, None, found 403, "),
        (refusal(code="a"), refusal(code="b"), "expected to be answered alike"),
        (refusal(param="url"), refusal(), "expected to be answered alike"),
        (refusal(type="x"), refusal(), "expected to be answered alike"),
        (
            refusal(message="It is another's."),
            refusal(message="Unknown."),
            "expected to be told alike, 'Unknown.', fou",
        ),
        (refusal(message=None), refusal(message="Unknown."), "expected to be told alike"),
    ],
)
def test_what_tells_two_refusals_apart_is_told(one, other, finding):
    (found,) = alike(one, other)
    assert found.startswith(finding)


def test_codes_are_those_of_the_contract():
    assert {"invalid_model", "task_not_found"} <= codes()
