"""Uploads: what is known of files that came with a request.

Owns the facts that rules can look at. It opens no file: whoever takes a request in says what is in one.
"""

import msgspec


class UploadedImage(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of `width` by `height` pixels, or what keeps the file from being one.

    `digest` is the SHA-256 of the file in hexadecimal.
    """

    digest: str = ""
    width: int = 0
    height: int = 0
    defect: str | None = None


class UploadedClip(msgspec.Struct, frozen=True, kw_only=True):
    """A video of `width` by `height` pixels that lasts `seconds`, or what keeps the file from being one.

    `container` is mp4, mov or webm. `characters` are those of a clip that the mock itself has made. `digest` is the
    SHA-256 of the file in hexadecimal.
    """

    digest: str = ""
    seconds: float = 0.0
    width: int = 0
    height: int = 0
    container: str = "mp4"
    characters: tuple[str, ...] = ()
    defect: str | None = None
