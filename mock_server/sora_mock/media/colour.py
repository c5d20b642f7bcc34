"""Colours as plain numbers.

Owns the type `Colour` and the few sums done on colours. Must not know what is being coloured.
"""

import colorsys
from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]
"""Red, green and blue, each 0..255."""

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)


def from_hls(hue: float, lightness: float, saturation: float) -> Colour:
    """Return the colour of a hue in degrees, with lightness and saturation in 0..1."""
    red, green, blue = colorsys.hls_to_rgb(hue % 360 / 360, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour that lies `share` (0..1) of the way from `one` to `other`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
