"""What the tests of all adapters share: the mock behind the client."""

import pytest

import sora_mock


@pytest.fixture(scope="session")
def mock():
    with sora_mock.running() as sora:
        yield sora


@pytest.fixture
def sora(mock):
    """Return the account of the key that is used here, as new."""
    yield mock
    mock.reset()
