import msgspec
import pytest

from sora_conformance.report.summary import Unjudged
from sora_conformance.report.words import (
    by_area,
    counted,
    expectations,
    joined,
    not_judged,
    reply_words,
    sentence,
    short,
    span,
    telling,
    title,
    to_look_at,
)
from sora_conformance.verdicts import Overlay, Verdict, by_rule
from tests.conformance.report.support import CONTRACT, but, exchange, line, sound, told


def summary(lines, stale=()):
    return told(lines, stale)[2]


def test_a_sound_server_is_told_in_one_sentence():
    found = summary(sound())

    assert (title(found), sentence(found), not_judged(found), expectations(found)) == (
        "Conformant",
        "5 of 5 judged rules kept",
        None,
        None,
    )


def test_what_was_not_judged_is_told_with_its_reasons():
    lines = but(
        line("auth.scheme", Verdict.SKIP, "needs a second key"),
        line("error.shape", Verdict.SKIP, "cost: burst calls are not allowed"),
        line("auth.challenge", Verdict.SKIP, "cost: burst calls are not allowed"),
    )
    found = summary(lines)

    assert title(found) == "Conformant in part"
    assert not_judged(found) == ("3 rules not judged: cost: burst calls are not allowed (2), needs a second key (1)")


def test_of_many_reasons_the_rest_is_counted():
    groups = tuple(Unjudged(reason=f"reason {number}", rules=("a", "b")) for number in range(9))
    found = not_judged(summary_with(groups))

    assert found.startswith("18 rules not judged: reason 0 (2), ")
    assert found.endswith("reason 5 (2), other reasons (6)")


def summary_with(groups):
    return msgspec.structs.replace(summary(sound()), unjudged=groups)


def test_deviations_are_counted():
    lines = but(
        line("auth.scheme", Verdict.FAIL, "x"),
        line("auth.challenge", Verdict.WARN, "x"),
        line("character.delete", Verdict.INFO, "x"),
        line("error.shape", Verdict.ERROR, "x"),
    )

    assert sentence(summary(lines)) == (
        "1 of 4 judged rules kept, 1 broken, 1 with a warning, 1 taken the other way, 1 on which the suite failed"
    )


def test_expectations_are_told_on_their_own():
    lines = but(
        line("auth.scheme", Verdict.FAIL, "x", overlay=Overlay.XFAIL), line("error.shape", overlay=Overlay.XPASS)
    )

    assert expectations(summary(lines, ["rule 'y'"])) == (
        "1 case deviates as expected, 1 case was expected to deviate and did not, 1 expectation matches no case"
    )


def test_areas_come_in_the_order_of_the_contract_and_without_empty_ones():
    assert list(by_area(CONTRACT, sound())) == ["auth", "character", "error", "relay"]


def test_what_to_look_at_comes_worst_first_and_what_was_expected_last():
    lines = [
        line("auth.scheme", Verdict.FAIL, "x", overlay=Overlay.XFAIL),
        line("auth.challenge", Verdict.WARN, "x"),
        line("character.keeping", overlay=Overlay.XPASS),
        line("character.delete", Verdict.INFO, "x"),
        line("error.shape", Verdict.FAIL, "x"),
    ]
    found = to_look_at(by_rule(CONTRACT.rules, lines))

    assert [one.rule.id for one in found] == ["error.shape", "auth.challenge", "character.keeping", "auth.scheme"]


def test_the_last_exchange_is_the_telling_one():
    assert telling(line("auth.scheme", evidence=(exchange("a"), exchange("b")))).request.body == "b"
    assert telling(line("auth.scheme", evidence=())) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, '400 {"error":{"code":"invalid_value"}}'),
        ({"reply": "", "status": 204}, "204"),
        ({"response": None, "failure": "timeout: 60 s"}, "timeout: 60 s"),
        ({"response": None}, "no reply"),
    ],
)
def test_what_came_back_is_told_in_words(changes, words):
    assert reply_words(exchange(**changes)) == words


def test_small_words():
    assert (counted(1, "rule"), counted(2, "rule"), counted(0, "case is", "cases are")) == (
        "1 rule",
        "2 rules",
        "0 cases are",
    )
    assert (short("a\n b", 9), short("abcdef", 4)) == ("a b", "abc…")
    assert (joined(["a", "b"]), joined([])) == ("a, b", "none")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0001, "under 1 ms"),
        (0.0124, "12 ms"),
        (0.9996, "1.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (83.2, "1 min 23 s"),
    ],
)
def test_spans_of_time_are_told_as_people_do(seconds, words):
    assert span(seconds) == words
