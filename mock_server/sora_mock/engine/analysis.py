"""The analysis that comes with a new character: how many frames were looked at and how well the span serves.

Owns the advice of the guide's section "Timestamp Parameter Optimization". It is advice only: nothing is refused here.
"""

from typing import Literal

import msgspec

FRAMES_PER_SECOND = 8

SHORT_NOTE = "The span is shorter than 1 second and may hold too little of the character; 1 to 3 seconds are best."
LONG_NOTE = "The span is longer than 5 seconds, which takes longer and adds little; 1 to 3 seconds are best."
CROWD_NOTE = "Several characters are in sight; the most prominent one was taken."


class Analysis(msgspec.Struct, frozen=True):
    """What the analysis of a source found: `duration` is the span looked at, in seconds."""

    frames_sampled: int
    duration: float
    quality: Literal["optimal", "acceptable", "poor"]
    notes: tuple[str, ...]


def analyse(seconds: float, *, characters: int) -> Analysis:
    """Return the analysis of a span of `seconds` with so many characters in sight."""
    notes = [CROWD_NOTE] if characters > 1 else []
    quality: Literal["optimal", "acceptable", "poor"] = "acceptable"
    if 1 <= seconds <= 3:
        quality = "optimal"
    elif seconds < 1:
        quality = "poor"
        notes.append(SHORT_NOTE)
    elif seconds > 5:
        quality = "poor"
        notes.append(LONG_NOTE)
    return Analysis(max(1, round(seconds * FRAMES_PER_SECOND)), seconds, quality, tuple(notes))
