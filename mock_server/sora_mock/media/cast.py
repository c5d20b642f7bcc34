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
_ROWS: Final = 5  # the most of them in a narrow picture
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
    width, height = size
    top, low = _STAGE
    rows = _rows(len(shown), size)
    columns = math.ceil(len(shown) / rows)
    level = (low - top) / rows
    room = min(width * _WIDTH / columns, height * 0.62)
    tall = _tall(len(shown), rows, size)
    places = []
    for index, name in enumerate(shown):
        row, column = divmod(index, columns)
        beside = min(columns, len(shown) - row * columns)
        x = width / 2 + (column - (beside - 1) / 2) * room
        y = height * (low - _NAME - (rows - 1 - row) * level)
        places.append(Place(name, round(x), round(y), round(tall), round(room * 0.94)))
    return places, len(characters) - len(shown)


def _rows(count: int, size: tuple[int, int]) -> int:
    """Return in how many rows so many characters stand: where the picture is narrow, those that leave most room."""
    width, height = size
    if width >= height:
        return 1 if count <= _ROW else 2
    return max(range(1, min(count, _ROWS) + 1), key=lambda rows: _tall(count, rows, size))


def _tall(count: int, rows: int, size: tuple[int, int]) -> float:
    """Return how high so many characters can be in so many rows."""
    width, height = size
    room = min(width * _WIDTH / math.ceil(count / rows), height * 0.62)
    level = (_STAGE[1] - _STAGE[0]) / rows
    return min(height * (level - _NAME), height * _TALLEST, room / _SLIMNESS)
