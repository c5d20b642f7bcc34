"""What people read about faults and scenarios."""

import pytest

from sora_mock.engine.effects import NAMED, ProblemEffect
from sora_mock.engine.faults import Fault, Match, When
from sora_mock.engine.scenario import Scenario
from sora_mock.scenarios import builtin, names
from sora_mock.scenarios.words import effect_words, fault_words, list_words, scenario_words


def test_every_ready_made_effect_is_told_in_words_of_its_own():
    words = [effect_words(effect) for effect in NAMED.values()]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(effect="hang"), "every operation: never answers and holds the connection open"),
        (
            Fault(effect="reset", prevent=True, match=Match(operation="createCharacter", url="*hero*")),
            (
                "createCharacter with url '*hero*': resets the connection instead of answering, "
                "and does nothing of what was asked"
            ),
        ),
        (
            Fault(effect="empty", when=When(after=2, first=9, every=3, probability=0.25, start=5, end=10)),
            (
                "every operation: sends no body; from 5 s to 10 s; after the first 2; only the next 9; one in every 3; "
                "with a chance of 0.25"
            ),
        ),
        (
            Fault(effect="empty", when=When(first=2, start=5)),
            "every operation: sends no body; from 5 s on; only the first 2",
        ),
        (
            Fault(effect=ProblemEffect(code="bad_gateway", retry_after=3, headers={"Via": "relay"})),
            "every operation: answers 502 bad_gateway, Retry-After: 3, with Via",
        ),
        (
            Fault(effect="gateway-timeout-done", when=When(first=1)),
            "every operation: does what was asked, then answers 504 gateway_timeout; only the first 1",
        ),
    ],
)
def test_a_fault_is_told_in_words(fault, words):
    assert fault_words(fault) == words


def test_a_scenario_is_told_with_its_knobs_and_faults():
    scenario = Scenario(
        name="storm",
        summary="Rain.",
        knobs={"max_scenes": 3},
        faults=(Fault(effect="empty"), Fault(effect="html", name="portal")),
    )
    assert list(scenario_words(scenario)) == [
        "storm",
        "Rain.",
        "",
        "  max_scenes = 3",
        "",
        "  1. every operation: sends no body",
        "  2. portal: every operation: sends a web page in place of the body",
    ]


def test_a_bare_scenario_is_told_by_name_and_summary():
    assert list(scenario_words(Scenario(name="calm", summary="Sun."))) == ["calm", "Sun."]


def test_a_list_of_scenarios_has_their_summaries():
    lines = list(list_words(map(builtin, names())))
    assert [line for line in lines if line and not line.startswith(" ")] == list(names())
    assert max(map(len, lines)) <= 124
