"""Long prompts and many scenes: the parts that need no server."""

import json

import pytest

from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.probes_generation import LONGEST_SECONDS, MOST_SCENES, comes_back, scenes


def reply(body):
    return Exchange(sent=Sent(method="POST", url="http://localhost/"), status=200, body=json.dumps(body).encode())


def test_scenes_are_as_many_and_as_long_as_asked_for():
    storyboard = scenes(MOST_SCENES, LONGEST_SECONDS // MOST_SCENES)
    assert len({scene["prompt"] for scene in storyboard}) == MOST_SCENES
    assert sum(scene["duration"] for scene in storyboard) == LONGEST_SECONDS


def test_a_prompt_comes_back_whole():
    assert comes_back(reply({"prompt": "\U0001f980" * 9}), "\U0001f980" * 9) == []


@pytest.mark.parametrize(("body", "found"), [({"prompt": "x"}, "1 characters"), ({}, "none"), ({"prompt": 5}, "none")])
def test_of_another_prompt_only_the_length_is_told(body, found):
    assert comes_back(reply(body), "xx") == [f"expected the prompt of 2 characters to come back, found {found}"]
