"""Mentions: what is read of the characters that a task lists."""

import json

import pytest

from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.matching import ABSENT
from sora_conformance.server.survey_mentions import listed, once, reports


def reply(*characters, body=None):
    content = json.dumps({"characters": list(characters)} if body is None else body).encode()
    return Exchange(sent=Sent(method="POST", url="http://localhost/"), status=200, body=content)


def test_characters_are_reported_in_order():
    assert reports(reply("char_a", "char_b"), ["char_a", "char_b"]) == []


@pytest.mark.parametrize(
    "exchange", [reply(), reply("char_b", "char_a"), reply("char_a"), reply(body={}), reply(body=[])]
)
def test_any_other_report_is_told(exchange):
    assert len(reports(exchange, ["char_a", "char_b"])) == 1


def test_a_character_is_listed_once():
    assert once(reply("char_b", "char_a"), ["char_a", "char_b"]) == []
    assert once(reply("char_a", "char_a"), ["char_a"]) == [
        "expected char_a once among the characters, found it 2 times"
    ]


@pytest.mark.parametrize("characters", [None, 5, "char_a", {"char_a": 1}])
def test_a_list_may_be_no_list(characters):
    assert len(once(reply(body={"characters": characters}), ["char_a"])) == 1


def test_a_task_may_list_nothing_at_all():
    assert listed(reply(body={})) is ABSENT
