"""Who a character is on screen, told by its id alone.

Owns the value `Figure` and its derivation from a character id: the same id gives the same figure in every clip, on
every machine. Must not know of clips, seeds or Pillow; how a figure is drawn is `puppet`'s business.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

import msgspec

from sora_mock.media.colour import BLACK, WHITE, Colour, from_hls, mix

T = TypeVar("T")

SHAPES: Final = ("round", "egg", "block", "pear", "bean", "gumdrop", "snowman")
HATS: Final = (
    "cap",
    "top-hat",
    "crown",
    "beanie",
    "antennae",
    "horns",
    "cat-ears",
    "bunny-ears",
    "sprout",
    "party-hat",
    "bow",
    "tuft",
)
EYES: Final = ("round", "dot", "sleepy", "wide")
MOUTHS: Final = ("smile", "open", "flat", "cat", "grin")
PATTERNS: Final = ("plain", "belly", "stripes", "spots", "buttons", "scarf")

BEATS: Final = 8
"""How many poses make one full round of a figure's movement."""

_HUES: Final = 24
_TONES: Final = ((0.50, 0.78), (0.61, 0.72), (0.39, 0.66))
_ACCENT_TURNS: Final = (110, 150, 180, 210, 250)


class Figure(msgspec.Struct, frozen=True):
    """The looks and manners of one character.

    `main` is the colour of the body; `eye_count` is 1..3; `girth` and `stature` scale the body's width and height;
    `offset` (0..BEATS-1) is where in the movement the figure is at the start, so that a crowd does not march in step.
    """

    shape: str
    main: Colour
    accent: Colour
    eyes: str
    eye_count: int
    mouth: str
    pattern: str
    hat: str
    cheeks: bool
    waves: bool
    girth: float
    stature: float
    offset: int

    @property
    def ink(self) -> Colour:
        """The dark colour of outlines and pupils."""
        return mix(self.main, BLACK, 0.78)

    @property
    def shade(self) -> Colour:
        """The colour of arms and legs: the main one, a little darker."""
        return mix(self.main, BLACK, 0.18)

    @property
    def pale(self) -> Colour:
        """The colour of belly, stripes and spots: the main one, much lighter."""
        return mix(self.main, WHITE, 0.55)


def figure_of(character_id: str) -> Figure:
    """Return the figure that stands for a character, whatever the characters of its id are."""
    # Two bytes a trait: the few leftovers of a division weigh too little to make one trait commoner than another.
    name = character_id.encode("utf-8", "surrogatepass")
    digest = hashlib.shake_256(b"figure\0" + name).digest(64)
    numbers = (int.from_bytes(digest[at : at + 2], "big") for at in range(0, len(digest), 2))
    hue = _pick(numbers, range(_HUES)) * 360 / _HUES
    lightness, saturation = _pick(numbers, _TONES)
    turn = _pick(numbers, _ACCENT_TURNS)
    return Figure(
        shape=_pick(numbers, SHAPES),
        main=from_hls(hue, lightness, saturation),
        accent=from_hls(hue + turn, _pick(numbers, (0.45, 0.6, 0.72)), 0.75),
        eyes=_pick(numbers, EYES),
        eye_count=_pick(numbers, (2, 2, 2, 2, 2, 1, 3)),
        mouth=_pick(numbers, MOUTHS),
        pattern=_pick(numbers, PATTERNS),
        hat=_pick(numbers, HATS),
        cheeks=_pick(numbers, (True, False)),
        waves=_pick(numbers, (True, False, False)),
        girth=_pick(numbers, (0.86, 0.93, 1.0, 1.07)),
        stature=_pick(numbers, (0.84, 0.9, 0.95, 1.0)),
        offset=_pick(numbers, range(BEATS)),
    )


def _pick(numbers: Iterator[int], choices: Sequence[T]) -> T:
    """Use up one number to choose one of the choices."""
    return choices[next(numbers) % len(choices)]
