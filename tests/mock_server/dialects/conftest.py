"""The fixtures of the dialects' tests."""

import pytest

from sora_mock.media import Clip
from sora_mock.media.render import render
from tests.mock_server.dialects.videos import Api


@pytest.fixture
def api(stage):
    """Return a function that makes a mock with these settings, as the Videos API."""

    def make(**settings):
        return Api(stage(**settings))

    return make


@pytest.fixture(scope="session")
def clip(tmp_path_factory):
    """Return a function that gives the bytes of a real MP4 video, each made once."""
    folder = tmp_path_factory.mktemp("clips")

    def make(seconds=2, size="1280x720"):
        path = folder / f"{size}-{seconds}.mp4"
        if not path.exists():
            render(Clip("task_0", "a street", seconds, size), path)
        return path.read_bytes()

    return make
