"""Files: uploaded pictures and videos, looked into before the engine judges them.

Owns the way from a file in a form to the facts that rules look at. What they have to be is the engine's.
"""

import hashlib
from pathlib import Path

import msgspec

from sora_mock.aside import aside
from sora_mock.dialects.forms import FilePart
from sora_mock.dialects.openai.reading import DataUrl, Named
from sora_mock.engine import video_problems
from sora_mock.engine.problems import Refused
from sora_mock.engine.uploads import UploadedClip, UploadedImage


class SentImage(msgspec.Struct, frozen=True):
    """A picture that came along, and what is known of it."""

    content: bytes | Path
    facts: UploadedImage


async def image_in(reference: FilePart | DataUrl | Named | None) -> SentImage | None:
    """Return the picture of a creation, None when there is none or it is only named."""
    if reference is None or isinstance(reference, Named):
        return None
    return await aside(_image_in, reference)


async def clip_in(part: FilePart) -> UploadedClip:
    """Return what an uploaded video is."""
    return await aside(_clip_in, part)


def _image_in(reference: FilePart | DataUrl) -> SentImage:
    from sora_mock.media.pictures import LONGEST_URL, content_of, look_into_image
    from sora_mock.media.uploads import UploadError

    if isinstance(reference, DataUrl) and len(reference.url) > LONGEST_URL:
        expected, param = f"at most {LONGEST_URL} characters", "input_reference.image_url"
        rule = "video.input-reference.data-url"
        raise Refused(video_problems.value_invalid(param, expected, str(len(reference.url)), rule))
    content: bytes | Path = b""
    try:
        content = content_of(reference.url) if isinstance(reference, DataUrl) else reference.content
        width, height, _ = look_into_image(_bytes(content))
    except UploadError as error:
        return SentImage(content, UploadedImage(defect=str(error)))
    return SentImage(content, UploadedImage(digest=_digest(content), width=width, height=height))


def _clip_in(part: FilePart) -> UploadedClip:
    from sora_mock.media.uploads import UploadError, look_into_upload

    try:
        found = look_into_upload(part.content)
    except UploadError as error:
        return UploadedClip(defect=str(error))
    return UploadedClip(
        digest=_digest(part.content),
        seconds=found.seconds,
        width=found.width,
        height=found.height,
        container=found.container,
        characters=found.characters,
    )


def _bytes(content: bytes | Path) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()


def _digest(content: bytes | Path) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
