import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_conformance.operations import operation_of
from sora_conformance.reference import LocalValidationError, calls


def body(call):
    return json.loads(call.body)


def generation(ids=("char_a",), scenario="walks", duration=10, resolution="1080p"):
    return calls.generation(ids, scenario, duration=duration, resolution=resolution)


def test_each_operation_has_exactly_the_fields_of_the_contract():
    assert body(calls.creation_from_url("https://a/b.mp4?c=d", (5, 8))) == {
        "model": "sora-2-character",
        "url": "https://a/b.mp4?c=d",
        "timestamps": "5,8",
    }
    assert body(calls.creation_from_task("task_a")) == {"model": "sora-2-character", "from_task": "task_a"}
    assert body(generation()) == {"model": "sora-2", "prompt": "@char_a walks", "duration": 10, "resolution": "1080p"}
    assert calls.retrieval("task_a").body is None


def test_each_operation_stands_where_the_contract_has_it():
    found = [calls.creation_from_url("https://a", "1,2"), generation(), calls.retrieval("t")]
    operations = [operation_of(call.method, call.path) for call in found]
    assert operations == ["createCharacter", "createGeneration", "retrieveGeneration"]
    assert [call.safe for call in found] == [False, False, True]


@pytest.mark.parametrize(
    ("ids", "prompt"),
    [
        ("char_a", "@char_a sings"),
        (["char_a", "char_b"], "@char_a @char_b sings"),
        ([], "sings"),
        ("角色", "@角色 sings"),
    ],
)
def test_mentions_stand_first_and_as_they_were_received(ids, prompt):
    assert calls.prompt_of(ids, "sings") == prompt


WRONG = {
    "an empty url": (calls.creation_from_url, ("", "5,8"), "url: expected a text"),
    "no url": (calls.creation_from_url, (None, "5,8"), "url: expected a text"),
    "a reversed span": (calls.creation_from_url, ("https://a", "8,5"), "timestamps"),
    "a blank task": (calls.creation_from_task, (" ",), "task_id"),
    "a number for a task": (calls.creation_from_task, (7,), "task_id"),
    "a way out of the path": (calls.retrieval, ("..",), "task_id"),
    "an id of two words": (generation, (["char a"],), "without spaces"),
    "an empty id": (generation, ([""],), "character_ids"),
    "a number for an id": (generation, ([7],), "character_ids"),
    "an empty scenario": (generation, ((), ""), "scenario"),
    "half a character": (generation, ((), "\ud800"), "surrogate"),
    "no time": (generation, ((), "walks", 0), "duration"),
    "a fraction": (generation, ((), "walks", 1.5), "duration"),
    "a truth for a time": (generation, ((), "walks", True), "duration"),
    "nothing for a time": (generation, ((), "walks", None), "duration"),
    "an empty resolution": (generation, ((), "walks", 10, ""), "resolution"),
    "nothing for a resolution": (generation, ((), "walks", 10, None), "resolution"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_can_never_work_is_refused_and_names_the_argument(name):
    make, args, says = WRONG[name]
    with pytest.raises(LocalValidationError, match=says):
        make(*args)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_arrives_as_it_was_given(scenario):
    if scenario.strip():
        assert body(generation(scenario=scenario))["prompt"] == f"@char_a {scenario}"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_no_task_id_leads_to_another_path(task_id):
    if task_id.strip() and task_id not in {".", ".."}:
        path = calls.retrieval(task_id).path
        assert path.isascii()
        assert path.count("/") == 2
        assert "?" not in path
