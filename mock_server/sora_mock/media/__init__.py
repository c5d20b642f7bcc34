"""Videos: what a finished generation looks like.

Owns the rendering, keeping and inspecting of clips, what is made of them, and the looking into what others send. Must
not know of accounts, HTTP and time. Importing it loads neither PyAV nor Pillow; the first render or inspection does.
"""

from sora_mock.media.clip import Clip, Scene
from sora_mock.media.inspection import Inspection, InspectionError, inspect
from sora_mock.media.pictures import content_of, look_into_image
from sora_mock.media.pieces import (
    Begun,
    Edited,
    Extended,
    Picture,
    Piece,
    Portrait,
    Spritesheet,
    Thumbnail,
    Upload,
    Video,
    media_type_of,
)
from sora_mock.media.shelf import Shelf
from sora_mock.media.uploads import Uploaded, UploadError, look_into_upload

__all__ = [
    "Begun",
    "Clip",
    "Edited",
    "Extended",
    "Inspection",
    "InspectionError",
    "Picture",
    "Piece",
    "Portrait",
    "Scene",
    "Shelf",
    "Spritesheet",
    "Thumbnail",
    "Upload",
    "UploadError",
    "Uploaded",
    "Video",
    "content_of",
    "inspect",
    "look_into_image",
    "look_into_upload",
    "media_type_of",
]
