"""The backdrop: a landscape of its own for every task and seed.

Owns sky, sun, hills and ground. Keeps to soft colours, so that the strong ones of the figures stand out. Must not know
who stands in front of it or what is written over it.
"""

import hashlib
import math
from typing import Final

from PIL import Image, ImageDraw

from sora_mock.media.colour import WHITE, Colour, from_hls, mix

GROUND: Final = 0.70
"""Where the ground begins, as a share of the height from the top."""

_FINENESS: Final = 2


def draw_backdrop(task_id: str, seed: int, size: tuple[int, int]) -> Image.Image:
    """Return the landscape that belongs to a task and seed, in a size in pixels."""
    name = f"{seed}/{task_id}".encode("utf-8", "surrogatepass")
    chance = [byte / 255 for byte in hashlib.shake_256(b"backdrop\0" + name).digest(24)]
    hue = 360 * chance[0]
    width, height = size[0] * _FINENESS, size[1] * _FINENESS
    image = _sky(hue, chance[1], width, height)
    draw = ImageDraw.Draw(image)
    _draw_sun(draw, hue, chance[2:5], width, height)
    _draw_clouds(draw, from_hls(hue, 0.95, 0.5), chance[5:11], width, height)
    for layer, (level, lightness) in enumerate(((0.60, 0.79), (0.655, 0.735), (GROUND, 0.67))):
        colour = from_hls(hue + 60 + 90 * chance[11], lightness, 0.24)
        _draw_hills(draw, colour, level, chance[12 + 4 * layer :], width, height)
    return image.reduce(_FINENESS)


def _sky(hue: float, turn: float, width: int, height: int) -> Image.Image:
    top, low = from_hls(hue, 0.74, 0.45), from_hls(hue + 40 + 60 * turn, 0.93, 0.55)
    column = Image.new("RGB", (1, 256))
    for step in range(256):
        column.putpixel((0, step), mix(top, low, min(1.0, step / 256 / GROUND)))
    return column.resize((width, height), Image.Resampling.BILINEAR)


def _draw_sun(draw: ImageDraw.ImageDraw, hue: float, chance: list[float], width: int, height: int) -> None:
    x, y = width * (0.12 + 0.76 * chance[0]), height * (0.44 + 0.1 * chance[1])
    sky, sun = from_hls(hue + 70, 0.88, 0.5), from_hls(40 + 20 * chance[2], 0.94, 0.8)
    for ring in range(3, -1, -1):
        radius = height * (0.075 + 0.022 * ring)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=mix(sun, sky, ring / 4))


def _draw_clouds(draw: ImageDraw.ImageDraw, colour: Colour, chance: list[float], width: int, height: int) -> None:
    for place, level in zip(chance[::2], chance[1::2], strict=True):
        x, y, unit = width * place, height * (0.06 + 0.42 * level), height * 0.026
        for along, radius in ((-2.1, 0.8), (-0.8, 1.35), (0.9, 1.1), (2.2, 0.7)):
            left, right = x + (along - radius) * unit, x + (along + radius) * unit
            draw.ellipse((left, y - radius * unit, right, y + radius * unit), fill=colour)
        draw.rounded_rectangle((x - 3 * unit, y, x + 3 * unit, y + 0.8 * unit), 0.4 * unit, fill=colour)


def _draw_hills(
    draw: ImageDraw.ImageDraw, colour: Colour, level: float, chance: list[float], width: int, height: int
) -> None:
    swell = 0.0 if level == GROUND else 0.055
    ridge = [(width * step / 96, height * (level - swell * _wave(step / 96, chance))) for step in range(97)]
    draw.polygon([*ridge, (width, height), (0, height)], fill=colour)
    if level == GROUND:
        for stripe in range(1, 5):
            y = height * (GROUND + (1 - GROUND) * (stripe / 5) ** 1.6)
            draw.rectangle((0, y, width, height), fill=mix(colour, WHITE, 0.05 * stripe))


def _wave(x: float, chance: list[float]) -> float:
    slow = math.sin(math.tau * (x * (0.7 + chance[0]) + chance[1]))
    quick = math.sin(math.tau * (x * (1.9 + 1.5 * chance[2]) + chance[3]))
    return 0.5 + 0.33 * slow + 0.17 * quick
