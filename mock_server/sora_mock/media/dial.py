"""The dial: how far a clip has come, as a clock and as a bar.

Owns the two and where they stand. Must not know what else is on the picture.
"""

from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw

from sora_mock.media.glass import LINE, MARGIN, PANE, TEXT, Glass
from sora_mock.media.scene import clock

_BAR: Final = (0.044, 0.03)  # the distance of its top and bottom from the picture's
_NOTCH: Final = 0.004


class Dial:
    """Shows the time of a clip of `total` seconds whose scenes begin at the seconds `starts`."""

    def __init__(self, glass: Glass, *, total: int, starts: Sequence[int]) -> None:
        self._glass, self._total, self._starts = glass, total, starts
        edge = glass.pixels(MARGIN)
        self._left, self._right = edge, glass.width - edge
        self._top, self._low = (glass.height - glass.pixels(share) for share in _BAR)
        self._line = glass.pixels(LINE)
        self._wide = glass.tag_width(clock(total, total))

    def draw_face(self) -> None:
        """Draw onto the glass what of the dial stands still."""
        self._glass.pane(self._right - self._wide, self._line, self._wide)
        box = (self._left, self._top, self._right, self._low)
        self._glass.draw.rounded_rectangle(box, (self._low - self._top) / 2, fill=PANE)

    def draw_hands(self, image: Image.Image, moment: float) -> None:
        """Draw onto a frame the time, in seconds since the start."""
        draw = ImageDraw.Draw(image)
        text, small = clock(int(moment), self._total), self._glass.small
        small.write(draw, self._right - (self._wide + small.width(text)) / 2, self._line, text, TEXT)
        tall = self._low - self._top
        reached = max(self._place(moment), self._left + tall)
        draw.rounded_rectangle((self._left, self._top, reached, self._low), tall / 2, fill=TEXT)
        for start in self._starts[1:]:
            at_start, half = self._place(start), max(1, self._glass.pixels(_NOTCH)) / 2
            draw.rectangle((at_start - half, self._top, at_start + half, self._low), fill=PANE[:3])

    def _place(self, moment: float) -> float:
        return self._left + (self._right - self._left) * moment / self._total
