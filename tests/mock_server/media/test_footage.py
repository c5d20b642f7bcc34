import av
import pytest

from sora_mock.media.footage import pictures, size_of
from sora_mock.media.render import render

RED, GREEN, BLUE = (200, 0, 0), (0, 200, 0), (0, 0, 200)


def seen(path, size=(64, 48)):
    """Return the main colour, red, green or blue, of every picture."""
    return [
        "rgb"[max(range(3), key=shown.getpixel((size[0] // 2, size[1] // 2)).__getitem__)]
        for shown in pictures(path, size)
    ]


def test_our_own_clips_are_seen_frame_by_frame(clip_with, tmp_path):
    render(clip_with(duration=2), tmp_path / "a.mp4")
    assert sum(1 for _ in pictures(tmp_path / "a.mp4", (854, 480))) == 8


@pytest.mark.parametrize(
    ("colours", "rate", "shown"),
    [
        ((RED, GREEN, BLUE, RED), 4, "rgbr"),
        ((RED, GREEN), 1, "rrrrgggg"),
        ((RED,) * 12 + (GREEN,) * 12, 24, "rrgg"),
        ((RED,) * 15 + (BLUE,) * 15, 30, "rrbb"),
        ((RED,), 30, "r"),
    ],
)
def test_other_rates_are_seen_at_our_pace(video_of, colours, rate, shown):
    assert "".join(seen(video_of(colours, rate=rate))) == shown


@pytest.mark.parametrize("size", [(63, 47), (64, 48), (6, 4)])
def test_sizes_are_even_and_not_too_small(video_of, size):
    assert size_of(video_of(size=size, codec="ffv1", name="a.mp4")) == (
        max(16, size[0] + size[0] % 2),
        max(16, size[1] + size[1] % 2),
    )


def test_pictures_are_fitted_into_another_size_whole(video_of):
    shown = next(pictures(video_of((RED,) * 5, size=(64, 48)), (48, 64)))
    assert shown.size == (48, 64)
    assert (shown.getpixel((24, 2)), shown.getpixel((24, 32))[0] > 150) == ((0, 0, 0), True)


def test_sound_alone_has_no_size(tmp_path):
    path = tmp_path / "sound.mp4"
    with av.open(path, "w") as container:
        sound = container.add_stream("aac", rate=8000, layout="mono")
        note = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        note.planes[0].update(bytes(4096))
        note.sample_rate, note.pts = 8000, 0
        container.mux([*sound.encode(note), *sound.encode(None)])
    with pytest.raises(ValueError, match="no size"):
        size_of(path)
