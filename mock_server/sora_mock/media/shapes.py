"""Bodies: the outlines that figures are built on.

Owns the silhouette of each body shape, as half a width for every height from foot to crown. Must not know of Pillow.
"""

import math
from collections.abc import Callable
from typing import Final

import msgspec

from sora_mock.media.figure import Figure

Point = tuple[float, float]
Profile = Callable[[float], float]

_HIPS: Final = 0.13
_STEPS: Final = 40


class Body(msgspec.Struct, frozen=True):
    """A body standing on its legs, in the coordinates of `Pen`.

    Heights on the body are told by `t`, from 0 at its lowest to 1 at its highest point. `face` and `shoulder` are such
    heights; `foot` is where the body begins, `tall` its length, `lean` how far its top is moved aside.
    """

    profile: Profile
    girth: float
    face: float
    shoulder: float
    foot: float
    tall: float
    lean: float

    def half_width(self, t: float) -> float:
        """Return half the width of the body at a height."""
        return self.girth * self.profile(t)

    def y(self, t: float) -> float:
        """Return the height above ground."""
        return self.foot + t * self.tall

    def x(self, t: float, share: float) -> float:
        """Return the place that is `share` of the way from the middle to the side (-1 left, 1 right)."""
        return self.lean * t + share * self.half_width(t)

    def outline(self) -> list[Point]:
        """Return the silhouette, closed in itself."""
        return self.band(0.0, 1.0)

    def band(self, low: float, high: float, *, narrowed: float = 1.0) -> list[Point]:
        """Return the part of the silhouette between two heights, or the middle of it."""
        # Closer together near the ends, where the outline turns fastest.
        heights = [low + (high - low) * (1 - math.cos(math.pi * step / _STEPS)) / 2 for step in range(_STEPS + 1)]
        if narrowed < 1:
            return [
                (
                    self.x(t, side * narrowed * math.sqrt(max(0.0, 1 - (2 * (t - low) / (high - low) - 1) ** 4))),
                    self.y(t),
                )
                for side, way in ((1, 1), (-1, -1))
                for t in heights[::way]
            ]
        return [(self.x(t, side), self.y(t)) for side in (1, -1) for t in heights[::side]]


def body_of(figure: Figure, *, lift: float, lean: float) -> Body:
    """Return the body of a figure, lifted off its legs and leaning by so much."""
    profile, girth, tall, face, shoulder = _BODIES[figure.shape]
    return Body(
        profile=profile,
        girth=girth * figure.girth,
        face=face,
        shoulder=shoulder,
        foot=_HIPS + lift,
        tall=tall * figure.stature,
        lean=lean,
    )


def _rounded(power: float) -> Profile:
    return lambda t: float(max(0.0, 1 - abs(2 * t - 1) ** power) ** (1 / power))


def _egg(t: float) -> float:
    return _rounded(2.2)(t) * (1.12 - 0.34 * t)


def _pear(t: float) -> float:
    return _rounded(2.6)(t) * (0.84 + 0.24 * math.cos(math.pi * min(1.0, t * 1.25)))


def _gumdrop(t: float) -> float:
    foot = min(1.0, 0.9 + t * 2) if t > 0.02 else 0.9 * math.sqrt(max(0.0, t / 0.02))
    return float(foot * max(0.0, 1 - t**2.6) ** 0.5)


def _snowman(t: float) -> float:
    belly = 1 - ((t - 0.27) / 0.27) ** 2
    head = 1 - ((t - 0.72) / 0.28) ** 2
    return max(math.sqrt(max(0.0, belly)), 0.86 * math.sqrt(max(0.0, head)))


_BODIES: Final[dict[str, tuple[Profile, float, float, float, float]]] = {
    # shape: profile, half of the greatest width, length, height of the face, height of the shoulders
    "round": (_rounded(2.1), 0.265, 0.53, 0.64, 0.34),
    "egg": (_egg, 0.25, 0.58, 0.66, 0.36),
    "block": (_rounded(6.0), 0.22, 0.56, 0.68, 0.40),
    "pear": (_pear, 0.28, 0.60, 0.70, 0.42),
    "bean": (_rounded(3.2), 0.175, 0.62, 0.72, 0.44),
    "gumdrop": (_gumdrop, 0.25, 0.56, 0.62, 0.32),
    "snowman": (_snowman, 0.235, 0.62, 0.72, 0.36),
}
