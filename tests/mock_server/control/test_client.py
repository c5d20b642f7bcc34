"""The clients of the control plane, against a mock that serves."""

import asyncio
import subprocess
import sys
from itertools import islice

import httpx2
import pytest

from sora_mock.app import create_app
from sora_mock.control import AsyncClient, Client, ControlError
from sora_mock.control.client import ALL
from sora_mock.control.stage_parts import Clock
from sora_mock.engine.effects import EmptyEffect, ProblemEffect
from sora_mock.engine.faults import Fault, Match, When
from sora_mock.engine.scenario import Scenario
from sora_mock.local import LocalServer
from tests.e2e.serving import MockProcess
from tests.mock_server.control.support import KEY
from tests.mock_server.support import BASE, CHARACTER, CLIP


@pytest.fixture
def client(fresh):
    """Return a client about the account of its key."""
    with Client(fresh.origin + BASE, key=KEY) as made:
        yield made


@pytest.fixture
def post(fresh):
    """Return a function that makes a request of the contract."""
    with httpx2.Client(base_url=fresh.origin, headers={"authorization": f"Bearer {KEY}"}) as http:
        yield lambda path, body: http.post(BASE + path, json=body)


def test_time(client):
    now = client.clock.show().now
    assert client.clock.advance(3600).ahead == 3600
    assert client.clock.freeze().frozen
    assert client.clock.unfreeze().speed == 1
    assert client.clock.speed(10).speed == 10
    assert client.clock.show().now >= now + 3600


def test_faults(client, post):
    added = client.faults.add("processing-failed", operation="createCharacter", after=1, first=1)
    assert added.fault.match == Match(operation="createCharacter")
    assert added.fault.when == When(after=1, first=1)
    assert [post("/characters", CHARACTER).status_code for _ in range(3)] == [200, 500, 200]
    assert client.faults.get(added.name).matched == 3
    client.faults.remove(added.name)
    assert client.faults.list() == ()
    client.faults.add(EmptyEffect(), name="nothing", prevent=True)
    client.faults.add(Fault(effect="slow", name="whole"))
    client.faults.add(b'{"effect": "hang", "name": "raw"}')
    assert [one.name for one in client.faults.list()] == ["nothing", "whole", "raw"]
    client.faults.remove()
    assert client.faults.list() == ()


def test_the_journal_tells_what_a_fault_withheld(client, post):
    added = client.faults.add(ProblemEffect(code="bad_gateway", done=True), first=1)
    assert [post("/characters", CHARACTER).status_code for _ in range(2)] == [502, 200]
    befallen, plain = client.journal.entries(operation="createCharacter")
    assert befallen.faults == (added.name,)
    assert (befallen.withheld.status, plain.withheld) == (200, None)
    assert befallen.withheld.body["character_id"] in client.state.export().characters


def test_a_fault_for_all_can_be_meant_for_some_accounts(client):
    assert client.of(ALL).faults.add("slow", account="studio-*").fault.match == Match(account="studio-*")


def test_a_whole_fault_takes_no_other_words(client):
    with pytest.raises(TypeError, match="a whole Fault takes no other words"):
        client.faults.add(Fault(effect="slow"), first=1)


def test_scenarios(client, tmp_path):
    names = [one.name for one in client.scenario.builtin()]
    assert client.scenario.start(names[0]).name == names[0]
    assert client.scenario.start(Scenario(name="mine", summary="Mine.", faults=(Fault(effect="slow"),))).faults == (
        "mine/1",
    )
    file = tmp_path / "other.toml"
    file.write_text('name = "other"\nsummary = "Other."')
    assert client.scenario.start(file).name == "other"
    client.scenario.stop("mine")
    assert [one.name for one in client.scenario.playing()] == [names[0], "other"]
    client.scenario.stop()
    assert client.scenario.playing() == ()
    with pytest.raises(FileNotFoundError):
        client.scenario.start(tmp_path / "none.toml")


def test_webhooks(client, post):
    first = client.webhooks.add("http://127.0.0.1:1/a", events=["video.failed"])
    second = client.webhooks.add("http://127.0.0.1:1/b", secret="whsec_a2V5")
    assert (first.secret[:6], first.events, second.secret) == ("whsec_", ("video.failed",), "whsec_a2V5")
    assert [(one.id, one.url, one.attempts) for one in client.webhooks.list()] == [
        (first.id, "http://127.0.0.1:1/a", ()),
        (second.id, "http://127.0.0.1:1/b", ()),
    ]
    client.webhooks.delete(first.id)
    assert [one.id for one in client.webhooks.list()] == [second.id]
    client.webhooks.delete()
    assert client.webhooks.list() == ()


def test_settings(client):
    assert client.settings.change(max_prompt=5, seed=7).knobs == {"max_prompt": "5"}
    assert client.settings.change(max_prompt=None).knobs == {}
    assert client.settings.show().seed == 7


def test_the_ends_of_tasks(client, post):
    client.settings.change(latency="generation=600")
    first, second = (post("/generations", CLIP).json()["id"] for _ in range(2))
    assert client.generations.complete(first)["status"] == "completed"
    assert client.generations.expire(first)["status"] == "expired"
    assert client.generations.fail(second)["status"] == "failed"


def test_state_and_reset(client, post):
    character = post("/characters", CHARACTER).json()["character_id"]
    state = client.state.export()
    assert list(state.characters) == [character]
    client.reset()
    assert client.accounts.get().characters == 0
    client.state.import_(state)
    assert list(client.state.export().characters) == [character]


def test_accounts_and_all_of_them(client, post):
    post("/characters", CHARACTER)
    assert client.accounts.create("studio", "sk-studio", tier=3).account == "studio"
    studio = client.of("studio")
    assert studio.clock.advance(5).ahead == 5
    everybody = client.of(ALL)
    assert everybody.clock.advance(7).ahead == 7
    assert studio.clock.show().ahead == 12
    assert len(client.accounts.list()) == 2
    client.accounts.delete("studio")
    everybody.reset()
    assert client.accounts.list() == ()


def test_the_journal(client, post):
    post("/characters", CHARACTER)
    post("/characters", {})
    entry = client.journal.entries(status=400, limit=1)[0]
    assert (entry.operation, entry.request.body, entry.reply.body["error"]["code"]) == (
        "createCharacter",
        {},
        "missing_required_parameter",
    )
    assert len(client.journal.entries()) == 2
    assert len(client.journal.har(status="2xx")["log"]["entries"]) == 1
    past = islice(client.journal.follow(since=entry.number - 2, operation="createCharacter"), 2)
    assert [one.number for one in past] == [entry.number - 1, entry.number]
    client.journal.clear()
    assert client.journal.entries() == ()


def test_the_mock_as_a_whole(client):
    assert client.health().status == "ok"
    assert b"sora_mock_accounts" in client.metrics()


@pytest.mark.parametrize(
    ("call", "status", "code"),
    [
        (lambda client: client.faults.add("nope"), 400, "invalid_value"),
        (lambda client: client.clock.advance(-1), 400, "invalid_value"),
        (lambda client: client.of("nobody").clock.show(), 404, "not_found"),
        (lambda client: next(client.of("nobody").journal.follow()), 404, "not_found"),
    ],
    ids=["fault", "time", "account", "stream"],
)
def test_a_refusal_is_an_error(client, call, status, code):
    with pytest.raises(ControlError) as caught:
        call(client)
    assert (caught.value.status, caught.value.code) == (status, code)
    assert str(caught.value) == f"{status} {code}: {caught.value.message}"


def answering(status, content):
    return httpx2.MockTransport(lambda _: httpx2.Response(status, content=content))


@pytest.mark.parametrize(
    ("status", "content", "code"),
    [
        (404, b"<html>", "not_a_mock"),
        (502, b'{"error": "x"}', "not_a_mock"),
        (200, b"<html>", "unreadable_answer"),
        (200, b'{"now": "later"}', "unreadable_answer"),
    ],
)
def test_whatever_is_no_mock_is_an_error(status, content, code):
    with pytest.raises(ControlError) as caught:
        Client(transport=answering(status, content)).clock.show()
    assert caught.value.code == code


def test_the_token_is_sent():
    seen = []

    def answer(request):
        seen.append(request.headers)
        return httpx2.Response(204)

    Client("http://mock.example/v1/sora?x#y", token="t0p", transport=httpx2.MockTransport(answer)).reset()
    assert seen[0]["x-sora-mock-token"] == "t0p"
    assert "authorization" not in seen[0]


def test_a_method_is_described_by_its_own_words():
    assert "Move time forward" in Clock.advance.__doc__
    assert Client().clock.advance.__name__ == "advance"


def test_the_asynchronous_client_says_the_same():
    async def scene():
        transport = httpx2.ASGITransport(create_app())
        async with AsyncClient("http://127.0.0.1", key=KEY, transport=transport) as client:
            assert (await client.health()).keys == "open"
            assert (await client.clock.advance(30)).ahead == 30
            assert (await client.of(ALL).clock.show()).ahead == 0
            assert (await client.faults.add("slow", first=1)).name
            assert await client.journal.entries() == ()
            with pytest.raises(ControlError):
                await client.faults.add("nope")

    asyncio.run(scene())


def test_the_asynchronous_client_follows_the_journal(fresh, post):
    post("/characters", CHARACTER)

    async def scene():
        async with AsyncClient(fresh.origin, key=KEY) as client:
            stream = client.journal.follow(since=0)
            entry = await anext(stream)
            await stream.aclose()
            with pytest.raises(ControlError):
                await anext(client.of("nobody").journal.follow())
            return entry.operation

    assert asyncio.run(scene()) == "createCharacter"


def test_a_stream_ends_orderly_when_the_server_stops():
    server = LocalServer()
    with httpx2.stream("GET", f"{server.origin}/_mock/journal/stream") as response:
        lines = response.iter_lines()
        assert next(lines) == ": the journal"
        server.close()
        assert list(lines) == [""]


def test_a_served_mock_stops_cleanly_with_a_stream_open(tmp_path):
    mock = MockProcess(tmp_path).wait_until_ready()
    with httpx2.stream("GET", f"{mock.origin}/_mock/journal/stream") as response:
        lines = response.iter_lines()
        next(lines)
        assert mock.stop() == (0, "")
        assert list(lines) == [""]
    assert mock.errors == ""


def test_the_clients_are_loaded_only_when_asked_for():
    script = (
        "import sora_mock.control, sys; assert 'httpx2' not in sys.modules; "
        "from sora_mock.control import Client; assert 'httpx2' in sys.modules; "
        "assert not hasattr(sora_mock.control, 'Nothing')"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
