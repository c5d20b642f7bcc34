"""The fixture of the mock's tests."""

import pytest

from tests.mock_server.support import Stage


@pytest.fixture
def stage(tmp_path):
    """Return a function that makes a mock; every one is closed at the end."""
    made = []

    def make(**settings):
        made.append(Stage(**settings))
        return made[-1]

    yield make
    for one in made:
        one.understudy.close()
