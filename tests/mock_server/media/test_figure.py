import hashlib

import msgspec
import pytest

from sora_mock.media.figure import BEATS, EYES, HATS, MOUTHS, PATTERNS, SHAPES, figure_of
from sora_mock.media.puppet import draw_figure


def ids(count):
    return ["char_" + hashlib.sha256(str(number).encode()).hexdigest()[:24] for number in range(count)]


def test_the_same_id_gives_the_same_figure():
    assert figure_of("char_0") == figure_of("char_0")


def test_a_figure_never_changes_from_release_to_release():
    told = hashlib.sha256(repr(figure_of("char_0123456789abcdef01234567")).encode()).hexdigest()
    assert told[:16] == "e4544b1810347d93"


def test_many_ids_give_as_many_figures():
    assert len({figure_of(name) for name in ids(2_000)}) == 2_000


def test_neighbouring_ids_look_different():
    one, other = figure_of("char_1"), figure_of("char_2")
    assert sum(a != b for a, b in zip(msgspec.structs.astuple(one), msgspec.structs.astuple(other), strict=True)) > 4


@pytest.mark.parametrize(
    ("trait", "choices"),
    [("shape", SHAPES), ("hat", HATS), ("eyes", EYES), ("mouth", MOUTHS), ("pattern", PATTERNS)],
)
def test_every_choice_is_met(trait, choices):
    assert {getattr(figure_of(name), trait) for name in ids(500)} == set(choices)


@pytest.mark.parametrize("name", ["", "\x00", "\ud800", "角色", "x" * 10_000])
def test_any_id_gives_a_figure(name):
    assert figure_of(name).shape in SHAPES


@pytest.mark.parametrize("trait", [*(("shape", s) for s in SHAPES), *(("hat", h) for h in HATS)])
def test_every_figure_shows_much_of_its_main_colour(trait):
    figure = msgspec.structs.replace(figure_of("char_0"), **dict([trait]))
    picture = draw_figure(figure, 120, 0)
    assert share_of(picture, figure.main) > 0.06


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_leaves_room_for_the_main_colour(pattern):
    figure = msgspec.structs.replace(figure_of("char_0"), pattern=pattern)
    assert share_of(draw_figure(figure, 120, 0), figure.main) > 0.06


@pytest.mark.parametrize("height", [1, 7, 60, 400])
def test_a_figure_is_drawn_at_any_height(height):
    assert draw_figure(figure_of("char_0"), height, 0).height == height


def test_a_figure_moves():
    poses = {draw_figure(figure_of("char_0"), 60, beat).tobytes() for beat in range(BEATS)}
    assert len(poses) > BEATS // 2


def test_the_movement_comes_round():
    figure = figure_of("char_0")
    assert draw_figure(figure, 60, 1).tobytes() == draw_figure(figure, 60, 1 + BEATS).tobytes()


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_all_eyes_blink(eyes, count):
    figure = msgspec.structs.replace(figure_of("char_0"), eyes=eyes, eye_count=count, offset=0)
    assert draw_figure(figure, 60, 0).tobytes() != draw_figure(figure, 60, BEATS - 1).tobytes()


@pytest.mark.parametrize("mouth", MOUTHS)
def test_mouths_differ(mouth):
    figure = msgspec.structs.replace(figure_of("char_0"), mouth=mouth)
    others = [msgspec.structs.replace(figure, mouth=other) for other in MOUTHS if other != mouth]
    assert all(draw_figure(figure, 80, 0).tobytes() != draw_figure(other, 80, 0).tobytes() for other in others)


def share_of(picture, colour):
    return sum(count for count, pixel in picture.getcolors(1 << 20) if pixel[:3] == colour) / (
        picture.width * picture.height
    )
