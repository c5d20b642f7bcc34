"""Pieces: everything that can lie on the shelf, as values.

Owns the videos made of other videos and the pictures made of them, and what each is called as a file. A piece says all
that its file depends on, so equal pieces give equal files. Must not know how any of them is made.
"""

import hashlib
import json
from typing import Final, Literal, TypeAlias, Union

import msgspec

from sora_mock.media.clip import LONGEST, Clip, even

_SUFFIXES: Final = {
    "video/mp4": "mp4",
    "image/webp": "webp",
    "image/jpeg": "jpg",
    "application/octet-stream": "bin",
}


class Upload(msgspec.Struct, frozen=True, kw_only=True, tag="upload"):
    """A video that somebody sent, put on the shelf by `Shelf.keep`.

    `digest` is the SHA-256 of its bytes in hexadecimal. `duration` in seconds, `width` and `height` are those of the
    clip that stands in for it once its file is gone: it cannot be made again.
    """

    digest: str
    duration: float
    width: int
    height: int

    @property
    def stand_in(self) -> Clip:
        """The clip that is shown when the file is gone."""
        seconds = min(LONGEST, max(1, round(self.duration)))
        size = f"{even(self.width)}x{even(self.height)}"
        return Clip(f"upload_{self.digest[:24]}", "An uploaded video", seconds, size)


class Picture(msgspec.Struct, frozen=True, kw_only=True, tag="picture"):
    """A still picture that somebody sent, put on the shelf by `Shelf.keep`.

    `digest` is the SHA-256 of its bytes in hexadecimal; `width` and `height` are those of the landscape that stands in
    for it once its file is gone.
    """

    digest: str
    width: int
    height: int


class Begun(msgspec.Struct, frozen=True, kw_only=True, tag="begun"):
    """A video that begins with a picture, `source`, and goes on to show what `clip` tells in front of it."""

    clip: Clip
    source: Picture


class Edited(msgspec.Struct, frozen=True, kw_only=True, tag="edited"):
    """A video that shows `source` changed by the prompt of `clip`; length and size are the source's."""

    clip: Clip
    source: "Video"
    how: Literal["edit", "remix"] = "edit"


class Extended(msgspec.Struct, frozen=True, kw_only=True, tag="extended"):
    """A video that shows `source` and then `added` whole seconds of what `clip` tells; the size is the clip's.

    The duration of `clip` is that of the whole.
    """

    clip: Clip
    source: "Video"
    added: int


class Thumbnail(msgspec.Struct, frozen=True, kw_only=True, tag="thumbnail"):
    """A telling picture of a video."""

    source: "Video"


class Spritesheet(msgspec.Struct, frozen=True, kw_only=True, tag="spritesheet"):
    """Many small pictures of a video in one, row by row."""

    source: "Video"
    media_type: Literal["image/jpeg", "image/webp"] = "image/jpeg"


class Portrait(msgspec.Struct, frozen=True, kw_only=True, tag="portrait"):
    """A square picture of a character."""

    character_id: str


Video: TypeAlias = Union[Clip, Upload, Begun, Edited, Extended]  # noqa: UP007 - read before all of it is defined
Sent: TypeAlias = Upload | Picture
Piece: TypeAlias = Video | Picture | Thumbnail | Spritesheet | Portrait


def source_of(piece: Piece) -> Video | Picture | None:
    """Return what has to be there before the piece can be made."""
    return None if isinstance(piece, Clip | Sent | Portrait) else piece.source


def media_type_of(piece: Piece) -> str:
    """Return the type that a piece is delivered as."""
    match piece:
        case Thumbnail() | Portrait():
            return "image/webp"
        case Spritesheet():
            return piece.media_type
        case Picture():  # of whatever kind it was sent
            return "application/octet-stream"
        case _:
            return "video/mp4"


def digest_of(piece: Piece) -> str:
    """Return 64 hexadecimal digits that tell a piece from every other one."""
    if isinstance(piece, Clip | Sent):
        return piece.digest
    source = source_of(piece)
    said = msgspec.to_builtins(piece)
    if source is not None:
        said["source"] = digest_of(source)
    text = json.dumps(said, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def name_of(piece: Piece) -> str:
    """Return the name of a piece's file."""
    return f"{digest_of(piece)}.{_SUFFIXES[media_type_of(piece)]}"
