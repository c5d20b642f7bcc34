"""Relays that differ from the reference as far as the contract allows.

Owns the list: a judge has nothing to say against them.
"""

import json
from typing import Any

import msgspec

from sora_mock.wire import Reply
from tests.mutants.craft import settled
from tests.mutants.edits import every, header, setting, telling_json
from tests.mutants.mutant import Benign
from tests.mutants.ways import telling
from tests.mutants_relay.bending import at_relay, created, picture, redirected, refused


def _extended(body: dict[str, Any]) -> None:
    body |= {"x_trace": {"hops": [1, 2]}, "video_url": None, "character_id": "char_0"}


def _turned(value: Any) -> Any:
    return {name: _turned(value[name]) for name in reversed(value)} if isinstance(value, dict) else value


def _indented(reply: Reply) -> Reply:
    if not reply.body.startswith(b"{"):
        return reply
    return msgspec.structs.replace(reply, body=json.dumps(json.loads(reply.body), indent=2).encode())


def _slower(reply: Reply) -> Reply:
    return msgspec.structs.replace(reply, delay=reply.delay + 5)


BENIGN: tuple[Benign, ...] = (
    Benign(
        "extra-fields",
        "fields that the contract does not name may come along",
        telling(created, telling_json(_extended)),
    ),
    Benign("other-order", "the order of fields means nothing", telling(at_relay, telling_json(_turned))),
    Benign("indented", "white space in JSON means nothing", telling(at_relay, _indented)),
    Benign(
        "reworded",
        "messages may say anything",
        telling(refused, setting("error.message", lambda text: f"{text} – siehe Handbuch")),
    ),
    Benign("slower", "every reply may take its time", telling(at_relay, _slower)),
    Benign(
        "other-headers",
        "other headers may come along",
        telling(at_relay, every(header("x-served-by", "eu-1"), header("cache-control", "no-store"))),
    ),
    Benign("picture-elsewhere", "a picture may be behind a redirect", redirected()),
    Benign(
        "picture-cached",
        "a picture may have headers of its own",
        telling(picture, header("cache-control", "max-age=60")),
    ),
    Benign(
        "other-names",
        "what a character is called for people is free",
        telling(created, setting("display_name", "Ada Lovelace 👩‍🚀")),
    ),
    Benign("fewer-a-minute", "an account may make fewer characters a minute", settled(creations_per_minute=50)),
)
"""Each differs from the reference as far as the contract allows."""
