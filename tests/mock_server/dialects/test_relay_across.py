import pytest

from sora_mock.control.desk import Desk
from sora_mock.scenarios import builtin
from sora_mock.visit import HOUSE
from tests.mock_server.dialects.relaying import SOURCE, Relay
from tests.mock_server.dialects.videos import file, text
from tests.mock_server.support import CHARACTER, CLIP


@pytest.fixture
def relay(stage):
    return lambda **settings: Relay(stage(**settings))


def own(character):
    return "char_" + character["id"].removeprefix("ch_")


@pytest.mark.parametrize("spelling", ["@{username}", "@{{{username}}}", "@{id}", "@{{{id}}}"])
def test_a_prompt_mentions_a_character_in_every_spelling(relay, spelling):
    one = relay()
    made = one.character()
    video = one.videos.video(prompt=f"At dawn {spelling.format(**made)}, tired, walks home.")
    assert one.shown(video) == [own(made)]


def test_a_prompt_mentions_several_characters_each_once(relay):
    one = relay()
    first, second = one.character(), one.character()
    prompt = f"@{second['username']} meets @{first['id']}; @{{{second['username']}}} laughs"
    assert one.shown(one.videos.video(prompt=prompt)) == [own(second), own(first)]


@pytest.mark.parametrize("kind", ["remix", "edits", "extensions"])
def test_a_prompt_mentions_a_character_in_what_is_made_of_a_video(relay, kind):
    one = relay()
    made, source = one.character(), one.videos.video()
    body = {"prompt": f"@{made['username']} walks in"}
    if kind == "remix":
        answer = one.videos.post(f"/{source}/remix", body)
    else:
        added = {"seconds": "4"} if kind == "extensions" else {}
        answer = one.videos.post(f"/{kind}", body | added | {"video": {"id": source}})
    assert one.shown(answer.json["id"]) == [own(made)]


def test_a_mention_beside_a_listed_character_counts_once(relay):
    one = relay()
    made = one.character()
    video = one.videos.video(prompt=f"@{made['username']} waves", characters=[{"id": own(made)}])
    assert one.shown(video) == [own(made)]


@pytest.mark.parametrize("prompt", ["@ada waves", "@ch_0 waves", "@cameo.0 waves", "mail me@home", "@{ch_0", "@"])
def test_what_names_no_own_character_is_text(relay, prompt):
    one = relay()
    one.character()
    assert one.shown(one.videos.video(prompt=prompt)) == []


def test_a_character_of_another_account_is_text(relay):
    one = relay()
    foreign = one.create(SOURCE, key="sk-bob").json
    assert one.shown(one.videos.video(prompt=f"@{foreign['username']} waves")) == []


def test_a_character_made_here_can_be_mentioned_in_the_guide(relay):
    one = relay()
    made = one.character()
    assert one.shown(one.stage.task(prompt=f"@{own(made)} waves")) == [own(made)]


@pytest.mark.parametrize("name", [own, lambda made: made["id"]])
def test_a_character_made_here_can_be_listed_in_the_videos_api(relay, name):
    one = relay()
    made = one.character()
    assert one.shown(one.videos.video(characters=[{"id": name(made)}])) == [own(made)]
    assert one.videos.get(f"/characters/{own(made)}").status == 200


@pytest.mark.parametrize("spelling", ["@char_{}", "@ch_{}", "@cameo.{}", "@{{cameo.{}}}"])
def test_a_character_of_the_guide_can_be_mentioned_here(relay, spelling):
    one = relay()
    hero = one.stage.character()
    video = one.videos.video(prompt=spelling.format(hero.removeprefix("char_")) + " waves")
    assert one.shown(video) == [hero]


def test_an_uploaded_character_can_be_mentioned_here(relay, clip):
    one = relay()
    mia = one.videos.character(clip())
    assert one.shown(one.videos.video(prompt=f"@cameo.{mia.removeprefix('char_')} waves")) == [mia]


def test_a_task_of_the_guide_is_a_source_here(relay):
    one = relay()
    assert one.create({"from_task": one.stage.task(duration=2), "timestamps": "0,2"}).status == 200


def test_a_characters_names_outlive_the_process_in_a_state_file(stage, tmp_path):
    path = tmp_path / "state.db"
    one = Relay(stage(state=path))
    made = one.character()
    one.stage.understudy.close()
    again = Relay(stage(state=path))
    assert again.shown(again.videos.video(prompt=f"@{made['username']} waves")) == [own(made)]


def test_after_the_sunset_nothing_can_be_made_in_any_dialect(relay, clip):
    one = relay()
    video, task = one.videos.video(), one.stage.task()
    Desk(one.stage.understudy, one.stage.exchange.journal).start_scenario(HOUSE, builtin("sunset"))
    tries = [
        one.create(SOURCE),
        one.stage.post("/characters", CHARACTER),
        one.stage.post("/generations", CLIP),
        one.videos.post("", {"prompt": "a"}),
        one.videos.post(f"/{video}/remix", {"prompt": "a"}),
        one.videos.post("/edits", {"prompt": "a", "video": {"id": video}}),
        one.videos.post("/extensions", {"prompt": "a", "seconds": "4", "video": {"id": video}}),
        one.videos.form("/characters", text("name", "Mia"), file("video", clip())),
    ]
    assert {(answer.status, answer.code) for answer in tries} == {(404, "model_not_found")}
    assert {one.videos.get(f"/{video}/content").status, one.stage.get(f"/generations/{task}").status} == {200}


def test_after_the_sunset_is_over_everything_is_as_before(relay):
    one = relay()
    desk = Desk(one.stage.understudy, one.stage.exchange.journal)
    desk.start_scenario(HOUSE, builtin("sunset"))
    desk.stop_scenarios(HOUSE)
    assert one.create(SOURCE).status == 200
