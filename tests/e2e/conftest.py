"""The mocks of the end-to-end tests. A key is an account: tests that share a process share nothing else."""

from hashlib import blake2b

import pytest

from tests.e2e.calling import Caller
from tests.e2e.serving import MockProcess


def _assert_clean_end(mock: MockProcess) -> None:
    code, rest = mock.stop()
    assert code == 0, mock.errors
    assert rest == ""
    assert "Traceback" not in mock.errors


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """Return the process that all tests may use which need no options of their own."""
    mock = MockProcess(tmp_path_factory.mktemp("shared")).wait_until_ready()
    yield mock
    _assert_clean_end(mock)


@pytest.fixture
def serve(tmp_path_factory):
    """Return a function that starts a process; those that still run at the end have to stop cleanly."""
    folder = tmp_path_factory.mktemp("serve")
    started = []

    def start(*options, ready=True, **variables):
        started.append(MockProcess(folder, *options, **variables))
        return started[-1].wait_until_ready() if ready else started[-1]

    yield start
    try:
        for mock in started:
            if mock.is_running:
                _assert_clean_end(mock)
    finally:
        for mock in started:
            mock.close()


@pytest.fixture
def call():
    """Return a function that makes a caller of a base URL and a key."""
    made = []

    def make(url, key="sk-test"):
        made.append(Caller(url, key))
        return made[-1]

    yield make
    for caller in made:
        caller.close()


@pytest.fixture
def key(request):
    """Return a key that no other test uses."""
    return "sk-" + blake2b(request.node.nodeid.encode(), digest_size=8).hexdigest()


@pytest.fixture
def caller(shared, call, key):
    """Return a caller with an account of its own on the shared process."""
    return call(shared.url, key)


@pytest.fixture
def victim(shared, caller):
    """Return a caller whose account must come out of the test as it went in, on a process that must live on."""
    complaints = shared.errors.count("Traceback")
    before = caller.remaining()
    yield caller
    assert shared.is_running
    assert shared.errors.count("Traceback") == complaints, shared.errors
    assert caller.remaining() == before
    caller.character()
    assert caller.remaining() == before - 1
