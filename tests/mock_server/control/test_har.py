"""The journal as HAR: what it never shows."""

import json

from sora_mock.control.har import archive
from sora_mock.journal import Journal
from sora_mock.wire import Reply, Request

KEY = "sk-very-secret-key"


def test_a_key_is_shown_nowhere_wherever_it_stands():
    journal = Journal()
    request = Request(
        method="POST",
        path=f"/v1/sora/{KEY}",
        query=f"key={KEY}",
        headers={"authorization": f"Bearer {KEY}", "x-trace": KEY, "content-type": "text/plain"},
        body=f"my key is {KEY}".encode(),
    )
    reply = Reply(status=400, headers=(("content-type", "text/plain"),), body=f"no {KEY}".encode())
    journal.record(request, reply, real=0, virtual=0, account=None, operation=None)

    document = json.dumps(archive(journal.entries()))

    assert KEY not in document
    assert "my key is [redacted]" in document


def test_a_key_in_a_query_and_one_that_json_escapes_are_not_shown_either():
    journal = Journal()
    request = Request(
        method="POST",
        path="/v1/sora/characters",
        query="api_key=short&a=1",
        headers={"authorization": 'Bearer sk-a"bcdefgh12'},
        body=json.dumps({"note": 'sk-a"bcdefgh12'}).encode(),
        origin="http://mock",
    )
    journal.record(request, Reply(status=200), real=0, virtual=0, account=None, operation=None)

    (entry,) = archive(journal.entries())["log"]["entries"]

    assert entry["request"]["url"] == "http://mock/v1/sora/characters?api_key=[redacted]&a=1"
    assert entry["request"]["queryString"][0] == {"name": "api_key", "value": "[redacted]"}
    assert entry["request"]["postData"]["text"] == '{"note": "[redacted]"}'


def test_what_was_withheld_stands_beside_the_response():
    journal = Journal()
    withheld = Reply(status=200, headers=(("content-type", "application/json"),), body=f'{{"id": "{KEY}"}}'.encode())
    for reply in (Reply(status=500, withheld=withheld), withheld):
        request = Request(method="POST", path="/v1/sora/characters", headers={"authorization": f"Bearer {KEY}"})
        journal.record(request, reply, real=0, virtual=0, account=None, operation=None)

    done, plain = archive(journal.entries())["log"]["entries"]

    assert (done["response"]["status"], done["_withheld"]["status"]) == (500, 200)
    assert done["_withheld"]["content"]["text"] == '{"id": "[redacted]"}'
    assert plain["_withheld"] is None


def test_a_key_that_is_one_of_hars_own_names_leaves_them_alone():
    journal = Journal()
    request = Request(method="GET", path="/", headers={"authorization": "Bearer response"})
    journal.record(request, Reply(status=200), real=0, virtual=0, account=None, operation=None)
    assert "response" in archive(journal.entries())["log"]["entries"][0]
