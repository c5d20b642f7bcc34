"""Pictures: still images that somebody sent, looked into before they are believed.

Owns what a reference picture must be, how it is seen, and the reading of data URLs. Loads Pillow only when a picture
is looked into.
"""

import base64
import binascii
import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from sora_mock.media.clip import LARGEST
from sora_mock.media.uploads import UploadError

if TYPE_CHECKING:
    from PIL import Image

LONGEST_URL: Final = 20_971_520
"""The most characters of a data URL."""

FORMATS: Final = ("jpeg", "png", "webp")

_DATA_URL: Final = re.compile(
    r"data:(?P<type>[\w.+-]+/[\w.+-]+)?(?:;(?!base64,)[^;,]*)*(?P<base64>;base64)?,", re.ASCII
)
_MOST_HEAD: Final = 1_000


def look_into_image(content: bytes) -> tuple[int, int, str]:
    """Return width, height and format (jpeg, png or webp) of a picture; raise UploadError when it is none of these."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(content), formats=_names()) as picture:
            width, height, found = *picture.size, picture.format or ""
            if max(width, height) > LARGEST:
                raise UploadError(f"expected a picture of at most {LARGEST} pixels a side, found {width}x{height}")
            picture.load()
    except UnidentifiedImageError as error:
        raise UploadError("expected a JPEG, PNG or WebP picture, found another kind of file") from error
    except Image.DecompressionBombError as error:
        raise UploadError(f"expected a picture of at most {LARGEST} pixels a side, found a larger one") from error
    except (OSError, ValueError, SyntaxError, Warning) as error:
        raise UploadError("expected a whole picture, found a damaged one") from error
    return width, height, found.lower()


def still(path: Path, size: tuple[int, int]) -> "Image.Image":
    """Return a picture that has been looked into as RGB, cropped to a size; what lets light through is black behind."""
    from PIL import Image, ImageOps

    with Image.open(path, formats=_names()) as opened:
        if opened.mode.startswith("I"):  # 16 bits of grey, of which the upper half is what 8 bits show
            flat = opened.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
        elif opened.has_transparency_data:
            clear = opened.convert("RGBA")
            flat = Image.new("RGB", opened.size)
            flat.paste(clear, mask=clear)
        else:
            flat = opened.convert("RGB")
    return ImageOps.fit(flat, size)


def content_of(url: str) -> bytes:
    """Return what a data URL holds (RFC 2397); raise UploadError when it holds no picture, or is too long."""
    if len(url) > LONGEST_URL:
        raise UploadError(f"expected at most {LONGEST_URL} characters, found {len(url)}")
    match = _DATA_URL.match(url, 0, _MOST_HEAD)
    if match is None or not (match["type"] or "").lower().startswith("image/"):
        raise UploadError("expected a data URL of a picture, as in 'data:image/png;base64,…', found something else")
    data = url[match.end() :]
    if match["base64"] is None:
        return unquote_to_bytes(data)
    try:
        return base64.b64decode(unquote_to_bytes(data) if "%" in data else data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UploadError("expected Base64 in the data URL, found something else") from error


def _names() -> list[str]:
    return [name.upper() for name in FORMATS]
