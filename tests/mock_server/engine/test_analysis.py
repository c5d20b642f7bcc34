"""The advice on spans."""

import pytest

from sora_mock.engine.analysis import CROWD_NOTE, LONG_NOTE, SHORT_NOTE, analyse


@pytest.mark.parametrize(
    ("seconds", "quality", "notes"),
    [
        (0.5, "poor", (SHORT_NOTE,)),
        (1, "optimal", ()),
        (3, "optimal", ()),
        (3.1, "acceptable", ()),
        (5, "acceptable", ()),
        (5.1, "poor", (LONG_NOTE,)),
    ],
)
def test_the_length_of_a_span_tells_its_quality(seconds, quality, notes):
    analysis = analyse(seconds, characters=1)
    assert (analysis.quality, analysis.notes) == (quality, notes)


def test_a_crowd_is_noted():
    assert analyse(2, characters=2).notes == (CROWD_NOTE,)


def test_even_a_moment_samples_a_frame():
    assert analyse(0.001, characters=1).frames_sampled == 1
