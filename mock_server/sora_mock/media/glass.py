"""Glass: the translucent layer that carries everything written on a frame.

Owns tags, the panel of the prompt, and the shadows under feet: whatever stands still while a shot lasts. Lengths are
given as shares of a measure: the height of the picture, or what suits its width where it is a narrow one. Must not know
what moves below it, nor of shots and clips.
"""

from typing import Final

from PIL import Image, ImageDraw

from sora_mock.media.cast import Place
from sora_mock.media.lettering import Lettering

MARGIN: Final = 0.045
"""The distance to the edge of the picture."""

LINE: Final = 0.068
"""The middle of the line of tags at the top."""

TEXT: Final = (255, 255, 255, 255)
PANE: Final = (24, 28, 48, 184)

_SHADOW: Final = (24, 28, 48, 60)
_SMALL: Final = 0.027
_TAG: Final = 0.052  # height of a tag
_PANEL: Final = 0.125  # where the panel begins
_NARROW: Final = 0.78  # of the width: the measure of a picture that is higher than wide
_PROMPT_SIZES: Final = ((0.058, 2), (0.046, 3), (0.037, 4), (0.03, 6))  # height of the letters, most lines


class Glass:
    """A clear layer in the size of the picture, to be written on and then laid over it."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.width, self.height = size
        self._measure = min(self.height, _NARROW * self.width)
        self.small = Lettering(self.pixels(_SMALL))
        self._letterings = [(Lettering(self.pixels(share)), most) for share, most in _PROMPT_SIZES]
        self._image = Image.new("RGBA", size, (*PANE[:3], 0))
        self.draw = ImageDraw.Draw(self._image)

    def pixels(self, share: float) -> int:
        """Return a length in pixels, at least 1."""
        return max(1, round(share * self._measure))

    def wipe(self) -> None:
        """Make the layer clear again."""
        self._image.paste((*PANE[:3], 0), (0, 0, self.width, self.height))

    def lay_over(self, image: Image.Image) -> Image.Image:
        """Return a copy of a picture with this layer on it."""
        covered = image.copy()
        covered.paste(self._image, (0, 0), self._image)
        return covered

    def pane(self, left: float, y: float, wide: float) -> None:
        """Draw the pane of a tag, with `y` the middle of its height."""
        half = self.pixels(_TAG) / 2
        self.draw.rounded_rectangle((left, y - half, left + wide, y + half), half, fill=PANE)

    def tag_width(self, text: str) -> float:
        """Return how wide the tag of a text is."""
        return self.small.width(text) + 0.7 * self.pixels(_TAG)

    def tag(self, text: str, left: float, y: float) -> float:
        """Write a short text on a pane; return where the pane ends."""
        wide = self.tag_width(text)
        self.pane(left, y, wide)
        self.small.write(self.draw, left + (wide - self.small.width(text)) / 2, y, text, TEXT)
        return left + wide

    def prompt(self, text: str) -> None:
        """Write a prompt into its panel, as large as lets it be read whole; without a prompt there is no panel."""
        edge, pad = self.pixels(MARGIN), self.pixels(0.032)
        room = self.width - 2 * (edge + pad)
        for lettering, most in self._letterings:
            lines, whole = lettering.wrap(text, room, most)
            if whole:
                break
        if not any(lines):
            return
        step = lettering.size * 1.32
        top, tall = self.pixels(_PANEL), step * len(lines) + 2 * pad - 0.3 * lettering.size
        self.draw.rounded_rectangle((edge, top, self.width - edge, top + tall), self.pixels(0.022), fill=PANE)
        for index, line in enumerate(lines):
            lettering.write(self.draw, edge + pad, top + pad + (index + 0.42) * step, line, TEXT)

    def footing(self, place: Place) -> None:
        """Draw the shadow that a character throws, and its name below."""
        wide, flat = place.height * 0.26, place.height * 0.035
        y = place.y - 0.02 * place.height
        self.draw.ellipse((place.x - wide, y - flat, place.x + wide, y + flat), fill=_SHADOW)
        room = place.room - 0.7 * self.pixels(_TAG)
        name = self.small.squeeze(f"@{place.character_id}", room, spare="@char_")
        self.tag(name, place.x - self.tag_width(name) / 2, place.y + self.pixels(0.036))
