"""The page about faults says what the code does."""

import re
import tomllib
from typing import get_args

import msgspec
import pytest

from docs import generate
from sora_mock.engine.effects import PROBLEMS, Effect
from sora_mock.engine.faults import Fault, Match, OperationName, When
from sora_mock.scenarios import names, parse

TEXT = generate.FAULTS.read_text(encoding="utf-8")


def test_the_table_of_ready_made_effects_is_as_it_would_be_written_now():
    assert generate.faults_page(TEXT) == TEXT
    assert generate.effects_table() in TEXT


@pytest.mark.parametrize("kind", get_args(Effect), ids=lambda kind: kind.__struct_config__.tag)
def test_every_effect_is_documented_with_its_settings(kind):
    settings = ", ".join(f"`{name}`" for name in kind.__struct_fields__)
    assert f"| `{kind.__struct_config__.tag}` | {settings}" in TEXT


@pytest.mark.parametrize(
    "name",
    [
        *Fault.__struct_fields__,
        *Match.__struct_fields__,
        *When.__struct_fields__,
        *get_args(OperationName),
        *PROBLEMS,
        *names(),
    ],
)
def test_every_name_is_documented(name):
    assert f"`{name}`" in TEXT


def test_the_fault_of_the_example_makes_sense():
    example = re.search(r"-d '(\{\n.*?\})'", TEXT, re.DOTALL)
    fault = msgspec.json.decode(example[1], type=Fault)
    assert fault == Fault(
        effect="processing-failed", match=Match(operation="createCharacter"), when=When(after=2, first=1)
    )


def test_the_scenario_of_the_example_makes_sense():
    text = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)[1]
    scenario = parse(text, origin="rainy-day.toml")
    assert (scenario.name, len(scenario.faults)) == (tomllib.loads(text)["name"], 2)


def test_the_mistake_of_the_example_is_told_as_it_says():
    text = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)[1]
    with pytest.raises(ValueError, match=r"^rainy-day\.toml:10: fault 1: effect: expected one of .*; found 'rest'$"):
        parse(text.replace('{ type = "truncate", keep = 0.9 }', '"rest"'), origin="rainy-day.toml")
