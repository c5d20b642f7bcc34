import os
import sys

import httpx2
import pytest

from sora_conformance.mistakes import Mistake
from sora_conformance.observe import beside
from sora_conformance.observe.beside import Beside, MockFailed, made_of
from sora_conformance.observe.traffic import Made

KEY = "sk-beside-0123456789"
BODY = {"model": "sora-2-character", "url": "https://a.test/a.mp4", "timestamps": "1,3"}
INSTANT = 1_700_000_000_123
ISO = "2023-11-14T22:13:20.123+00:00"


def create(mock, body=BODY, fault=None):
    headers = {"authorization": f"Bearer {KEY}", **({} if fault is None else {"prefer": f"fault={fault}"})}
    return httpx2.post(f"http://127.0.0.1:{mock.port}{mock.base_path}/characters", json=body, headers=headers)


def entry(reply, body=BODY, at=ISO, status=200, withheld=None):
    return {
        "virtual_time": at,
        "request": {"body": body, "path": "/v1/sora/characters"},
        "reply": {"body": reply, "status": status},
        "withheld": None if withheld is None else {"body": withheld, "status": 200},
    }


def test_a_mock_serves_beside_and_ends():
    with Beside() as mock:
        assert mock.base_path == "/v1/sora"
        assert create(mock).status_code == 200
        port = mock.port
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"http://127.0.0.1:{port}/")


def test_it_knows_what_was_made_though_the_reply_was_spoiled():
    with Beside() as mock:
        whole = create(mock).json()["character_id"]
        for number, fault in enumerate(("html", "bad-json", "reset", "truncate"), 4):
            try:
                create(mock, {**BODY, "timestamps": f"1,{number}"}, fault)
            except httpx2.HTTPError:
                assert fault in {"reset", "truncate"}
        create(mock, fault="server-error")
        made = mock.state(KEY, {"createCharacter"})
        assert mock.state("sk-somebody-else", {"createCharacter"}) == ()
    assert made[0] == Made(id=whole, source="https://a.test/a.mp4 1,3")
    assert [one.source for one in made[1:]] == [f"https://a.test/a.mp4 1,{number}" for number in (4, 5, 6, 7)]


def test_a_scenario_plays():
    with Beside("rate-limit-storm") as mock:
        assert create(mock).status_code == 429


def test_a_scenario_may_be_a_file(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('name = "mine"\nsummary = "Mine."\n[[fault]]\nname = "f"\neffect = "unavailable"\n')
    with Beside(str(file)) as mock:
        assert create(mock).status_code == 503


def test_an_unknown_scenario_is_the_users_mistake():
    with (
        pytest.raises(Mistake, match=r"^--scenario: unknown scenario: expected one of .*found 'nope'$"),
        Beside("nope"),
    ):
        pass


def test_what_is_set_for_other_mocks_has_no_say(monkeypatch):
    monkeypatch.setenv("SORA_MOCK_SCENARIO", "nope")
    monkeypatch.setenv("SORA_MOCK_HOST", "no.such.host.test")
    with Beside() as mock:
        assert create(mock).status_code == 200


def test_modules_in_the_current_folder_have_no_say(tmp_path, monkeypatch):
    (tmp_path / "msgspec.py").write_text("raise SystemExit('mine')")
    monkeypatch.chdir(tmp_path)
    with Beside() as mock:
        assert create(mock).status_code == 200


@pytest.mark.skipif(os.name != "posix", reason="a script as interpreter")
def test_a_mock_that_does_not_start_says_what_it_said_last(tmp_path, monkeypatch):
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho one >&2\necho the disk is full >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(MockFailed, match=r"^the mock did not start; it said last: one \| the disk is full$"), Beside():
        pass


def test_a_mock_that_never_gets_ready_is_not_waited_for(tmp_path, monkeypatch):
    silent = tmp_path / "python"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(silent))
    monkeypatch.setattr(beside, "START_SECONDS", 0.1)
    monkeypatch.setattr(beside, "END_SECONDS", 0.1)
    with pytest.raises(MockFailed, match=r"^the mock did not start$"), Beside():
        pass


def test_a_mock_that_is_gone_holds_nothing_that_could_be_told():
    with Beside() as mock:
        pass
    with pytest.raises(MockFailed, match=r"^the mock does not say what it holds"):
        mock.state(KEY, {"createCharacter"})


def test_a_creation_without_an_id_in_its_reply_is_told_by_its_instant():
    made = made_of({"char_a": INSTANT - 1, "char_b": INSTANT}, [entry("<html>")])
    assert made == (
        Made(id="char_a", source=""),
        Made(id="char_b", source="https://a.test/a.mp4 1,3"),
    )


def test_what_was_withheld_was_done_and_what_failed_was_not():
    done = entry({"error": {}}, status=502, withheld={"character_id": "char_a"})
    failed = entry({"error": {}}, {**BODY, "timestamps": "2,4"}, status=502)
    assert [one.source for one in made_of({"char_a": INSTANT, "char_b": INSTANT}, [done, failed])] == [
        "https://a.test/a.mp4 1,3",
        "",
    ]


def test_an_id_in_a_reply_goes_before_an_instant():
    other = {**BODY, "url": "https://b.test/b.mp4"}
    made = made_of({"char_a": INSTANT, "char_b": INSTANT}, [entry("<html>"), entry({"character_id": "char_a"}, other)])
    assert [one.source for one in made] == ["https://b.test/b.mp4 1,3", "https://a.test/a.mp4 1,3"]


def test_a_character_is_known_by_what_a_relay_calls_it():
    made = made_of({"char_0a1b": INSTANT - 1, "char_2c3d": INSTANT}, [entry({"id": "ch_0a1b"})])
    assert [one.source for one in made] == ["https://a.test/a.mp4 1,3", ""]


def test_what_was_deleted_is_not_taken_for_what_is_held():
    made = made_of({"video_b": INSTANT}, [entry({"id": "video_a"}), entry("<html>", {"prompt": "A boat"})])
    assert made == (Made(id="video_b", source="A boat"),)


def form(fields):
    request = httpx2.Request("POST", "http://a.test", files={name: (None, text) for name, text in fields.items()})
    return request.headers["content-type"], request.read()


def test_it_knows_videos_by_their_prompts_and_characters_beside_them():
    with Beside() as mock:
        create(mock)
        kind, body = form({"prompt": "A boat", "seconds": "4"})
        headers = {"authorization": f"Bearer {KEY}", "content-type": kind}
        httpx2.post(f"http://127.0.0.1:{mock.port}/v1/videos", content=body, headers=headers)
        made = mock.state(KEY, {"createVideo", "createCharacter"})
        only = mock.state(KEY, {"createCharacter"})
    assert [(one.source, one.video) for one in made] == [("https://a.test/a.mp4 1,3", False), ("A boat", True)]
    assert only == made[:1]


def test_what_was_made_is_told_in_the_order_of_its_creation():
    made = made_of({"char_b": 3, "char_a": 1, "video_a": 2}, [], {"video_a"})
    assert [one.id for one in made] == ["char_a", "video_a", "char_b"]
