"""The form of tables: broken files are refused with the place, sound ones are judged as they say.

The files are in `tables/`: an invalid one begins with a comment that says what it is refused with.
"""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from sora_conformance.budget import Budget, Limits
from sora_conformance.contract import ContractError, Cost, load
from sora_conformance.server.judge import Judge
from sora_conformance.server.stage import Stage
from sora_conformance.server.table import cases_of
from sora_conformance.server.table_form import Step, names_in, parse_table, schema
from sora_conformance.target import Target
from sora_conformance.verdicts import Verdict
from sora_conformance.wire import Wire
from tests.conformance.servers import answering

FOLDER = Path(__file__).parent / "tables"
VIDEO = "https://videos.example.com/hero.mp4"


def files(kind):
    return pytest.mark.parametrize("file", sorted((FOLDER / kind).glob("*.toml")), ids=lambda file: file.stem)


def rows_of(file):
    return parse_table(file.read_text(encoding="utf-8"), file=file.name)


class Maker:
    """A server that makes characters of everything with the right model, and knows nothing else."""

    def __init__(self):
        self.made = 0

    def answer(self, method, path, headers, body):
        if method != "POST":
            return 405, {"Allow": "POST"}, error("method_not_allowed", None)
        if headers.get("content-type") != "application/json":
            return 415, {}, error("unsupported_media_type", None)
        try:
            asked = json.loads(body)
        except ValueError:
            asked = {"model": "none"}
        if asked["model"] != "sora-2-character":
            return 400, {}, error("invalid_model", "model", f"There is no {asked['model']}.")
        self.made += 1
        source = {"type": "url", "url": asked["url"]}
        made = {"character_id": f"char_{self.made}", "object": "character", "metadata": {"source": source}}
        return 200, {}, json.dumps({**made, "created_at": 1_700_000_000}).encode()


def error(code, param, message="No."):
    return json.dumps(
        {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}
    ).encode()


@pytest.fixture(scope="module")
def judge():
    with answering(Maker().answer) as url:
        target = Target(url=url, api_key="sk-a", sources={"video": VIDEO})
        with Wire(target, Budget(Limits())) as wire:
            yield Judge(Stage(wire), load("guide"), strict=True, allow=tuple(Cost))


@files("invalid")
def test_a_broken_table_is_refused_with_the_place(file):
    expected = file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# refused: ")
    with pytest.raises(ContractError) as refused:
        rows_of(file)
    assert str(refused.value).startswith(f"{file.name}: ")
    assert expected in str(refused.value)


@files("valid-pass")
def test_a_sound_table_passes_on_a_sound_server(file, judge):
    lines = [judge.judge(case) for row in rows_of(file) for case in cases_of(row)]
    assert [line.reason for line in lines if line.verdict is not Verdict.PASS] == []


@files("valid-pass")
def test_a_sound_table_is_as_the_schema_says(file):
    jsonschema.validate(tomllib.loads(file.read_text(encoding="utf-8")), schema())


@files("valid-fail")
def test_a_sound_table_does_not_pass_where_it_is_not_met(file, judge):
    lines = [judge.judge(case) for row in rows_of(file) for case in cases_of(row)]
    assert all(line.verdict in {Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.SKIP} for line in lines), lines
    assert all(line.reason for line in lines)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("{video}", {"video"}),
        ("@{character} and {task}", {"character", "task"}),
        ({"a": ["{null}", {"b": "{each}"}]}, {"null", "each"}),
        ("{}", set()),
        ('{"model": "x"}', set()),
        (3, set()),
    ],
)
def test_variables_are_found_wherever_they_stand(value, names):
    assert names_in(value) == names


@pytest.mark.parametrize(
    ("step", "succeeds"),
    [
        (Step(), True),
        (Step(status=200), True),
        (Step(status=404), False),
        (Step(status="4xx"), False),
        (Step(refused="invalid_model"), False),
    ],
)
def test_a_step_succeeds_unless_it_says_otherwise(step, succeeds):
    assert step.succeeds is succeeds
