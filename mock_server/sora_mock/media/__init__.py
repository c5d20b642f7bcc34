"""Videos: what a finished generation looks like.

Owns the rendering, keeping and inspecting of clips. Must not know of accounts, HTTP and time. Importing it loads
neither PyAV nor Pillow; the first render or inspection does.
"""

from sora_mock.media.clip import Clip, Scene
from sora_mock.media.inspection import Inspection, InspectionError, inspect
from sora_mock.media.shelf import Shelf

__all__ = ["Clip", "Inspection", "InspectionError", "Scene", "Shelf", "inspect"]
