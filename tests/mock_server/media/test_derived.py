import av
import pytest
from PIL import Image

from sora_mock.media import Edited, Extended, Portrait, Spritesheet, Thumbnail, Upload, inspect, media_type_of
from sora_mock.media.figure import figure_of
from sora_mock.media.footage import pictures
from sora_mock.media.making import make
from sora_mock.media.pieces import digest_of, name_of, source_of
from sora_mock.media.render import RenderStoppedError, render

SMALL = "64x96"
UPLOAD = Upload(digest="0" * 64, duration=1.0, width=64, height=48)


@pytest.fixture
def clip(clip_with):
    return clip_with(resolution=SMALL, duration=1, characters=("char_1",))


@pytest.fixture
def source(clip, tmp_path):
    render(clip, tmp_path / "source.mp4")
    return tmp_path / "source.mp4"


@pytest.fixture
def made(tmp_path):
    """Return a function that makes a piece and gives its file."""

    def make_it(piece, source=None, name=None):
        path = tmp_path / (name or name_of(piece))
        make(piece, path, source=source, stopped=lambda: False)
        return path

    return make_it


def test_a_thumbnail_is_a_webp_in_the_size_of_the_video(made, source, clip):
    with Image.open(made(Thumbnail(source=clip), source)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (64, 96))


@pytest.mark.parametrize(("media_type", "kind"), [("image/jpeg", "JPEG"), ("image/webp", "WEBP")])
def test_a_spritesheet_has_five_rows_of_five(made, source, clip, media_type, kind):
    with Image.open(made(Spritesheet(source=clip, media_type=media_type), source)) as picture:
        assert (picture.format, picture.size) == (kind, (320, 480))


def test_the_pictures_of_a_spritesheet_are_small(made, video_of):
    sheet = Spritesheet(source=UPLOAD)
    with Image.open(made(sheet, video_of(size=(1280, 720), colours=((0, 0, 0),)))) as picture:
        assert picture.size == (1600, 900)


def test_a_spritesheet_runs_from_the_beginning_to_the_end(made, video_of):
    path = video_of(((200, 0, 0),) * 4 + ((0, 0, 200),) * 4, rate=4)
    with Image.open(made(Spritesheet(source=UPLOAD), path)) as picture:
        first, last = picture.getpixel((10, 10)), picture.getpixel((picture.width - 10, picture.height - 10))
    assert (first[0] > 150, last[2] > 150) == (True, True)


@pytest.mark.parametrize(("how", "origin"), [("edit", "edit of task_0"), ("remix", "remix of task_0")])
def test_an_edit_keeps_length_and_size_and_tells_what_it_is(made, source, clip, clip_with, how, origin):
    piece = Edited(clip=clip_with(task_id="task_1", prompt="At night", resolution=SMALL), source=clip, how=how)
    found = inspect(made(piece, source))
    assert (found.duration_seconds, found.width, found.height, found.frames) == (1.0, 64, 96, 4)
    assert (found.task_id, found.prompt, found.origin) == ("task_1", "At night", origin)


def test_an_edit_looks_different_and_so_does_another_one(made, source, clip, clip_with):
    ways = [Edited(clip=clip_with(task_id="task_1", prompt=prompt, resolution=SMALL), source=clip) for prompt in "ab"]
    files = [source, *(made(way, source) for way in ways)]
    shown = [next(pictures(path, (64, 96))).tobytes() for path in files]
    away = [sum(abs(a - b) for a, b in zip(shown[0], other, strict=True)) / len(other) for other in shown[1:]]
    assert all(distance > 10 for distance in away)
    assert shown[1] != shown[2]


def test_an_extension_goes_on_after_its_source(made, source, clip, clip_with):
    whole = clip_with(task_id="task_1", prompt="And on", duration=3, resolution=SMALL)
    path = made(Extended(clip=whole, source=clip, added=2), source)
    found = inspect(path)
    assert (found.duration_seconds, found.frames, found.origin) == (3.0, 12, "extension of task_0")
    before, after = list(pictures(source, (64, 96))), list(pictures(path, (64, 96)))
    away = [
        sum(abs(a - b) for a, b in zip(one.tobytes(), other.tobytes(), strict=True)) / 18_432
        for one, other in zip(before, after[:4], strict=True)
    ]
    assert all(distance < 6 for distance in away)


@pytest.mark.parametrize(("size", "rate"), [((63, 47), 5), ((64, 48), 30)])
def test_uploads_of_any_size_and_rate_can_be_edited_and_extended(made, video_of, clip_with, size, rate):
    path = video_of(((200, 0, 0),) * rate, size=size, rate=rate, codec="ffv1")
    edit = inspect(made(Edited(clip=clip_with(), source=UPLOAD), path))
    assert (edit.width, edit.height, edit.duration_seconds, edit.origin) == (64, 48, 1.0, "edit of upload")
    more = inspect(made(Extended(clip=clip_with(duration=2, resolution="96x64"), source=UPLOAD, added=1), path))
    assert (more.width, more.height, more.duration_seconds) == (96, 64, 2.0)


def test_the_same_piece_gives_the_same_bytes(made, source, clip, clip_with):
    pieces = [
        Thumbnail(source=clip),
        Spritesheet(source=clip),
        Edited(clip=clip_with(resolution=SMALL), source=clip),
        Extended(clip=clip_with(duration=2, resolution=SMALL), source=clip, added=1),
        Portrait(character_id="char_1"),
    ]
    for piece in pieces:
        assert made(piece, source, "one").read_bytes() == made(piece, source, "two").read_bytes()


def test_a_portrait_is_a_square_webp_with_the_characters_colour(made):
    with Image.open(made(Portrait(character_id="char_1"))) as picture:
        assert (picture.format, picture.size) == ("WEBP", (512, 512))
        colours = picture.convert("RGB").getcolors(1 << 20)
    main = figure_of("char_1").main
    near = sum(count for count, found in colours if max(abs(a - b) for a, b in zip(found, main, strict=True)) <= 12)
    assert near > 10_000


def test_what_a_stopped_shelf_was_making_is_given_up(source, clip, tmp_path):
    for piece in (Thumbnail(source=clip), Spritesheet(source=clip), Edited(clip=clip, source=clip)):
        with pytest.raises(RenderStoppedError):
            make(piece, tmp_path / "out", source=source, stopped=lambda: True)


def test_a_lost_upload_has_a_stand_in(made):
    found = inspect(made(Upload(digest="a" * 64, duration=0.2, width=63, height=9)))
    assert (found.width, found.height, found.duration_seconds) == (64, 16, 1.0)


def test_what_is_made_of_a_video_cannot_be_made_without(clip, tmp_path):
    with pytest.raises(ValueError, match="Thumbnail is made of a video"):
        make(Thumbnail(source=clip), tmp_path / "out", source=None, stopped=lambda: False)


def test_every_piece_has_a_name_of_its_own(clip, clip_with):
    edit = Edited(clip=clip, source=clip)
    pieces = [
        clip,
        edit,
        Edited(clip=clip, source=clip, how="remix"),
        Edited(clip=clip, source=clip_with(seed=5)),
        Edited(clip=clip, source=UPLOAD),
        Edited(clip=clip, source=edit),
        Extended(clip=clip, source=clip, added=1),
        Extended(clip=clip, source=clip, added=2),
        UPLOAD,
        Thumbnail(source=clip),
        Thumbnail(source=edit),
        Spritesheet(source=clip),
        Spritesheet(source=clip, media_type="image/webp"),
        Portrait(character_id="char_1"),
        Portrait(character_id="char_2"),
    ]
    assert len({name_of(piece) for piece in pieces}) == len({digest_of(piece) for piece in pieces}) == len(pieces)
    assert name_of(clip) == f"{clip.digest}.mp4"


def test_pieces_tell_their_type_and_source(clip):
    pieces = [clip, UPLOAD, Portrait(character_id="a"), Thumbnail(source=clip), Spritesheet(source=clip)]
    assert [media_type_of(piece) for piece in pieces] == ["video/mp4"] * 2 + ["image/webp"] * 2 + ["image/jpeg"]
    assert [source_of(piece) for piece in pieces] == [None, None, None, clip, clip]


def test_a_derived_video_can_be_played_from_its_beginning(made, source, clip):
    with av.open(made(Edited(clip=clip, source=clip), source)) as video:
        assert [frame.time for frame in video.decode(video=0)] == [0.0, 0.25, 0.5, 0.75]
