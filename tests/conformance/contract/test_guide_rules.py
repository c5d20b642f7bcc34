import re

from sora_conformance.contract import AREAS, Basis, load

RULES = load("guide").rules

HEADINGS = {
    "Understanding Sora 2 Character System",
    "Creating Characters from Video URLs",
    "Creating Characters from Task IDs",
    "Using Characters in Video Generation",
    "Complete Python Implementation",
    "Timestamp Parameter Optimization",
    "API Access and Pricing",
    "Best Practices and Troubleshooting",
    "FAQ",
}
RFC = r"RFC \d{4} §\d+(\.\d+)*"

KNOBS = {
    "creations_per_minute",
    "min_span",
    "max_span",
    "task_timestamps",
    "task_lifetime",
    "unknown_mention",
    "unknown_fields",
    "max_prompt",
    "max_duration",
    "max_scenes",
    "max_body",
    "--keys",
    "--latency",
}


def of(*bases):
    return [rule for rule in RULES if rule.basis in bases]


def test_the_heading_of_the_file():
    contract = load("guide")

    assert (contract.version, contract.dialect, contract.base_path) == ("1.0.0", "guide", "/v1/sora")


def test_what_the_guide_says_is_placed_in_the_guide():
    rules = of(Basis.DOCUMENTED, Basis.IMPLIED)

    assert len(rules) > 50
    assert [(rule.id, rule.source) for rule in rules if rule.source not in HEADINGS] == []


def test_what_is_assumed_admits_it_and_names_its_nearest_evidence():
    places = "|".join([*map(re.escape, HEADINGS), "OpenAI API reference", RFC])
    rules = of(Basis.ASSUMED)

    assert len(rules) > 50
    wrong = [rule for rule in rules if not re.fullmatch(f"guide silent; nearest: (?:{places})", rule.source)]
    assert [(rule.id, rule.source) for rule in wrong] == []


def test_all_knobs_are_used_and_no_others():
    assert {rule.knob for rule in RULES} - {None} == KNOBS


def test_the_areas():
    assert {rule.area for rule in RULES} == set(AREAS) - {"video", "model", "webhook"}


def test_the_rules_that_cannot_be_judged_over_the_wire():
    assert {rule.id for rule in RULES if rule.untestable} == {
        "auth.account.keys",
        "character.analysis.prominent",
        "character.analysis.sampling",
        "character.consistency",
        "character.price",
        "character.storage-fee",
        "error.internal",
        "generation.mention.advised-count",
        "generation.mention.prominence",
        "generation.variation",
        "limit.tiers",
        "relay.any-endpoint",
        "relay.same-calls",
        "relay.same-service",
        "relay.transparent",
    }
