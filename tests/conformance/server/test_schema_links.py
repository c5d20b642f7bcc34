"""Links: each is followed, whatever the machine comes by, and only what it leads to is held against it."""

import json

import pytest

from sora_conformance.budget import CHARACTERS, GENERATIONS
from sora_conformance.server.schema_links import STATEFUL
from sora_conformance.server.schema_walk import LINKS, MOST
from sora_conformance.server.survey import sightings_of
from tests.conformance.server.schema_support import CONTRACT, stage_at, stage_on_mock
from tests.conformance.server.test_schema_oracle import CHARACTER, TASK
from tests.conformance.servers import answering


def described_links():
    for item in CONTRACT.openapi["paths"].values():
        for operation in item.values():
            for response in operation["responses"].values() if isinstance(operation, dict) else ():
                yield from response.get("links", {})


def test_every_link_of_the_description_has_rules():
    assert set(described_links()) == set(LINKS)


@pytest.mark.parametrize("seed", range(3))
def test_every_link_is_followed_whatever_the_seed(seed):
    with stage_on_mock(seed=seed) as stage:
        seen = sightings_of(stage, STATEFUL)
        assert seen.ended is None
        assert all(seen.of(rule).exercised and not seen.of(rule).findings for rule in STATEFUL.rules)
        assert stage.wire.budget.spent(CHARACTERS) <= MOST
        assert stage.wire.budget.spent(GENERATIONS) <= MOST


def sound(method, path, headers, body):
    """Answer like a server that keeps the contract, as far as the links go."""
    if method == "GET":
        return 200, {}, json.dumps(TASK).encode()
    asked = json.loads(body)
    if path.endswith("/characters"):
        return 200, {}, json.dumps(CHARACTER).encode()
    queued = {"status": "queued", "progress": 0, "completed_at": None, "expires_at": None, "video_url": None}
    return 200, {}, json.dumps({**TASK, **queued, "prompt": asked["prompt"]}).encode()


def explored(answer):
    with answering(answer) as url, stage_at(url) as stage:
        return sightings_of(stage, STATEFUL), stage.wire.exchanges


def test_a_server_of_another_make_is_as_good_as_our_mock():
    seen, _ = explored(sound)
    findings = {rule: seen.of(rule).findings for rule in STATEFUL.rules if rule != "generation.content.served"}
    assert not any(findings.values())


def test_a_link_that_leads_nowhere_is_held_against_its_rules():
    def refusing(method, path, headers, body):
        if b"from_task" in body:
            return 404, {}, b'{"error": {"code": "task_not_found"}}'
        return sound(method, path, headers, body)

    seen, _ = explored(refusing)
    for rule in LINKS["characterFromTask"]:
        assert any("expected 200, found 404 task_not_found" in finding for finding in seen.of(rule).findings)
    assert seen.of("generation.mention.one").findings == []


def test_a_reply_without_an_id_is_not_held_against_the_links():
    def nameless(method, path, headers, body):
        status, more, content = sound(method, path, headers, body)
        nothing = {name: value for name, value in json.loads(content).items() if not name.endswith("id")}
        return status, more, json.dumps(nothing).encode()

    seen, _ = explored(nameless)
    assert not any(seen.of(rule).exercised for rule in LINKS["characterFromTask"])


def test_a_server_that_makes_no_videos_is_not_told_off_for_mentions():
    def lazy(method, path, headers, body):
        if path.endswith("/generations"):
            return 400, {}, b'{"error": {"code": "invalid_value"}}'
        return sound(method, path, headers, body)

    seen, exchanges = explored(lazy)
    assert any(b"@char_" in exchange.sent.body for exchange in exchanges)
    assert seen.of("generation.mention.one").exercised == 0


def test_a_failed_task_is_not_expected_to_lead_on():
    failed = {"status": "failed", "progress": 5, "completed_at": None, "expires_at": None, "video_url": None}

    def failing(method, path, headers, body):
        if b"from_task" in body or path.endswith("/content"):
            return 400, {}, b'{"error": {"code": "task_not_completed"}}'
        if method == "GET":
            error = {"code": "processing_failed", "message": "No."}
            return 200, {}, json.dumps({**TASK, **failed, "error": error}).encode()
        return sound(method, path, headers, body)

    seen, _ = explored(failing)
    assert seen.of("generation.task-id.usable").findings == []
    assert seen.of("generation.content.served").findings == []
