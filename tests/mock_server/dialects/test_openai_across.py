import sqlite3

import msgspec
import pytest

from sora_mock.control.desk import Desk
from sora_mock.engine.latency import Fixed, Latency
from sora_mock.engine.policy import Policy
from sora_mock.engine.problems import Refused
from sora_mock.engine.state import Account
from tests.mock_server.dialects.videos import Api, file, text
from tests.mock_server.support import CHARACTER

SLOW = Policy(latency=Latency(url=Fixed(12), task=Fixed(6), generation=Fixed(100)))


def test_a_character_of_the_guide_can_be_used_in_a_video(api):
    one = api()
    hero = one.stage.character()
    made = one.video(characters=[{"id": hero}])
    assert one.stage.get(f"/generations/{made}").json["characters"] == [hero]
    assert one.get(f"/characters/{hero}").json["name"] is None


def test_an_uploaded_character_can_be_mentioned_in_the_guide(api, clip):
    one = api()
    mia = one.character(clip())
    task = one.stage.task(prompt=f"@{mia} waves")
    assert one.stage.get(f"/generations/{task}").json["characters"] == [mia]


def test_a_video_is_a_task_of_the_guide_with_the_same_state(api):
    one = api(policy=SLOW)
    made = one.video(size="1792x1024", seconds="12", model="sora-2-pro")
    one.stage.clock.advance(55_000)
    task, video = one.stage.get(f"/generations/{made}").json, one.get(f"/{made}").json
    assert [task[name] for name in ("id", "status", "progress", "created_at", "prompt", "model")] == [
        video[name] for name in ("id", "status", "progress", "created_at", "prompt", "model")
    ]
    assert (task["duration"], task["resolution"]) == (12, "1080p")


def test_a_task_of_the_guide_is_a_video_with_the_same_state(api):
    one = api()
    task = one.stage.task(duration=7, resolution="720p")
    video = one.get(f"/{task}").json
    assert (video["id"], video["seconds"], video["size"], video["status"]) == (task, "7", "1280x720", "completed")
    assert [entry["id"] for entry in one.get().json["data"]] == [task]


def test_a_character_can_be_made_of_a_video_as_of_a_task(api):
    one = api()
    made = one.video()
    answer = one.stage.post("/characters", {"model": "sora-2-character", "from_task": made})
    assert answer.json["metadata"]["source"] == {"type": "task", "task_id": made}


def test_a_video_that_is_deleted_is_no_task_any_more(api):
    one = api()
    made = one.video()
    one.delete(f"/{made}")
    assert one.stage.get(f"/generations/{made}").code == "task_not_found"
    answer = one.stage.post("/characters", {"model": "sora-2-character", "from_task": made})
    assert answer.code == "task_not_found"


def test_the_link_of_a_video_leads_to_it(api):
    one = api()
    made = one.video()
    link = one.stage.get(f"/generations/{made}").json["video_url"]
    answer = one.stage.post("/characters", CHARACTER | {"url": link, "timestamps": "0,5"})
    assert answer.code == "invalid_timestamps"  # the video has four seconds, and its link says so
    assert one.stage.post("/characters", CHARACTER | {"url": link, "timestamps": "0,4"}).status == 200


def test_creations_of_both_contracts_count_against_one_limit(api, clip):
    one = api(policy=Policy(creations_per_minute=1))
    one.character(clip())
    assert one.stage.post("/characters", CHARACTER).status == 429


def test_tasks_of_the_guide_use_up_nothing_of_the_limit_on_videos(api):
    one = api(policy=Policy(videos_per_minute=1))
    one.stage.task()
    one.video()
    one.stage.task()


def test_both_contracts_share_time_and_the_ends_of_tasks(api):
    one = api(policy=SLOW)
    desk = Desk(one.stage.understudy, one.stage.exchange.journal)
    done, failed, left = one.video(), one.video(), one.video()
    account = desk.accounts()[0].account
    desk.settle(account, done, "complete")
    desk.settle(account, failed, "fail")
    assert [one.get(f"/{name}").json["status"] for name in (done, failed, left)] == ["completed", "failed", "queued"]
    desk.settle(account, done, "expire")
    assert one.get(f"/{done}/content").code == "video_expired"
    desk.advance(account, 100)
    assert one.get(f"/{left}").json["status"] == "completed"


def test_the_mock_tells_both_dialects(api):
    one = api()
    assert Desk(one.stage.understudy, one.stage.exchange.journal).health().dialects == ("guide", "openai", "relay")


def test_videos_outlive_the_process_in_a_state_file(stage, clip, tmp_path):
    path = tmp_path / "state.db"
    one = Api(stage(state=path))
    mia, source, gone = one.character(clip()), one.video(), one.video()
    one.post(f"/{source}/remix", {"prompt": "at night"})
    one.form("/characters", text("name", "Leo"), file("video", clip()))
    one.delete(f"/{gone}")
    before = one.get().json, one.get(f"/characters/{mia}").json
    one.stage.understudy.log.close()
    again = Api(stage(state=path))
    assert (again.get().json, again.get(f"/characters/{mia}").json) == before
    assert again.get(f"/{gone}").status == 404


def test_a_whole_state_is_taken_along(api, clip, stage):
    one = api()
    mia = one.character(clip())
    source = one.video(prompt="Mia", characters=[{"id": mia}])
    remix = one.post(f"/{source}/remix", {"prompt": "b"}).json["id"]
    edit = one.form("/edits", text("prompt", "a"), file("video", clip(2, "640x480"))).json["id"]
    one.delete(f"/{source}")
    desk = Desk(one.stage.understudy, one.stage.exchange.journal)
    account = desk.accounts()[0].account
    exported = msgspec.json.decode(msgspec.json.encode(desk.export_state(account)), type=Account)
    other = Api(stage())
    Desk(other.stage.understudy, other.stage.exchange.journal).import_state(account, exported)
    for made in (remix, edit):
        assert other.get(f"/{made}").json == one.get(f"/{made}").json
    assert other.get(f"/{edit}/content").status == 200  # what was uploaded is gone, and another video stands for it
    assert other.get(f"/characters/{mia}").json == one.get(f"/characters/{mia}").json
    assert other.get(f"/{source}").status == 404


@pytest.mark.parametrize(
    "spoil",
    [{"names": {"char_0": "x"}}, {"renders": {"sora-2": [5, 4]}}, {"renders": {"-": []}}, {"deleted": {"x": None}}],
)
def test_a_state_that_contradicts_itself_is_refused(api, spoil):
    one = api()
    one.video()
    desk = Desk(one.stage.understudy, one.stage.exchange.journal)
    account = desk.accounts()[0].account
    broken = msgspec.structs.replace(desk.export_state(account), **spoil)
    with pytest.raises(Refused, match=next(iter(spoil))):
        desk.import_state(account, broken)


def test_a_state_file_from_before_videos_is_read(stage, tmp_path):
    path = tmp_path / "old.db"
    first = stage(state=path)
    hero, task = first.character(), first.task()
    first.understudy.close()
    with sqlite3.connect(path) as db:
        for account, version, event in db.execute("SELECT account, version, event FROM event").fetchall():
            old = event
            for name in (b',"name":null', b',"limit":null', b',"model":"sora-2"', b',"size":null', b',"origin":null'):
                old = old.replace(name, b"")
            assert old != event
            where = "UPDATE event SET event = ? WHERE account = ? AND version = ?"
            db.execute(where, (old, account, version))
    again = Api(stage(state=path))
    assert again.get(f"/characters/{hero}").status == 200
    assert again.get(f"/{task}").json["model"] == "sora-2"
