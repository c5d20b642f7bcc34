"""A mock in a thread of this process: its start, its end, and the way into it."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
import unittest
from urllib.parse import urlsplit

import httpx2
import pytest

import sora_mock
from sora_mock import ManualClock, Settings, Sora
from sora_mock.keys import OpenKeys
from sora_mock.local import LocalServer
from sora_mock.log import StateError
from sora_mock.server import BindError
from tests.mock_server.support import CHARACTER


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "sora-mock"]


@pytest.fixture
def others():
    """Return the threads of mocks that other tests keep running in this process."""
    return threads()


def accepts(sora):
    address = urlsplit(sora.base_url)
    with socket.socket() as probe:
        return probe.connect_ex((address.hostname, address.port)) == 0


def test_a_mock_runs_while_the_block_lasts(others):
    with sora_mock.running() as sora:
        assert sora.base_url.startswith("http://127.0.0.1:")
        assert sora.client.post("/characters", json=CHARACTER).status_code == 200
        assert accepts(sora)
    assert not accepts(sora)
    assert threads() == others


def test_an_event_loop_can_wait_for_it(others):
    async def use():
        async with (
            sora_mock.running() as sora,
            httpx2.AsyncClient(base_url=sora.base_url, headers=sora.headers) as client,
        ):
            answer = await client.post("/characters", json=CHARACTER)
            sora.journal.assert_called("createCharacter", times=1)
            return answer.status_code

    assert asyncio.run(use()) == 200
    assert threads() == others


def test_start_and_stop_may_be_repeated():
    mock = sora_mock.running()
    assert mock.start() is mock.start()
    mock.stop()
    mock.stop()
    with mock as again:
        assert accepts(again)


def test_it_serves_a_unittest():
    class Creation(unittest.TestCase):
        def test_it(self):
            sora = self.enterContext(sora_mock.running())
            assert sora.client.post("/characters", json=CHARACTER).status_code == 200

    result = unittest.TestResult()
    Creation("test_it").run(result)
    assert (result.testsRun, result.errors, result.failures) == (1, [], [])


def test_settings_clock_and_key_are_taken():
    with sora_mock.running(Settings(seed=3), clock=ManualClock(5000), api_key="sk-mine") as sora:
        assert (sora.api_key, sora.clock.now) == ("sk-mine", 5.0)
        health = httpx2.get(sora.base_url.removesuffix("/v1/sora") + "/_mock/health").json()
        assert health["seed"] == 3


def test_a_port_in_use_is_told(others):
    with sora_mock.running() as sora, pytest.raises(BindError, match="in use"):
        sora_mock.running(port=urlsplit(sora.base_url).port).start()
    assert threads() == others


def test_a_server_that_cannot_start_says_so(monkeypatch):
    from sora_mock import server

    async def fail(self, sockets=None):
        raise OSError("no")

    monkeypatch.setattr(server.Server, "startup", fail)
    with pytest.raises(RuntimeError, match="could not start"):
        sora_mock.running().start()


def test_an_exchange_that_hangs_does_not_keep_it_from_stopping():
    with sora_mock.running() as sora:
        sora.faults.add("hang")
        outcome = []

        def call():
            with httpx2.Client(base_url=sora.base_url, headers=sora.headers, timeout=None) as client:
                try:
                    client.post("/characters", json=CHARACTER)
                except httpx2.TransportError as error:
                    outcome.append(type(error))

        caller = threading.Thread(target=call)
        caller.start()
        entries = []
        while not entries:  # the call has arrived once it is in the journal
            entries = sora.journal.entries()
    caller.join()
    assert outcome in ([httpx2.ReadError], [httpx2.RemoteProtocolError])


def test_the_desk_can_be_asked_from_the_servers_own_thread():
    server = LocalServer()
    try:
        assert server.call(lambda: server.call(threading.current_thread)) in threads()
    finally:
        server.close()


def test_what_the_desk_raises_is_raised_where_it_was_asked():
    server = LocalServer()
    try:
        with pytest.raises(ZeroDivisionError):
            server.call(lambda: 1 / 0)
    finally:
        server.close()


def test_log_handlers_of_the_process_are_left_alone():
    import logging

    before = [list(logging.getLogger(name).handlers) for name in ("", "uvicorn", "uvicorn.access")]
    with sora_mock.running():
        pass
    assert [list(logging.getLogger(name).handlers) for name in ("", "uvicorn", "uvicorn.access")] == before


def test_thousands_of_accounts_leave_nothing_behind():
    server = LocalServer()
    try:
        journal, log = server.desk.journal, server.desk.understudy.log
        with Sora(server, "sk-watcher") as watcher:
            for number in range(5000):
                key = f"sk-{number}"
                sora = Sora(server, key, caller=OpenKeys().caller(key))
                if number % 100 == 0:
                    headers = {"Authorization": f"Bearer {key}"}
                    assert watcher.client.post("/characters", json=CHARACTER, headers=headers).status_code == 200
                else:
                    sora.make_character()
                account = sora.account
                server.later(lambda account=account: server.desk.reset(account))
                if number % 1000 == 0:
                    assert len(server.call(log.names)) == 0
            assert server.call(log.names) == []
            assert server.call(journal.entries) == []
            assert journal.count == 50
    finally:
        server.close()


def test_importing_the_mock_loads_neither_server_nor_client():
    script = "import sora_mock, sora_mock.inprocess, sys, json; print(json.dumps(sorted(sys.modules)))"
    loaded = set(json.loads(subprocess.check_output([sys.executable, "-c", script])))
    assert not loaded & {"uvicorn", "httpx", "httpx2", "respx", "av", "hypothesis"}


def test_nothing_is_opened_for_a_port_that_is_taken(monkeypatch):
    monkeypatch.setattr("sora_mock.local.create_app", lambda *_, **__: pytest.fail("the mock was made"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(BindError):
            LocalServer(port=taken.getsockname()[1])


def test_a_mock_that_cannot_be_made_does_not_keep_its_port(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(StateError) as caught:
        LocalServer(Settings(state=tmp_path), port=port)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert caught.value is not None  # it keeps the frames alive, and with them what they hold
