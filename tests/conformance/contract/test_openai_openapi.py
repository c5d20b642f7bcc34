import copy

import pytest

from tests.conformance.contract.support import Description

API = Description("openai")
MAKING = ("createVideo", "remixVideo", "editVideo", "extendVideo")
PICTURE = {"image_url": "https://pictures.example.com/a.png"}


def video(name="completed", **changes):
    return copy.deepcopy(API.reply_example("retrieveVideo", name)) | changes


def media(operation):
    return API.operations[operation].node["requestBody"]["content"]


def test_the_operations():
    assert {name: f"{operation.method} {operation.path}" for name, operation in API.operations.items()} == {
        "createVideo": "POST /videos",
        "listVideos": "GET /videos",
        "retrieveVideo": "GET /videos/{video_id}",
        "deleteVideo": "DELETE /videos/{video_id}",
        "downloadVideo": "GET /videos/{video_id}/content",
        "remixVideo": "POST /videos/{video_id}/remix",
        "editVideo": "POST /videos/edits",
        "extendVideo": "POST /videos/extensions",
        "createVideoCharacter": "POST /videos/characters",
        "retrieveVideoCharacter": "GET /videos/characters/{character_id}",
        "listModels": "GET /models",
        "retrieveModel": "GET /models/{model}",
    }


def test_every_operation_answers_success_with_200():
    successes = {
        (name, status)
        for name, operation in API.operations.items()
        for status in operation.node["responses"]
        if status < "4"
    }

    assert successes == {*((name, "200") for name in API.operations), ("downloadVideo", "206")}


def test_what_makes_videos_takes_json_and_forms():
    for operation in MAKING:
        assert set(media(operation)) == {"application/json", "multipart/form-data"}, operation


def test_a_character_is_made_by_a_form_only():
    assert set(media("createVideoCharacter")) == {"multipart/form-data"}


def test_files_are_told_to_be_pictures_or_videos():
    encodings = {name: media(name)["multipart/form-data"].get("encoding") for name in (*MAKING, "createVideoCharacter")}

    assert encodings == {
        "createVideo": {"input_reference": {"contentType": "image/jpeg, image/png, image/webp"}},
        "remixVideo": None,
        "editVideo": {"video": {"contentType": "video/mp4"}},
        "extendVideo": {"video": {"contentType": "video/mp4"}},
        "createVideoCharacter": {"video": {"contentType": "video/mp4"}},
    }


def test_every_field_that_has_an_encoding_is_in_its_form():
    for name in (*MAKING, "createVideoCharacter"):
        form = media(name)["multipart/form-data"]

        assert set(form.get("encoding", ())) <= set(API.resolve(form["schema"])["properties"]), name


def test_replies_to_what_makes_videos_state_the_limit_once_the_caller_is_known():
    names = {"x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"}
    stating = {place for place, _, reply in API.replies() if names <= set(reply["headers"])}

    statuses = ("200", "400", "404", "408", "413", "415", "429")
    assert stating == {f"{operation} {status}" for operation in MAKING for status in statuses}


def test_the_events_are_described():
    assert set(API.document["webhooks"]) == {"videoCompleted", "videoFailed"}


def test_only_limits_are_another_family_than_faults_of_the_request():
    assert {(status, error["type"]) for status, error, _ in API.refusals() if status != 429} == {
        (status, "invalid_request_error") for status in (400, 401, 404, 405, 408, 413, 415, 416, 431)
    }


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="no prompt"),
        pytest.param({"prompt": ""}, id="empty prompt"),
        pytest.param({"prompt": "a" * 32_001}, id="long prompt"),
        pytest.param({"prompt": "a", "model": "sora-1"}, id="model"),
        pytest.param({"prompt": "a", "seconds": 4}, id="number of seconds"),
        pytest.param({"prompt": "a", "seconds": "10"}, id="seconds"),
        pytest.param({"prompt": "a", "size": "640x480"}, id="size"),
        pytest.param({"prompt": "a", "input_reference": "a.png"}, id="reference as text"),
        pytest.param({"prompt": "a", "input_reference": {}}, id="empty reference"),
        pytest.param({"prompt": "a", "input_reference": PICTURE | {"file_id": "file-1"}}, id="two references"),
        pytest.param({"prompt": "a", "characters": [{"id": "char_1"}] * 3}, id="three characters"),
        pytest.param({"prompt": "a", "characters": [{}]}, id="character without id"),
        pytest.param({"prompt": "a", "characters": ["char_1"]}, id="character as text"),
    ],
)
def test_a_wrong_creation_does_not_fit(body):
    assert API.misfits("CreateVideoRequest", body)


def test_a_creation_may_carry_characters_a_picture_and_unknown_fields():
    body = {"prompt": "a", "characters": [{"id": "char_1"}] * 2, "input_reference": PICTURE, "colour": "red"}

    assert API.misfits("CreateVideoRequest", body) == []


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        pytest.param("RemixVideoRequest", {}, id="remix without prompt"),
        pytest.param("EditVideoRequest", {"prompt": "a"}, id="edit without video"),
        pytest.param("EditVideoRequest", {"prompt": "a", "video": "video_1"}, id="edit of a text"),
        pytest.param("EditVideoForm", {"prompt": "a"}, id="form of an edit without video"),
        pytest.param("ExtendVideoRequest", {"prompt": "a", "video": {"id": "video_1"}}, id="extension without seconds"),
        pytest.param("ExtendVideoRequest", {"prompt": "a", "seconds": "4"}, id="extension without video"),
        pytest.param(
            "ExtendVideoRequest",
            {"prompt": "a", "seconds": "24", "video": {"id": "video_1"}},
            id="extension by too much",
        ),
        pytest.param(
            "ExtendVideoRequest",
            {"prompt": "a", "seconds": "4", "video": {"id": "video_1"}, "characters": [{"id": "char_1"}]},
            id="extension with characters",
        ),
        pytest.param("CreateVideoCharacterForm", {"video": "bytes"}, id="character without name"),
        pytest.param("CreateVideoCharacterForm", {"name": "a"}, id="character without clip"),
        pytest.param("CreateVideoCharacterForm", {"name": "a" * 81, "video": "bytes"}, id="long name"),
    ],
)
def test_a_wrong_request_does_not_fit(schema, body):
    assert API.misfits(schema, body)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        pytest.param("completed", {"progress": 99}, id="completed at 99 percent"),
        pytest.param("completed", {"completed_at": None}, id="completed without instant"),
        pytest.param("completed", {"expires_at": None}, id="completed without end"),
        pytest.param("completed", {"error": {"code": "a", "message": "b"}}, id="completed with error"),
        pytest.param("inProgress", {"completed_at": 1}, id="at work and completed"),
        pytest.param("failed", {"error": None}, id="failed without error"),
        pytest.param("failed", {"error": {"message": "b"}}, id="failed without code"),
        pytest.param("completed", {"status": "expired"}, id="unknown status"),
        pytest.param("completed", {"object": "generation"}, id="another object"),
        pytest.param("completed", {"seconds": 4}, id="number of seconds"),
        pytest.param("completed", {"size": "720p"}, id="size as lines"),
        pytest.param("completed", {"id": "task_1"}, id="form of the id"),
        pytest.param("completed", {"created_at": 1.5}, id="half a second"),
    ],
)
def test_a_video_that_contradicts_itself_does_not_fit(name, changes):
    assert API.misfits("Video", video(name, **changes))


@pytest.mark.parametrize("field", sorted(API.components["schemas"]["Video"]["required"]))
def test_a_video_that_lacks_a_field_does_not_fit(field):
    lacking = video()
    del lacking[field]

    assert API.misfits("Video", lacking)


def test_a_video_may_carry_unknown_fields():
    assert API.misfits("Video", video(quality="standard")) == []


@pytest.mark.parametrize("field", ["object", "data", "first_id", "last_id", "has_more"])
def test_a_list_that_lacks_a_field_does_not_fit(field):
    page = copy.deepcopy(API.reply_example("listVideos", "page"))
    del page[field]

    assert API.misfits("VideoList", page)


def test_a_character_has_no_object():
    assert "object" not in API.components["schemas"]["VideoCharacter"]["properties"]
