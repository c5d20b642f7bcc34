"""What a clip is: everything its picture is drawn from, and nothing else.

Owns the values `Clip` and `Scene`, the picture sizes, and the digest that names a clip. Must not know how a
clip is drawn, encoded or kept, nor anything of accounts, HTTP and clocks.
"""

import hashlib
import json
import re
from typing import Final

import msgspec

SIZES: Final[dict[str, tuple[int, int]]] = {"480p": (854, 480), "720p": (1280, 720), "1080p": (1920, 1080)}
"""Width and height in pixels of each resolution that has a name; always even, as 4:2:0 video wants."""

SMALLEST: Final = 16
LARGEST: Final = 4096
"""The fewest and the most pixels of a side."""

LONGEST: Final = 120
"""The most seconds that a clip may last."""

_WRITTEN: Final = re.compile(r"([1-9][0-9]{1,3})x([1-9][0-9]{1,3})")


class Scene(msgspec.Struct, frozen=True):
    """One scene of a storyboard: its prompt and its length in whole seconds, at least 1."""

    prompt: str
    duration: int


class Clip(msgspec.Struct, frozen=True):
    """One video to be made. Equal clips give equal bytes.

    `duration` is in whole seconds, 1 to 120, and `resolution` a key of `SIZES` or any size of even sides, as in
    `720x1280`. `characters` are character ids
    without the "@", each once, in order of first mention. `scenes` is empty but for a storyboard, where the durations
    of the scenes add up to `duration`. Raises ValueError where that does not hold.
    """

    task_id: str
    prompt: str
    duration: int
    resolution: str
    characters: tuple[str, ...] = ()
    seed: int = 0
    scenes: tuple[Scene, ...] = ()

    def __post_init__(self) -> None:
        if _size(self.resolution) is None:
            known = f"{', '.join(SIZES)} and sizes of {SMALLEST} to {LARGEST} pixels in even numbers"
            raise ValueError(f"Unknown resolution {self.resolution!r}; known are {known}")
        if not 1 <= self.duration <= LONGEST or any(scene.duration < 1 for scene in self.scenes):
            raise ValueError(f"A clip lasts 1 to {LONGEST} seconds, and each of its scenes at least 1")
        if self.scenes and sum(scene.duration for scene in self.scenes) != self.duration:
            raise ValueError("The durations of the scenes must add up to the duration of the clip")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return _size(self.resolution) or (0, 0)

    @property
    def digest(self) -> str:
        """64 hexadecimal digits that tell this clip from every other one."""
        # Lone surrogates are kept as they are: escaped, they could not be told from the pair that makes one character.
        text = json.dumps(msgspec.to_builtins(self), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def even(side: int) -> int:
    """Return how many pixels a side has in a clip, where it should have so many."""
    return min(LARGEST, max(SMALLEST, side + side % 2))


def _size(resolution: str) -> tuple[int, int] | None:
    if resolution in SIZES:
        return SIZES[resolution]
    match = _WRITTEN.fullmatch(resolution)
    if match is None:
        return None
    width, height = int(match[1]), int(match[2])
    fits = all(SMALLEST <= side <= LARGEST and side % 2 == 0 for side in (width, height))
    return (width, height) if fits else None
