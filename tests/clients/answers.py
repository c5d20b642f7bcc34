"""Clients that make of a reply what it is not, or keep from the caller what it is."""

import asyncio
import json
import re

from sora_conformance.reference.errors import InvalidRequestError, SoraError
from sora_conformance.reference.outcomes import Reply
from sora_conformance.reference.values import Character, Task
from tests.clients.requests import ask
from tests.clients.seams import choosing, exchanging, explaining, failing, performing, reading
from tests.clients.variant import Change, Faulty

EXTRA, NO_ID, BROKEN, KEPT, BOUNDED = (
    f"client.reply.{word}" for word in ("extra-fields", "no-id", "broken", "id-kept", "bounded")
)
DETAIL, NOT_JSON = "client.error.detail", "client.error.not-json"
KNOWN = {"character_id", "object", "model", "created_at", "metadata"}


def _valued(reply: Reply, secret, found: dict):
    """Return a value with the id that was found, whatever it is."""
    if "task_id" in found:
        return Task(task_id=found["task_id"])
    return Character(character_id=found.get("character_id"))


def _read(parse, *names: str) -> Change:
    """Read what succeeds with `parse`, which is given the body as a text and may raise."""
    return reading(
        lambda reply, secret, _: _valued(reply, secret, parse(reply.body.decode("utf-8", "replace"))), *names
    )


def _lenient(text: str) -> dict:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _strict(text: str) -> dict:
    found = _lenient(text)
    if "character_id" in found:
        Character(**{name: value for name, value in found.items() if name != "object"})
    return found


def _strict_task(text: str) -> dict:
    found = _lenient(text)
    if unknown := set(found) - {"id", "task_id", "object", "model", "status", "created_at"}:
        raise TypeError(f"unexpected fields {unknown}")
    return found


def _strict_inside(text: str) -> dict:
    found = _lenient(text)
    if isinstance(found.get("metadata"), dict) and set(found["metadata"].get("analysis", {})) - {"duration", "quality"}:
        raise TypeError("unexpected fields in metadata.analysis")
    return found


def _subscripted(text: str) -> dict:
    found = _lenient(text)
    name = "task_id" if "task_id" in found else "character_id"
    return {name: found[name]}


def _first_of_a_list(text: str) -> dict:
    found = json.loads(text)
    return {"character_id": found[0]} if isinstance(found, list) else _checked(found)


def _checked(found: dict) -> dict:
    if not found.get("character_id") and not found.get("task_id"):
        raise SoraError("no id")
    return found


def _dug_out(text: str) -> dict:
    """Find the id in half a body, too."""
    found = re.search(r'"(character_id|task_id)": *"([^"]*)', text)
    return {found[1]: found[2]} if found else _checked({})


def _page_taken(reply: Reply, secret, read):
    """Take a page for an empty success."""
    return Character(character_id="") if b"<html" in reply.body else read(reply, secret)


def _page_taken_for_a_task(reply: Reply, secret, read):
    return Task(task_id="") if b"<html" in reply.body else read(reply, secret)


def _nothing_taken(reply: Reply, secret, read):
    return read(reply, secret) if reply.body else Character(character_id="")


def _dated(text: str) -> dict:
    found = _lenient(text)
    if "character_id" in found and "created_at" in found:
        int(found["created_at"])
    return _checked(found)


def _analysed(text: str) -> dict:
    found = _lenient(text)
    if "character_id" in found and "metadata" in found:
        found["metadata"].get("analysis")
    return _checked(found)


async def _half_kept(client, call, exchange):
    outcome = await exchange(client, call)
    if isinstance(outcome, Reply) and outcome.trouble is not None:
        return Reply(status=200, body=b'{"character_id": "char_half", "task_id": "task_half", "id": "video_half"}')
    return outcome


async def _confirming(message, perform):
    value = await perform(message)
    if "character_id" in value:
        reply = await ask(message, "POST", "/characters")
        reply.raise_for_status()
    return value


async def _late(message, perform):
    value = await perform(message)
    await asyncio.sleep(2)
    return value


_failed: set[str] = set()


async def _all_or_nothing(message, perform):
    """Gather calls, as a batch that fails with any of them."""
    try:
        value = await perform(message)
    except Exception:
        _failed.add(message["base_url"])
        raise
    await asyncio.sleep(1.5 if "?1" in str(message["args"]) else 0)
    if message["base_url"] in _failed:
        raise SoraError("the batch failed")
    return value


def _told(**changed) -> Change:
    """Tell other things of an error that a server told; each is given what is told."""

    def edit(error, told):
        if told.get("status") is None:
            return told
        return told | {name: change(told) for name, change in changed.items()}

    return explaining(edit)


def _of_body(parse) -> Change:
    """Let `parse` look at the body of every refusal first; it may raise."""

    def way(outcome, secret, usual):
        if isinstance(outcome, Reply) and outcome.status >= 400:
            parse(outcome.body)
        return usual()

    return failing(way)


def _one_class(outcome, secret, usual):
    error = usual()
    if isinstance(outcome, Reply) and outcome.status >= 400 and outcome.status not in {429, 502, 503, 504}:
        return InvalidRequestError(getattr(error, "message", ""), status=outcome.status)
    return error


def _page_hides(outcome, secret, usual):
    page = isinstance(outcome, Reply) and outcome.status >= 400 and b"<html" in outcome.body
    return SoraError("a page came instead of an answer") if page else usual()


def _nothing_hides(outcome, secret, usual):
    nothing = isinstance(outcome, Reply) and outcome.status >= 400 and not outcome.body
    return SoraError("an empty answer") if nothing else usual()


def _message_of(body: bytes) -> object:
    return json.loads(body)["error"]["message"]


FAULTY = (
    Faulty("unknown-fields-raise", EXTRA, "a field that is not known is an error", _read(_strict, "character_of")),
    Faulty(
        "unknown-task-fields-raise",
        EXTRA,
        "a field of a task that is not known is an error",
        _read(_strict_task, "task_of"),
    ),
    Faulty(
        "unknown-inner-fields-raise",
        EXTRA,
        "a field of the analysis that is not known is an error",
        _read(_strict_inside),
    ),
    Faulty("id-subscripted", NO_ID, "where there is no id a KeyError is raised", _read(_subscripted)),
    Faulty("no-id-is-none", NO_ID, "where there is no id None is returned", _read(_lenient, "character_of")),
    Faulty(
        "empty-id-taken",
        NO_ID,
        "an empty id is returned",
        reading(lambda reply, secret, read: Character(character_id="") if b'""' in reply.body else read(reply, secret)),
    ),
    Faulty("list-taken", NO_ID, "of a list the first is taken for the id", _read(_first_of_a_list, "character_of")),
    Faulty("json-errors-escape", BROKEN, "a body that is no JSON raises what the parser does", _read(json.loads)),
    Faulty("page-taken", BROKEN, "a page is a success", reading(_page_taken, "character_of")),
    Faulty(
        "page-taken-for-a-task", BROKEN, "a page is an accepted generation", reading(_page_taken_for_a_task, "task_of")
    ),
    Faulty("nothing-taken", BROKEN, "an empty body is a success", reading(_nothing_taken, "character_of")),
    Faulty("half-read", BROKEN, "the id is taken out of half a body", _read(_dug_out)),
    Faulty("cut-off-taken", BROKEN, "what there is of a body that was cut off is taken", exchanging(_half_kept)),
    Faulty("confirmed", KEPT, "a new character is confirmed by a second call, which may fail", performing(_confirming)),
    Faulty("told-late", KEPT, "a new id is told 2 s later", performing(_late)),
    Faulty("all-or-nothing", KEPT, "a later failure loses an id that was there", performing(_all_or_nothing)),
    Faulty("date-costs-the-id", KEPT, "a `created_at` that is no number costs the id", _read(_dated, "character_of")),
    Faulty(
        "metadata-costs-the-id", KEPT, "`metadata` that is no object costs the id", _read(_analysed, "character_of")
    ),
    Faulty("read-to-the-end", BOUNDED, "a reply is read as long as it goes on", choosing(max_reply=10**12)),
    Faulty("status-hidden", DETAIL, "errors do not tell the status", _told(status=lambda _: None)),
    Faulty(
        "message-dropped",
        DETAIL,
        "errors do not tell the server's message",
        _told(message=lambda told: str(told["status"])),
    ),
    Faulty(
        "message-cut",
        DETAIL,
        "errors tell the first 20 characters of the message",
        _told(message=lambda told: told["message"][-20:]),
    ),
    Faulty("one-kind", DETAIL, "every refusal is told as a bad request", failing(_one_class)),
    Faulty("status-500-for-all", DETAIL, "every refusal is told as a 500", _told(status=lambda _: 500)),
    Faulty(
        "error-json-expected",
        NOT_JSON,
        "an error body that is no JSON raises what the parser does",
        _of_body(json.loads),
    ),
    Faulty(
        "error-object-expected", NOT_JSON, "an error body that is no object raises a TypeError", _of_body(_message_of)
    ),
    Faulty("page-hides-the-status", NOT_JSON, "a page hides the status", failing(_page_hides)),
    Faulty("nothing-hides-the-status", NOT_JSON, "an empty body hides the status", failing(_nothing_hides)),
)
