"""The clients on real connections, against the mock and its faults."""

import asyncio
import threading

import pytest

import sora_mock
from sora_conformance.reference import (
    AsyncClient,
    Client,
    InvalidRequestError,
    NotFoundError,
    ProcessingFailedError,
    ProtocolError,
    RateLimitedError,
    SoraError,
    TimedOutError,
    TransportError,
    UnauthorizedError,
)
from tests.conformance.reference.support import VIDEO, Time


@pytest.fixture(scope="module")
def mock():
    with sora_mock.running() as sora:
        yield sora


@pytest.fixture
def sora(mock):
    yield mock
    mock.reset()


@pytest.fixture(params=["sync", "async"])
def create(request, sora):
    """Return a function that makes a character with a new client, which waits for nothing."""
    time = Time()

    def call(url=VIDEO, timestamps="5,8", *, key=sora.api_key, timeout_s=20):
        options = {"timeout_s": timeout_s}
        if request.param == "sync":
            with Client(key, sora.base_url, sleep=time.sleep, **options) as client:
                return client.create_from_url(url, timestamps)

        async def play():
            async with AsyncClient(key, sora.base_url, sleep=time.async_sleep, **options) as client:
                return await client.create_from_url(url, timestamps)

        return asyncio.run(play())

    call.pauses = time.pauses
    return call


def test_the_whole_way_to_a_clip(sora):
    with Client(sora.api_key, sora.base_url + "/") as client:
        hero = client.create_from_url(VIDEO, (5, 8))
        task = client.generate(hero.character_id, "läuft durch den Regen", duration=2, resolution="480p")
        done = client.wait(task.task_id, every_s=0.02)
        twin = client.create_from_task(task.task_id)
    assert done.completed
    assert done.video_url.startswith(sora.base_url.removesuffix("/v1/sora"))
    assert done.fields["prompt"] == f"@{hero.character_id} läuft durch den Regen"
    assert twin.character_id != hero.character_id
    assert hero.metadata["analysis"]["quality"] == "optimal"


def test_a_batch_and_a_library(sora, tmp_path):
    with Client(sora.api_key, sora.base_url, library=tmp_path / "cast.json") as client:
        hero = client.library.create("hero", VIDEO, "5,8")
        batch = client.batch(hero.character_id, ["sings", "rests"], every_s=0.02)
    assert len(batch.task_ids) == 2
    assert batch.test.fields["resolution"] == "480p"


FAULTS = {
    "processing-failed": (ProcessingFailedError, 500),
    "invalid-timestamps": (InvalidRequestError, 400),
    "invalid-api-key": (UnauthorizedError, 401),
    "rate-limit-huge": (RateLimitedError, 429),
    "html": (ProtocolError, 200),
    "empty": (ProtocolError, 200),
    "bad-json": (ProtocolError, 200),
    "truncate": (ProtocolError, 200),
    "reset": (TransportError, None),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_an_error_after_one_request(sora, create, name):
    sora.faults.add(name, operation="createCharacter")
    kind, status = FAULTS[name]
    with pytest.raises(SoraError) as caught:
        create()
    assert (type(caught.value), caught.value.status) == (kind, status)
    sora.journal.assert_called("createCharacter", times=1)


@pytest.mark.parametrize("name", ["hang", "drip"])
def test_a_server_that_keeps_us_waiting_is_given_up(sora, create, name):
    sora.faults.add(name, operation="createCharacter")
    with pytest.raises(TimedOutError):
        create(timeout_s=0.3)


@pytest.mark.parametrize("name", ["rate-limit", "rate-limit-date", "rate-limit-no-retry-after", "rate-limit-garbage"])
def test_every_form_of_a_limit_is_waited_out(sora, create, name):
    sora.faults.add(name, operation="createCharacter", first=2)
    assert create().character_id.startswith("char_")
    assert len(create.pauses) == 2
    assert all(0.25 <= pause <= 5 for pause in create.pauses)


def test_the_true_limit_is_told_with_its_own_wait(sora):
    time = Time()
    with Client(sora.api_key, sora.base_url, sleep=time.sleep) as client:
        for _ in range(60):
            client.create_from_url(VIDEO, "5,8")
        with pytest.raises(RateLimitedError) as caught:
            client.create_from_url(VIDEO, "5,8")
    assert 1 <= caught.value.retry_after <= 60


def test_what_does_not_exist_is_told(sora):
    with Client(sora.api_key, sora.base_url) as client:
        with pytest.raises(NotFoundError, match="task_not_found"):
            client.create_from_task("task_of_nobody")
        with pytest.raises(NotFoundError, match="character_not_found"):
            client.generate("char_ofnobody", "walks")
        with pytest.raises(NotFoundError):
            client.retrieve("task_of_nobody")


def test_a_refused_key_is_not_repeated(sora, create):
    with pytest.raises(UnauthorizedError) as caught:
        create(key="sk-revoked-canary")
    assert "canary" not in str(caught.value)


def test_threads_share_one_client_and_get_their_own_characters(sora):
    made = []
    with Client(sora.api_key, sora.base_url) as client:
        threads = [
            threading.Thread(target=lambda: made.append(client.create_from_url(VIDEO, "5,8").character_id))
            for _ in range(10)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert len(set(made)) == 10


def test_calls_one_after_another_use_one_connection(sora):
    opened = []
    with Client(sora.api_key, sora.base_url) as client:
        for _ in range(5):
            client.create_from_url(VIDEO, "5,8")
            opened.append(len(client._http._transport._pool.connections))
    assert opened == [1] * 5


def test_the_environment_says_where_and_as_whom(sora, monkeypatch):
    for name, value in sora.env.items():
        monkeypatch.setenv(name, value)
    with Client() as client:
        assert client.create_from_url(VIDEO, "5,8").character_id.startswith("char_")
