import pytest

from sora_conformance.client.dialects import DIALECTS, GUIDE, OPENAI
from sora_conformance.observe.spoken import of_another, spoken_in
from tests.conformance.observe.by_hand import arrival

PATHS = {
    "guide": ("/v1/sora/characters", "/v1/sora/generations/task_a"),
    "openai": ("/v1/videos", "/v1/videos/video_a/content"),
    "relay": ("/sora/v1/characters",),
}


def sent(*paths):
    return [arrival(path=path) for path in paths]


@pytest.mark.parametrize("name", DIALECTS)
def test_a_command_speaks_what_its_addresses_are_of(name):
    assert spoken_in(sent(*PATHS[name])) is DIALECTS[name]


def test_a_command_speaks_what_most_of_its_addresses_are_of():
    assert spoken_in(sent(*PATHS["guide"], *PATHS["openai"], "/v1/models")) is OPENAI


@pytest.mark.parametrize("paths", [(), ("/", "/v2/videos")])
def test_a_command_that_speaks_none_is_judged_in_the_guides(paths):
    assert spoken_in(sent(*paths)) is GUIDE


def test_what_is_of_another_dialect_is_told_from_what_is_of_none():
    (guide, openai, neither) = sent("/v1/sora/characters", "/v1/videos", "/characters")
    assert [of_another(one, GUIDE) for one in (guide, openai, neither)] == [False, True, False]
    assert [of_another(one, OPENAI) for one in (guide, openai, neither)] == [True, False, False]


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/files", "/v1/files/file_a/content"])
def test_what_is_of_another_api_below_the_same_base_is_of_no_dialect(path):
    assert [of_another(*sent(path), dialect) for dialect in DIALECTS.values()] == [True, True, True]


@pytest.mark.parametrize("path", ["/v1//videos", "/v1/v1/videos", "/v1/video", "/v1//chat/completions", "/chat"])
def test_what_is_of_no_api_is_the_dialects_to_judge(path):
    assert not of_another(*sent(path), OPENAI)
