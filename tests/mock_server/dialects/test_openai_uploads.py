import base64
from io import BytesIO
from urllib.parse import urlencode

import pytest
from PIL import Image

from sora_mock.engine.policy import Policy
from tests.mock_server.dialects.videos import VIDEOS, Api, file, text


def picture(size=(720, 1280), kind="PNG"):
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def rule(answer):
    return answer.headers["x-sora-mock-rule"]


def stable(video):
    return {name: value for name, value in video.items() if name != "id"}


def test_a_video_is_the_same_whether_asked_for_in_json_or_in_forms(api):
    one = api()
    fields = {"prompt": "a café", "seconds": "8", "size": "1280x720", "model": "sora-2-pro"}
    answers = [
        one.post("", fields),
        one.form("", *(text(name, value) for name, value in fields.items())),
        one.ask(
            "POST",
            VIDEOS,
            headers={"content-type": "application/x-www-form-urlencoded"},
            body=urlencode(fields).encode(),
        ),
    ]
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert len({str(stable(answer.json)) for answer in answers}) == 1


def test_bracketed_names_are_nested(api, clip):
    one = api()
    mia = one.character(clip())
    made = one.form("", text("prompt", "Mia waves"), text("characters[][id]", mia)).json["id"]
    assert one.stage.get(f"/generations/{made}").json["characters"] == [mia]
    edit = one.form("/edits", text("prompt", "at night"), text("video[id]", made))
    assert edit.status == 200
    named = text("input_reference[image_url]", "https://x.test/a.png")
    assert one.form("", text("prompt", "a"), named).status == 200


def test_a_remix_is_accepted_as_a_form(api):
    one = api()
    source = one.video()
    assert one.form(f"/{source}/remix", text("prompt", "a")).json["remixed_from_video_id"] == source


def test_a_form_that_breaks_off_is_refused(api):
    answer = api().ask(
        "POST", VIDEOS, headers={"content-type": "multipart/form-data; boundary=b"}, body=text("prompt", "a")
    )
    assert (answer.status, rule(answer)) == (400, "video.form.shape")


def test_a_file_in_place_of_a_text_is_refused(api):
    answer = api().form("", file("prompt", b"a"))
    assert (answer.status, answer.json["error"]["param"], rule(answer)) == (400, "prompt", "video.form.file")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_of_the_videos_size_is_accepted_as_a_file_and_as_a_data_url(api, kind):
    one = api()
    content = picture(kind=kind)
    assert one.form("", text("prompt", "a"), file("input_reference", content, "image/png")).status == 200
    url = f"data:image/{kind.lower()};base64,{base64.b64encode(content).decode()}"
    one.video(input_reference={"image_url": url})


def test_a_picture_of_another_size_is_refused_in_the_services_words(api):
    answer = api().form("", text("prompt", "a"), file("input_reference", picture((64, 64)), "image/png"))
    assert rule(answer) == "video.input-reference.dimensions"
    assert answer.json["error"]["message"] == "Inpaint image must match the requested width and height."


@pytest.mark.parametrize(
    ("content", "broken"), [(b"no picture", "another kind"), (picture()[:200], "damaged"), (b"", "another kind")]
)
def test_what_is_no_picture_is_refused(api, content, broken):
    answer = api().form("", text("prompt", "a"), file("input_reference", content, "image/png"))
    assert (answer.code, rule(answer)) == ("invalid_image", "video.input-reference.type")
    assert broken in answer.json["error"]["message"]


def test_a_data_url_that_is_too_long_is_refused(api):
    url = "data:image/png;base64," + "A" * 20_971_520
    one = api(policy=Policy(max_body=30_000_000))
    assert rule(one.post("", {"prompt": "a", "input_reference": {"image_url": url}})) == (
        "video.input-reference.data-url"
    )


def test_a_character_is_made_of_a_clip_and_a_name(api, clip):
    one = api()
    answer = one.form("/characters", text("name", "Mia 雨"), file("video", clip()))
    assert answer.status == 200
    assert answer.json == {"id": answer.json["id"], "name": "Mia 雨", "created_at": 1_700_000_000}
    assert answer.json["id"].startswith("char_")
    assert one.get(f"/characters/{answer.json['id']}").json == answer.json
    assert Api(one.stage, "sk-bob").get(f"/characters/{answer.json['id']}").code == "character_not_found"


@pytest.mark.parametrize(
    ("parts", "refused_by"),
    [
        ([text("name", "Mia")], "video.character.clip.required"),
        ([text("name", "Mia"), text("video", "x")], "video.character.clip.file"),
        ([text("name", "Mia"), file("video", b"no video")], "video.character.clip.format"),
        ([text("name", " "), file("video", b"no video")], "video.character.name.blank"),
        ([file("video", b"no video")], "video.character.name.required"),
    ],
)
def test_a_character_that_cannot_be_is_refused(api, parts, refused_by):
    one = api()
    answer = one.form("/characters", *parts)
    assert (answer.status, rule(answer)) == (400, refused_by)


@pytest.mark.parametrize(
    ("seconds", "size", "refused_by"),
    [(1, "1280x720", "video.character.clip.short"), (2, "640x480", "video.character.clip.small")],
)
def test_a_clip_is_really_looked_into(api, clip, seconds, size, refused_by):
    answer = api().form("/characters", text("name", "Mia"), file("video", clip(seconds, size)))
    assert (answer.code, rule(answer)) == ("input_moderation", refused_by)


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded", "video/mp4"])
def test_a_character_comes_in_a_multipart_form_only(api, content_type):
    answer = api().ask("POST", VIDEOS + "/characters", headers={"content-type": content_type}, body=b"{}")
    assert (answer.status, rule(answer)) == (415, "video.character.multipart")


def test_an_uploaded_video_can_be_edited_and_extended(api, clip):
    one = api()
    parts = [text("prompt", "at night"), file("video", clip(2, "640x480"))]
    edit = one.form("/edits", *parts, text("model", "sora-2-pro")).json
    assert (edit["seconds"], edit["size"], edit["model"]) == ("2", "640x480", "sora-2-pro")
    assert one.form("/extensions", *parts, text("seconds", "4")).json["seconds"] == "6"


def test_an_upload_that_is_no_video_is_refused(api):
    answer = api().form("/edits", text("prompt", "a"), file("video", b"no video"))
    assert (answer.status, answer.code, rule(answer)) == (400, "invalid_video", "video.edit.upload")
