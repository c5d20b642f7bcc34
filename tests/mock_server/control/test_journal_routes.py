"""The journal over `/_mock`: entries, HAR, the stream."""

import asyncio
import json

import jsonschema
import pytest

from sora_mock.control.stream import JournalStream
from sora_mock.delivery import PARTING
from sora_mock.journal import Journal, Query
from sora_mock.wire import Reply, Request
from tests.mock_server.control.support import KEY

PAIRS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "value"],
        "properties": {"name": {"type": "string"}, "value": {"type": "string"}},
    },
}
MESSAGE = {
    "httpVersion": {"type": "string"},
    "cookies": {"type": "array"},
    "headers": PAIRS,
    "headersSize": {"type": "integer"},
    "bodySize": {"type": "integer"},
}
HAR = {
    "type": "object",
    "required": ["log"],
    "properties": {
        "log": {
            "type": "object",
            "required": ["version", "creator", "entries"],
            "properties": {
                "version": {"const": "1.2"},
                "creator": {"type": "object", "required": ["name", "version"]},
                "entries": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["startedDateTime", "time", "request", "response", "cache", "timings"],
                        "properties": {
                            "startedDateTime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$"},
                            "time": {"type": "number", "minimum": 0},
                            "request": {
                                "type": "object",
                                "required": [*MESSAGE, "method", "url", "queryString"],
                                "properties": MESSAGE
                                | {
                                    "queryString": PAIRS,
                                    "postData": {"type": "object", "required": ["mimeType", "text"]},
                                },
                            },
                            "response": {
                                "type": "object",
                                "required": [*MESSAGE, "status", "statusText", "content", "redirectURL"],
                                "properties": MESSAGE
                                | {"content": {"type": "object", "required": ["size", "mimeType"]}},
                            },
                            "cache": {"type": "object"},
                            "timings": {"type": "object", "required": ["send", "wait", "receive"]},
                        },
                    },
                },
            },
        }
    },
}
"""The form of a HAR 1.2 document, as far as everything in it is required."""


@pytest.fixture
def busy(plane):
    """Return a mock in which something has happened."""
    plane.create()
    plane.create(timestamps="8,5")
    plane.create(url=5)
    plane.task()
    plane.ask("GET", "/v1/sora/nowhere?a=1&b", key=None)
    return plane


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("status=4xx", [2, 3, 5]),
        ("status=200&operation=createCharacter", [1]),
        ("method=GET", [5]),
        ("path=/v1/sora/generations", [4]),
        ("rule=character.timestamps.order", [2]),
        ("fault=slow", []),
        ("since=3", [4, 5]),
        ("limit=2", [4, 5]),
        ("limit=0", []),
    ],
)
def test_entries_are_found(busy, query, numbers):
    assert [entry["number"] for entry in busy.control("GET", f"/journal?{query}")["entries"]] == numbers


def test_an_accounts_journal_has_its_own_entries_only(busy):
    assert len(busy.control("GET", "/accounts/self/journal")["entries"]) == 4
    assert busy.control("GET", "/accounts/self/journal", key="sk-other")["entries"] == []
    account = busy.control("GET", "/accounts/self")["account"]
    assert len(busy.control("GET", f"/journal?account={account}")["entries"]) == 4
    busy.control("DELETE", "/accounts/self/journal", status=204)
    assert [entry["number"] for entry in busy.control("GET", "/journal")["entries"]] == [5]
    busy.control("DELETE", "/journal", status=204)
    assert busy.control("GET", "/journal") == {"entries": []}


@pytest.mark.parametrize(
    ("query", "param", "words"),
    [
        ("stat=4xx", "stat", "Did you mean 'status'?"),
        ("status=abc", "status", 'found "abc"'),
        ("status=600", "status", 'found "600"'),
        ("limit=-1", "limit", "expected integer >= 0"),
        ("limit=x", "limit", "expected integer"),
        ("since=", "since", "expected integer"),
        ("operation=create", "operation", "expected one of createCharacter"),
        ("format=xml", "format", "expected one of har, json"),
        ("method=GET&method=POST", "method", "expected one value, found two"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(plane, query, param, words):
    message, named = plane.refused("GET", f"/journal?{query}")
    assert words in message
    assert named == param


def test_an_accounts_journal_cannot_be_asked_for_another(plane):
    assert "account" not in plane.refused("GET", "/accounts/self/journal?account=a")[0].partition("; found")[0]


def test_the_journal_is_a_har_document_when_asked(busy, monkeypatch):
    task = busy.task()
    document = busy.control("GET", "/journal?format=har")
    jsonschema.validate(document, HAR)
    entries = document["log"]["entries"]
    assert len(entries) == 6
    assert entries[1]["response"]["statusText"] == "Bad Request"
    assert entries[1]["_rule"] == "character.timestamps.order"
    assert entries[4]["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": ""}]
    assert entries[4]["request"]["url"] == "http://127.0.0.1/v1/sora/nowhere?a=1&b"
    assert json.loads(entries[5]["response"]["content"]["text"])["id"] == task
    assert KEY not in json.dumps(document)


def test_a_har_document_has_no_text_for_a_clip(plane):
    task = plane.task()
    assert plane.ask("GET", f"/v1/sora/generations/{task}/content").status_code == 200
    document = plane.control("GET", "/journal?format=har&operation=downloadGeneration")
    jsonschema.validate(document, HAR)
    content = document["log"]["entries"][0]["response"]["content"]
    assert content == {"size": 0, "mimeType": "video/mp4"}


class Listener:
    """One caller of a stream, as the server sees it."""

    def __init__(self, journal, query=None, *, replay=False, keep_alive=60.0):
        self.response = JournalStream(journal, query or Query(), replay=replay, keep_alive=keep_alive)
        self.scope = {"type": "http", "method": "GET"}
        self.gone = asyncio.Event()
        self.said = asyncio.Queue()
        self.task = asyncio.create_task(self.response(self.scope, self._receive, self.said.put))

    async def _receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def next(self):
        return (await self.said.get()).get("body", b"").decode()

    async def begin(self):
        assert (await self.said.get())["status"] == 200
        return await self.next()


def record(journal, path="/"):
    request = Request(method="GET", path=path, headers={"authorization": f"Bearer {KEY}"})
    journal.record(request, Reply(status=200), real=0, virtual=0, account="a", operation=None)


def test_a_stream_tells_what_is_recorded_from_now_on_and_ends_when_the_caller_leaves():
    async def scene():
        journal = Journal()
        record(journal, "/before")
        listener = Listener(journal)
        assert await listener.begin() == ": the journal\n\n"
        record(journal, "/after")
        number, data, *_ = (await listener.next()).split("\n")
        entry = json.loads(data.removeprefix("data: "))
        assert (number, entry["number"], entry["request"]["path"]) == ("id: 2", 2, "/after")
        assert KEY not in data
        listener.gone.set()
        await listener.task

    asyncio.run(scene())


@pytest.mark.parametrize(("since", "numbers"), [(0, [1, 2, 3]), (2, [3]), (3, []), (99, [1, 2, 3])])
def test_a_stream_is_resumed_from_what_is_remembered(since, numbers):
    async def scene():
        journal = Journal()
        for _ in range(3):
            record(journal)
        listener = Listener(journal, Query(since=since), replay=True)
        events = (await listener.begin()).removeprefix(": the journal\n\n")
        assert [int(line[4:]) for line in events.split("\n") if line.startswith("id: ")] == numbers
        record(journal)
        assert (await listener.next()).startswith("id: 4\n")
        listener.gone.set()
        await listener.task

    asyncio.run(scene())


def test_a_stream_leaves_out_what_is_not_meant_and_keeps_the_connection_alive():
    async def scene():
        journal = Journal()
        listener = Listener(journal, Query(path="/b"), keep_alive=0.01)
        await listener.begin()
        record(journal, "/a")
        assert await listener.next() == ": still here\n\n"
        listener.gone.set()
        await listener.task

    asyncio.run(scene())


def test_a_stream_takes_its_leave_when_the_server_stops():
    async def scene():
        listener = Listener(Journal())
        await listener.begin()
        listener.scope[PARTING].set()
        await listener.task
        assert listener.said.get_nowait() == {"type": "http.response.body", "body": b""}

    asyncio.run(scene())


def test_a_stream_whose_caller_does_not_read_is_broken_off_when_the_server_stops():
    async def scene():
        listener = Listener(Journal())
        never = asyncio.Event()
        begun = asyncio.Event()

        async def send(message):
            if message["type"] == "http.response.body":
                begun.set()
                await never.wait()

        task = asyncio.create_task(listener.response(scope := {}, listener._receive, send))
        await begun.wait()
        scope[PARTING].set()
        await task
        listener.gone.set()
        await listener.task

    asyncio.run(scene())


def test_a_stream_that_cannot_be_sent_says_so():
    async def scene():
        async def send(message):
            raise OSError("gone")

        with pytest.raises(OSError, match="gone"):
            await JournalStream(Journal(), Query(), replay=False)({}, asyncio.Event().wait, send)

    asyncio.run(scene())


def test_the_head_of_a_stream_can_be_asked_for(plane):
    answer = plane.ask("HEAD", "/_mock/journal/stream")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")


@pytest.mark.parametrize("seen", ["x", "-1"])
def test_a_place_to_resume_from_that_makes_no_sense_is_refused(plane, seen):
    assert plane.refused("GET", "/journal/stream", headers={"last-event-id": seen})[1] == "since"


def test_a_stream_has_no_limit(plane):
    assert plane.refused("GET", "/journal/stream?limit=3")[1] == "limit"
