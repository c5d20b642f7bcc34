import msgspec
import pytest

from sora_mock.engine.commands import CreateNamedCharacter, RetrieveCharacter
from sora_mock.engine.decision import Character
from sora_mock.engine.latency import Fixed, Latency
from sora_mock.engine.policy import Policy
from sora_mock.engine.uploads import UploadedClip
from tests.mock_server.engine.support import (
    NOW,
    UPLOAD,
    a_clip,
    accepted_task,
    an_account,
    made_character,
    named_character,
    refused,
    run,
)

STRICT = Policy(character_clip="refuse")


def creation(name="Mia", **changes):
    return CreateNamedCharacter(name=name, clip=msgspec.structs.replace(UPLOAD, **changes))


def test_a_character_is_shown_as_it_was_made():
    account = an_account()
    mia = named_character(account, "Mia")
    assert run(account, RetrieveCharacter(mia), NOW + 9).outcome == Character(mia, "Mia", NOW)


def test_a_character_of_the_other_contract_is_shown_without_a_name():
    account = an_account()
    hero = made_character(account)
    assert run(account, RetrieveCharacter(hero)).outcome == Character(hero, None, NOW)


def test_a_named_character_can_be_mentioned_in_the_other_contract():
    account = an_account()
    mia = named_character(account, "Mia")
    task = accepted_task(account, a_clip(f"@{mia} waves"))
    assert account.generations[task].characters == (mia,)


def test_a_character_of_nobodys_or_of_another_account_is_not_found():
    foreign = named_character(an_account("bob"))
    for name in ("char_0", foreign):
        problem = refused(an_account(), RetrieveCharacter(name))
        assert (problem.status, problem.code, problem.rule) == (404, "character_not_found", "video.character.unknown")


@pytest.mark.parametrize("name", ["x", "x" * 80, "雨", " x"])
def test_names_within_the_limits_are_kept_as_they_are(name):
    account = an_account()
    assert account.names == {named_character(account, name): name}


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        (None, "video.character.name.required"),
        ("", "video.character.name.length"),
        ("x" * 81, "video.character.name.length"),
        ("  ", "video.character.name.blank"),
    ],
)
def test_other_names_are_refused(name, rule):
    assert refused(an_account(), creation(name)).rule == rule


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"defect": "no"}, "format"),
        ({"container": "webm"}, "format"),
        ({"seconds": 1.9}, "short"),
        ({"width": 718, "height": 1280}, "small"),
        ({"width": 2000, "height": 720}, "ratio"),
    ],
)
@pytest.mark.parametrize("policy", [Policy(), STRICT])
def test_a_clip_that_does_not_serve_is_refused(changes, rule, policy):
    problem = refused(an_account(), creation(**changes), policy=policy)
    assert (problem.status, problem.rule, problem.param) == (400, f"video.character.clip.{rule}", "video")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"seconds": 9.0}, "long"),
        ({"width": 2560, "height": 1440}, "large"),
        ({"width": 1080, "height": 1080}, "ratio"),
    ],
)
def test_a_clip_beyond_the_advice_is_accepted_unless_it_is_settled_otherwise(changes, rule):
    account = an_account()
    run(account, creation(**changes))
    assert len(account.names) == 1
    assert refused(an_account(), creation(**changes), policy=STRICT).rule == f"video.character.clip.{rule}"


def test_a_creation_without_a_clip_is_refused():
    assert refused(an_account(), CreateNamedCharacter(name="Mia")).rule == "video.character.clip.required"


@pytest.mark.parametrize("changes", [{"seconds": 2.0}, {"seconds": 4.0}, {"width": 1080, "height": 1920}])
def test_advised_clips_are_accepted_by_the_strict(changes):
    account = an_account()
    run(account, creation(**changes), policy=STRICT)
    assert len(account.characters) == 1


def test_all_characters_of_an_account_count_against_one_limit():
    account = an_account()
    policy = Policy(creations_per_minute=2)
    made_character(account, policy=policy)
    named_character(account, policy=policy)
    problem = refused(account, creation(), policy=policy)
    assert (problem.status, problem.retry_after) == (429, 60)


def test_a_creation_takes_as_long_as_one_by_address():
    policy = Policy(latency=Latency(url=Fixed(12), task=Fixed(0), generation=Fixed(0)))
    assert run(an_account(), creation(), policy=policy).delay == 12_000


def test_a_refused_clip_leaves_nothing():
    account = an_account()
    refused(account, CreateNamedCharacter(name="Mia", clip=UploadedClip(defect="no")))
    assert account == an_account()
