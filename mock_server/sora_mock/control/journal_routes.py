"""The control plane's routes about the journal: look, follow, clear.

Owns the reading of these requests. Entries are shown by the journal itself, with secrets redacted.
"""

from typing import Any

import msgspec
from starlette.responses import Response

from sora_mock.control.ask import Ask
from sora_mock.control.har import archive
from sora_mock.control.orders import JournalOrder
from sora_mock.control.shapes import fit
from sora_mock.control.stream import JournalStream
from sora_mock.journal import Query, shown
from sora_mock.visit import HOUSE

RESUME = "last-event-id"
"""The header by which a client of a stream says what it has seen."""


async def show_journal(ask: Ask) -> dict[str, Any]:
    """Answer the entries that are meant, as they are or as a HAR document."""
    await ask.no_body()
    order = _order(ask, *JournalOrder.__struct_fields__)
    entries = ask.desk.entries(order.query())
    return archive(entries) if order.format == "har" else {"entries": [shown(entry) for entry in entries]}


async def clear_journal(ask: Ask) -> None:
    """Forget all entries, or those of one account."""
    await ask.nothing()
    ask.desk.journal.clear(None if ask.account == HOUSE else ask.account)


async def follow_journal(ask: Ask) -> Response:
    """Answer entries as they are recorded; after those that the caller has missed, if it says which."""
    await ask.no_body()
    query = _order(ask, *(name for name in Query.__struct_fields__ if name != "limit")).query()
    if ask.request.method == "HEAD":
        return Response(media_type=JournalStream.media_type)
    seen = ask.request.headers.get(RESUME)
    if seen is not None:
        query = msgspec.structs.replace(query, since=fit({"since": seen}, JournalOrder, strict=False).since)
    return JournalStream(ask.desk.journal, query, replay=seen is not None or "since" in ask.request.query_params)


def _order(ask: Ask, *names: str) -> JournalOrder:
    if ask.account == HOUSE:
        return fit(ask.query(*names), JournalOrder, strict=False)
    given = ask.query(*(name for name in names if name != "account"))
    return fit({**given, "account": ask.account}, JournalOrder, strict=False)
