"""Requests that are allowed to be large, and made so as to keep a careless server busy: each is answered in time.

None of them looks at a clock: a server that takes a minute for one runs into the time limit of the connection.
"""

import itertools
import json

import pytest

from tests.e2e.calling import CHARACTER, CLIP, Wire, assert_refused, head, posting, refusal

GOOD = json.dumps(CHARACTER).encode()
ANAGRAMS = itertools.islice(map("".join, itertools.permutations("timestamps")), 60_000)

BODIES = {
    "many unknown fields": {f"model_{number}": 1 for number in range(50_000)},
    "many fields that are nearly known": dict.fromkeys(ANAGRAMS, 1),
    "many scenes": {"model": "sora-2", "scenes": [{"prompt": "a", "duration": 1}] * 25_000},
    "many empty scenes": {"model": "sora-2", "scenes": [[]] * 250_000},
    "many long integers": {"model": [int("9" * 4_000)] * 240},
    "an address of slashes": CHARACTER | {"url": "https://h.test/files/" + "/files/" * 140_000},
    "an address of parameters": CHARACTER | {"url": "https://h.test/files/a/task_a.mp4?" + "a=b&" * 240_000},
    "timestamps of digits": CHARACTER | {"timestamps": "1" * 500_000 + "," + "2" * 500_000},
}


@pytest.mark.parametrize("path", ["/characters", "/generations"])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_full_of_work_is_refused(victim, path, body):
    assert refusal(victim.post(path, body))["code"] != "request_too_large"


@pytest.mark.parametrize("unit", ["@char_", "@", "@char", "@@char-@"])
def test_a_prompt_full_of_almost_mentions_is_taken(caller, unit):
    prompt = (unit * 32_000)[: 32_000 // len(unit) * len(unit)]
    assert caller.generation(caller.task(prompt=prompt))["characters"] == []


@pytest.mark.parametrize(
    "value",
    [
        "fault=" + " " * 60_000 + '"x',
        "fault" + " " * 60_000 + "x",
        "a," * 30_000,
        ";" * 60_000,
        "wait=10",
        '"' * 999,
        "",
    ],
    ids=["spaces behind", "spaces before", "commas", "semicolons", "another preference", "quotes", "empty"],
)
def test_a_preference_that_says_nothing_does_not_matter(shared, caller, value):
    with Wire(shared.port) as wire:
        wire.say(posting(GOOD, f"Prefer: {value}", key=caller.key))
        assert wire.answer().status == 200


@pytest.mark.parametrize("name", ["nonsense", "", "x" * 60_000, '"no such fault"', "\xff", "../hang", "hangs"])
def test_a_fault_that_there_is_not_is_refused(shared, victim, name):
    with Wire(shared.port) as wire:
        wire.say(posting(GOOD, f"Prefer: fault={name}", key=victim.key))
        answer = wire.answer()
        assert (answer.status, refusal(answer)["code"]) == (400, "unknown_fault")


@pytest.mark.parametrize(
    "path", ["/v1/sora/" + "characters" * 6_000, "/v1/sora/" + "a/" * 30_000, "/" + "%41" * 20_000]
)
def test_a_long_path_is_refused(shared, victim, path):
    with Wire(shared.port) as wire:
        wire.say(head("GET", path, key=victim.key))
        assert_refused(wire.answer(), 404, "not_found")


def test_a_long_list_of_ranges_is_passed_over(caller):
    content = f"/generations/{caller.task(**CLIP)}/content"
    assert caller.get(content, headers={"Range": "bytes=" + "0-1," * 15_000}).status == 200
