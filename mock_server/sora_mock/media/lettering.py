"""Lettering: text of any origin, made into lines that fit.

Owns the font, and what becomes of characters that it cannot draw. The font is the one that comes with Pillow, so that
a clip looks the same on every machine; it has the Latin alphabet only. Accents are left off, and what belongs to
another script is drawn as an empty box. Must not know what a text is about or where on the picture it goes.
"""

import unicodedata
from collections.abc import Iterator
from functools import cached_property
from itertools import groupby, islice
from typing import Final

from PIL import ImageDraw, ImageFont

ELLIPSIS: Final = "…"
BOX: Final = "□"

_DRAWABLE: Final = frozenset(map(chr, range(0x21, 0x7F))) | frozenset("©«°±´·»‘’“”…‹›⁄™")
_ALIKE: Final = {"–": "-", "—": "-", "−": "-", "•": "·", "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "ø": "o", "ł": "l"}
_MOST: Final = 2_000  # characters looked at: more than any panel holds


class Lettering:
    """The font at one size, in pixels."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._widths: dict[str, float] = {}

    @cached_property
    def font(self) -> ImageFont.FreeTypeFont:
        """The font to draw with."""
        font = ImageFont.load_default(self.size)
        if not isinstance(font, ImageFont.FreeTypeFont):
            raise TypeError("Pillow was built without FreeType")
        # The other layout engine is not in every build of Pillow, and differs by its version.
        return font.font_variant(layout_engine=ImageFont.Layout.BASIC)

    def width(self, text: str) -> float:
        """Return how many pixels wide a text is."""
        return sum(self._widths.get(char) or self._measure(char) for char in text)

    def wrap(self, text: str, width: float, most: int) -> tuple[list[str], bool]:
        """Return a text as at most `most` lines of a width, and whether that is the whole of it.

        A word too long for a line is broken; what does not fit is cut, and an ellipsis put there.
        """
        lines = [""]
        for word in readable(text).split():
            for piece in self._pieces(word, width):
                joined = f"{lines[-1]} {piece}".lstrip()
                if self.width(joined) <= width:
                    lines[-1] = joined
                else:
                    lines.append(piece)
            if len(lines) > most:
                break
        whole = len(lines) <= most and len(text) <= _MOST
        if not whole:
            lines = lines[:most]
            while lines[-1] and self.width(lines[-1] + ELLIPSIS) > width:
                lines[-1] = lines[-1][:-1]
            lines[-1] += ELLIPSIS
        return lines, whole

    def squeeze(self, text: str, width: float, *, spare: str = "") -> str:
        """Return a name in one line: where it is too long, without its spare beginning, then without its middle."""
        text = readable(text)
        if self.width(text) > width:
            text = text.removeprefix(spare)
        for kept in range(len(text), 1, -1):
            shown = text if kept == len(text) else f"{text[: (kept + 1) // 2]}{ELLIPSIS}{text[len(text) - kept // 2 :]}"
            if self.width(shown) <= width:
                return shown
        return ELLIPSIS

    def write(self, draw: ImageDraw.ImageDraw, x: float, y: float, line: str, colour: tuple[int, ...]) -> None:
        """Write a line that begins at `x` and whose small letters have their middle at `y`."""
        base = y + 0.33 * self.size
        for boxed, run in groupby(line, BOX.__eq__):
            text = "".join(run)
            if boxed:
                self._draw_boxes(draw, x, base, len(text), colour)
            else:
                draw.text((x, base), text, colour, self.font, anchor="ls")
            x += self.width(text)

    def _draw_boxes(
        self, draw: ImageDraw.ImageDraw, x: float, base: float, count: int, colour: tuple[int, ...]
    ) -> None:
        gap, high = 0.07 * self.size, 0.66 * self.size
        for left in (x + index * self.width(BOX) for index in range(count)):
            box = (left + gap, base - high, left + self.width(BOX) - gap, base)
            draw.rounded_rectangle(box, 0.14 * self.size, outline=colour, width=max(1, round(0.05 * self.size)))

    def _measure(self, char: str) -> float:
        self._widths[char] = 0.7 * self.size if char == BOX else self.font.getlength(char)
        return self._widths[char]

    def _pieces(self, word: str, width: float) -> Iterator[str]:
        piece = ""
        for char in word:
            if piece and self.width(piece + char) > width:
                yield piece
                piece = ""
            piece += char
        yield piece


def readable(text: str) -> str:
    """Return a text, or its beginning, in characters that the font has, with single spaces."""
    return " ".join("".join(map(_drawable, islice(text, _MOST))).split())


def _drawable(char: str) -> str:
    if char in _DRAWABLE:
        return char
    if char in _ALIKE:
        return _ALIKE[char]
    match unicodedata.category(char):
        case "Zs" | "Zl" | "Zp" | "Cc":
            return " "
        case "Cf" | "Mn" | "Me":
            return ""
    bare = [part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part)]
    return "".join(bare) if all(part in _DRAWABLE for part in bare) else BOX
