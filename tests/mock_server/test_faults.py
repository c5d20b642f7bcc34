"""What effects do to the plan of a reply, alone and together."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.dialects.guide import refusal
from sora_mock.engine.effects import NAMED, ContentTypeEffect, LatencyEffect, ProblemEffect
from sora_mock.engine.faults import Fault, Firing
from sora_mock.faults import problem_of, refusal_by, spoil, with_headers
from sora_mock.wire import Drip, Hang, Reply, Reset, Truncate, Whole

NOW = 1_700_000_000_001
JSON = ("content-type", "application/json")
REPLY = Reply(status=200, headers=(JSON, ("x-more", "1")), body=b'{"id": "char_1", "n": [1, 2]}', delay=100)
CLIP = Reply(status=200, file=Path("clip.mp4"))


def firing(effect, *, prevent=False, name="f"):
    fault = Fault(effect=effect, prevent=prevent, name=name)
    return Firing(name, fault, NAMED[effect] if isinstance(effect, str) else effect, 1)


def spoiled(*effects, reply=REPLY):
    return spoil(reply, [firing(effect) for effect in effects], draw=lambda _: 0.5)


def content_types(reply):
    return [value for name, value in reply.headers if name == "content-type"]


@pytest.mark.parametrize(
    ("name", "delivery"), [("hang", Hang), ("reset", Reset), ("truncate", Truncate), ("drip", Drip), ("slow", Whole)]
)
def test_the_treatment_of_the_connection_is_planned(name, delivery):
    reply = spoiled(name)
    assert isinstance(reply.delivery, delivery)
    assert (reply.body, reply.headers) == (REPLY.body, REPLY.headers)


def test_waits_add_up():
    assert spoiled("slow", LatencyEffect(seconds="1..3")).delay == 100 + 2000 + 2000


def test_each_firing_draws_its_own_chance():
    chances = {"a": 0.0, "b": 1.0}
    firings = [firing(LatencyEffect(seconds="0..1"), name=name) for name in chances]
    assert spoil(REPLY, firings, draw=lambda one: chances[one.name]).delay == 100 + 0 + 1000


@pytest.mark.parametrize(
    ("effects", "delivery"),
    [(("hang", "reset"), Hang), (("reset", "hang"), Reset), (("slow", "truncate", "drip"), Truncate)],
)
def test_the_first_treatment_of_the_connection_wins(effects, delivery):
    assert isinstance(spoiled(*effects).delivery, delivery)


@pytest.mark.parametrize(
    ("effects", "body"), [(("html", "empty"), b"<!doctype"), (("empty", "html"), b""), (("bad-json", "empty"), b"{")]
)
def test_the_first_body_wins(effects, body):
    reply = spoiled(*effects)
    assert reply.body[:9] == body


def test_the_first_content_type_wins_and_is_the_only_one():
    assert content_types(spoiled(ContentTypeEffect(value="a/b"), "html")) == ["a/b"]
    assert content_types(spoiled("html", ContentTypeEffect(value="a/b"))) == ["text/html; charset=utf-8"]


def test_extra_fields_leave_the_others_as_they_are():
    before, after = msgspec.json.decode(REPLY.body), msgspec.json.decode(spoiled("extra-fields").body)
    assert after == before | {name: after[name] for name in ("x_trace", "deprecated", "credits_left")}


@pytest.mark.parametrize("reply", [CLIP, Reply(status=200, body=b"text"), Reply(status=200)])
def test_a_body_that_is_no_object_gets_no_extra_fields(reply):
    assert spoiled("extra-fields", reply=reply) == reply


@pytest.mark.parametrize("name", ["empty", "html", "bad-json"])
def test_another_body_takes_the_place_of_a_file(name):
    assert spoiled(name, reply=CLIP).file is None


@given(st.dictionaries(st.text(), st.one_of(st.integers(), st.text(), st.none())))
def test_bad_json_is_never_json(fields):
    reply = spoiled("bad-json", reply=Reply(status=200, body=msgspec.json.encode(fields)))
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(reply.body)


@given(st.lists(st.sampled_from(sorted(NAMED)), max_size=6))
def test_whatever_befalls_a_reply_it_can_still_be_sent(names):
    reply = spoiled(*names)
    assert len(content_types(reply)) == 1
    assert reply.delay >= REPLY.delay
    assert reply.status == REPLY.status


def test_the_first_problem_is_what_refuses():
    firings = [firing("slow"), firing("unavailable"), firing("rate-limit")]
    assert refusal_by(firings) == NAMED["unavailable"]


@given(st.lists(st.tuples(st.sampled_from(sorted(NAMED)), st.booleans()), max_size=6))
def test_what_prevents_an_operation_always_refuses_it(faults):
    firings = [firing(name, prevent=prevent) for name, prevent in faults]
    assert refusal_by(firings) is not None or not any(one.prevents for one in firings)


@pytest.mark.parametrize(
    ("effect", "prevent", "prevents"),
    [
        ("reset", False, False),
        ("reset", True, True),
        ("server-error", False, True),
        ("server-error-done", False, False),
        (ProblemEffect(code="rate_limit_exceeded", done=True), False, False),
    ],
)
def test_a_fault_prevents_by_its_own_word_or_by_a_problem_that_is_not_done(effect, prevent, prevents):
    assert firing(effect, prevent=prevent).prevents is prevents


def test_prevention_refuses_only_where_no_problem_does():
    assert refusal_by([firing("reset", prevent=True)]) == ProblemEffect(code="server_error")
    assert refusal_by([firing("reset", prevent=True), firing("rate-limit")]) == NAMED["rate-limit"]
    assert refusal_by([firing("reset"), firing("slow")]) is None


@pytest.mark.parametrize(
    ("retry_after", "values"),
    [
        (None, ["1"]),
        (0, ["0"]),
        (90, ["90"]),
        ("none", []),
        ("huge", ["1000000000"]),
        ("garbage", ["soon-ish"]),
        ("date", ["Tue, 14 Nov 2023 22:13:22 GMT"]),
    ],
)
def test_retry_after_is_told_once_in_the_form_asked_for(retry_after, values):
    effect = ProblemEffect(code="rate_limit_exceeded", retry_after=retry_after)
    reply = with_headers(refusal(problem_of(effect)), effect, now=NOW)
    assert [value for name, value in reply.headers if name == "retry-after"] == values


def test_headers_of_a_fault_have_the_last_word():
    effect = ProblemEffect(code="bad_gateway", retry_after=5, headers={"Content-Type": "a/b", "RETRY-AFTER": "6"})
    headers = dict(with_headers(refusal(problem_of(effect)), effect, now=NOW).headers)
    assert (headers["content-type"], headers["retry-after"]) == ("a/b", "6")
