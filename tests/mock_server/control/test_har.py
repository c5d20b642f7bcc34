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
