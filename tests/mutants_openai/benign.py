"""Mocks of the Videos API that differ from the reference as far as the contract allows.

Owns the list: a judge has nothing to say against them.
"""

import json
from typing import Any

import msgspec

from sora_mock.wire import Reply
from tests.mutants.edits import (
    always,
    every,
    header,
    refusals,
    telling_json,
)
from tests.mutants.mutant import Benign
from tests.mutants.ways import telling
from tests.mutants_openai.bending import (
    LIST,
    VIDEOS,
    each_video,
    on,
)


def _extended(value: Any) -> Any:
    if isinstance(value, list):
        return [_extended(item) for item in value]
    if isinstance(value, dict):
        return {name: _extended(item) for name, item in value.items()} | {"x_trace": {"hops": [1, 2]}, "quality": None}
    return value


def _turned(value: Any) -> Any:
    if isinstance(value, list):
        return [_turned(item) for item in value]
    return {name: _turned(value[name]) for name in reversed(value)} if isinstance(value, dict) else value


def _reworded(body: dict[str, Any]) -> None:
    body["error"]["message"] = f"{body['error']['message']} – siehe Handbuch"


def _slower(reply: Reply) -> Reply:
    return msgspec.structs.replace(reply, delay=reply.delay + 5)


def _indented(reply: Reply) -> Reply:
    if not reply.body.startswith(b"{"):
        return reply
    return msgspec.structs.replace(reply, body=json.dumps(json.loads(reply.body), indent=2).encode())


BENIGN: tuple[Benign, ...] = (
    Benign(
        "extra-fields",
        "fields that the contract does not name may come along",
        telling(always, telling_json(_extended)),
    ),
    Benign(
        "quality",
        "videos of other servers have a quality",
        telling(on(*VIDEOS, LIST), each_video(lambda video: video.update(quality="standard", usage={"seconds": 4}))),
    ),
    Benign("other-order", "the order of fields means nothing", telling(always, telling_json(_turned))),
    Benign("indented", "white space in JSON means nothing", telling(always, _indented)),
    Benign("reworded", "messages may say more", telling(refusals, telling_json(_reworded))),
    Benign("slower", "every reply may take its time", telling(always, _slower)),
    Benign(
        "other-headers",
        "other headers may come along",
        telling(always, every(header("x-served-by", "eu-1"), header("cache-control", "no-store"))),
    ),
)
"""Each differs from the reference as far as the contract allows."""
