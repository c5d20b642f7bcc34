"""A pen for drawing things of any size.

Owns the way from a figure's own coordinates to smooth pixels: x runs from the middle to both sides, y from the ground
up, and 1 is the height of the picture. Must not know what it draws.
"""

from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw

from sora_mock.media.colour import Colour
from sora_mock.media.shapes import Point

_LARGE: Final = 240  # pixels of height from which on coarser edges do not show


class Pen:
    """Draws outlined shapes on a transparent picture of `width` x `height` pixels."""

    def __init__(self, width: int, height: int, *, ink: Colour, line: float) -> None:
        # Pillow draws hard edges: drawn larger and shrunk, they come out smooth.
        self._fineness = 2 if height >= _LARGE else 3
        self._unit = height * self._fineness
        self._middle = width * self._fineness / 2
        self._image = Image.new("RGBA", (width * self._fineness, height * self._fineness), (*ink, 0))
        self._draw = ImageDraw.Draw(self._image)
        self._ink = ink
        self._line = max(2, round(line * self._unit))

    def polygon(self, points: Sequence[Point], fill: Colour, *, outlined: bool = True) -> None:
        """Draw a closed shape."""
        pixels = [self._pixel(*point) for point in points]
        self._draw.polygon(pixels, fill=fill)
        if outlined:
            self._stroke([*pixels, pixels[0], pixels[1]], self._ink, self._line)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Colour, *, outlined: bool = True) -> None:
        """Draw an ellipse around a middle."""
        left, top = self._pixel(x - rx, y + ry)
        right, bottom = self._pixel(x + rx, y - ry)
        edge = self._ink if outlined else None
        self._draw.ellipse((left, top, right, bottom), fill=fill, outline=edge, width=self._line)

    def limb(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """Draw a thick bent line with round ends, outlined."""
        pixels = [self._pixel(*point) for point in points]
        thick = round(width * self._unit)
        self._stroke(pixels, self._ink, thick + 2 * self._line)
        self._stroke(pixels, fill, thick)

    def line(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """Draw a line with round ends."""
        self._stroke([self._pixel(*point) for point in points], fill, max(2, round(width * self._unit)))

    def picture(self) -> Image.Image:
        """Return what was drawn, at its true size."""
        return self._image.reduce(self._fineness)

    def _pixel(self, x: float, y: float) -> Point:
        return self._middle + x * self._unit, (1 - y) * self._unit

    def _stroke(self, pixels: Sequence[Point], fill: Colour, width: int) -> None:
        self._draw.line(pixels, fill=fill, width=width, joint="curve")
        half = width / 2
        for x, y in (pixels[0], pixels[-1]):
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill=fill)
