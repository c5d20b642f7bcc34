"""Scenarios as they are written, and how mistakes in them are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine.effects import LatencyEffect
from sora_mock.engine.faults import Fault, Match, When
from sora_mock.engine.scenario import Scenario
from sora_mock.scenarios import ScenarioError, parse

HEAD = 'name = "drill"\nsummary = "A drill."\n'


def mistake(text):
    with pytest.raises(ScenarioError) as error:
        parse(text, origin="drill.toml")
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_scenario_is_read_with_all_its_parts():
    text = (
        HEAD
        + """
latency = "generation=3"

[limits]
creations_per_minute = 5
task_timestamps = "require"

[[fault]]
name = "slow"
prevent = true

[fault.effect]
type = "latency"
seconds = "1..2"

[fault.match]
operation = "createCharacter"
url = "*hero*"

[fault.when]
after = 2
probability = 0.5

[[fault]]
effect = "hang"
when = { first = 1 }
"""
    )
    slow = Fault(
        name="slow",
        prevent=True,
        effect=LatencyEffect(seconds="1..2"),
        match=Match(operation="createCharacter", url="*hero*"),
        when=When(after=2, probability=0.5),
    )
    assert parse(text, origin="drill.toml") == Scenario(
        name="drill",
        summary="A drill.",
        knobs={"creations_per_minute": 5, "task_timestamps": "require", "latency": "generation=3"},
        faults=(slow, Fault(effect="hang", when=When(first=1))),
    )


FAULT = HEAD + '[[fault]]\neffect = "hang"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name =", "drill.toml:1: invalid value"),
        (HEAD + "\nx = [", "drill.toml:4: "),
        ("", "drill.toml:1: missing name"),
        ('name = "drill"\n', "drill.toml:1: missing summary"),
        ('\nname = "No Name"\nsummary = ""', "drill.toml:2: name: expected up to 64 small letters"),
        (
            HEAD + "faults = 1",
            "drill.toml:3: faults: expected one of name, summary, limits, latency, fault; found 'faults'",
        ),
        (HEAD + "fault = 1", "drill.toml:3: fault: expected array; found 1"),
        (HEAD + "\n[limits]\n# few\nspeed = 1", "drill.toml:6: limits.speed: expected one of creations_per_minute, "),
        (HEAD + "[limits]\nmax_body = 1", "drill.toml:4: limits.max_body: expected one of "),
        (HEAD + "[limits]\nmax_prompt = 0", "drill.toml:4: limits.max_prompt: expected int >= 1, found '0'"),
        (
            HEAD + "[limits]\nmax_prompt = true",
            "drill.toml:4: limits.max_prompt: expected a text or a number; found 'True'",
        ),
        (HEAD + "[limits]\nmax_prompt = 1.5", "drill.toml:4: limits.max_prompt: expected int"),
        (HEAD + 'latency = "slow"', "drill.toml:3: latency: latency 'slow': expected instant, documented or"),
        (HEAD + 'latency = "instant"\n[limits]\nlatency = "instant"', "drill.toml:3: latency: expected a latency once"),
        (HEAD + '\n[[fault]]\nname = "x"\n', "drill.toml:4: fault 1: missing effect"),
        (FAULT + '[[fault]]\n\neffect = "rest"', "drill.toml:7: fault 2: effect: expected one of rate-limit, "),
        (HEAD + "[[fault]]\neffect = 3", "drill.toml:4: fault 1: effect: expected str | object; found 3"),
        (
            HEAD + '[[fault]]\neffect = { type = "flood" }',
            "drill.toml:4: fault 1: effect.type: expected one of problem, ",
        ),
        (
            HEAD + '[[fault]]\n[fault.effect]\ntype = "drip"\nseconds = 0',
            "drill.toml:6: fault 1: effect.seconds: expected float > 0",
        ),
        (
            HEAD + '[[fault]]\neffect.type = "drip"\neffect.secs = 1',
            "drill.toml:5: fault 1: effect.secs: expected a setting",
        ),
        (
            FAULT + 'match.operation = "fly"',
            "drill.toml:5: fault 1: match.operation: expected one of createCharacter, ",
        ),
        (FAULT + "[fault.when]\n\nfirst = 0", "drill.toml:7: fault 1: when.first: expected int >= 1; found 0"),
        (FAULT + "[fault.when]\nfirsst = 1", "drill.toml:6: fault 1: when.firsst: expected one of after, first, "),
        (FAULT + "when = { start = 5,\nend = 4 }", "drill.toml:5: "),
        (
            FAULT + "when = { start = 5, end = 4 }",
            "drill.toml:5: fault 1: when.end: expected more than when.start, 5; found 4",
        ),
        (
            FAULT + 'name = "a"\n' + FAULT[len(HEAD) :] + 'name = "a"',
            "drill.toml:8: fault 2: name: expected a name of its own",
        ),
        (
            FAULT + 'name = "2"\n' + FAULT[len(HEAD) :],
            "drill.toml:6: fault 2: name: expected a name of its own; found '2'",
        ),
        (
            FAULT + "[fault.match]\nurl = ''\n[fault.when]\nevery = 'x'",
            "drill.toml:8: fault 1: when.every: expected int",
        ),
    ],
)
def test_a_mistake_is_told_in_one_line_with_its_place(text, expected):
    assert mistake(text).startswith(expected)


def test_keys_inside_a_long_text_are_not_taken_for_keys():
    text = 'name = "drill"\nsummary = """\nname = [[fault]]\neffect = 1\n"""\n[[fault]]\neffect = "rest"\n'
    assert mistake(text).startswith("drill.toml:7: fault 1: effect: ")


def test_a_file_of_tables_in_tables_is_a_mistake_like_any_other():
    assert mistake("a = " + "[" * 100_000).startswith("drill.toml:1: ")


@given(st.text(max_size=60))
def test_any_text_is_a_scenario_or_told_as_a_mistake(text):
    for written in (text, HEAD + text):
        try:
            parse(written, origin="drill.toml")
        except ScenarioError as error:
            assert str(error).startswith("drill.toml:")
