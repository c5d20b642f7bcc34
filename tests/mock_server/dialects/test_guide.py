"""The guide dialect: what stands on the wire."""

import pytest

from sora_mock.engine.latency import Fixed, Latency
from sora_mock.engine.policy import Policy
from tests.mock_server.support import CHARACTER, CLIP, VIDEO

START = 1_700_000_000
SLOW = Policy(latency=Latency(url=Fixed(12), task=Fixed(6), generation=Fixed(100)))


def test_a_character_is_answered_whole(stage):
    answer = stage().post("/characters", CHARACTER)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == {
        "character_id": answer.json["character_id"],
        "object": "character",
        "model": "sora-2-character",
        "created_at": START,
        "metadata": {
            "source": {"type": "url", "url": VIDEO, "timestamps": "5,8"},
            "analysis": {"frames_sampled": 24, "duration": 3.0, "quality": "optimal", "notes": []},
        },
    }


def test_a_character_of_a_task_names_the_task(stage):
    mock = stage()
    task = mock.task()
    answer = mock.post("/characters", {"model": "sora-2-character", "from_task": task})
    assert answer.json["metadata"]["source"] == {"type": "task", "task_id": task}


def test_an_accepted_generation_is_answered_whole_and_queued(stage):
    mock = stage()
    hero = mock.character()
    answer = mock.post("/generations", CLIP | {"prompt": f"@{hero} walks"})
    assert answer.json == {
        "id": answer.json["id"],
        "task_id": answer.json["id"],
        "object": "generation",
        "model": "sora-2",
        "status": "queued",
        "progress": 0,
        "created_at": START,
        "completed_at": None,
        "expires_at": None,
        "prompt": f"@{hero} walks",
        "scenes": None,
        "duration": 2,
        "resolution": "480p",
        "characters": [hero],
        "video_url": None,
        "error": None,
    }


def test_a_completed_generation_tells_its_times_and_its_link(stage):
    mock = stage()
    task = mock.task()
    answer = mock.get(f"/generations/{task}")
    assert (answer.json["status"], answer.json["progress"]) == ("completed", 100)
    assert (answer.json["completed_at"], answer.json["expires_at"]) == (START, START + 86_400)
    assert answer.json["video_url"].startswith("http://mock/files/acct_")


def test_a_generation_is_seen_making_progress(stage):
    mock = stage(policy=SLOW)
    task = mock.task()
    seen = []
    for _ in range(4):
        answer = mock.get(f"/generations/{task}")
        seen.append((answer.json["status"], answer.json["progress"]))
        mock.clock.advance(40_000)
    assert seen == [("queued", 0), ("in_progress", 33), ("in_progress", 77), ("completed", 100)]


def test_a_failed_generation_tells_why(stage):
    mock = stage(policy=Policy(unknown_mention="fail"))
    task = mock.task(prompt="@char_0 walks")
    answer = mock.get(f"/generations/{task}")
    assert (answer.json["status"], answer.json["video_url"]) == ("failed", None)
    assert answer.json["error"]["code"] == "character_not_found"


def test_an_expired_generation_has_no_link(stage):
    mock = stage()
    task = mock.task()
    mock.clock.advance(86_400_000)
    answer = mock.get(f"/generations/{task}")
    assert (answer.json["status"], answer.json["video_url"]) == ("expired", None)


def test_a_storyboard_is_answered_with_its_scenes(stage):
    scenes = [{"prompt": "one", "duration": 2}, {"prompt": "two", "duration": 3}]
    answer = stage().post("/generations", {"model": "sora-2", "scenes": scenes})
    assert (answer.json["prompt"], answer.json["scenes"], answer.json["duration"]) == (None, scenes, 5)


@pytest.mark.parametrize(
    ("scenes", "code", "param"),
    [
        ("x", "invalid_type", "scenes"),
        (["x"], "invalid_type", "scenes[0]"),
        ([{"duration": 2}], "missing_required_parameter", "scenes[0].prompt"),
        ([{"prompt": "x"}], "missing_required_parameter", "scenes[0].duration"),
        ([{"prompt": "x", "duration": "2"}], "invalid_type", "scenes[0].duration"),
        ([{"prompt": 1, "duration": 2}], "invalid_type", "scenes[0].prompt"),
        ([], "invalid_value", "scenes"),
    ],
)
def test_a_malformed_storyboard_is_refused_at_its_place(stage, scenes, code, param):
    answer = stage().post("/generations", {"model": "sora-2", "scenes": scenes})
    assert (answer.status, answer.code, answer.json["error"]["param"]) == (400, code, param)


def test_an_error_has_the_contracts_shape_and_names_its_rule(stage):
    answer = stage().post("/characters", CHARACTER | {"timestamps": "x"})
    assert answer.json == {
        "error": {
            "message": 'Invalid timestamps: expected "start,end" in seconds, such as "5,8".',
            "type": "invalid_request_error",
            "param": "timestamps",
            "code": "invalid_timestamps",
        }
    }
    assert answer.headers["x-sora-mock-rule"] == "character.timestamps.format"


@pytest.mark.parametrize("path", ["/characters", "/generations", "/nowhere"])
def test_every_reply_has_its_own_request_id(stage, path):
    mock = stage()
    ids = {mock.post(path, CHARACTER).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


def test_a_success_names_no_rule(stage):
    assert "x-sora-mock-rule" not in stage().post("/characters", CHARACTER).headers


def test_every_reply_about_characters_tells_what_is_left(stage):
    mock = stage(policy=Policy(creations_per_minute=2))
    bodies = [CHARACTER, CHARACTER | {"timestamps": "x"}, [], CHARACTER, CHARACTER]
    answers = [mock.post("/characters", body) for body in bodies]
    assert [answer.status for answer in answers] == [200, 400, 400, 200, 429]
    assert [answer.headers["x-ratelimit-limit-requests"] for answer in answers] == ["2"] * 5
    assert [answer.headers["x-ratelimit-remaining-requests"] for answer in answers] == ["1", "1", "1", "0", "0"]
    assert answers[-1].headers["x-ratelimit-reset-requests"] == "60s"


def test_a_limited_creation_tells_when_to_come_back(stage):
    mock = stage(policy=Policy(creations_per_minute=1))
    mock.character()
    mock.clock.advance(20_500)
    answer = mock.post("/characters", CHARACTER)
    assert (answer.status, answer.headers["retry-after"]) == (429, "40")
    mock.clock.advance(40_000)
    mock.character()


def test_one_account_is_not_limited_by_another(stage):
    mock = stage(policy=Policy(creations_per_minute=1))
    assert mock.character("sk-alice") != mock.character("sk-bob")


def test_creation_by_url_and_by_task_take_their_own_time(stage):
    mock = stage(policy=SLOW)
    assert mock.post("/characters", CHARACTER).reply.delay == 12_000
    assert mock.post("/characters", CHARACTER | {"url": VIDEO + "?status=404"}).reply.delay == 12_000
    task = mock.task()
    mock.clock.advance(100_000)
    assert mock.post("/characters", {"model": "sora-2-character", "from_task": task}).reply.delay == 6_000


@pytest.mark.parametrize(
    ("method", "path", "status", "allow", "rule"),
    [
        ("GET", "/characters", 405, "POST", "character.unlisted"),
        ("HEAD", "/characters", 405, "POST", "character.unlisted"),
        ("PUT", "/characters", 405, "POST", "character.immutable"),
        ("PATCH", "/characters", 405, "POST", "character.immutable"),
        ("DELETE", "/characters", 405, "POST", "character.undeletable"),
        ("OPTIONS", "/characters", 405, "POST", "protocol.method"),
        ("GET", "/characters/char_0", 404, None, "character.unlisted"),
        ("DELETE", "/characters/char_0", 404, None, "character.immutable"),
        ("POST", "/characters/", 404, None, "character.immutable"),
        ("GET", "/generations", 405, "POST", "protocol.method"),
        ("DELETE", "/generations/task_0", 405, "GET, HEAD", "protocol.method"),
        ("POST", "/generations/task_0/content", 405, "GET, HEAD", "protocol.method"),
        ("GET", "/generations/", 404, None, "protocol.path"),
        ("GET", "/generations/task_0/other", 404, None, "protocol.path"),
        ("GET", "/", 404, None, "protocol.path"),
    ],
)
def test_what_the_contract_does_not_have_is_refused(stage, method, path, status, allow, rule):
    answer = stage().request(method, "/v1/sora" + path)
    assert (answer.status, answer.headers.get("allow")) == (status, allow)
    assert answer.headers["x-sora-mock-rule"] == rule


@pytest.mark.parametrize(
    "path", ["/elsewhere", "/characters", "/v1/sora", "/v1/sorafoo/characters", "//v1/sora/characters"]
)
def test_paths_outside_the_contract_are_not_found(stage, path):
    answer = stage().request("POST", path)
    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/characters"), ("POST", "/generations"), ("GET", "/generations/x"), ("GET", "/generations/x/content")],
)
def test_every_operation_asks_for_a_key(stage, method, path):
    answer = stage().request(method, "/v1/sora" + path)
    assert (answer.status, answer.code, answer.headers["www-authenticate"]) == (401, "invalid_api_key", "Bearer")


def test_unknown_fields_are_ignored_or_refused_as_the_policy_says(stage):
    body = CHARACTER | {"colour": "red"}
    assert stage().post("/characters", body).status == 200
    strict = stage(policy=Policy(unknown_fields="refuse"))
    assert strict.post("/characters", body).code == "unknown_parameter"
    assert strict.post("/generations", CLIP | {"colour": "red"}).code == "unknown_parameter"


def test_the_content_of_a_completed_task_is_a_file(stage):
    mock = stage()
    answer = mock.get(f"/generations/{mock.task(duration=1)}/content")
    assert answer.status == 200
    assert answer.reply.file.read_bytes()[4:8] == b"ftyp"


def test_the_content_of_an_unfinished_task_is_refused(stage):
    mock = stage(policy=SLOW)
    assert mock.get(f"/generations/{mock.task()}/content").code == "task_not_completed"


def test_the_same_seed_and_calls_give_the_same_bytes(stage):
    def calls(mock):
        hero = mock.post("/characters", CHARACTER)
        clip = mock.post("/generations", CLIP | {"prompt": f"@{hero.json['character_id']}"})
        return [hero.reply, clip.reply, mock.get(f"/generations/{clip.json['id']}").reply]

    assert calls(stage(seed=3)) == calls(stage(seed=3)) != calls(stage(seed=4))
