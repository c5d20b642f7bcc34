"""The model: what it asks of replies, and which rule it names when they are otherwise."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_conformance.contract import load
from sora_conformance.exchanges import Party
from sora_conformance.server.model import PLAIN, Model
from sora_conformance.server.model_life import DAY, HOUR
from sora_conformance.server.model_span import SPANS, misrated, rule_of, source_unlike, within
from sora_conformance.server.model_wish import Mention, Wish

FIRST, SECOND = Party.FIRST, Party.SECOND
A, B, C, D = (Mention(f"char_{letter}") for letter in "abcd")
RULES = {rule.id for rule in load("guide").rules}
MENTION = "generation.mention."


def wish(*parts, **changes):
    return Wish(texts=(parts,), **changes)


def board(*texts):
    return Wish(texts=texts, board=True)


def task_of(asked, **changes):
    """Return what a sound server says of a task for a wish."""
    body = asked.body()
    shown = {"prompt": body.get("prompt"), "scenes": body.get("scenes"), "resolution": asked.resolution}
    shown |= {"id": "task_1", "task_id": "task_1", "status": "queued", "progress": 0, "video_url": None}
    shown |= {"duration": asked.seconds * len(asked.texts), "characters": list(asked.names)}
    return shown | changes


def completed(asked, **changes):
    ends = {"status": "completed", "progress": 100, "completed_at": 1000, "expires_at": 1000 + int(DAY)}
    return task_of(asked, **(ends | {"video_url": "https://a.example/1.mp4"} | changes))


def broken(notes):
    return {rule for rule, findings in notes if findings}


@pytest.fixture
def model():
    model = Model(kinds={PLAIN})
    for one in (A, B, C, D):
        model.made(FIRST, one.name)
    return model


# -- characters -------------------------------------------------------------------------------------------------------


def test_ids_are_distinct_all_through_a_run(model):
    assert broken(model.made(FIRST, "char_e")) == set()
    assert broken(Model(taken=model.taken).made(SECOND, "char_e")) == {"character.id.distinct"}


def test_a_character_is_its_owners_own(model):
    model.made(SECOND, "char_x")
    assert model.owns(FIRST, ["char_a", "char_b"])
    assert not model.owns(FIRST, ["char_a", "char_x"])
    assert not model.owns(SECOND, ["char_nobody"])


@pytest.mark.parametrize(
    ("span", "rule"),
    [("1,4", "advised"), ("0,1", "advised"), ("0,5", "advised"), ("0.5,2.75", "fraction"), ("2,2.5", "short")]
    + [("0,5.5", "long"), ("1,12", "long")],
)
def test_a_span_is_accepted_by_its_length(span, rule):
    assert rule_of(span) == f"character.timestamps.{rule}"


def test_spans_stay_within_the_video():
    assert within(SPANS, 12.5) == SPANS
    assert within(SPANS, None) == tuple(span for span in SPANS if float(span.split(",")[1]) <= 4)


@pytest.mark.parametrize(
    ("span", "quality"), [("0,1", "optimal"), ("1,4", "optimal"), ("0,5", "acceptable"), ("0,5.1", "poor")]
)
def test_a_span_is_rated_by_its_length(span, quality):
    for rating in ("optimal", "acceptable", "poor"):
        reply = {"metadata": {"analysis": {"quality": rating, "notes": ["too long"]}}}
        assert (misrated(reply, span) == []) is (rating == quality)


def test_a_poor_span_has_a_note():
    assert misrated({"metadata": {"analysis": {"quality": "poor", "notes": []}}}, "0,9") != []


@pytest.mark.parametrize("reply", [{}, {"metadata": None}, {"metadata": []}, {"metadata": {"source": "url"}}])
def test_a_reply_may_lack_anything(reply):
    assert source_unlike(reply, url="https://a.example") != []
    assert misrated(reply, "1,4") != []


def test_a_source_is_repeated():
    reply = {"metadata": {"source": {"type": "url", "url": "https://a.example"}}}
    assert source_unlike(reply, url="https://a.example") == []
    assert source_unlike(reply, url="https://b.example") != []


@pytest.mark.parametrize(
    ("about", "rule"),
    [
        ({}, "character.from-task.created"),
        ({"param": "timestamps"}, "character.from-task.no-timestamps"),
        ({"unknown": True}, "generation.task-id.usable"),
    ],
)
def test_a_refused_creation_from_a_task_breaks_the_rule_that_it_speaks_of(model, about, rule):
    model.accepted(FIRST, "task_1", wish("rain"), task_of(wish("rain")))
    assert broken(model.made_of("task_1", ["expected 200"], **about)) == {rule}
    assert broken(model.made_of("task_1", [])) == set()


# -- wishes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        (wish("rain"), PLAIN),
        (wish(A, " walks"), MENTION + "one"),
        (wish("there is ", A), MENTION + "inside"),
        (wish(A, " and ", B), MENTION + "several"),
        (wish(A, " and ", A), MENTION + "repeated"),
        (wish(A, B, C, D), MENTION + "many"),
        (wish(A, " writes to me@example.com"), MENTION + "text"),
        (board(("rain",), ("snow",)), "generation.scenes.accepted"),
        (board((A, " walks"), ("rain",)), "generation.scenes.mentions"),
    ],
)
def test_a_wish_is_granted_by_the_rule_of_its_kind(model, asked, rule):
    assert model.wished(asked, []) == [(rule, [])]
    assert rule in RULES


def test_the_same_characters_in_another_order_are_a_kind_of_their_own(model):
    model.wished(wish(A, " and ", B), [])
    assert (MENTION + "order", []) in model.wished(wish(B, " and ", A), [])


def test_a_second_use_is_reuse_and_a_late_one_permanence(model):
    model.wished(wish(A, " walks"), [])
    assert dict(model.wished(wish(A, " walks"), [])) == {MENTION + "one": [], "character.reuse": []}
    model.pass_time(FIRST, HOUR)
    assert "character.permanent" in dict(model.wished(wish(A, " walks"), []))


def refuse(model, asked):
    (rule,) = broken(model.wished(asked, ["expected 200, found 404"]))
    return rule


def test_a_refusal_breaks_the_rule_of_what_was_never_granted(model):
    assert refuse(model, wish(A, " walks")) == MENTION + "one"
    model.wished(wish(A, " walks"), [])
    assert refuse(model, wish(A, " and ", B)) == MENTION + "several"


def test_a_server_that_grants_nothing_breaks_no_rule_of_mentions():
    model = Model()
    model.made(FIRST, "char_a")
    assert refuse(model, wish(A, " walks")) == PLAIN


def test_a_refusal_after_use_is_lost_reuse_from_then_on(model):
    model.wished(wish(A, " walks"), [])
    assert refuse(model, wish(A, " walks")) == "character.reuse"
    assert refuse(model, wish(A, " and ", B)) == "character.reuse"


def test_a_refusal_after_an_hour_is_lost_permanence(model):
    model.wished(wish(A, " walks"), [])
    model.pass_time(FIRST, HOUR)
    assert refuse(model, wish(A, " walks")) == "character.permanent"


def test_later_refusals_of_used_characters_are_the_same_loss(model):
    for one in (A, B):
        model.wished(wish(one, " walks"), [])
    refuse(model, wish(A, " walks"))
    assert refuse(model, wish(B, " and ", C)) == "character.reuse"


def test_a_character_of_a_task_that_never_worked_was_not_made(model):
    model.made(FIRST, "char_t", of_task=True)
    assert refuse(model, wish(Mention("char_t"), " walks")) == "character.from-task.created"


def test_time_passes_for_one_account_only(model):
    model.made(SECOND, "char_x")
    model.wished(wish(Mention("char_x"), " walks"), [])
    model.pass_time(FIRST, DAY)
    assert refuse(model, wish(Mention("char_x"), " walks")) == "character.reuse"


# -- what a task says -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [wish("rain"), wish(A, " and ", B), board((A, " walks"), (B, " sits"))])
def test_a_sound_task_breaks_nothing(model, asked):
    assert broken(model.accepted(FIRST, "task_1", asked, task_of(asked))) == set()
    assert broken(model.looked("task_1", completed(asked))) == set()


def test_scenes_may_have_more_fields_than_were_sent():
    asked = board(("rain",))
    scenes = [{"prompt": "rain", "duration": 2, "index": 0}]
    assert asked.unlike(task_of(asked, scenes=scenes)) == []
    assert asked.unlike(task_of(asked, scenes=["rain"])) != []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"status": "pending"}, "generation.lifecycle.words"),
        ({"status": None}, "generation.lifecycle.words"),
        ({"status": ["completed"]}, "generation.lifecycle.words"),
        ({"progress": 101}, "generation.lifecycle.progress"),
        ({"progress": 60}, "generation.lifecycle.progress"),
        ({"progress": "100"}, "generation.lifecycle.progress"),
        ({"prompt": "snow"}, "generation.reply.echo"),
        ({"duration": 3}, "generation.reply.echo"),
        ({"resolution": None}, "generation.reply.echo"),
        ({"video_url": None}, "generation.result.link"),
        ({"characters": None}, MENTION + "reported"),
        ({"characters": ["char_b"]}, MENTION + "reported"),
        ({"expires_at": 1060}, "generation.lifetime"),
        ({"id": "task_2"}, "generation.retrieve.own"),
    ],
)
def test_a_look_breaks_the_rule_of_the_field_that_is_wrong(model, changes, rule):
    asked = wish("rain")
    model.accepted(FIRST, "task_1", asked, task_of(asked))
    assert broken(model.looked("task_1", completed(asked, **changes))) == {rule}


@pytest.mark.parametrize(
    ("changes", "rule"), [({"status": "in_progress"}, "queued"), ({"progress": 1}, "queued"), ({"id": "x"}, "form")]
)
def test_a_new_task_is_queued_and_has_one_id(model, changes, rule):
    notes = model.accepted(FIRST, "task_1", wish("rain"), task_of(wish("rain"), **changes))
    assert any(found.endswith(rule) for found in broken(notes))


@pytest.mark.parametrize(
    ("asked", "characters", "rule"),
    [
        (wish(A, " and ", B), ["char_a"], MENTION + "inside"),
        (wish(A, " and ", A), ["char_a", "char_a"], MENTION + "repeated"),
        (board((A, " walks"), (B, " sits")), ["char_a"], "generation.scenes.mentions"),
    ],
)
def test_characters_that_are_overlooked_or_doubled_break_the_rule_of_their_mention(asked, characters, rule):
    assert rule in broken(asked.miscounted({"characters": characters}))


def test_a_storyboard_lasts_as_long_as_its_scenes(model):
    asked = board(("rain",), ("snow",))
    assert broken(model.accepted(FIRST, "task_1", asked, task_of(asked, duration=2))) == {"generation.scenes.accepted"}


def test_instants_that_are_none_are_for_other_rules(model):
    model.accepted(FIRST, "task_1", wish("rain"), task_of(wish("rain")))
    assert broken(model.looked("task_1", completed(wish("rain"), expires_at=None))) == set()


def test_a_server_that_reports_nobody_has_overlooked_nobody():
    assert broken(wish(A, " and ", B).miscounted({"characters": []})) == {MENTION + "reported"}


# -- time -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def aging(model):
    """Return a function that lets a task age and tells which rules a look at it breaks then."""
    asked = wish("rain")
    model.accepted(FIRST, "task_1", asked, task_of(asked))

    def look(seconds, status):
        model.pass_time(FIRST, seconds)
        link = "https://a.example/1.mp4" if status == "completed" else None
        return broken(model.looked("task_1", completed(asked, status=status, video_url=link)))

    return look


@pytest.mark.parametrize(
    ("seconds", "status", "rules"),
    [
        (60, "in_progress", set()),
        (180, "in_progress", set()),
        (181, "in_progress", {"generation.latency"}),
        (601, "queued", {"generation.latency", "generation.lifecycle.ends"}),
        (HOUR, "completed", set()),
        (HOUR, "expired", {"generation.lifetime"}),
        (DAY, "completed", set()),
        (DAY, "expired", set()),
        (DAY + HOUR, "completed", {"generation.lifetime"}),
        (2 * DAY, "expired", set()),
        (2 * DAY, "failed", set()),
    ],
)
def test_a_task_ends_in_time_and_lives_for_a_day(aging, seconds, status, rules):
    assert aging(seconds, status) == rules


@pytest.mark.parametrize(
    ("before", "after", "forward"),
    [
        ("queued", "in_progress", True),
        ("queued", "failed", True),
        ("in_progress", "completed", True),
        ("completed", "completed", True),
        ("in_progress", "queued", False),
        ("completed", "in_progress", False),
        ("completed", "failed", False),
        ("failed", "completed", False),
        ("failed", "expired", False),
        ("expired", "completed", False),
    ],
)
def test_a_task_moves_forward_only(aging, before, after, forward):
    aging(0, before)
    assert ("generation.lifecycle.order" not in aging(0, after)) is forward


def test_what_a_task_is_for_certain(model):
    asked = wish("rain")
    model.accepted(FIRST, "task_1", asked, task_of(asked))
    assert model.state("task_1") is None
    model.looked("task_1", completed(asked))
    assert model.state("task_1") == "completed"
    model.pass_time(FIRST, DAY)
    assert model.state("task_1") is None
    model.looked("task_1", completed(asked, status="expired", video_url=None))
    assert model.state("task_1") == "expired"


# -- whatever comes ---------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from([*task_of(wish("rain")), "completed_at", "expires_at"])
CAST = st.sampled_from([A, B, C, D])
WISHES = st.builds(
    lambda texts, on: Wish(texts=tuple(map(tuple, texts if on else texts[:1])), board=on),
    st.lists(st.lists(CAST | st.text(string.ascii_letters + " @", min_size=1), min_size=1, max_size=5), min_size=1),
    st.booleans(),
)


@settings(max_examples=50)
@given(asked=WISHES, changes=st.dictionaries(FIELDS, JSON), late=st.booleans())
def test_no_reply_is_too_odd_to_be_judged(asked, changes, late):
    model = Model()
    for one in (A, B, C, D):
        model.made(FIRST, one.name)
    model.accepted(FIRST, "task_1", asked, task_of(asked, **changes))
    model.pass_time(FIRST, DAY if late else 0.0)
    notes = model.looked("task_1", completed(asked, **changes))
    assert {rule for rule, _ in notes} <= RULES
    assert all(isinstance(text, str) for _, findings in notes for text in findings)


@settings(max_examples=50)
@given(asked=WISHES)
def test_a_sound_server_breaks_no_rule_whatever_is_wished(asked):
    model = Model()
    for one in (A, B, C, D):
        model.made(FIRST, one.name)
    notes = [*model.wished(asked, []), *model.accepted(FIRST, "task_1", asked, task_of(asked))]
    notes += model.looked("task_1", completed(asked))
    assert broken(notes) == set()
    assert {rule for rule, _ in notes} <= RULES


@settings(max_examples=50)
@given(asked=WISHES)
def test_a_refusal_breaks_exactly_one_rule(asked):
    model = Model(kinds={PLAIN})
    for one in (A, B, C, D):
        model.made(FIRST, one.name)
    assert len(broken(model.wished(asked, ["expected 200"]))) == 1
