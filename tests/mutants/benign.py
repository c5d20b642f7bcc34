"""Mocks that differ from the reference in what the contract leaves open: a judge has nothing to say against them.

Owns the list and its changes of replies. Changes of what is written on the connection are in `benign_wire`.
"""

import json
import uuid
from collections.abc import Callable
from itertools import count
from typing import Any

import msgspec

from sora_mock.app import Mock
from sora_mock.wire import Reply, Request
from tests.mutants import benign_wire
from tests.mutants.alias import aliased
from tests.mutants.calls import CREATE
from tests.mutants.craft import Answer, bent, reroute, settled
from tests.mutants.edits import always, by, header, of, refusals, setting, telling_json
from tests.mutants.mutant import App, Benign
from tests.mutants.ways import telling

_EXTRA = {"x_trace": {"region": "eu", "hops": [1, 2]}, "livemode": False, "note": None}


def _extended(value: Any) -> Any:
    """Return a JSON value with fields of no contract in each of its objects."""
    if isinstance(value, list):
        return [_extended(item) for item in value]
    if isinstance(value, dict):
        return {name: _extended(item) for name, item in value.items()} | _EXTRA
    return value


def _extended_but_scenes(body: dict[str, Any]) -> dict[str, Any]:
    return _extended(body) | ({"scenes": body["scenes"]} if "scenes" in body else {})


def _reversed(value: Any) -> Any:
    if isinstance(value, list):
        return [_reversed(item) for item in value]
    return {name: _reversed(value[name]) for name in reversed(value)} if isinstance(value, dict) else value


def _written(write: Callable[[Any], str]) -> App:
    """Make mocks that write the same JSON in another way."""

    def edit(reply: Reply) -> Reply:
        if not reply.body.startswith(b"{"):
            return reply
        return msgspec.structs.replace(reply, body=write(json.loads(reply.body)).encode())

    return telling(always, edit)


def _reworded(body: dict[str, Any]) -> None:
    words, colon, _ = body["error"]["message"].partition(":")
    body["error"]["message"] = f"{words}{colon} siehe Handbuch – 参照" if colon else "Rejected."


def _slow(reply: Reply) -> Reply:
    return msgspec.structs.replace(reply, delay=reply.delay + 20)


def _own_request_ids(mock: Mock) -> None:
    numbers = count(1)

    async def way(request: Request, answer: Answer) -> Reply:
        return header("x-request-id", str(uuid.UUID(int=next(numbers))))(await answer(request))

    reroute(mock, way)


def _without_decimals(body: dict[str, Any]) -> None:
    analysis = body["metadata"]["analysis"]
    if analysis["duration"] == int(analysis["duration"]):
        analysis["duration"] = int(analysis["duration"])


def _noted_otherwise(notes: list[str]) -> list[str]:
    return [f"Remark {number}: choose one to three seconds." for number, _ in enumerate(notes, start=1)]


def _stated_in_milliseconds(text: str) -> str:
    return f"{float(text.removesuffix('s')) * 1000:.0f}ms"


def _respelled(core: str) -> str:
    return f"{core.upper()}_{core[:6]}Zz"


def _read_back(core: str) -> str:
    return core[:24].lower() if core.endswith("Zz") else core


BENIGN: tuple[Benign, ...] = (
    Benign(
        "extra-fields",
        "fields that the contract does not name may come along, in errors too",
        telling(always, telling_json(_extended_but_scenes)),
    ),
    Benign(
        "extra-fields-in-scenes",
        "scenes are open like every other object",
        telling(of("createGeneration", "retrieveGeneration"), telling_json(_extended)),
    ),
    Benign(
        "other-character-ids", "an id may be longer and in capitals", aliased("char_", "char_", _respelled, _read_back)
    ),
    Benign("other-task-ids", "an id may be longer and in capitals", aliased("task_", "task_", _respelled, _read_back)),
    Benign("other-key-order", "the fields of an object have no order", telling(always, telling_json(_reversed))),
    Benign(
        "spacious-json",
        "JSON may be written with spaces and line breaks",
        _written(lambda body: "\n" + json.dumps(body, indent=4, ensure_ascii=False) + "\n"),
    ),
    Benign("escaped-json", "JSON may be written in ASCII", _written(lambda body: json.dumps(body, ensure_ascii=True))),
    Benign("slower", "a reply may take 20 ms longer", telling(always, _slow)),
    Benign(
        "other-words", "behind the guide's words a message may say anything", telling(refusals, telling_json(_reworded))
    ),
    Benign(
        "content-type-with-charset",
        "media types have no case and may have parameters",
        telling(
            lambda _, reply: reply.body.startswith(b"{"), header("content-type", "Application/JSON; charset=utf-8")
        ),
    ),
    Benign(
        "other-order-of-allow",
        "the methods in `Allow` have no order",
        telling(
            lambda _, reply: reply.status == 405,
            header("allow", lambda methods: ",".join(reversed(methods.split(", ")))),
        ),
    ),
    Benign(
        "extra-headers",
        "headers that the contract does not name may come along",
        telling(
            always,
            header("date", "Mon, 01 Jan 2024 00:00:00 GMT"),
            header("server", "relay/1.0"),
            header("cache-control", "no-store"),
            header("via", "1.1 relay"),
        ),
    ),
    Benign("other-request-ids", "an `x-request-id` may have any form", bent(_own_request_ids)),
    Benign(
        "retry-after-rounded-up",
        "`Retry-After` may ask for more than is needed",
        telling(by("limit.characters"), header("retry-after", lambda seconds: str(int(seconds) + 2))),
    ),
    Benign(
        "tasks-take-a-minute",
        "a task may be queued and at work before it is completed",
        settled(latency="generation=60"),
    ),
    Benign("tasks-take-a-second", "a task may be over soon", settled(latency="generation=1")),
    Benign(
        "other-notes",
        "a note may say it in other words",
        telling(of(CREATE), setting("metadata.analysis.notes", _noted_otherwise)),
    ),
    Benign(
        "note-for-everyone",
        "a span that serves well may have notes too",
        telling(of(CREATE), setting("metadata.analysis.notes", lambda notes: [*notes, "All frames show a face."])),
    ),
    Benign("whole-numbers", "3 and 3.0 are one number", telling(of(CREATE), telling_json(_without_decimals))),
    Benign(
        "more-frames",
        "how many frames are looked at is left open",
        telling(of(CREATE), setting("metadata.analysis.frames_sampled", lambda number: 7 * number)),
    ),
    Benign(
        "reset-in-milliseconds",
        "the unit of the reset is left open",
        telling(
            lambda request, _: request.path.endswith("/characters"),
            header("x-ratelimit-reset-requests", _stated_in_milliseconds),
        ),
    ),
    Benign(
        "challenge-with-realm",
        "a challenge may have parameters",
        telling(
            by("auth.key.required", "auth.key.refused"),
            header("www-authenticate", 'bearer realm="sora", error="invalid_token"'),
        ),
    ),
    Benign(
        "without-own-headers",
        "only the mock names its rules",
        telling(always, header("x-sora-mock-rule", None), header("x-sora-mock-advice", None)),
    ),
    *benign_wire.BENIGN,
)
