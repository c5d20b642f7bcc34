"""Puppets: figures drawn in one of their poses.

Owns the drawing of a `Figure` at any size: body, limbs, face. Hats have a module of their own. Must not know of
clips, backgrounds or where on the stage the figure stands.
"""

import math
from collections.abc import Sequence
from typing import Final

from PIL import Image

from sora_mock.media.colour import BLACK, WHITE, mix
from sora_mock.media.figure import BEATS, Figure
from sora_mock.media.hats import draw_hat_behind, draw_hat_on_top
from sora_mock.media.pen import Pen
from sora_mock.media.shapes import Body, Point, body_of

WIDTH: Final = 0.86
"""The width of a picture of a figure, as a share of its height."""

_LINE: Final = 0.011
_LIMB: Final = 0.042


def draw_figure(figure: Figure, height: int, beat: int) -> Image.Image:
    """Return the figure on a transparent ground, `height` pixels high, in the pose of a moment counted in beats."""
    pen = Pen(max(4, round(height * WIDTH)), height, ink=figure.ink, line=_LINE)
    swing = math.sin(math.tau * (beat + figure.offset) / BEATS)
    body = body_of(figure, lift=0.018 * abs(swing), lean=0.012 * swing)
    _draw_legs(pen, figure, body, swing)
    _draw_arm(pen, figure, body, side=-1, swing=swing)
    draw_hat_behind(pen, figure, body)
    pen.polygon(body.outline(), figure.main)
    _draw_pattern(pen, figure, body)
    pen.line([*body.outline(), body.outline()[0]], _LINE, figure.ink)
    _draw_arm(pen, figure, body, side=1, swing=swing)
    _draw_face(pen, figure, body, blinks=(beat + figure.offset) % BEATS == BEATS - 1)
    draw_hat_on_top(pen, figure, body)
    return pen.picture()


def _draw_legs(pen: Pen, figure: Figure, body: Body, swing: float) -> None:
    for side in (-1, 1):
        raised = 0.035 * max(0.0, side * swing)
        hip = side * body.half_width(0.12) * 0.5
        foot = hip + side * 0.012
        pen.limb([(hip, body.y(0.12)), (foot, 0.05 + raised)], _LIMB, figure.shade)
        pen.ellipse(foot + side * 0.012, 0.038 + raised, 0.052, 0.028, figure.accent)


def _draw_arm(pen: Pen, figure: Figure, body: Body, *, side: int, swing: float) -> None:
    shoulder_t = body.shoulder
    shoulder = (body.x(shoulder_t, side * 0.92), body.y(shoulder_t))
    if figure.waves and side > 0:
        turn = 0.35 * swing
        elbow = (shoulder[0] + 0.075, shoulder[1] + 0.015)
        hand = (elbow[0] + 0.03 + 0.05 * math.sin(turn), elbow[1] + 0.11 * math.cos(turn))
    else:
        elbow = (shoulder[0] + side * 0.05, shoulder[1] - 0.065)
        hand = (elbow[0] + side * (0.012 + 0.02 * swing * side), elbow[1] - 0.075 + 0.02 * abs(swing))
    pen.limb([shoulder, elbow, hand], _LIMB * 0.86, figure.shade)


def _draw_pattern(pen: Pen, figure: Figure, body: Body) -> None:
    low, high = 0.1, body.shoulder
    match figure.pattern:
        case "belly":
            pen.polygon(body.band(0.04, high, narrowed=0.62), figure.pale, outlined=False)
        case "stripes":
            step = (high - low) / 5
            for start in (low, low + 2 * step, low + 4 * step):
                pen.polygon(body.band(start, start + step), figure.pale, outlined=False)
        case "spots":
            for share, t, size in ((-0.6, 0.2, 1.0), (0.1, 0.11, 0.8), (0.6, 0.25, 1.2), (-0.1, 0.25, 0.9)):
                pen.ellipse(body.x(t, share), body.y(t), 0.026 * size, 0.026 * size, figure.pale, outlined=False)
        case "buttons":
            for t in (0.1, 0.2, 0.3):
                pen.ellipse(body.x(t, 0), body.y(t), 0.017, 0.017, figure.accent)
        case "scarf":
            pen.polygon(body.band(high - 0.04, high + 0.07), figure.accent)
            x, y = body.x(high, -0.45), body.y(high - 0.03)
            pen.polygon(((x - 0.03, y), (x + 0.03, y), (x + 0.042, y - 0.13), (x - 0.025, y - 0.12)), figure.accent)
        case _:
            pass


def _draw_face(pen: Pen, figure: Figure, body: Body, *, blinks: bool) -> None:
    t = body.face
    middle, half, y = body.x(t, 0), body.half_width(t), body.y(t)
    spread = min(half * 0.42, 0.11)
    places = {1: (0.0,), 2: (-spread, spread), 3: (-spread * 1.35, 0.0, spread * 1.35)}[figure.eye_count]
    radius = {1: 0.072, 2: 0.05, 3: 0.038}[figure.eye_count] * (1.18 if figure.eyes == "wide" else 1.0)
    for place in places:
        _draw_eye(pen, figure, (middle + place, y), radius, blinks=blinks)
    low = y - radius - 0.045
    if figure.cheeks:
        blush = mix(figure.main, (255, 96, 128), 0.72)
        for side in (-1, 1):
            pen.ellipse(middle + side * half * 0.66, low + 0.02, 0.03, 0.018, blush, outlined=False)
    _draw_mouth(pen, figure, middle, low)


def _draw_eye(pen: Pen, figure: Figure, at: Point, radius: float, *, blinks: bool) -> None:
    x, y = at
    if blinks:
        pen.line(_arc(x, y, radius * 0.9, radius * 0.5, 200, 340), 0.014, figure.ink)
    elif figure.eyes == "dot":
        pen.ellipse(x, y, radius * 0.66, radius * 0.8, mix(figure.ink, BLACK, 0.3), outlined=False)
        pen.ellipse(x + radius * 0.2, y + radius * 0.32, radius * 0.2, radius * 0.2, WHITE, outlined=False)
    else:
        pen.ellipse(x, y, radius, radius, WHITE)
        pupil = radius * (0.38 if figure.eyes == "wide" else 0.52)
        pen.ellipse(x + radius * 0.14, y - radius * 0.1, pupil, pupil, mix(figure.ink, BLACK, 0.3), outlined=False)
        pen.ellipse(x + radius * 0.3, y + radius * 0.12, radius * 0.15, radius * 0.15, WHITE, outlined=False)
        if figure.eyes == "sleepy":
            pen.polygon(_arc(x, y, radius, radius, 5, 175), figure.shade)


def _draw_mouth(pen: Pen, figure: Figure, x: float, y: float) -> None:
    match figure.mouth:
        case "open":
            pen.polygon(_arc(x, y + 0.012, 0.05, 0.058, 180, 360), mix(figure.ink, (120, 10, 40), 0.4))
        case "flat":
            pen.line([(x - 0.035, y - 0.004), (x + 0.035, y - 0.004)], 0.013, figure.ink)
        case "cat":
            for side in (-1, 1):
                pen.line(_arc(x + side * 0.024, y, 0.024, 0.022, 180, 360), 0.012, figure.ink)
        case "grin":
            pen.polygon(_arc(x, y + 0.012, 0.062, 0.05, 180, 360), WHITE)
            pen.line([(x, y + 0.01), (x, y - 0.034)], 0.008, figure.ink)
        case _:
            pen.line(_arc(x, y + 0.014, 0.046, 0.036, 195, 345), 0.013, figure.ink)


def _arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> Sequence[Point]:
    """Return points along an ellipse, with angles in degrees, counter-clockwise from the right."""
    turns = [math.radians(start + (end - start) * step / 14) for step in range(15)]
    return [(x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns]
