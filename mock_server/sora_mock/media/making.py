"""Making: any piece turned into its file.

Owns the choice of who makes what. Importing it loads PyAV and Pillow. Must not know where files are kept.
"""

from collections.abc import Callable
from pathlib import Path

from sora_mock.media.clip import Clip
from sora_mock.media.derived import begun, edited, extended, landscape, portrait, spritesheet, thumbnail
from sora_mock.media.pieces import Begun, Edited, Extended, Picture, Piece, Portrait, Spritesheet, Thumbnail, Upload
from sora_mock.media.render import render


def make(piece: Piece, path: Path, *, source: Path | None, stopped: Callable[[], bool]) -> None:
    """Write a piece to `path`; `source` is the file of what it is made of, where there is one."""
    match piece, source:
        case Clip(), _:
            render(piece, path, stopped=stopped)
        case Upload(), _:
            render(piece.stand_in, path, stopped=stopped)
        case Portrait(), _:
            portrait(piece.character_id, path)
        case Picture(), _:
            landscape(piece, path)
        case Begun(), Path():
            begun(source, path, piece, stopped=stopped)
        case Edited(), Path():
            edited(source, path, piece, stopped=stopped)
        case Extended(), Path():
            extended(source, path, piece, stopped=stopped)
        case Thumbnail(), Path():
            thumbnail(source, path, stopped=stopped)
        case Spritesheet(), Path():
            spritesheet(source, path, piece.media_type, stopped=stopped)
        case _:
            raise ValueError(f"{type(piece).__name__} is made of a video, and there is none")
