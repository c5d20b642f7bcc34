"""The journal: what is remembered, for how long, and how it is shown."""

import asyncio
import json
import tracemalloc
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.journal import MAX_BODY, Journal, Query, shown
from sora_mock.redaction import REDACTED
from sora_mock.wire import Reply, Request
from tests.mock_server.support import BASE, CHARACTER

NOW = 1_700_000_000_000
OK = Reply(status=200, body=b'{"id": 1}')


def record(journal, *, account="alice", operation="createCharacter", reply=OK, faults=(), **request):
    asked = Request(**{"method": "POST", "path": BASE + "/characters", "headers": {}} | request)
    journal.record(asked, reply, real=NOW, virtual=NOW + 5, account=account, operation=operation, faults=faults)


def numbers(journal, **query):
    return [entry.number for entry in journal.entries(Query(**query))]


def test_entries_are_numbered_and_kept_in_their_order():
    journal = Journal()
    for _ in range(3):
        record(journal)
    assert [entry.number for entry in journal.entries()] == [1, 2, 3]


SIZES = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000), st.sampled_from(["a", "b"])), max_size=30)


@given(sizes=SIZES, max_entries=st.integers(0, 6), max_bytes=st.integers(0, 20_000))
def test_a_journal_never_grows_beyond_its_bounds_and_keeps_the_latest(sizes, max_entries, max_bytes):
    journal = Journal(max_entries=max_entries, max_bytes=max_bytes)
    for body, header, account in sizes:
        record(journal, account=account, body=b"x" * body, headers={"x-long": "y" * header})
        entries = journal.entries()
        assert len(entries) <= max_entries
        assert sum(entry.weight for entry in entries) <= max_bytes
        if entries:
            last = journal.count
            assert [entry.number for entry in entries] == list(range(last - len(entries) + 1, last + 1))


@pytest.mark.parametrize("part", ["path", "query", "body"])
def test_everything_that_a_caller_sends_has_its_weight(part):
    light, heavy = Journal(), Journal()
    record(light)
    record(heavy, **{part: b"x" * 5000 if part == "body" else "x" * 5000})
    assert heavy.entries()[0].weight - light.entries()[0].weight >= 4000


@pytest.mark.parametrize("letters", [0, 1, 40])
def test_many_headers_weigh_at_least_what_they_hold(letters):
    journal = Journal()
    tracemalloc.start()
    try:
        headers = {f"x-header-{number}": f"{number:040}"[:letters] for number in range(9000)}
        reply = Reply(status=200, headers=tuple((f"x-{number}", f"{number:040}"[:letters]) for number in range(500)))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    record(journal, headers=headers, reply=reply)
    assert held <= journal.weight <= 3 * held


def test_a_path_of_wide_letters_has_its_weight():
    journal = Journal()
    record(journal, path="/" + "🎬" * 5000)
    assert journal.weight >= 20_000


def test_a_long_body_is_remembered_in_part():
    journal = Journal()
    record(journal, body=b"x" * (MAX_BODY + 5))
    assert len(journal.entries()[0].request.body) == MAX_BODY


@pytest.fixture
def mixed():
    journal = Journal()
    record(journal)
    record(journal, account="bob", faults=("storm/cut",))
    record(journal, account=None, operation=None, reply=Reply(status=401, rule="auth.key.refused"))
    record(journal, operation="createGeneration", path=BASE + "/generations", reply=Reply(status=404, rule="x"))
    record(journal, method="GET", operation="retrieveGeneration", reply=Reply(status=404))
    return journal


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"account": "alice"}, [1, 4, 5]),
        ({"account": "nobody"}, []),
        ({"operation": "createGeneration"}, [4]),
        ({"method": "GET"}, [5]),
        ({"path": BASE + "/generations"}, [4]),
        ({"status": "404"}, [4, 5]),
        ({"status": "4xx"}, [3, 4, 5]),
        ({"rule": "auth.key.refused"}, [3]),
        ({"fault": "storm/cut"}, [2]),
        ({"since": 3}, [4, 5]),
        ({"limit": 2}, [4, 5]),
        ({"limit": 0}, []),
        ({"account": "alice", "limit": 1}, [5]),
        ({"account": "alice", "status": "4xx", "method": "POST"}, [4]),
    ],
)
def test_a_query_means_the_entries_that_fit_all_of_it(mixed, query, expected):
    assert numbers(mixed, **query) == expected


def test_an_account_is_cleared_without_the_others(mixed):
    mixed.clear("alice")
    assert [entry.number for entry in mixed.entries()] == [2, 3]
    mixed.clear()
    assert mixed.entries() == []
    record(mixed)
    assert [entry.number for entry in mixed.entries()] == [6]


def test_what_is_recorded_can_be_followed():
    async def followed():
        journal = Journal()
        record(journal)
        follower = journal.follow(Query(account="bob"))
        first = asyncio.ensure_future(anext(follower))
        await asyncio.sleep(0)
        record(journal)
        record(journal, account="bob")
        number = (await first).number
        await follower.aclose()
        assert journal._listeners == set()
        return number

    assert asyncio.run(followed()) == 3


def test_a_follower_that_does_not_keep_up_loses_the_oldest():
    journal = Journal(max_entries=2)
    with journal.listening() as queue:
        for _ in range(5):
            record(journal)
    assert [queue.get_nowait().number for _ in range(queue.qsize())] == [4, 5]


def as_shown(**exchange):
    journal = Journal()
    record(journal, **exchange)
    return shown(journal.entries()[0])


def test_an_entry_is_shown_whole():
    entry = as_shown(
        body=msgspec.json.encode(CHARACTER), query="a=1", faults=("f",), reply=Reply(status=200, delay=1500)
    )
    assert (entry["real_time"], entry["virtual_time"]) == (
        "2023-11-14T22:13:20.000+00:00",
        "2023-11-14T22:13:20.005+00:00",
    )
    assert (entry["request"]["body"], entry["request"]["query"]) == (CHARACTER, "a=1")
    assert (entry["reply"]["body"], entry["reply"]["delay"], entry["faults"]) == (None, 1.5, ["f"])
    assert json.dumps(entry)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{", b"text", b"[" * 100_000])
def test_a_body_that_is_no_json_is_shown_as_text(body):
    assert isinstance(as_shown(body=body)["request"]["body"], str)


def test_a_clip_is_not_shown():
    assert as_shown(reply=Reply(status=200, file=Path("clip.mp4")))["reply"]["body"] is None


def test_what_was_withheld_is_shown_beside_what_was_sent():
    withheld = Reply(status=200, headers=(("x-a", "1"),), body=b'{"id": 1}', delay=500)
    entry = as_shown(reply=Reply(status=502, body=b"{}", withheld=withheld))
    assert (entry["reply"]["status"], entry["reply"]["body"]) == (502, {})
    assert entry["withheld"] == {"status": 200, "headers": {"x-a": "1"}, "body": {"id": 1}, "delay": 0.5}
    assert as_shown(reply=OK)["withheld"] is None


def test_what_was_withheld_has_its_weight():
    journal = Journal()
    record(journal, reply=Reply(status=502))
    record(journal, reply=Reply(status=502, withheld=Reply(status=200, body=b"x" * 5000)))
    plain, withheld = journal.entries()
    assert withheld.weight - plain.weight >= 5000


KEY = "sk-very-secret-1"


@pytest.mark.parametrize(
    "name",
    ["authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-sora-mock-token", "x-client-secret"],
)
def test_a_secret_is_shown_nowhere(name):
    entry = as_shown(
        path=f"{BASE}/characters/{KEY}",
        query=f"api_key={KEY}",
        headers={name: f"Bearer {KEY}", "x-debug": f"key {KEY}"},
        body=json.dumps({"model": "m", "note": f"my key is {KEY}"}).encode(),
        reply=Reply(status=200, headers=(("set-cookie", "a=b"),), body=KEY.encode()),
    )
    text = json.dumps(entry)
    assert KEY not in text
    assert "a=b" not in text
    assert entry["request"]["headers"] == {name: REDACTED, "x-debug": f"key {REDACTED}"}
    assert entry["request"]["body"] == {"model": "m", "note": f"my key is {REDACTED}"}


@pytest.mark.parametrize("name", ["www-authenticate", "x-request-id", "idempotency-key", "content-type", "x-author"])
def test_other_headers_are_shown(name):
    assert as_shown(headers={name: "plain"})["request"]["headers"] == {name: "plain"}


def test_a_short_key_does_not_blot_out_the_words_of_others():
    entry = as_shown(headers={"authorization": "Bearer a"}, body=b'{"prompt": "a cat"}')
    assert entry["request"]["body"] == {"prompt": "a cat"}


@given(key=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40), data=st.data())
def test_no_key_is_ever_shown(key, data):
    before, after = data.draw(st.binary(max_size=10)), data.draw(st.binary(max_size=10))
    entry = as_shown(headers={"authorization": f"Bearer {key}"}, body=before + key.encode() + after)
    body = entry["request"]["body"]
    assert not isinstance(body, str) or key not in body.replace(REDACTED, "")


def test_an_exchange_leaves_one_entry_with_account_operation_rule_and_faults(stage):
    mock = stage()
    mock.character()
    mock.post("/characters", CHARACTER | {"timestamps": "8,5"})
    mock.get("/generations/task_0", key="sk-revoked")
    entries = mock.exchange.journal.entries()
    assert [entry.operation for entry in entries] == ["createCharacter", "createCharacter", "retrieveGeneration"]
    assert entries[0].account == entries[1].account
    assert entries[2].account is None
    assert [entry.reply.rule for entry in entries] == [None, "character.timestamps.order", "auth.key.refused"]


def test_a_key_in_what_was_withheld_is_not_shown():
    withheld = Reply(status=400, headers=(("x-a", KEY),), body=f"no {KEY}".encode())
    entry = as_shown(headers={"authorization": f"Bearer {KEY}"}, reply=Reply(status=500, withheld=withheld))
    assert KEY not in json.dumps(entry)
    assert entry["withheld"]["body"] == f"no {REDACTED}"


def test_advice_is_in_the_journal_and_in_a_header(stage):
    mock = stage()
    answer = mock.post("/characters", {"model": "sora-2-character", "video_url": "x", "timestamps": "5,8"})
    (entry,) = mock.exchange.journal.entries()
    assert answer.headers["x-sora-mock-advice"] == entry.reply.advice == "Field video_url: did you mean url?"


QUOTED = 'sk-a"bcdefgh12'


@pytest.mark.parametrize("key", [QUOTED, "sk-a/bcdefgh12", "12345678901", "sk-ünder-cover-1"])
@pytest.mark.parametrize("body", ['{"note": %s}', "{%s: [1, 2.5, null, true]}", '[["my", %s]]', '{"cut": %s', "%s"])
def test_a_key_is_found_however_json_writes_it(key, body):
    entry = as_shown(headers={"authorization": f"Bearer {key}"}, body=(body % json.dumps(key)).encode())
    text = json.dumps(entry["request"]["body"], ensure_ascii=False)
    assert REDACTED in text
    assert key[-6:] not in text


def test_a_key_of_digits_is_found_as_a_number():
    entry = as_shown(headers={"authorization": "Bearer 12345678901"}, body=b'{"a": 12345678901, "b": 5}')
    assert entry["request"]["body"] == {"a": REDACTED, "b": 5}


@pytest.mark.parametrize("depth", [300, 500, 700, 900, 1100])
def test_a_key_in_a_deep_body_is_found(depth):
    body = b"[" * depth + json.dumps(QUOTED).encode() + b"]" * depth
    entry = as_shown(headers={"authorization": f"Bearer {QUOTED}"}, body=body)
    assert "bcdefgh12" not in repr(entry["request"]["body"])


@pytest.mark.parametrize(
    "name", ["api_key", "api-key", "apikey", "key", "token", "access_token", "API_KEY", "api%5Fkey"]
)
@pytest.mark.parametrize("value", ["sk-query-only-1", "short"])
def test_a_key_in_a_query_is_known_by_its_parameter(name, value):
    entry = as_shown(query=f"a=1&{name}={value}&monkey=2&flag", reply=Reply(status=200, body=b'"sk-query-only-1"'))
    assert entry["request"]["query"] == f"a=1&{name}={REDACTED}&monkey=2&flag"
    assert entry["reply"]["body"] == (REDACTED if value != "short" else "sk-query-only-1")


def test_a_reply_does_not_show_a_key_in_its_headers():
    entry = as_shown(
        headers={"authorization": f"Bearer {KEY}"}, reply=Reply(status=307, headers=(("location", f"/{KEY}"),))
    )
    assert entry["reply"]["headers"] == {"location": f"/{REDACTED}"}
