"""The fixtures of the control plane's tests."""

import pytest

from sora_mock.local import LocalServer
from tests.mock_server.control.support import Plane


@pytest.fixture
def plane():
    """Return a mock, called as ASGI."""
    made = Plane()
    yield made
    made.app.exchange.understudy.close()


@pytest.fixture(scope="module")
def server():
    """Return a mock that serves on a port."""
    served = LocalServer()
    yield served
    served.close()


@pytest.fixture
def fresh(server):
    """Return the mock that serves, with nothing in it."""
    server.call(server.desk.reset)
    return server
