"""Samples: what Schemathesis makes of the tuned descriptions, what of it is left out, and why each is refused."""

import json

import pytest

from sora_conformance.exchanges import Party
from sora_conformance.server.schema_document import BRANCHES, Things, linked, negative, positive
from sora_conformance.server.schema_faults import ANY, Fault, fault_of
from sora_conformance.server.schema_promises import rules_of
from sora_conformance.server.schema_refusals import RULES, refusals
from sora_conformance.server.schema_samples import METHODS, Sample, apart, failures, loaded, samples
from sora_conformance.server.schema_validators import validator, wrongs
from tests.conformance.server.schema_support import CONTRACT, replied, stage_on_mock

BASE = "http://127.0.0.1:9/v1/sora"
URL = "https://videos.example.com/a.mp4"
THINGS = Things(url=URL, spans=("1,4", "0.5,2"), task="task_a")


def made(make, branch, *, breaking):
    with apart():
        schema = loaded(make(CONTRACT.openapi, BASE, THINGS, branch), seed=0)
        return list(samples(schema, breaking=breaking, branch=branch))


@pytest.fixture(scope="module")
def kept():
    return [sample for branch in BRANCHES for sample in made(positive, branch, breaking=False)]


@pytest.fixture(scope="module")
def broken():
    return [sample for branch in BRANCHES for sample in made(negative, branch, breaking=True)]


def sample(**about):
    default = {
        "operation": "createGeneration",
        "branch": "CreateGenerationByPrompt",
        "method": "POST",
        "path": "/generations",
        "content_type": "application/json",
        "body": b"",
        "value": {"model": "sora-2", "prompt": "Rain"},
        "keyed": True,
        "scenario": "generated",
        "what": "",
        "case": None,
    }
    return Sample(**{**default, **about})


def test_the_contract_is_not_changed():
    before = json.dumps(CONTRACT.openapi)
    for make in (negative, positive):
        make(CONTRACT.openapi, BASE, THINGS, BRANCHES[0])
    linked(CONTRACT.openapi, BASE, THINGS)
    assert json.dumps(CONTRACT.openapi) == before


def test_what_keeps_the_description_keeps_the_contract(kept):
    for sample in kept:
        if sample.branch is not None:
            assert wrongs(validator({"$ref": f"#/components/schemas/{sample.branch}"}), sample.value) == []


def test_only_what_the_target_has_is_named(kept):
    for sample in kept:
        value = sample.value or {}
        assert value.get("url", URL) == URL
        assert value.get("from_task", "task_a") == "task_a"
        assert "/generations/" not in sample.path or "/task_a" in sample.path


def test_every_operation_is_among_what_keeps_the_description(kept):
    assert {sample.operation for sample in kept} == {
        "createCharacter",
        "createGeneration",
        "retrieveGeneration",
        "downloadGeneration",
    }


def test_the_edges_are_tried(kept):
    values = [sample.value or {} for sample in kept]
    assert {1, 2, 59, 60} <= {value.get("duration") for value in values}
    assert {"480p", "720p", "1080p"} <= {value.get("resolution") for value in values}
    assert {1, 32000} <= {len(value.get("prompt", "")) for value in values}
    assert {1, 20} <= {len(value.get("scenes", [])) for value in values}


def test_no_method_is_tried_that_a_server_may_serve_or_never_have_heard_of(broken):
    assert {sample.method.lower() for sample in broken} <= set(METHODS)


def test_get_and_delete_carry_nothing(broken):
    assert {(sample.body, sample.content_type) for sample in broken if sample.method in {"GET", "DELETE"}} == {
        (b"", None)
    }


def test_a_request_without_a_key_is_sent_by_nobody(broken):
    nobody = [sample for sample in broken if not sample.keyed]
    assert {sample.party for sample in nobody} == {Party.NOBODY}
    assert all("authorization" not in dict(sample.sent(BASE, "sk-a").headers) for sample in nobody)


def test_a_request_is_sent_to_the_target_with_nothing_of_the_library(broken):
    for sample in broken:
        sent = sample.sent("http://other/base", "sk-a")
        assert sent.url.startswith("http://other/base/")
        assert {name for name, _ in sent.headers} <= {"authorization", "content-type"}


def test_every_refusal_has_a_rule_that_the_survey_speaks_of():
    with stage_on_mock() as stage, apart():
        assert {fault.rule for _, fault in refusals(stage)} <= set(RULES)


def test_nothing_is_sent_twice_or_names_a_task():
    with stage_on_mock() as stage, apart():
        all_samples = [sample for sample, _ in refusals(stage)]
    sent = [(one.method, one.path, one.content_type, one.keyed, one.body) for one in all_samples]
    assert len(set(sent)) == len(sent)
    assert not any(
        isinstance((one.value or {}).get("from_task"), str) for one in all_samples if type(one.value) is dict
    )


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ([1], Fault(rule="request.json", code="invalid_json")),
        ({"model": "sora-2"}, ("generation.prompt.required", "missing_required_parameter", "prompt")),
        ({"prompt": "a"}, ("generation.model.required", "missing_required_parameter", "model")),
        ({"model": "sora", "prompt": "a"}, ("generation.model.value", "invalid_model", "model")),
        ({"model": None, "prompt": "a"}, ("request.field.type", "invalid_type", "model")),
        ({"model": "sora-2", "prompt": ""}, ("generation.prompt.length", "invalid_value", "prompt")),
        (
            {"model": "sora-2", "prompt": "a", "duration": 61},
            ("generation.duration.value", "invalid_value", "duration"),
        ),
        ({"model": "sora-2", "prompt": "a", "duration": "4"}, ("request.field.type", "invalid_type", "duration")),
        ({"model": "sora-2", "prompt": "a", "duration": 2.5}, ("generation.duration.value", ANY, None)),
        ({"model": "sora-2", "prompt": "a", "resolution": 4}, ("request.field.type", "invalid_type", "resolution")),
        (
            {"model": "sora-2", "prompt": "a", "resolution": "4k"},
            ("generation.resolution.value", "invalid_value", "resolution"),
        ),
        (
            {"model": "sora-2", "prompt": "a", "scenes": []},
            ("generation.scenes.exclusive", "conflicting_parameters", None),
        ),
        ({"model": "sora", "prompt": ""}, ("generation.model.value", ANY, None)),
    ],
)
def test_a_body_is_refused_for_what_is_wrong_with_it(value, fault):
    expected = fault if isinstance(fault, Fault) else Fault(rule=fault[0], code=fault[1], param=fault[2])
    assert fault_of(sample(value=value)) == expected


def test_a_scene_is_not_told_by_its_field():
    storyboard = {"model": "sora-2", "scenes": [{"prompt": "a"}]}
    found = fault_of(sample(value=storyboard, branch="CreateGenerationByScenes"))
    assert found == Fault(rule="generation.scenes.form", code="missing_required_parameter")


def test_a_sound_body_has_no_fault():
    assert fault_of(sample()) is None


def test_the_form_of_timestamps_is_refused_with_exactly_400():
    body = {"model": "sora-2-character", "url": URL, "timestamps": "1-4"}
    found = fault_of(sample(value=body, operation="createCharacter", branch="CreateCharacterByUrl"))
    assert (found.rule, found.code, found.status) == ("character.timestamps.format", "invalid_timestamps", 400)


def test_an_unknown_task_is_refused_as_such():
    found = fault_of(sample(operation="downloadGeneration", branch=None, value=None, method="GET"))
    assert (found.rule, found.status) == ("generation.content.unknown", 404)


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        ({"prompt": "a"}, ("generation.prompt.plain",)),
        ({"prompt": "a", "duration": 1}, ("generation.duration.accepted",)),
        ({"prompt": "a", "resolution": "720p"}, ("generation.resolution.accepted",)),
        (
            {"prompt": "a", "duration": 10, "resolution": "1080p"},
            ("generation.created", "generation.resolution.accepted"),
        ),
        ({"scenes": []}, ("generation.scenes.accepted",)),
    ],
)
def test_a_body_is_accepted_by_the_finest_rule(value, rules):
    assert rules_of(sample(value=value)) == rules


def test_schemathesis_has_its_say(broken):
    one = next(one for one in broken if one.scenario == "incorrect_type" and one.path == "/characters")
    accepted = replied("createCharacter", 200, b"{}")
    assert "AcceptedNegativeData" in {failure.kind for failure in failures(one, accepted)}


def test_schemathesis_says_nothing_against_a_sound_refusal(broken):
    one = next(one for one in broken if one.scenario == "incorrect_type" and one.path == "/characters")
    assert failures(one, replied("createCharacter", 400, b"{}")) == []
