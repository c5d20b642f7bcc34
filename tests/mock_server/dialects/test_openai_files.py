import asyncio
import base64
from io import BytesIO

import av
import pytest
from PIL import Image, ImageStat

from sora_mock.control.desk import Desk
from sora_mock.engine.commands import ImportState
from sora_mock.engine.policy import Policy
from sora_mock.keys import Caller
from sora_mock.media import Clip, look_into_upload
from sora_mock.showing import video_of
from tests.mock_server.dialects.videos import VIDEOS, file, text

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


ORANGE, VIOLET = (220, 120, 20), (120, 30, 160)


def sent(colour=ORANGE, size=(720, 1280), kind="PNG"):
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def begun(one, picture=None):
    answer = one.form(
        "", text("prompt", "a"), text("seconds", "4"), file("input_reference", picture or sent(), "image/png")
    )
    assert answer.status == 200, answer.json
    return answer.json["id"]


def begins_with(video, colour):
    """Tell whether a video's first frame has, on the whole, this colour."""
    with av.open(BytesIO(video)) as container:
        first = next(container.decode(video=0)).to_image()
    mean = ImageStat.Stat(first).mean
    return max(abs(found - meant) for found, meant in zip(mean, colour, strict=True)) < 6


def shown(one, video):
    """Return what a video shows, as the shelf has it."""
    state = one.stage.understudy.log.read(next(iter(one.stage.understudy.log.names())))
    return video_of(state, state.generations[video], seed=0)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_video_begins_with_the_picture_that_came_along(api, kind):
    one = api()
    made = begun(one, sent(kind=kind))
    _, found = content(one, made)
    assert begins_with(found, ORANGE)
    assert (look_into_upload(found).seconds, look_into_upload(found).width) == (4, 720)
    _, thumbnail = content(one, made, "variant=thumbnail")
    with Image.open(BytesIO(thumbnail)) as picture:
        colours = picture.convert("RGB").getcolors(1 << 24)
    near = [count for count, one in colours if max(abs(a - b) for a, b in zip(one, ORANGE, strict=True)) < 20]
    assert sum(near) > 720 * 1280 / 2


def test_a_picture_in_a_data_url_is_as_good_as_a_file(api):
    one = api()
    url = f"data:image/png;base64,{base64.b64encode(sent(VIOLET, (1280, 720))).decode()}"
    made = one.video(size="1280x720", input_reference={"image_url": url})
    assert begins_with(content(one, made)[1], VIOLET)


def test_a_picture_that_waits_on_disk_is_shown_like_others(api, tmp_path):
    one = api()
    body = text("prompt", "a") + text("seconds", "4") + file("input_reference", sent(), "image/png") + b"--b--\r\n"
    spool = tmp_path / "body"
    spool.write_bytes(body)
    headers = {"content-type": "multipart/form-data; boundary=b"}
    made = one.ask("POST", VIDEOS, body=body[:64], spool=spool, headers=headers).json["id"]
    for path in tmp_path.iterdir():
        path.unlink()
    assert begins_with(content(one, made)[1], ORANGE)


@pytest.mark.parametrize("reference", [{"image_url": "https://x.test/a.png"}, {"file_id": "file-1"}])
def test_a_picture_that_is_only_named_is_not_shown(api, reference):
    one = api()
    assert isinstance(shown(one, one.video(input_reference=reference)), Clip)


def test_a_picture_shows_in_its_own_video_only(api):
    one = api()
    begun(one)
    assert isinstance(shown(one, one.video()), Clip)
    assert not begins_with(content(one, one.video())[1], ORANGE)


def test_a_refused_picture_is_not_kept(api):
    one = api()
    answer = one.form("", text("prompt", "a"), file("input_reference", sent(size=(64, 64)), "image/png"))
    assert (answer.status, one.stage.understudy._shelf._sizes) == (400, {})


def test_a_remix_of_a_deleted_video_begins_with_its_picture(api):
    one = api()
    source = begun(one)
    remix = one.post(f"/{source}/remix", {"prompt": "in the rain"}).json["id"]
    one.delete(f"/{source}")
    assert shown(one, remix).source.clip.task_id == source
    more = one.post("/extensions", {"prompt": "and on", "seconds": "4", "video": {"id": remix}}).json["id"]
    assert look_into_upload(content(one, more)[1]).seconds == 8


def test_the_guides_content_is_the_same_file(api):
    one = api()
    made = begun(one)
    assert one.stage.get(f"/generations/{made}/content").reply.file.read_bytes() == content(one, made)[1]


def test_a_landscape_takes_the_place_of_a_picture_that_there_was_no_room_for(api):
    one = api(shelf_bytes=1)
    first, second = begun(one), begun(one, sent(VIOLET))
    assert begins_with(content(one, second)[1], VIOLET)
    _, found = content(one, first)
    assert not begins_with(found, ORANGE)
    assert (look_into_upload(found).seconds, look_into_upload(found).height) == (4, 1280)


def test_a_state_goes_without_its_pictures_and_is_shown_all_the_same(api):
    one, other = api(), api()
    made = begun(one)
    account = one.stage.understudy.caller("Bearer sk-alice").account
    state = Desk(one.stage.understudy, one.stage.exchange.journal).export_state(account)
    other.stage.understudy.perform(Caller(account), ImportState(state))
    _, found = content(other, made)
    assert (begins_with(found, ORANGE), look_into_upload(found).width) == (False, 720)
    # Once the same picture comes along again, it is there for all that begins with it.
    begun(other)
    assert begins_with(content(other, begun(other))[1], ORANGE)
