"""The cast on the stage: who stands where, and how large.

Owns the places of a shot's characters. Must not know of Pillow, nor what the characters look like.
"""

import math
from collections.abc import Sequence
from typing import Final

import msgspec

SHOWN: Final = 24
"""The most characters that are shown; of more, the first ones are."""

_ROW: Final = 7  # up to so many stand in one row, more in two
_TALLEST: Final = 0.46  # of the height of the picture, as are the next two
_STAGE: Final = (0.425, 0.925)
_NAME: Final = 0.05
_SLIMNESS: Final = 0.8  # width that a figure needs, as a share of its height
_WIDTH: Final = 0.94  # of the width of the picture


class Place(msgspec.Struct, frozen=True):
    """Where a character stands, in pixels: the middle of its feet, its height, and the width of its name."""

    character_id: str
    x: int
    y: int
    height: int
    room: int


def places_of(characters: Sequence[str], size: tuple[int, int]) -> tuple[list[Place], int]:
    """Return the places of the characters that are shown, those behind first, and how many are not shown."""
    shown = characters[:SHOWN]
    if not shown:
        return [], 0
    rows = 1 if len(shown) <= _ROW else 2
    columns = math.ceil(len(shown) / rows)
    width, height = size
    top, low = _STAGE
    level = (low - top) / rows
    room = min(width * _WIDTH / columns, height * 0.62)
    tall = min(height * (level - _NAME), height * _TALLEST, room / _SLIMNESS)
    places = []
    for index, name in enumerate(shown):
        row, column = divmod(index, columns)
        beside = min(columns, len(shown) - row * columns)
        x = width / 2 + (column - (beside - 1) / 2) * room
        y = height * (low - _NAME - (rows - 1 - row) * level)
        places.append(Place(name, round(x), round(y), round(tall), round(room * 0.94)))
    return places, len(characters) - len(shown)
