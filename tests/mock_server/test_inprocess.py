"""The mock without a socket: transports for both client libraries, and interception of the real hosts."""

import asyncio
import builtins
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import httpx2
import pytest
import respx

import sora_mock
from sora_mock import ManualClock, Policy, inprocess
from sora_mock.inprocess.driving import by_hand
from sora_mock.inprocess.stage import Stage
from tests.mock_server.support import CHARACTER

LIBRARIES = {
    "httpx2": (httpx2, inprocess.Transport, inprocess.AsyncTransport),
    "httpx": (httpx, inprocess.HttpxTransport, inprocess.AsyncHttpxTransport),
}
KEY = {"Authorization": "Bearer sk-alice"}
BASE = "http://sora-mock.test/v1/sora"


class Waits:
    """What would have been waited for."""

    def __init__(self):
        self.seconds = []

    def sleep(self, seconds):
        self.seconds.append(seconds)

    async def async_sleep(self, seconds):
        self.seconds.append(seconds)


@pytest.fixture
def waits():
    return Waits()


@pytest.fixture
def stage(waits):
    stage = Stage(clock=ManualClock(), sleep=waits.sleep, async_sleep=waits.async_sleep)
    yield stage
    stage.close()


@pytest.fixture
def sora(stage):
    with sora_mock.Sora(stage, "sk-alice") as handle:
        yield handle


@pytest.fixture(params=["httpx2", "httpx"])
def library(request):
    return LIBRARIES[request.param][0]


@pytest.fixture(params=["sync", "async"])
def ask(request, library, stage):
    """Return a function that sends one request, by a sync or an async client of either library."""
    _, sync, asynchronous = LIBRARIES[library.__name__]

    def send(method, url, **options):
        if request.param == "sync":
            with library.Client(transport=sync(stage), base_url=BASE, headers=KEY) as client:
                return client.request(method, url, **options)

        async def exchange():
            async with library.AsyncClient(transport=asynchronous(stage), base_url=BASE, headers=KEY) as client:
                return await client.request(method, url, **options)

        return asyncio.run(exchange())

    return send


def test_a_character_is_created(ask, sora):
    answer = ask("POST", "/characters", json=CHARACTER)
    assert (answer.status_code, answer.json()["object"], answer.http_version) == (200, "character", "HTTP/1.1")
    assert answer.headers["content-length"] == str(len(answer.content))
    sora.journal.assert_called("createCharacter", times=1)


def test_a_clip_is_downloaded_whole_or_in_part(ask, sora):
    clip = sora.finished_clip()
    content = f"/generations/{clip['id']}/content"
    whole = ask("GET", clip["video_url"])
    assert (whole.status_code, whole.headers["content-type"]) == (200, "video/mp4")
    assert ask("GET", content).content == whole.content
    part = ask("GET", content, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, whole.content[4:8])
    head = ask("HEAD", content)
    assert (head.content, head.headers["content-length"]) == (b"", str(len(whole.content)))
    assert ask("GET", content, headers={"Range": "bytes=99999999-"}).status_code == 416


def test_a_query_and_an_encoded_path_arrive_as_they_would_over_the_wire(ask, sora):
    ask("GET", "/generations/task%5F1?a=%20b")
    assert (sora.journal.last.path, sora.journal.last.query) == ("/v1/sora/generations/task_1", "a=%20b")


def test_a_body_that_is_too_large_is_refused(ask):
    assert ask("POST", "/characters", content=b" " * (1 << 20) + b"{}").status_code == 413


def test_a_hanging_exchange_is_a_read_timeout_at_once(ask, sora, library, waits):
    sora.faults.add("hang")
    with pytest.raises(library.ReadTimeout, match="timed out") as failure:
        ask("POST", "/characters", json=CHARACTER, timeout=None)
    assert failure.value.request.url.path == "/v1/sora/characters"
    assert waits.seconds == []


def test_a_reset_connection_is_a_read_error(ask, sora, library):
    sora.faults.add("reset")
    with pytest.raises(library.ReadError, match="reset by peer"):
        ask("POST", "/characters", json=CHARACTER)


@pytest.mark.parametrize("keep", [0, 0.25])
def test_a_truncated_body_is_a_protocol_error(ask, sora, library, keep):
    sora.faults.add({"type": "truncate", "keep": keep})
    with pytest.raises(library.RemoteProtocolError, match=r"incomplete|without sending complete message body"):
        ask("POST", "/characters", json=CHARACTER)


def test_a_truncated_head_lacks_nothing(ask, sora):
    clip = sora.finished_clip()
    sora.faults.add("truncate")
    assert ask("HEAD", f"/generations/{clip['id']}").status_code == 200


def test_an_empty_body_drips_at_once(ask, sora, waits):
    sora.faults.add("empty")
    sora.faults.add("drip")
    assert ask("POST", "/characters", json=CHARACTER).content == b""
    assert waits.seconds == []


def test_a_dripping_body_arrives_with_pauses(ask, sora, waits):
    sora.faults.add({"type": "drip", "seconds": 4})
    assert ask("POST", "/characters", json=CHARACTER).json()["object"] == "character"
    assert sum(waits.seconds) == pytest.approx(4)
    assert len(waits.seconds) <= 20


def test_a_body_that_drips_too_slowly_is_a_read_timeout(ask, sora, library, waits):
    sora.faults.add({"type": "drip", "seconds": 200})
    with pytest.raises(library.ReadTimeout):
        ask("POST", "/characters", json=CHARACTER, timeout=5)
    assert waits.seconds == []


def test_a_delay_is_waited_for(ask, sora, waits):
    sora.faults.add("slow")
    assert ask("POST", "/characters", json=CHARACTER).status_code == 200
    assert waits.seconds == [2]


def test_a_delay_beyond_the_read_timeout_is_one_at_once(ask, sora, library, waits):
    sora.faults.add("slow")
    with pytest.raises(library.ReadTimeout):
        ask("POST", "/characters", json=CHARACTER, timeout=1.5)
    assert waits.seconds == []


def test_while_time_stands_still_nothing_waits(ask, sora, waits):
    sora.faults.add("slow")
    sora.clock.freeze()
    assert ask("POST", "/characters", json=CHARACTER, timeout=1).status_code == 200
    assert waits.seconds == []


def test_a_stream_is_broken_where_it_breaks(stage, sora, library):
    sora.faults.add({"type": "truncate", "keep": 0.5})
    received = []
    _, sync, _ = LIBRARIES[library.__name__]
    with (
        library.Client(transport=sync(stage), base_url=BASE, headers=KEY) as client,
        client.stream("POST", "/characters", json=CHARACTER) as answer,
    ):
        assert answer.status_code == 200
        with pytest.raises(library.RemoteProtocolError):
            received.extend(answer.iter_raw())
    assert len(b"".join(received)) == int(answer.headers["content-length"]) // 2


def test_a_sync_client_works_inside_an_event_loop(sora):
    clip = sora.finished_clip()

    async def use():
        return sora.client.get(clip["video_url"]).status_code

    assert asyncio.run(use()) == 200


def test_the_waits_are_real_unless_something_else_is_given():
    with inprocess.double() as sora:
        sora.faults.add({"type": "latency", "seconds": "0.001"})
        assert sora.client.post("/characters", json=CHARACTER).status_code == 200

        async def use():
            transport = inprocess.AsyncTransport(sora.venue)
            async with httpx2.AsyncClient(transport=transport, base_url=BASE, headers=KEY) as client:
                return (await client.post("/characters", json=CHARACTER)).status_code

        assert asyncio.run(use()) == 200


def test_threads_take_turns(stage):
    barrier = threading.Barrier(4)

    def create(number):
        with httpx2.Client(transport=inprocess.Transport(stage), base_url=BASE, headers=KEY) as client:
            barrier.wait()
            return [client.post("/characters", json=CHARACTER).json()["character_id"] for _ in range(10)]

    with ThreadPoolExecutor(4) as pool:
        ids = [one for found in pool.map(create, range(4)) for one in found]
    assert len(set(ids)) == 40


def test_an_async_call_can_be_given_up(stage, sora):
    clip = sora.finished_clip()

    async def use():
        async with httpx2.AsyncClient(transport=inprocess.AsyncTransport(stage), base_url=BASE, headers=KEY) as client:
            task = asyncio.create_task(client.get(clip["video_url"]))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return (await client.get(clip["video_url"])).status_code

    assert asyncio.run(use()) == 200


def test_a_coroutine_that_waits_for_an_event_loop_cannot_be_driven_by_hand():
    class Other:
        def __await__(self):
            yield "something"

    async def wait():
        await Other()

    with pytest.raises(TypeError, match="concurrent future"):
        by_hand(wait(), threading.Lock())


def test_later_is_now(stage):
    done = []
    stage.later(lambda: done.append(1))
    assert done == [1]


def test_unknown_names_are_none_of_the_modules():
    with pytest.raises(AttributeError, match="Telegraph"):
        _ = inprocess.Telegraph


# -- interception ----------------------------------------------------------------------------------------------------

RELAY = "https://relay.test/api/sora/"


@pytest.mark.parametrize(("using", "client"), [("httpcore", httpx), ("httpx", httpx), ("httpcore2", httpx2)])
class TestInterception:
    def test_the_real_host_and_relays_are_the_mocks(self, using, client):
        with inprocess.intercept(using=using, relays=[RELAY]) as sora:
            assert sora.base_url == inprocess.REAL
            for base in (inprocess.REAL, RELAY.rstrip("/")):
                answer = client.post(f"{base}/characters", json=CHARACTER, headers=sora.headers)
                assert answer.json()["object"] == "character"
            clip = sora.finished_clip()
            assert clip["video_url"].startswith("https://api.openai.com/files/")
            assert client.get(clip["video_url"]).headers["content-type"] == "video/mp4"
            sora.journal.assert_called("createCharacter", times=2)

    def test_async_clients_are_taken_in_too(self, using, client):
        async def use(sora):
            async with client.AsyncClient(base_url=inprocess.REAL, headers=sora.headers) as one:
                return (await one.post("/characters", json=CHARACTER)).status_code

        with inprocess.intercept(using=using) as sora:
            assert asyncio.run(use(sora)) == 200

    def test_a_broken_exchange_is_the_clients_own_error(self, using, client):
        with inprocess.intercept(using=using) as sora:
            sora.faults.add("truncate", first=1)
            sora.faults.add("hang", after=1, first=1)
            for kind in (client.RemoteProtocolError, client.ReadTimeout):
                with pytest.raises(kind):
                    client.post(f"{inprocess.REAL}/characters", json=CHARACTER, headers=sora.headers)

    def test_other_hosts_are_refused(self, using, client):
        with inprocess.intercept(using=using):
            for url in ("https://api.openai.com/v1/sora2", "https://elsewhere.test/v1/sora/characters"):
                with pytest.raises(AssertionError, match=r"api\.openai\.com/v1/sora"):
                    client.get(url)

    def test_other_hosts_can_pass(self, using, client):
        with sora_mock.running() as other, inprocess.intercept(using=using, other_hosts="pass") as sora:
            answer = client.post(f"{other.base_url}/characters", json=CHARACTER, headers=other.headers)
            assert answer.status_code == 200
            other.journal.assert_called("createCharacter", times=1)
            sora.journal.assert_not_called()

    def test_the_network_is_back_afterwards(self, using, client):
        with inprocess.intercept(using=using):
            pass
        with sora_mock.running() as sora:
            assert client.get(f"{sora.base_url}/nowhere").status_code == 404


def test_both_libraries_are_intercepted_unless_one_is_named():
    with inprocess.intercept() as sora:
        for client in (httpx, httpx2):
            assert client.post(f"{inprocess.REAL}/characters", json=CHARACTER, headers=sora.headers).status_code == 200


def test_routes_of_ones_own_go_beside():
    with inprocess.intercept(using="httpcore"), respx.mock(using="httpcore") as router:
        router.get("https://elsewhere.test/").respond(204)
        assert httpx.get("https://elsewhere.test/").status_code == 204


def test_what_cannot_be_patched_is_told():
    with pytest.raises(ValueError, match="httpcore2; found 'httpx2'"), inprocess.intercept(using="httpx2"):
        pass


def test_without_respx_it_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("respx"):
            raise ModuleNotFoundError(f"No module named {name!r}", name="respx")
        return real(name, *args, **kwargs)

    monkeypatch.delitem(sys.modules, "sora_mock.inprocess.respx_router", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"pip install 'sora-mock\[conformance\]'"), inprocess.intercept():
        pass


def test_policy_bounds_hold_without_a_socket():
    with inprocess.double(sora_mock.Settings(policy=Policy(max_body=10))) as sora:
        assert sora.client.post("/characters", json=CHARACTER).status_code == 413


def test_uploads_have_their_own_bound_without_a_socket():
    with inprocess.double(sora_mock.Settings(policy=Policy(max_body=10, max_upload=1_000))) as sora:
        statuses = [sora.client.post("/characters", files={"video": b"x" * size}).status_code for size in (100, 1_000)]
    assert statuses == [415, 413]
