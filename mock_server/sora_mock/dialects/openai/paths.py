"""Paths: what stands where in the Videos API, and which fields are sent there.

Owns the names of paths and fields. What is done at a place is told by whoever fills it.
"""

import msgspec

from sora_mock.dialects.base import Place
from sora_mock.wire import Request

BASE = "/v1"
VIDEOS = f"{BASE}/videos"
MODELS = f"{BASE}/models"

VIDEO_FIELDS = ("prompt", "model", "seconds", "size", "input_reference", "characters")
REMIX_FIELDS = ("prompt",)
EDIT_FIELDS = ("prompt", "video", "model")
EXTENSION_FIELDS = ("prompt", "video", "seconds", "model")
CHARACTER_FIELDS = ("name", "video")

_NOTHING = Place({})


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """The places of the API; those in the singular stand for one thing each."""

    videos: Place
    video: Place
    content: Place
    remix: Place
    edits: Place
    extensions: Place
    characters: Place
    character: Place
    models: Place
    model: Place

    def at(self, path: str) -> Place:
        """Return what stands at a path; where nothing does, a place without operations."""
        match path.removeprefix(BASE).split("/"):
            case ["", "videos"]:
                return self.videos
            # These three are no ids of videos, although they stand where such do.
            case ["", "videos", "characters"]:
                return self.characters
            case ["", "videos", "edits"]:
                return self.edits
            case ["", "videos", "extensions"]:
                return self.extensions
            case ["", "videos", "characters", str(name)] if name:
                return self.character
            case ["", "videos", str(name)] if name:
                return self.video
            case ["", "videos", str(name), "content"] if name:
                return self.content
            case ["", "videos", str(name), "remix"] if name:
                return self.remix
            case ["", "models"]:
                return self.models
            case ["", "models", str(name)] if name:
                return self.model
            case _:
                return _NOTHING


def name_in(request: Request) -> str:
    """Return the part of a path that names one thing."""
    parts = request.path.removeprefix(BASE).split("/")
    return parts[3] if parts[2] == "characters" else parts[2]
