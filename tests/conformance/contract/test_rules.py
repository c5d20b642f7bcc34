from sora_conformance.contract import AREAS, Basis, Cost, Level, Rule, Side


def rule(**changes):
    values = {
        "id": "character.model.value",
        "title": "A title.",
        "level": Level.MUST,
        "basis": Basis.ASSUMED,
        "source": "FAQ",
        "side": Side.SERVER,
        "cost": Cost.FREE,
    }
    return Rule(**(values | changes))


def test_a_rule_is_testable_and_has_no_knob_unless_it_says_so():
    assert (rule().knob, rule().untestable) == (None, None)


def test_the_area_is_the_first_segment_of_the_id():
    assert rule(id="client.retry.backoff").area == "client"


def test_words_read_like_their_text():
    assert f"{Level.SHOULD} {Basis.IMPLIED} {Side.CLIENT} {Cost.BURST}" == "SHOULD implied client burst"


def test_rules_are_values():
    assert rule() == rule()
    assert hash(rule()) == hash(rule())
    assert rule() != rule(cost=Cost.BURST)


def test_areas_are_distinct_and_end_with_the_client():
    assert len(set(AREAS)) == len(AREAS)
    assert AREAS[-1] == "client"
