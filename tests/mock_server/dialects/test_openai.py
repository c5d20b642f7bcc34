from typing import get_args

import msgspec
import pytest
from openapi_schema_validator import OAS31Validator

from sora_conformance.contract import load
from sora_mock.control.desk import HOUSE, Desk
from sora_mock.dialects.openai.dialect import OpenAIDialect
from sora_mock.engine.faults import Fault, Match, OperationName
from sora_mock.engine.latency import Fixed, Latency
from sora_mock.engine.policy import Policy
from tests.mock_server.dialects.videos import VIDEOS, Api, text

START = 1_700_000_000
SLOW = Policy(latency=Latency(url=Fixed(12), task=Fixed(6), generation=Fixed(100)))
CONTRACT = load("openai")
ERRORS = {error.code: error for error in CONTRACT.errors}


def test_an_accepted_video_is_answered_whole_and_queued(api):
    answer = api().post("", {"prompt": "a quiet street"})
    assert answer.status == 200
    assert answer.json == {
        "id": answer.json["id"],
        "object": "video",
        "model": "sora-2",
        "status": "queued",
        "progress": 0,
        "created_at": START,
        "completed_at": None,
        "expires_at": None,
        "prompt": "a quiet street",
        "size": "720x1280",
        "seconds": "4",
        "remixed_from_video_id": None,
        "error": None,
    }
    prefix, digits = answer.json["id"].split("_")
    assert (prefix, len(digits)) == ("video", 48)
    assert set(digits) <= set("0123456789abcdef")


def test_the_same_seed_gives_the_same_ids(stage):
    assert Api(stage(seed=7)).video() == Api(stage(seed=7)).video() != Api(stage(seed=8)).video()


def test_a_completed_video_tells_its_times(api):
    one = api()
    shown = one.get(f"/{one.video()}").json
    assert (shown["status"], shown["progress"]) == ("completed", 100)
    assert (shown["completed_at"], shown["expires_at"]) == (START, START + 3600)


def test_a_video_whose_content_is_gone_is_still_completed(api):
    one = api()
    made = one.video()
    one.stage.clock.advance(3600_000)
    assert one.get(f"/{made}").json["status"] == "completed"
    assert one.get(f"/{made}/content").code == "video_expired"


def test_a_video_moves_on_with_the_time(api):
    one = api(policy=SLOW)
    made = one.video()
    seen = []
    for _ in range(4):
        shown = one.get(f"/{made}").json
        seen.append((shown["status"], shown["progress"]))
        one.stage.clock.advance(40_000)
    assert seen == [("queued", 0), ("in_progress", 33), ("in_progress", 77), ("completed", 100)]


def test_nulls_can_be_left_out(api):
    answer = api(policy=Policy(null_fields="omit")).post("", {"prompt": "a"})
    assert None not in answer.json.values()
    assert "error" not in answer.json


@pytest.mark.parametrize("model", ["sora-2", "sora-2-pro", "sora-2-2025-10-06", "sora-2-pro-2025-10-06"])
def test_every_model_is_accepted_and_repeated(api, model):
    assert api().post("", {"prompt": "a", "model": model}).json["model"] == model


@pytest.mark.parametrize(
    ("changes", "message", "param", "code", "rule"),
    [
        (
            {"seconds": "10"},
            "Invalid value: '10'. Supported values are: '4', '8', and '12'.",
            "seconds",
            "invalid_value",
            "video.seconds.value",
        ),
        (
            {"seconds": "16"},
            "Invalid value: '16'. Supported values are: '4', '8', and '12'.",
            "seconds",
            "invalid_value",
            "video.seconds.long",
        ),
        (
            {"seconds": 8},
            "Invalid type for 'seconds': expected a string, but got an integer instead.",
            "seconds",
            "invalid_type",
            "video.seconds.type",
        ),
        (
            {"size": "1920x1080"},
            "Invalid value: '1920x1080'. Supported values are: '720x1280', '1280x720', '1024x1792', and '1792x1024'.",
            "size",
            "invalid_value",
            "video.size.model",
        ),
        (
            {"prompt": None},
            "Invalid type for 'prompt': expected a string, but got null instead.",
            "prompt",
            "invalid_type",
            "request.field.type",
        ),
    ],
)
def test_a_bad_value_is_refused_in_the_services_words(api, changes, message, param, code, rule):
    answer = api().post("", {"prompt": "a"} | changes)
    assert answer.status == 400
    assert answer.json == {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}
    assert answer.headers["x-sora-mock-rule"] == rule


@pytest.mark.parametrize(
    ("body", "param", "rule"),
    [
        ({}, "prompt", "video.prompt.required"),
        ({"model": "gpt-5"}, "prompt", "video.prompt.required"),
        ({"prompt": "a", "model": "gpt-5"}, "model", "video.model.value"),
        ({"prompt": "a", "size": "1x1"}, "size", "video.size.value"),
        ({"prompt": "a", "size": "1920x1080", "model": "sora-2-pro"}, "size", "video.size.full-hd"),
        ({"prompt": "a", "characters": "char_0"}, "characters", "video.characters.form"),
        ({"prompt": "a", "characters": ["char_0"]}, "characters[0]", "video.characters.form"),
        ({"prompt": "a", "characters": [{}]}, "characters[0].id", "video.characters.form"),
        ({"prompt": "a", "characters": [{"id": "x"}]}, "characters[0].id", "video.characters.unknown"),
        ({"prompt": "a", "characters": [{"id": "x"}] * 3}, "characters", "video.characters.most"),
        ({"prompt": "a", "input_reference": "x"}, "input_reference", "video.input-reference.text"),
        ({"prompt": "a", "input_reference": None}, "input_reference", "request.field.type"),
        ({"prompt": "a", "input_reference": {}}, "input_reference", "video.input-reference.exclusive"),
        (
            {"prompt": "a", "input_reference": {"image_url": "https://x.test/a.png", "file_id": "file-1"}},
            "input_reference.file_id",
            "video.input-reference.exclusive",
        ),
        (
            {"prompt": "a", "input_reference": {"image_url": "nowhere"}},
            "input_reference.image_url",
            "video.input-reference.url",
        ),
    ],
)
def test_each_refusal_names_its_field_and_its_rule(api, body, param, rule):
    answer = api().post("", body)
    assert (answer.json["error"]["param"], answer.headers["x-sora-mock-rule"]) == (param, rule)
    assert answer.status in {400, 404}


@pytest.mark.parametrize("value", [{"image_url": "https://x.test/a.png"}, {"file_id": "file-1"}])
def test_a_picture_may_be_named_instead_of_sent(api, value):
    api().video(input_reference=value)


def test_what_the_guide_offers_beyond_the_reference_can_be_settled(api):
    one = api(policy=Policy(video_seconds="guide", video_sizes="guide"))
    one.video(seconds="20")
    one.video(size="1920x1080", model="sora-2-pro")
    answer = one.post("", {"prompt": "a", "size": "1920x1080"})
    assert answer.headers["x-sora-mock-rule"] == "video.size.model"


def test_every_reply_carries_the_apis_headers(api):
    one = api(policy=SLOW)
    for answer in (one.get(), one.post("", {"prompt": "a"}), one.get("/video_0"), one.ask("PUT", VIDEOS)):
        assert answer.headers["openai-version"] == "2020-10-01"
        assert answer.headers["openai-processing-ms"].isdigit()
        assert answer.headers["x-request-id"].startswith("req_")


def test_a_video_at_work_tells_when_to_look_again(api):
    one = api(policy=SLOW)
    made = one.video()
    assert one.get(f"/{made}").headers["openai-poll-after-ms"] == "5000"
    one.stage.clock.advance(99_000)
    assert one.get(f"/{made}").headers["openai-poll-after-ms"] == "1000"
    one.stage.clock.advance(1_000)
    assert "openai-poll-after-ms" not in one.get(f"/{made}").headers


def test_each_model_tells_its_own_limit(api):
    one = api()
    asked = [{"prompt": "a"}, {"prompt": "a", "model": "sora-2-pro"}, {"model": "sora-2-pro"}]
    told = [one.post("", body).headers for body in asked]
    assert [headers["x-ratelimit-limit-requests"] for headers in told] == ["25", "10", "10"]
    assert [headers["x-ratelimit-remaining-requests"] for headers in told] == ["24", "9", "9"]
    assert told[0]["x-ratelimit-reset-requests"] == "60s"
    assert "x-ratelimit-limit-requests" not in one.get().headers


def test_a_limited_video_is_told_when_to_come_back(api):
    one = api(policy=Policy(videos_per_minute=1))
    source = one.video()
    one.stage.clock.advance(20_000)
    for answer in (one.post("", {"prompt": "a"}), one.post(f"/{source}/remix", {"prompt": "a"})):
        assert answer.status == 429
        assert (answer.json["error"]["type"], answer.code) == ("rate_limit_error", "rate_limit_exceeded")
        assert (answer.headers["retry-after"], answer.headers["x-ratelimit-remaining-requests"]) == ("40", "0")
    one.stage.clock.advance(40_000)
    one.video()


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("POST", "", "createVideo"),
        ("GET", "", "listVideos"),
        ("GET", "/video_0", "retrieveVideo"),
        ("HEAD", "/video_0", "retrieveVideo"),
        ("DELETE", "/video_0", "deleteVideo"),
        ("GET", "/video_0/content", "downloadVideo"),
        ("POST", "/video_0/remix", "remixVideo"),
        ("POST", "/edits", "editVideo"),
        ("POST", "/extensions", "extendVideo"),
        ("POST", "/characters", "createVideoCharacter"),
        ("GET", "/characters/char_0", "retrieveVideoCharacter"),
        ("GET", "/characters/content", "retrieveVideoCharacter"),
        ("GET", "/edits/content", "downloadVideo"),
    ],
)
def test_each_path_leads_to_its_operation(api, method, path, operation):
    one = api()
    one.ask(method, VIDEOS + path)
    assert one.stage.exchange.journal.entries()[-1].operation == operation


@pytest.mark.parametrize(
    ("method", "path", "allow", "rule"),
    [
        ("PUT", VIDEOS, "POST, GET, HEAD", "protocol.method"),
        ("GET", VIDEOS + "/characters", "POST", "video.character.unlisted"),
        ("DELETE", VIDEOS + "/characters/char_0", "GET, HEAD", "video.character.unchangeable"),
        ("PATCH", VIDEOS + "/characters/char_0", "GET, HEAD", "video.character.unchangeable"),
        ("GET", VIDEOS + "/edits", "POST", "protocol.method"),
        ("GET", VIDEOS + "/video_0/remix", "POST", "protocol.method"),
        ("POST", "/v1/models", "GET, HEAD", "protocol.method"),
    ],
)
def test_other_methods_are_refused_with_those_that_there_are(api, method, path, allow, rule):
    answer = api().ask(method, path)
    assert (answer.status, answer.headers["allow"]) == (405, allow)
    assert answer.headers["x-sora-mock-rule"] == rule


@pytest.mark.parametrize("path", ["/", "//content", "/video_0/", "/video_0/nothing", "/a/b/c", "x"])
def test_other_paths_are_not_found(api, path):
    answer = api().get(path)
    assert (answer.status, answer.code) == (404, "not_found")
    assert answer.headers["x-sora-mock-rule"] == "protocol.path"


@pytest.mark.parametrize("path", ["/v1/nowhere", "/v1/video", "/v1/"])
def test_what_is_nobodys_below_the_base_is_refused_in_the_apis_words(api, path):
    answer = api().ask("GET", path)
    assert (answer.status, answer.code, answer.json["error"]["type"]) == (404, "not_found", "invalid_request_error")


def test_a_missing_key_is_refused_in_the_apis_words(stage):
    answer = stage().request("GET", VIDEOS)
    assert (answer.status, answer.code) == (401, "invalid_api_key")
    assert answer.json["error"]["type"] == "invalid_request_error"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_models_are_listed_and_shown(api):
    one = api()
    listed = one.ask("GET", "/v1/models").json
    assert listed["object"] == "list"
    assert {"sora-2", "sora-2-pro"} <= {model["id"] for model in listed["data"]}
    for model in listed["data"]:
        assert one.ask("GET", f"/v1/models/{model['id']}").json == model
    answer = one.ask("GET", "/v1/models/gpt-5")
    assert (answer.status, answer.code, answer.headers["x-sora-mock-rule"]) == (
        404,
        "model_not_found",
        "model.retrieve.unknown",
    )


def test_a_page_of_videos_is_answered_whole(api):
    one = api()
    first, second, third = one.video(), one.video(), one.video()
    page = one.get(query="limit=2").json
    assert [video["id"] for video in page.pop("data")] == [third, second]
    assert page == {"object": "list", "first_id": third, "last_id": second, "has_more": True}
    rest = one.get(query=f"limit=2&after={second}").json
    assert [video["id"] for video in rest["data"]] == [first]
    assert rest["has_more"] is False
    assert [video["id"] for video in one.get(query="order=asc").json["data"]] == [first, second, third]


def test_a_list_shows_videos_as_each_is_shown(api):
    one = api()
    made = one.video(seconds="8")
    assert one.get().json["data"] == [one.get(f"/{made}").json]


def test_an_empty_list_has_no_ends(api):
    assert api().get().json == {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}


def test_a_page_has_twenty_videos_unless_told_otherwise(api):
    one = api()
    for _ in range(21):
        one.video()
    assert [len(one.get(query=query).json["data"]) for query in ("", "limit=100", "limit=0")] == [20, 21, 0]


@pytest.mark.parametrize(
    ("query", "param", "rule"),
    [
        ("limit=101", "limit", "video.list.limit-value"),
        ("limit=-1", "limit", "video.list.limit-value"),
        ("limit=ten", "limit", "video.list.limit-value"),
        ("limit=", "limit", "video.list.limit-value"),
        ("limit=٣", "limit", "video.list.limit-value"),
        ("order=up", "order", "video.list.order-value"),
        ("after=video_0", "after", "video.list.after-unknown"),
    ],
)
def test_a_page_that_cannot_be_is_refused(api, query, param, rule):
    answer = api().get(query=query)
    assert (answer.json["error"]["param"], answer.headers["x-sora-mock-rule"]) == (param, rule)


def test_a_list_holds_the_callers_own_videos(api):
    one = api()
    one.video()
    assert Api(one.stage, "sk-bob").get().json["data"] == []


def test_a_deleted_video_is_gone(api):
    one = api()
    made = one.video()
    assert one.delete(f"/{made}").json == {"id": made, "deleted": True, "object": "video.deleted"}
    assert [one.get(f"/{made}").status, one.get(f"/{made}/content").status, one.delete(f"/{made}").status] == [404] * 3


def test_a_deletion_may_be_declared_as_json_without_a_body(api):
    one = api()
    made = one.video()
    answer = one.ask("DELETE", f"{VIDEOS}/{made}", headers={"content-type": "application/json"})
    assert answer.status == 200


def test_a_remix_names_its_origin_and_an_edit_does_not(api):
    one = api()
    source = one.video(seconds="8", size="1280x720")
    remix = one.post(f"/{source}/remix", {"prompt": "at night"}).json
    assert (remix["remixed_from_video_id"], remix["seconds"], remix["size"]) == (source, "8", "1280x720")
    edit = one.post("/edits", {"prompt": "at night", "video": {"id": source}}).json
    assert (edit["remixed_from_video_id"], edit["seconds"]) == (None, "8")


def test_an_extension_tells_the_whole_length(api):
    one = api()
    source = one.video(seconds="8")
    body = {"prompt": "and on", "video": {"id": source}, "seconds": "20"}
    assert one.post("/extensions", body).json["seconds"] == "28"


@pytest.mark.parametrize(
    ("path", "body", "rule"),
    [
        ("/edits", {"prompt": "a"}, "video.source.required"),
        ("/edits", {"prompt": "a", "video": "video_0"}, "video.source.required"),
        ("/edits", {"prompt": "a", "video": {}}, "video.source.required"),
        ("/edits", {"prompt": "a", "video": {"id": "video_0"}}, "video.source.unknown"),
        ("/video_0/remix", {"prompt": "a"}, "video.source.unknown"),
        ("/video_0/remix", {}, "video.source.prompt"),
        ("/extensions", {"prompt": "a", "video": {"id": "video_0"}}, "video.extension.seconds-required"),
        ("/extensions", {"prompt": "a", "seconds": 8}, "video.seconds.type"),
        ("/extensions", {"prompt": "a", "seconds": "8", "characters": []}, "video.extension.references"),
    ],
)
def test_a_derivation_that_cannot_be_is_refused(api, path, body, rule):
    assert api().post(path, body).headers["x-sora-mock-rule"] == rule


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("rate-limit", 429, "rate_limit_exceeded"),
        ("task-not-found", 404, "video_not_found"),
        ("server-error", 500, "server_error"),
        ("invalid-api-key", 401, "invalid_api_key"),
    ],
)
def test_a_preferred_fault_is_told_in_the_apis_words(api, fault, status, code):
    answer = api().post("", {"prompt": "a"}, prefer=f"fault={fault}")
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["openai-version"] == "2020-10-01"


def test_a_preferred_failure_is_told_in_the_video(api):
    one = api()
    made = one.post("", {"prompt": "a"}, prefer="fault=task-blocked").json["id"]
    shown = one.get(f"/{made}").json
    assert (shown["status"], shown["completed_at"], shown["expires_at"]) == ("failed", None, None)
    assert shown["error"] == {
        "code": "moderation_blocked",
        "message": "Your request was blocked by our moderation system.",
    }


def test_a_task_fault_befalls_only_what_makes_videos(api):
    one = api()
    for path in ("/video_0/remix", "/edits", "/extensions"):
        assert one.post(path, {}, prefer="fault=task-stuck").code != "misplaced_fault"
    assert one.get(prefer="fault=task-stuck").code == "misplaced_fault"


def test_a_fault_in_place_finds_the_prompt_in_json_and_in_forms(api):
    one = api()
    desk = Desk(one.stage.understudy, one.stage.exchange.journal)
    desk.add_fault(HOUSE, Fault(effect="bad-gateway", match=Match(operation="createVideo", prompt="*storm*")))
    assert one.post("", {"prompt": "a storm"}).status == 502
    assert one.form("", text("prompt", "a storm")).status == 502
    assert one.form("", text("prompt", "a calm")).status == 200
    assert one.ask("POST", VIDEOS, headers={"content-type": "multipart/form-data"}, body=b"a storm").status == 400


def test_faults_can_name_every_operation():
    places = msgspec.structs.astuple(OpenAIDialect(None)._places)
    names = {operation.name for place in places for operation in place.operations.values()}
    assert names <= set(get_args(OperationName))
    paths = CONTRACT.openapi["paths"].values()
    assert names == {method["operationId"] for path in paths for method in path.values() if "operationId" in method}


def test_unknown_fields_are_ignored_or_refused_as_settled(api):
    api().video(nonsense=1)
    strict = api(policy=Policy(unknown_fields="refuse"))
    answer = strict.post("", {"prompt": "a", "nonsense": 1})
    assert (answer.code, answer.json["error"]["param"]) == ("unknown_parameter", "nonsense")
    assert strict.post("/edits", {"prompt": "a", "seconds": "4"}).code == "unknown_parameter"


def schema_of(operation, status):
    methods = (method for path in CONTRACT.openapi["paths"].values() for method in path.values())
    found = next(m for m in methods if isinstance(m, dict) and m.get("operationId") == operation)
    reply = found["responses"][str(status)]
    while "$ref" in reply:
        reply = CONTRACT.openapi["components"]["responses"][reply["$ref"].rpartition("/")[2]]
    return {**reply["content"]["application/json"]["schema"], "components": CONTRACT.openapi["components"]}


@pytest.mark.parametrize(
    ("method", "path", "body", "operation"),
    [
        ("POST", "/videos", {"prompt": "a"}, "createVideo"),
        ("POST", "/videos", {"prompt": "a", "seconds": "9"}, "createVideo"),
        ("GET", "/videos", None, "listVideos"),
        ("GET", "/videos/{made}", None, "retrieveVideo"),
        ("GET", "/videos/{failed}", None, "retrieveVideo"),
        ("GET", "/videos/video_0", None, "retrieveVideo"),
        ("DELETE", "/videos/{made}", None, "deleteVideo"),
        ("POST", "/videos/{made}/remix", {"prompt": "a"}, "remixVideo"),
        ("POST", "/videos/edits", {"prompt": "a", "video": {"id": "{made}"}}, "editVideo"),
        ("POST", "/videos/extensions", {"prompt": "a", "seconds": "4", "video": {"id": "x"}}, "extendVideo"),
        ("POST", "/videos/characters", {}, "createVideoCharacter"),
        ("GET", "/videos/characters/char_0", None, "retrieveVideoCharacter"),
        ("GET", "/models", None, "listModels"),
        ("GET", "/models/sora-2", None, "retrieveModel"),
    ],
)
def test_replies_fit_the_documents_schemas(api, method, path, body, operation):
    one = api()
    names = {"made": one.video(), "failed": one.post("", {"prompt": "a"}, prefer="fault=task-failing").json["id"]}
    if body is not None and body.get("video") == {"id": "{made}"}:
        body = body | {"video": {"id": names["made"]}}
    path = path.format(**names)
    answer = one.ask(method, "/v1" + path) if body is None else one.post(path.removeprefix("/videos"), body)
    OAS31Validator(schema_of(operation, answer.status)).validate(answer.json)


@pytest.mark.parametrize("path", ["", "/edits", "/extensions", "/video_0/remix"])
def test_a_body_of_another_kind_is_refused(api, path):
    answer = api().ask("POST", VIDEOS + path, headers={"content-type": "text/plain"}, body=b"a")
    assert (answer.status, answer.headers["x-sora-mock-rule"]) == (415, "video.form.content-type")


def test_each_error_has_the_status_and_the_kind_of_the_table(api):
    one = api(policy=Policy(videos_per_minute=1, unknown_fields="refuse", latency=SLOW.latency))
    made = one.video()
    answers = [
        one.get("/video_0"),
        one.get(f"/{made}/content"),
        one.delete(f"/{made}"),
        one.post("", {"prompt": "a"}),
        one.post("", {"prompt": ""}),
        one.post("", {"prompt": 1}),
        one.post("", {"x": 1}),
        one.post("", []),
        one.post("/characters", {}),
        one.get("/characters/x"),
        one.get("/a/b"),
        one.ask("PUT", VIDEOS),
        one.ask("GET", "/v1/models/x"),
    ]
    for answer in answers:
        known = ERRORS[answer.code]
        assert (answer.status, answer.json["error"]["type"]) == (known.status, known.type)
    assert len({answer.code for answer in answers}) == len(answers)
