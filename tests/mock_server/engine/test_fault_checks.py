"""Whether a fault makes sense, and how it is told that it does not."""

import math

import pytest

from sora_mock.engine.effects import (
    NAMED,
    ContentTypeEffect,
    DripEffect,
    LatencyEffect,
    ProblemEffect,
    TaskEffect,
    TruncateEffect,
)
from sora_mock.engine.fault_checks import RESERVED_HEADERS, FaultError, check_together, checked
from sora_mock.engine.faults import MAX_FAULTS, Fault, Match, When


def mistake(**fault):
    with pytest.raises(FaultError) as error:
        checked(Fault(**{"effect": "hang"} | fault))
    return error.value


@pytest.mark.parametrize("name", NAMED)
def test_every_ready_made_effect_makes_sense(name):
    assert checked(Fault(effect=name)).effect == name


@pytest.mark.parametrize(
    ("fault", "path", "words"),
    [
        ({"effect": "rest"}, "effect", "found 'rest'"),
        ({"effect": 3}, "effect", "expected"),
        ({"effect": ProblemEffect(code="nonsense")}, "effect.code", "found 'nonsense'"),
        ({"effect": ProblemEffect(code="bad_gateway", retry_after=-1)}, "effect.retry_after", ">= 0"),
        ({"effect": ProblemEffect(code="bad_gateway", retry_after=10**12)}, "effect.retry_after", "<="),
        ({"effect": LatencyEffect(seconds="soon")}, "effect.seconds", "distribution 'soon'"),
        ({"effect": LatencyEffect(seconds="86401")}, "effect.seconds", "86400"),
        ({"effect": TruncateEffect(keep=1.0)}, "effect.keep", "< 1"),
        ({"effect": DripEffect(seconds=0)}, "effect.seconds", "> 0"),
        ({"effect": DripEffect(seconds=math.nan)}, "effect.seconds", "> 0"),
        ({"effect": ContentTypeEffect(value="text/plain\r\nX-Evil: 1")}, "effect.value", "printable ASCII"),
        ({"effect": ContentTypeEffect(value="tëxt")}, "effect.value", "printable ASCII"),
        ({"effect": "task-stuck", "match": Match(operation="createCharacter")}, "match.operation", "createGeneration"),
        ({"effect": TaskEffect(fate="failing"), "prevent": True}, "prevent", "no fate"),
        ({"effect": "server-error-done", "prevent": True}, "prevent", "is done; found true"),
        ({"effect": ProblemEffect(code="bad_gateway", done="yes")}, "effect.done", "bool"),
        ({"match": Match(operation="fly")}, "match.operation", "fly"),
        ({"match": Match(method="GET /")}, "match.method", "the name of a method"),
        ({"match": Match(url="x" * 5000)}, "match.url", "4096"),
        ({"when": When(first=0)}, "when.first", ">= 1"),
        ({"when": When(first=10**12)}, "when.first", "<="),
        ({"when": When(probability=0)}, "when.probability", "> 0"),
        ({"when": When(probability=1.5)}, "when.probability", "<= 1"),
        ({"when": When(probability=math.nan)}, "when.probability", "> 0"),
        ({"when": When(start=5, end=5)}, "when.end", "more than when.start, 5"),
        ({"when": When(first=2, every=3)}, "when.first", "it never strikes"),
        ({"name": "a/b"}, "name", "up to 64 letters"),
        ({"name": "a\n"}, "name", "up to 64 letters"),
        ({"name": "a" * 65}, "name", "up to 64 letters"),
        ({"name": object()}, "", "object"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_place(fault, path, words):
    error = mistake(**fault)
    assert error.path == path
    assert words in error.reason
    assert str(error).startswith(f"{path}: " if path else "")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Evil": "a\r\nset-cookie: b"},
        {"X-Evil": "a\x00"},
        {"X-Evil": "é"},
        {"X Evil": "a"},
        {"X-Evil:": "a"},
        {"": "a"},
        {"X\r\nY": "a"},
        {"Content-Length": "5"},
        *({name: "x"} for name in sorted(RESERVED_HEADERS)),
    ],
)
def test_no_header_can_break_out_of_its_line_or_of_the_reply(headers):
    assert mistake(effect=ProblemEffect(code="bad_gateway", headers=headers)).path == "effect.headers"


def test_faults_that_are_put_in_place_together_need_names_of_their_own():
    faults = [Fault(effect="hang", name="a"), Fault(effect="reset", name="a")]
    with pytest.raises(FaultError, match=r"faults\[1\]\.name: expected a name of its own; found 'a' again"):
        check_together(faults, ["s/a", "s/a"])


def test_a_mistake_among_many_faults_is_told_with_its_number():
    with pytest.raises(FaultError, match=r"faults\[1\]\.when\.first: "):
        check_together([Fault(effect="hang"), Fault(effect="hang", when=When(first=0))], ["s/1", "s/2"])


def test_there_is_a_most_that_can_be_put_in_place_together():
    faults = [Fault(effect="hang")] * (MAX_FAULTS + 1)
    with pytest.raises(FaultError, match="at most"):
        check_together(faults, [f"s/{number}" for number in range(len(faults))])
