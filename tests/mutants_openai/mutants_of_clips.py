"""Mocks of the Videos API that make characters of the wrong clips, or not of the right ones.

Owns their list.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from sora_mock.engine.commands import CreateNamedCharacter
from sora_mock.engine.problems import Refused
from sora_mock.engine.state import Account
from sora_mock.engine.uploads import UploadedClip
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import forgiving, no
from tests.mutants_openai.bending import commanding, plain_character

_AREA = "video.character."


def _taken(rule: str) -> App:
    """Make mocks that make a character of another clip where the rule refuses the one that was sent."""
    return forgiving(_AREA + rule, plain_character)


def _clips_refused(rule: str, when: Callable[[UploadedClip], bool]) -> App:
    """Make mocks that refuse a clip, by no rule of the contract, when it is of some kind."""

    def change(command: Any, _: Account) -> Any:
        clip = command.clip if isinstance(command, CreateNamedCharacter) else None
        if clip is not None and not clip.defect and when(clip):
            raise Refused(no("video", _AREA + rule))
        return command

    return commanding(change)


def _clips_seen(when: Callable[[UploadedClip], bool]) -> App:
    """Make mocks that see a clip of some kind as one that is 720 pixels wide and 1280 high."""

    def change(command: Any, _: Account) -> Any:
        clip = command.clip if isinstance(command, CreateNamedCharacter) else None
        if clip is None or not when(clip):
            return command
        return msgspec.structs.replace(command, clip=msgspec.structs.replace(clip, width=720, height=1280))

    return commanding(change)


MUTANTS: tuple[Mutant, ...] = (
    Mutant("clip-not-required", _AREA + "clip.required", "a character needs no clip", _taken("clip.required")),
    Mutant("clip-by-name", _AREA + "clip.file", "a text is taken for the name of a clip", _taken("clip.file")),
    Mutant(
        "tall-clip-refused",
        _AREA + "clip.advised",
        "clips have to be wide",
        _clips_refused("clip.advised", lambda clip: clip.height > clip.width),
    ),
    Mutant(
        "2-second-clip-refused",
        _AREA + "clip.advised",
        "clips have to last more than 2 s",
        _clips_refused("clip.advised", lambda clip: clip.seconds <= 2.05),
    ),
    Mutant(
        "4-second-clip-refused",
        _AREA + "clip.advised",
        "clips have to last less than 4 s",
        _clips_refused("clip.advised", lambda clip: clip.seconds >= 3.95),
    ),
    Mutant(
        "full-hd-clip-refused",
        _AREA + "clip.advised",
        "clips have to have less than 1080 lines",
        _clips_refused("clip.advised", lambda clip: min(clip.width, clip.height) >= 1080),
    ),
    Mutant("short-clip-taken", _AREA + "clip.short", "one second is enough of a clip", _taken("clip.short")),
    Mutant(
        "narrow-clip-taken",
        _AREA + "clip.small",
        "a clip needs 720 lines, however narrow it is",
        _clips_seen(lambda clip: clip.width < 720 <= clip.height),
    ),
    Mutant(
        "long-clip-refused",
        _AREA + "clip.long",
        "4 s are the most of a clip",
        _clips_refused("clip.long", lambda clip: clip.seconds > 4.05),
    ),
    Mutant("small-clip-taken", _AREA + "clip.small", "clips of any height are taken", _taken("clip.small")),
    Mutant(
        "large-clip-refused",
        _AREA + "clip.large",
        "1080 lines are the most of a clip",
        _clips_refused("clip.large", lambda clip: min(clip.width, clip.height) > 1080),
    ),
    Mutant("any-ratio-taken", _AREA + "clip.ratio", "clips of any shape are taken", _taken("clip.ratio")),
    Mutant(
        "high-clips-taken",
        _AREA + "clip.ratio",
        "a clip may be as high as it likes",
        _clips_seen(lambda clip: clip.height > 2 * clip.width),
    ),
    Mutant(
        "2-to-1-clip-refused",
        _AREA + "clip.ratio",
        "a clip is twice as wide as high at most",
        _clips_refused("clip.ratio", lambda clip: clip.width > 2 * clip.height),
    ),
    Mutant(
        "4-to-3-clip-refused",
        _AREA + "clip.ratio",
        "clips have to be 16:9 or 9:16",
        _clips_refused("clip.ratio", lambda clip: clip.width * 3 == clip.height * 4),
    ),
)
"""Each breaks the rule that it names."""
