import asyncio
from io import BytesIO

import pytest
from PIL import Image

from sora_mock.engine.policy import Policy
from sora_mock.media import look_into_upload
from sora_mock.showing import video_of
from tests.mock_server.dialects.videos import file, text

SMALL = "640x480"


def content(api, video, query=""):
    answer = api.get(f"/{video}/content", query)
    assert answer.status == 200, answer.json
    return answer.reply.media_type, answer.reply.file.read_bytes()


def test_the_content_has_the_length_and_the_size_that_were_asked_for(api):
    one = api()
    kind, found = content(one, one.video(size="1792x1024", seconds="8"))
    shown = look_into_upload(found)
    assert (kind, shown.seconds, shown.width, shown.height) == ("video/mp4", 8, 1792, 1024)


def test_a_video_has_a_thumbnail_and_a_spritesheet(api):
    one = api()
    made = one.video()
    kind, found = content(one, made, "variant=thumbnail")
    picture = Image.open(BytesIO(found))
    assert (kind, picture.format, picture.size) == ("image/webp", "WEBP", (720, 1280))
    kind, found = content(one, made, "variant=spritesheet")
    assert (kind, Image.open(BytesIO(found)).format) == ("image/jpeg", "JPEG")


def test_the_spritesheet_can_be_of_another_kind(api):
    one = api(policy=Policy(spritesheet_type="webp"))
    kind, found = content(one, one.video(), "variant=spritesheet")
    assert (kind, Image.open(BytesIO(found)).format) == ("image/webp", "WEBP")


@pytest.mark.parametrize("variant", ["video", "thumbnail", "spritesheet"])
def test_no_file_is_there_before_the_end(api, variant):
    one = api()
    made = one.post("", {"prompt": "a"}, prefer="fault=task-stuck").json["id"]
    answer = one.get(f"/{made}/content", f"variant={variant}")
    assert (answer.status, answer.code) == (404, "video_not_ready")
    assert answer.json["error"]["message"].startswith("Video is not ready yet")


def test_a_variant_that_there_is_not_is_refused(api):
    one = api()
    answer = one.get(f"/{one.video()}/content", "variant=poster")
    assert (answer.status, answer.headers["x-sora-mock-rule"]) == (400, "video.content.variant-value")


def test_an_edit_shows_its_source_changed_and_outlives_it(api, clip):
    one = api()
    source = one.form("/edits", text("prompt", "at night"), file("video", clip(2, SMALL))).json["id"]
    remix = one.post(f"/{source}/remix", {"prompt": "in the rain"}).json["id"]
    one.delete(f"/{source}")
    shown = look_into_upload(content(one, remix)[1])
    assert (shown.seconds, shown.width, shown.height) == (2, 640, 480)
    account = next(iter(one.stage.understudy.log.names()))
    state = one.stage.understudy.log.read(account)
    video = video_of(state, state.generations[remix], seed=0)
    assert (video.how, video.source.clip.prompt, video.source.source.width) == ("remix", "at night", 640)


def test_an_extension_shows_the_whole(api, clip):
    one = api()
    made = one.form("/extensions", text("prompt", "and on"), text("seconds", "4"), file("video", clip(2, SMALL)))
    assert look_into_upload(content(one, made.json["id"])[1]).seconds == 6


def test_a_character_can_be_made_of_the_content_of_a_video(api):
    one = api()
    _, found = content(one, one.video())
    assert one.form("/characters", text("name", "Mia"), file("video", found)).status == 200


def test_videos_made_of_one_another_in_a_state_from_elsewhere_are_shown_all_the_same(api):
    import msgspec

    one = api()
    source = one.video()
    remix = one.post(f"/{source}/remix", {"prompt": "a"}).json["id"]
    state = one.stage.understudy.log.read(next(iter(one.stage.understudy.log.names())))
    origin = msgspec.structs.replace(state.generations[remix].origin, source=remix)
    looped = msgspec.structs.replace(state.generations[remix], origin=origin)
    state.generations[remix] = looped
    assert asyncio.run(_digest(state, looped))


async def _digest(state, generation):
    from sora_mock.media.pieces import digest_of

    return digest_of(video_of(state, generation, seed=0))
