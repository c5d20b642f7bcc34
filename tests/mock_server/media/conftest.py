"""What the tests of this folder share: a small clip to start from."""

import msgspec
import pytest

from sora_mock.media import Clip


@pytest.fixture
def clip_with():
    """Return a function that gives a small clip with some fields changed."""
    small = Clip(task_id="task_0", prompt="A walk", duration=1, resolution="480p")
    return lambda **changes: msgspec.structs.replace(small, **changes)
