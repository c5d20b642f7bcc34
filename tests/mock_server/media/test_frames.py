import pytest
from PIL import Image

from sora_mock.media import Scene
from sora_mock.media.cast import SHOWN, places_of
from sora_mock.media.figure import figure_of
from sora_mock.media.frames import RATE, draw_frames

RED, GREEN, BLUE = "char_10", "char_2", "char_3"


def first(clip):
    return next(draw_frames(clip))


def shows(frame, character_id):
    """Tell whether a frame shows the main colour of a character in more than stray pixels."""
    main = figure_of(character_id).main
    return sum(count for count, pixel in frame.getcolors(1 << 20) if pixel == main) > 300


def test_there_is_a_frame_for_every_tick(clip_with):
    assert sum(1 for _ in draw_frames(clip_with(duration=3))) == 3 * RATE


@pytest.mark.parametrize("seed", range(4))
def test_a_clip_shows_its_characters_and_no_others(clip_with, seed):
    frame = first(clip_with(characters=(RED, GREEN), seed=seed))
    assert [shows(frame, name) for name in (RED, GREEN, BLUE)] == [True, True, False]


def test_an_empty_stage_shows_nobody(clip_with):
    assert not any(shows(first(clip_with()), name) for name in (RED, GREEN, BLUE))


def test_a_scene_shows_its_own_characters(clip_with):
    scenes = (Scene(f"@{RED}", 1), Scene(f"@{GREEN} and @{BLUE}", 1), Scene("nobody", 1))
    frames = list(draw_frames(clip_with(duration=3, scenes=scenes, characters=(RED, GREEN, BLUE))))
    seen = [[shows(frames[second * RATE], name) for name in (RED, GREEN, BLUE)] for second in range(3)]
    assert seen == [[True, False, False], [False, True, True], [False, False, False]]


def test_figures_move_from_frame_to_frame(clip_with):
    frames = [frame.crop((0, 200, 854, 440)).tobytes() for frame in draw_frames(clip_with(characters=(RED,)))]
    assert len(set(frames)) > 1


def test_all_can_happen_in_front_of_another_picture(clip_with):
    clip = clip_with(characters=(RED,))
    frame = next(draw_frames(clip, backdrop=Image.new("RGB", clip.size, (1, 2, 3))))
    assert shows(frame, RED)
    ground = sum(count for count, colour in frame.getcolors(1 << 20) if colour == (1, 2, 3))
    assert ground > 854 * 480 / 2


def test_the_landscape_differs_by_seed(clip_with):
    assert first(clip_with(seed=1)).tobytes() != first(clip_with(seed=2)).tobytes()


def test_the_landscape_differs_by_task(clip_with):
    pixels = {first(clip_with(task_id=f"task_{number}", prompt="")).getpixel((840, 300)) for number in range(5)}
    assert len(pixels) == 5


def test_the_prompt_is_shown(clip_with):
    assert first(clip_with(prompt="One")).tobytes() != first(clip_with(prompt="Two")).tobytes()


@pytest.mark.parametrize(
    "prompt",
    [
        "\x00\x01\x1b[31m",
        "\ud800 \udfff",
        "🏳️‍🌈👩‍👩‍👧‍👦" * 50,
        "שלום עולם " * 40,
        "漢字" * 400,
        "a" + "\u0301" * 5_000,
        "x" * 32_000,
        "w " * 16_000,
    ],
    ids=["controls", "surrogates", "emoji", "right-to-left", "han", "combining", "one-word", "many-words"],
)
def test_hostile_prompts_are_drawn(clip_with, prompt):
    assert first(clip_with(prompt=prompt, task_id=prompt, characters=(RED,))).size == (854, 480)


@pytest.mark.parametrize("count", [1, 7, 8, 24, 25, 200])
def test_any_number_of_characters_is_drawn(clip_with, count):
    names = tuple(f"char_{number}" for number in range(count))
    assert shows(first(clip_with(characters=names)), names[0])


@pytest.mark.parametrize("count", [1, 2, 7, 8, 13, 24, 200])
@pytest.mark.parametrize("size", [(854, 480), (1920, 1080), (720, 1280), (1024, 1792), (64, 64)])
def test_nobody_stands_outside_the_picture(count, size):
    places, unseen = places_of([str(number) for number in range(count)], size)
    assert len(places) + unseen == count
    assert all(
        place.room / 2 <= place.x <= size[0] - place.room / 2 and place.height < place.y < size[1] for place in places
    )


@pytest.mark.parametrize("size", [(720, 1280), (1024, 1792), (1080, 1920)])
def test_figures_fill_a_high_picture(size):
    for count, least in ((1, 0.4), (2, 0.25), (7, 0.12)):
        places, _ = places_of([str(number) for number in range(count)], size)
        assert all(place.height > least * size[1] for place in places)


def test_a_high_picture_shows_its_characters(clip_with):
    frame = first(clip_with(resolution="720x1280", characters=(RED, GREEN)))
    assert [shows(frame, name) for name in (RED, GREEN, BLUE)] == [True, True, False]


@pytest.mark.parametrize("resolution", ["16x16", "16x4096", "4096x16", "64x96"])
def test_pictures_of_any_form_are_drawn(clip_with, resolution):
    clip = clip_with(resolution=resolution, characters=(RED,))
    assert first(clip).size == clip.size


def test_a_crowd_is_cut_to_the_first_ones():
    places, unseen = places_of([str(number) for number in range(200)], (854, 480))
    assert ([place.character_id for place in places], unseen) == ([str(number) for number in range(SHOWN)], 200 - SHOWN)


def test_poses_thrown_away_are_drawn_again(clip_with, monkeypatch):
    scenes = tuple(Scene(f"@{name}", 1) for name in (RED, GREEN, RED))
    clip = clip_with(duration=3, scenes=scenes, characters=(RED, GREEN))
    kept = [frame.tobytes() for frame in draw_frames(clip)]
    monkeypatch.setattr("sora_mock.media.frames._POSES_KEPT", 0)
    assert [frame.tobytes() for frame in draw_frames(clip)] == kept
