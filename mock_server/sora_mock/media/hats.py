"""Hats, ears and horns: what figures wear on top.

Owns the drawing of every kind of headgear. Must not know of the rest of the figure but its body's outline and colours.
"""

import math

from sora_mock.media.colour import WHITE, mix
from sora_mock.media.figure import Figure
from sora_mock.media.pen import Pen
from sora_mock.media.shapes import Body


def draw_hat_behind(pen: Pen, figure: Figure, body: Body) -> None:
    """Draw headgear that grows from behind the body: ears, horns, antennae."""
    half = body.half_width(0.84)
    for side in (-1, 1):
        x, y = body.x(0.84, side * 0.62), body.y(0.84)
        match figure.hat:
            case "cat-ears":
                pen.polygon(
                    ((x - side * 0.05, y), (x + side * 0.055, y - 0.02), (x + side * 0.05, y + 0.14)), figure.main
                )
                pen.polygon(
                    ((x - side * 0.015, y + 0.02), (x + side * 0.04, y + 0.01), (x + side * 0.037, y + 0.09)),
                    figure.pale,
                    outlined=False,
                )
            case "bunny-ears":
                pen.ellipse(body.x(0.9, side * 0.5), y + 0.13, 0.036, 0.12, figure.main)
                pen.ellipse(body.x(0.9, side * 0.5), y + 0.13, 0.015, 0.085, figure.pale, outlined=False)
            case "horns":
                tip = (x + side * 0.1, y + 0.13)
                pen.polygon(
                    ((x - side * 0.05, y + 0.01), (x + side * 0.03, y - 0.03), (x + side * 0.09, y + 0.05), tip),
                    figure.accent,
                )
            case "antennae":
                tip = (body.x(0.9, 0) + side * min(0.11, half), body.y(1) + 0.11)
                pen.line([(body.x(0.9, side * 0.3), body.y(0.93)), tip], 0.014, figure.ink)
                pen.ellipse(*tip, 0.028, 0.028, figure.accent)
            case _:
                pass


def draw_hat_on_top(pen: Pen, figure: Figure, body: Body) -> None:
    """Draw headgear that is put on: caps, crowns, bows."""
    half = min(body.half_width(0.88), 0.2)
    x, y = body.x(1, 0), body.y(0.9)
    accent, pale = figure.accent, mix(figure.accent, WHITE, 0.5)
    match figure.hat:
        case "cap":
            pen.limb([(x, y), (x + half + 0.09, y - 0.012)], 0.022, accent)
            pen.polygon(_dome(x, y, half, 0.1), accent)
        case "beanie":
            pen.polygon(_dome(x, y + 0.01, half, 0.11), accent)
            pen.limb([(x - half * 0.92, y + 0.012), (x + half * 0.92, y + 0.012)], 0.032, pale)
            pen.ellipse(x, y + 0.13, 0.032, 0.032, pale)
        case "top-hat":
            crown = half * 0.72
            pen.polygon(
                ((x - crown, y), (x + crown, y), (x + crown * 1.1, y + 0.17), (x - crown * 1.1, y + 0.17)), figure.ink
            )
            pen.polygon(
                ((x - crown, y + 0.015), (x + crown, y + 0.015), (x + crown, y + 0.05), (x - crown, y + 0.05)), accent
            )
            pen.limb([(x - half * 1.15, y + 0.005), (x + half * 1.15, y + 0.005)], 0.012, figure.ink)
        case "crown":
            wide = half * 0.8
            teeth = [(x + wide * (step / 3 - 1), y + (0.13 if step % 2 == 0 else 0.06)) for step in range(7)]
            pen.polygon(((x + wide, y), (x - wide, y), *teeth), (250, 200, 60))
            pen.ellipse(x, y + 0.03, 0.018, 0.018, accent)
        case "party-hat":
            pen.polygon(((x - half * 0.62, y + 0.01), (x + half * 0.62, y + 0.01), (x + 0.01, y + 0.2)), accent)
            pen.ellipse(x + 0.01, y + 0.2, 0.026, 0.026, pale)
        case "sprout":
            top = body.y(1)
            pen.line([(x, top - 0.01), (x, top + 0.07)], 0.016, figure.ink)
            for side in (-1, 1):
                pen.polygon(_leaf(x, top + 0.065, side), (96, 176, 84))
        case "bow":
            for side in (-1, 1):
                pen.polygon(((x, y + 0.06), (x + side * 0.095, y + 0.11), (x + side * 0.095, y + 0.01)), accent)
            pen.ellipse(x, y + 0.06, 0.026, 0.026, accent)
        case "tuft":
            for turn in (-0.5, 0.0, 0.5):
                tip = (x + 0.1 * math.sin(turn), body.y(1) + 0.075 * math.cos(turn))
                pen.limb([(x, body.y(0.97)), tip], 0.02, figure.accent)
        case _:
            pass


def _dome(x: float, y: float, half: float, height: float) -> list[tuple[float, float]]:
    turns = [math.pi * step / 16 for step in range(17)]
    return [(x + half * math.cos(turn), y + height * math.sin(turn)) for turn in turns]


def _leaf(x: float, y: float, side: int) -> list[tuple[float, float]]:
    return [(x, y), (x + side * 0.03, y + 0.045), (x + side * 0.09, y + 0.04), (x + side * 0.05, y + 0.0)]
