"""Effects as values: their names, their JSON form, what they may name."""

from typing import get_args

import msgspec
import pytest

from sora_mock.engine.effects import NAMED, PROBLEMS, Effect, ProblemEffect


@pytest.mark.parametrize("name", NAMED)
def test_a_ready_made_effect_survives_its_json_form(name):
    assert msgspec.json.decode(msgspec.json.encode(NAMED[name]), type=Effect) == NAMED[name]


def test_there_is_a_ready_made_one_of_every_kind():
    assert {type(effect) for effect in NAMED.values()} == set(get_args(Effect))


def test_there_is_a_ready_made_one_of_every_problem():
    assert {effect.code for effect in NAMED.values() if isinstance(effect, ProblemEffect)} == set(PROBLEMS)


def test_a_problem_that_does_not_say_whether_it_is_done_comes_before_anything_is():
    text = '{"type":"problem","code":"bad_gateway","retry_after":null,"headers":{}}'
    assert msgspec.json.decode(text, type=Effect) == NAMED["bad-gateway"]


@pytest.mark.parametrize("text", ['{"type":"drip","secs":1}', '{"type":"flood"}', "{}", '{"type":"truncate","keep":2}'])
def test_what_is_no_effect_is_refused(text):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=Effect)


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_problem_on_purpose_looks_like_one_of_the_contract(code):
    problem = PROBLEMS[code]
    assert 400 <= problem.status <= 599
    assert problem.message.isascii()
    assert problem.message[0].isupper()
