import re

import pytest

from sora_conformance.contract import AREAS, Basis, Side, load
from tests.conformance.contract.support import Description

RULES = load("openai").rules
GUIDE = {rule.id: rule for rule in load("guide").rules}

PLACES = {
    "API overview",
    "API reference, Create character",
    "API reference, Create video",
    "API reference, Delete video",
    "API reference, Download video content",
    "API reference, Edit video",
    "API reference, Errors",
    "API reference, Extend video",
    "API reference, List models",
    "API reference, List videos",
    "API reference, Remix video",
    "API reference, Retrieve character",
    "API reference, Retrieve model",
    "API reference, Retrieve video",
    "API reference, The video object",
    "Model pages",
    "Video generation guide",
    "Webhooks guide",
}
WITNESSES = {
    "genblaze-openai 0.3.4",
    "observed by AIHubMax",
    "observed by litellm",
    "observed by studio-app",
    "observed in public bug reports",
    "openai-node 7.57.0",
    "openai-python 3.54.0",
    "SGLang 0.5.23",
    "vLLM-Omni 0.30.0",
}
RFC = r"RFC \d{4} §\d+(\.\d+)*"

KNOBS = {
    "--keys",
    "character_clip",
    "creations_per_minute",
    "max_upload",
    "null_fields",
    "spritesheet_type",
    "unknown_fields",
    "unnamed_character",
    "unready_content",
    "video_lifetime",
    "video_seconds",
    "video_sizes",
    "videos_per_minute",
}

# Where a rule of both dialects is about what only one of them has.
ADAPTED = {
    "auth.account.keys",
    "client.reply.no-id",
    "error.no-effect",
    "error.status",
    "limit.characters",
    "request.json",
    "request.size",
}


def of(*bases):
    return [rule for rule in RULES if rule.basis in bases]


def test_the_heading_of_the_file():
    contract = load("openai")

    assert (contract.version, contract.dialect, contract.base_path) == ("1.0.0", "openai", "/v1")


def test_the_areas():
    assert {rule.area for rule in RULES} == set(AREAS) - {"character", "generation", "relay"}


def test_what_an_official_source_says_is_placed_in_it():
    rules = of(Basis.DOCUMENTED, Basis.IMPLIED)

    assert len(rules) > 100
    assert [(rule.id, rule.source) for rule in rules if rule.source not in PLACES] == []


def test_what_is_assumed_admits_it_and_names_its_nearest_evidence():
    places = "|".join([*map(re.escape, PLACES | WITNESSES), RFC])
    rules = of(Basis.ASSUMED)

    assert len(rules) > 50
    wrong = [
        rule for rule in rules if not re.fullmatch(f"sources (?:silent|differ); nearest: (?:{places})", rule.source)
    ]
    assert [(rule.id, rule.source) for rule in wrong] == []


def test_no_source_goes_unused():
    text = "\n".join(rule.source for rule in RULES)

    assert [source for source in PLACES | WITNESSES if source not in text] == []


def test_where_official_sources_contradict_each_other_a_knob_flips_the_choice():
    rules = [rule for rule in RULES if rule.source.startswith("sources differ")]

    assert len(rules) > 3
    assert [rule.id for rule in rules if rule.knob is None] == []


def test_all_knobs_are_used_and_no_others():
    assert {rule.knob for rule in RULES} - {None} == KNOBS


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.id in GUIDE], ids=lambda rule: rule.id)
def test_a_rule_of_both_dialects_is_one_requirement(rule):
    assert (rule.title == GUIDE[rule.id].title) != (rule.id in ADAPTED)


def test_the_rules_that_cannot_be_judged_over_the_wire():
    assert {rule.id for rule in RULES if rule.untestable} == {
        "auth.account.keys",
        "error.internal",
        "limit.videos.tiers",
        "video.character.clip.likeness",
        "video.input-reference.file-id",
        "webhook.retried",
        "webhook.sent",
        "webhook.shape",
        "webhook.signed",
    }


def test_the_description_names_every_rule_of_the_server_that_belongs_to_a_place_in_it():
    named = {rule for _, node in Description("openai").objects(having="x-rules") for rule in node["x-rules"]}

    assert {rule.id for rule in RULES if rule.side is Side.SERVER} - named == {
        "auth.account.keys",
        "error.internal",
        "error.status",
        "protocol.caller-headers",
        "protocol.content-type",
    }
