import io
from urllib.parse import urlsplit

import pytest
from openapi_schema_validator import OAS31Validator
from PIL import Image

from sora_conformance.contract import load
from sora_mock.engine.latency import Fixed, Latency
from sora_mock.engine.policy import Policy
from tests.mock_server.dialects.relaying import SOURCE, Relay
from tests.mock_server.support import VIDEO

CONTRACT = load("relay")
RULES = {rule.id for rule in CONTRACT.rules}
ERRORS = {(kind.code, kind.status, kind.type) for kind in CONTRACT.errors}


@pytest.fixture
def relay(stage):
    return lambda **settings: Relay(stage(**settings))


def fetched(relay, url):
    parts = urlsplit(url)
    return relay.stage.request("GET", parts.path, query=parts.query)


def test_a_character_is_made_of_a_span_of_a_video(relay):
    answer = relay().create(SOURCE)
    ending = answer.json["id"].removeprefix("ch_")
    assert answer.status == 200
    assert answer.json | {"profile_picture_url": None} == {
        "id": f"ch_{ending}",
        "username": f"cameo.{ending}",
        "display_name": f"Character {ending[:6]}",
        "permalink": f"https://sora.chatgpt.com/profile/cameo.{ending}",
        "profile_picture_url": None,
    }


def test_a_character_is_made_of_an_own_video(relay):
    one = relay()
    assert one.create({"from_task": one.videos.video(), "timestamps": "1,3"}).status == 200


def test_every_character_has_an_id_and_a_username_of_its_own(relay):
    one = relay()
    made = [one.create(SOURCE).json for _ in range(5)]
    assert len({character["id"] for character in made}) == len({character["username"] for character in made}) == 5


def test_the_picture_opens_without_a_key_and_shows_something(relay):
    one = relay()
    answer = fetched(one, one.create(SOURCE).json["profile_picture_url"])
    picture = Image.open(io.BytesIO(answer.reply.file.read_bytes()))
    picture.load()
    assert (answer.status, answer.reply.media_type, picture.format) == (200, "image/webp", "WEBP")
    assert picture.width == picture.height >= 64
    assert len(picture.convert("RGB").getcolors(1_000_000)) > 10


def test_two_characters_have_two_pictures(relay):
    one = relay()
    files = {fetched(one, one.create(SOURCE).json["profile_picture_url"]).reply.file.read_bytes() for _ in range(2)}
    assert len(files) == 2


def test_the_picture_can_be_fetched_for_a_day(relay):
    one = relay()
    url = one.create(SOURCE).json["profile_picture_url"]
    one.stage.clock.advance(86_399_000)
    assert fetched(one, url).status == 200
    one.stage.clock.advance(1_000)
    assert fetched(one, url).code == "link_expired"


def test_a_changed_link_shows_no_picture(relay):
    one = relay()
    url = one.create(SOURCE).json["profile_picture_url"]
    assert fetched(one, url[:-1] + ("0" if url[-1] != "0" else "1")).code == "link_invalid"


def test_a_picture_is_no_source_of_a_character(relay):
    one = relay()
    url = one.create(SOURCE).json["profile_picture_url"]
    assert one.create({"url": url, "timestamps": "0,2"}).code == "processing_failed"


def test_the_link_of_a_clip_is_a_source_of_a_character(relay):
    one = relay()
    url = one.stage.get(f"/generations/{one.stage.task(duration=2)}").json["video_url"]
    assert one.create({"url": url, "timestamps": "0,2"}).status == 200
    assert one.create({"url": url, "timestamps": "0,3"}).code == "invalid_timestamps"


@pytest.mark.parametrize("span", ["0,1", "5,8", "0.5,2.75"])
def test_a_span_of_one_to_three_seconds_is_taken(relay, span):
    assert relay().create({"url": VIDEO, "timestamps": span}).status == 200


@pytest.mark.parametrize(
    ("body", "status", "code", "param", "rule"),
    [
        ({"timestamps": "1,3"}, 400, "missing_required_parameter", "url", "character.source.required"),
        (SOURCE | {"from_task": "task_0"}, 400, "conflicting_parameters", "from_task", "character.source.exclusive"),
        ({"url": VIDEO}, 400, "missing_required_parameter", "timestamps", "character.timestamps.required"),
        (
            {"from_task": "task_0"},
            400,
            "missing_required_parameter",
            "timestamps",
            "character.from-task.timestamps",
        ),
        (SOURCE | {"timestamps": "5-8"}, 400, "invalid_timestamps", "timestamps", "character.timestamps.format"),
        (SOURCE | {"timestamps": "8,5"}, 400, "invalid_timestamps", "timestamps", "character.timestamps.order"),
        (SOURCE | {"timestamps": "5,8.01"}, 400, "invalid_timestamps", "timestamps", "character.timestamps.long"),
        (SOURCE | {"timestamps": "5,5.99"}, 400, "invalid_timestamps", "timestamps", "character.timestamps.short"),
        (SOURCE | {"timestamps": "9999,10001"}, 400, "invalid_timestamps", "timestamps", "character.timestamps.range"),
        (
            {"from_task": "task_0", "timestamps": "1,4.5"},
            400,
            "invalid_timestamps",
            "timestamps",
            "character.timestamps.long",
        ),
        (
            {"from_task": "task_0", "timestamps": "a"},
            400,
            "invalid_timestamps",
            "timestamps",
            "character.timestamps.format",
        ),
        (
            {"from_task": "task_0", "timestamps": "1,3"},
            404,
            "task_not_found",
            "from_task",
            "character.from-task.unknown",
        ),
        (SOURCE | {"url": "ftp://a/b.mp4"}, 400, "invalid_url", "url", "character.source.url-form"),
        (SOURCE | {"url": VIDEO + "?status=404"}, 500, "processing_failed", "url", "character.source.reachable"),
        (SOURCE | {"timestamps": 5}, 400, "invalid_type", "timestamps", "request.field.type"),
        ([], 400, "invalid_json", None, "request.json"),
    ],
)
def test_what_a_relay_refuses(relay, body, status, code, param, rule):
    answer = relay().create(body)
    error = answer.json["error"]
    assert (answer.status, error["code"], error["param"]) == (status, code, param)
    assert answer.headers["x-sora-mock-rule"] == rule
    assert rule in RULES
    assert (code, status, error["type"]) in ERRORS


def test_a_span_beyond_the_video_of_a_task_is_refused(relay):
    one = relay()
    answer = one.create({"from_task": one.videos.video(seconds="4"), "timestamps": "3,5"})
    assert answer.headers["x-sora-mock-rule"] == "character.timestamps.range"


def test_a_task_at_work_and_that_of_another_are_refused(relay):
    one = relay(policy=Policy(latency=Latency(url=Fixed(0), task=Fixed(0), generation=Fixed(60))))
    task = {"from_task": one.videos.video(), "timestamps": "1,3"}
    assert one.create(task).code == "task_not_completed"
    assert one.create(task, key="sk-bob").code == "task_not_found"


def test_creations_count_against_the_limit_of_the_account(relay):
    one = relay(policy=Policy(creations_per_minute=1))
    one.stage.character()
    answer = one.create(SOURCE)
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (429, "rate_limit_exceeded", "60")


def test_without_a_key_nothing_is_made(relay):
    answer = relay().stage.request("POST", "/sora/v1/characters", headers={"content-type": "application/json"})
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("method", "path", "status", "rule"),
    [
        ("GET", "/characters", 405, "character.unlisted"),
        ("DELETE", "/characters", 405, "protocol.method"),
        ("GET", "/characters/ch_0", 404, "protocol.path"),
        ("POST", "/videos", 404, "protocol.path"),
    ],
)
def test_nothing_else_is_served(relay, method, path, status, rule):
    answer = relay().ask(method, path)
    assert (answer.status, answer.headers["x-sora-mock-rule"]) == (status, rule)


def test_a_field_that_is_almost_right_is_advised_about(relay):
    answer = relay().create({"video_url": VIDEO, "timestamps": "1,3"})
    assert answer.headers["x-sora-mock-advice"] == "Field video_url: did you mean url?"


def test_unknown_fields_are_ignored_or_refused(relay):
    assert relay().create(SOURCE | {"style": "x"}).status == 200
    assert relay(policy=Policy(unknown_fields="refuse")).create(SOURCE | {"style": "x"}).code == "unknown_parameter"


@pytest.mark.parametrize("model", [{}, {"model": "sora-2-character"}, {"model": "anything"}])
def test_model_does_not_matter(relay, model):
    assert relay().create(SOURCE | model).status == 200


@pytest.mark.parametrize(
    ("knob", "model", "status", "code"),
    [
        ("require", {"model": "sora-2-character"}, 200, None),
        ("require", {"model": "sora-2"}, 400, "invalid_model"),
        ("require", {}, 400, "missing_required_parameter"),
        ("refuse", {}, 200, None),
        ("refuse", {"model": "sora-2-character"}, 404, "channel_not_found"),
    ],
)
def test_a_relay_can_require_model_or_refuse_it(relay, knob, model, status, code):
    answer = relay(policy=Policy(relay_model=knob)).create(SOURCE | model)
    assert (answer.status, answer.json.get("error", {}).get("code")) == (status, code)
    assert answer.headers.get("x-sora-mock-rule") == (None if code is None else "character.model.optional")


@pytest.mark.parametrize("given", [{}, {"timestamps": "0,9"}])
def test_a_relay_can_ignore_the_timestamps_of_a_task(relay, given):
    one = relay(policy=Policy(relay_task_timestamps="ignore"))
    assert one.create({"from_task": one.videos.video()} | given).status == 200


def test_the_guides_knobs_leave_a_relay_alone(relay):
    one = relay(policy=Policy(min_span=2.0, max_span=2.5, task_timestamps="refuse"))
    assert one.create(SOURCE | {"timestamps": "0,3"}).status == 200
    assert one.create({"from_task": one.videos.video(), "timestamps": "1,2"}).status == 200


def schema_of(status):
    reply = CONTRACT.openapi["paths"]["/characters"]["post"]["responses"][str(status)]
    while "$ref" in reply:
        reply = CONTRACT.openapi["components"]["responses"][reply["$ref"].rpartition("/")[2]]
    return {**reply["content"]["application/json"]["schema"], "components": CONTRACT.openapi["components"]}


@pytest.mark.parametrize(
    ("policy", "body"),
    [
        ({}, SOURCE),
        ({}, SOURCE | {"timestamps": "0,9"}),
        ({}, {"from_task": "task_0", "timestamps": "1,3"}),
        ({}, SOURCE | {"url": VIDEO + "?status=404"}),
        ({"relay_model": "refuse"}, SOURCE | {"model": "x"}),
        ({"relay_model": "require"}, SOURCE),
        ({"creations_per_minute": 1}, SOURCE),
    ],
)
def test_replies_fit_the_documents_schemas(relay, policy, body):
    one = relay(policy=Policy(**policy))
    for answer in (one.create(body), one.create(body)):
        OAS31Validator(schema_of(answer.status)).validate(answer.json)
