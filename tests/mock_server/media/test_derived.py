import av
import pytest
from PIL import Image, ImageChops, ImageStat

from sora_mock.media import (
    Begun,
    Edited,
    Extended,
    Picture,
    Portrait,
    Spritesheet,
    Thumbnail,
    Upload,
    inspect,
    media_type_of,
)
from sora_mock.media.figure import figure_of
from sora_mock.media.footage import pictures
from sora_mock.media.frames import draw_frames
from sora_mock.media.making import make
from sora_mock.media.pieces import digest_of, name_of, source_of
from sora_mock.media.render import RenderStoppedError, render

SMALL = "64x96"
UPLOAD = Upload(digest="0" * 64, duration=1.0, width=64, height=48)
PICTURE = Picture(digest="0" * 64, width=640, height=960)
ORANGE = (220, 120, 20)


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


@pytest.fixture
def begun(made, clip_with, tmp_path):
    """A clip of two seconds that begins with an orange picture: what it is, and its file."""
    Image.new("RGB", (640, 960), ORANGE).save(tmp_path / "sent", "PNG")
    piece = Begun(clip=clip_with(task_id="task_1", duration=2, resolution="640x960"), source=PICTURE)
    return piece, made(piece, tmp_path / "sent")


def mean(picture):
    return ImageStat.Stat(picture.convert("RGB")).mean


def away(picture, colour):
    return max(abs(found - meant) for found, meant in zip(mean(picture), colour, strict=True))


def share(picture, colour):
    """Return how much of a picture has about this colour."""
    near = sum(
        count
        for count, found in picture.convert("RGB").getcolors(1 << 22)
        if max(abs(a - b) for a, b in zip(found, colour, strict=True)) <= 12
    )
    return near / (picture.width * picture.height)


def test_a_video_begins_with_the_picture_that_was_sent(begun):
    shown = list(pictures(begun[1], (640, 960)))
    assert away(shown[0], ORANGE) < 4
    assert share(shown[0], ORANGE) > 0.99


def test_all_else_comes_into_the_picture_within_a_second(begun, clip_with):
    piece, path = begun
    shown = list(pictures(path, (640, 960)))
    ground = Image.new("RGB", (640, 960), ORANGE)
    for number, frame in enumerate(draw_frames(piece.clip, backdrop=ground)):
        faded = frame if number >= 4 else Image.blend(ground, frame, number / 4)
        assert ImageStat.Stat(ImageChops.difference(shown[number], faded)).mean < [4, 4, 4]
    assert share(shown[-1], ORANGE) > 0.5
    assert share(shown[-1], ORANGE) < share(shown[0], ORANGE)


def test_a_video_that_begins_with_a_picture_is_otherwise_like_any(begun):
    found = inspect(begun[1])
    assert (found.duration_seconds, found.width, found.height, found.frames) == (2.0, 640, 960, 8)
    assert (found.task_id, found.prompt, found.origin) == ("task_1", "A walk", None)


def test_thumbnail_and_spritesheet_show_the_picture(begun, made):
    piece, path = begun
    with Image.open(made(Thumbnail(source=piece), path)) as thumbnail:
        assert share(thumbnail, ORANGE) > 0.5
    with Image.open(made(Spritesheet(source=piece), path)) as sheet:
        cell = sheet.crop((0, 0, sheet.width // 5, sheet.height // 5))
        assert away(cell, ORANGE) < 6
        assert share(sheet, ORANGE) > 0.5


def test_what_is_made_of_it_begins_with_the_picture_too(begun, made, clip_with):
    piece, path = begun
    whole = clip_with(task_id="task_2", duration=3, resolution="640x960")
    more = made(Extended(clip=whole, source=piece, added=1), path)
    assert away(next(pictures(more, (640, 960))), ORANGE) < 6
    assert inspect(more).origin == "extension of task_1"


def test_a_lost_picture_has_a_landscape_in_its_place(made):
    with Image.open(made(PICTURE)) as landscape:
        assert landscape.size == (640, 960)
        assert len(landscape.getcolors(1 << 20)) > 10
        other = made(Picture(digest="1" * 64, width=640, height=960))
        with Image.open(other) as another:
            assert landscape.tobytes() != another.tobytes()


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


def test_an_edit_shows_whoever_its_prompt_brings_in(made, source, clip, clip_with):
    def edit(prompt, *characters, of=clip):
        after = clip_with(task_id="task_1", prompt=prompt, resolution="640x960", characters=characters)
        return list(pictures(made(Edited(clip=after, source=of), grey), (640, 960)))

    def has(shown, name):
        return share(shown, figure_of(name).main) > 0.01

    grey = made(clip_with(resolution="640x960"))
    assert not has(edit("A walk", "char_1", "char_2")[0], "char_2")
    both = edit("@char_1 meets @cameo.2", "char_1", "char_2")
    assert [has(both[0], name) for name in ("char_1", "char_2")] == [False, True]
    assert both[0].tobytes() != both[1].tobytes()
    assert has(edit("@char_1 waves", "char_1", of=UPLOAD)[0], "char_1")


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
        PICTURE,
    ]
    for piece in pieces:
        assert made(piece, source, "one").read_bytes() == made(piece, source, "two").read_bytes()


def test_the_same_picture_gives_the_same_video(begun, made, tmp_path):
    assert made(begun[0], tmp_path / "sent", "again").read_bytes() == begun[1].read_bytes()


def test_a_portrait_is_a_square_webp_with_the_characters_colour(made):
    with Image.open(made(Portrait(character_id="char_1"))) as picture:
        assert (picture.format, picture.size) == ("WEBP", (512, 512))
        colours = picture.convert("RGB").getcolors(1 << 20)
    main = figure_of("char_1").main
    near = sum(count for count, found in colours if max(abs(a - b) for a, b in zip(found, main, strict=True)) <= 12)
    assert near > 10_000


def test_what_a_stopped_shelf_was_making_is_given_up(source, clip, tmp_path):
    Image.new("RGB", (64, 96)).save(tmp_path / "sent", "PNG")
    begun = Begun(clip=clip, source=PICTURE)
    for piece in (Thumbnail(source=clip), Spritesheet(source=clip), Edited(clip=clip, source=clip), begun):
        source = tmp_path / "sent" if piece is begun else source
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
        PICTURE,
        Picture(digest="1" * 64, width=640, height=960),
        Begun(clip=clip, source=PICTURE),
        Begun(clip=clip, source=Picture(digest="1" * 64, width=640, height=960)),
        Edited(clip=clip, source=Begun(clip=clip, source=PICTURE)),
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
    assert len({name_of(piece) for piece in pieces}) == len(pieces)
    # What was sent is called by what it holds, be it a picture or a video.
    assert len({digest_of(piece) for piece in pieces}) == len(pieces) - 1
    assert name_of(clip) == f"{clip.digest}.mp4"


def test_pieces_tell_their_type_and_source(clip):
    pieces = [clip, UPLOAD, Portrait(character_id="a"), Thumbnail(source=clip), Spritesheet(source=clip)]
    assert [media_type_of(piece) for piece in pieces] == ["video/mp4"] * 2 + ["image/webp"] * 2 + ["image/jpeg"]
    assert [source_of(piece) for piece in pieces] == [None, None, None, clip, clip]
    begun = Begun(clip=clip, source=PICTURE)
    assert [media_type_of(piece) for piece in (PICTURE, begun)] == ["application/octet-stream", "video/mp4"]
    assert [source_of(piece) for piece in (PICTURE, begun)] == [None, PICTURE]


def test_a_derived_video_can_be_played_from_its_beginning(made, source, clip):
    with av.open(made(Edited(clip=clip, source=clip), source)) as video:
        assert [frame.time for frame in video.decode(video=0)] == [0.0, 0.25, 0.5, 0.75]
