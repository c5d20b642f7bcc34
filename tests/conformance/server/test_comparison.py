"""The comparison: what counts as a difference between two servers."""

import json

import pytest

from sora_conformance.exchanges import Evidence, Party, Request, Response
from sora_conformance.server.comparison import Aspect, differences
from sora_conformance.verdicts import Line, Verdict


def line(*replies, case="character/url/created", verdict=Verdict.PASS):
    evidence = tuple(
        Evidence(
            party=Party.FIRST,
            request=Request(method="POST", url="http://x/characters", headers={}, body=""),
            response=None if status is None else Response(status=status, headers=headers, body=json.dumps(body)),
            failure="timeout" if status is None else None,
            seconds=0.1,
        )
        for status, headers, body in replies
    )
    return Line(
        case=case, rule="character.url.created", level="MUST", basis="documented", verdict=verdict, evidence=evidence
    )


SOUND = (200, {"content-type": "application/json", "date": "today"}, {"character_id": "char_a", "tags": ["a"]})


def found(first, second):
    return [(difference.aspect, difference.first, difference.second) for difference in differences([first], [second])]


def test_servers_that_answer_alike_do_not_differ():
    other = (200, {"Content-Type": "application/json", "server": "x"}, {"tags": ["b", "c"], "character_id": "char_b"})
    assert found(line(SOUND), line(other)) == []


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (line(SOUND, verdict=Verdict.FAIL), (Aspect.VERDICT, "PASS", "FAIL")),
        (line((201, *SOUND[1:])), (Aspect.STATUS, "200", "201")),
        (line((None, {}, None)), (Aspect.STATUS, "200", "timeout")),
        (line((200, {"x-own": "1"}, SOUND[2])), (Aspect.HEADERS, "content-type", "x-own")),
        (
            line((*SOUND[:2], {"character_id": 7, "tags": ["a"]})),
            (Aspect.SHAPE, "/character_id string", "/character_id number"),
        ),
        (line((*SOUND[:2], {"character_id": "a"})), (Aspect.SHAPE, "/tags array, /tags/* string", "-")),
    ],
)
def test_a_difference_is_told_with_its_aspect(other, expected):
    assert found(line(SOUND), other) == [expected]


def test_polling_more_often_is_no_difference():
    assert found(line(SOUND, SOUND), line(SOUND, SOUND, SOUND)) == []


def test_a_limit_that_was_waited_out_is_no_difference():
    limited = (429, {"retry-after": "1"}, {})
    assert found(line(SOUND), line(limited, SOUND)) == []
    assert found(line(SOUND), line(limited)) != []


def test_samples_are_compared_by_their_verdicts_alone():
    assert found(line(SOUND, case="schema/a/b"), line((201, {}, {}), case="schema/a/b")) == []


def test_cases_that_only_one_has_are_passed_over():
    assert found(line(SOUND), line(SOUND, case="other/case")) == []
