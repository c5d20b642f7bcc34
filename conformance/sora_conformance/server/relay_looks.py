"""The looks of the watch at relays: what their rules ask of every reply.

Owns what a reply to a creation has to say, as pure questions to an exchange. It keeps no count.
"""

from collections.abc import Iterator
from typing import Any

from sora_conformance.exchanges import Exchange
from sora_conformance.server.looks import Looks, declared, error_looks, has_request_id, is_any, is_json
from sora_conformance.server.looks_refusals import Refusals
from sora_conformance.server.matching import ABSENT, shown
from sora_conformance.server.probes_auth import challenged
from sora_conformance.target import Target

FIELDS = ("id", "username", "display_name", "permalink", "profile_picture_url")
"""What a character is told with."""

PROFILES = "https://sora.chatgpt.com/profile/"


def _is_made(exchange: Exchange) -> bool:
    return exchange.status == 200 and exchange.operation == "createRelayCharacter"


def _is_unknown_caller(exchange: Exchange) -> bool:
    return exchange.status == 401


def _fields(exchange: Exchange, _: Target) -> Iterator[str]:
    for name in FIELDS:
        value = _told(exchange, name)
        if not isinstance(value, str) or not value:
            yield f"expected {name} to be a text, found {shown(value)}"


def _id_form(exchange: Exchange, _: Target) -> Iterator[str]:
    value = _told(exchange, "id")
    if not isinstance(value, str) or not value.removeprefix("ch_") or not value.startswith("ch_"):
        yield f"expected an id that begins with ch_, found {shown(value)}"


def _permalink(exchange: Exchange, _: Target) -> Iterator[str]:
    found, name = _told(exchange, "permalink"), _told(exchange, "username")
    if not isinstance(name, str) or found != PROFILES + name:
        yield f"expected {PROFILES} and the username, {shown(name)}, found {shown(found)}"


def _challenged(exchange: Exchange, _: Target) -> Iterator[str]:
    yield from challenged(exchange)


def _told(exchange: Exchange, name: str) -> Any:  # noqa: ANN401 - any JSON value
    return (exchange.object or {}).get(name, ABSENT)


RELAY_LOOKS: Looks = (
    # That an error has a body at all is no rule of its own here: without one it is no JSON either.
    *(look for look in error_looks(Refusals("relay")) if look[0] != "error.body"),
    ("auth.challenge", _is_unknown_caller, _challenged),
    ("protocol.content-type", is_json, declared),
    ("protocol.request-id", is_any, has_request_id),
    ("character.reply.fields", _is_made, _fields),
    ("character.reply.id-form", _is_made, _id_form),
    ("character.reply.permalink", _is_made, _permalink),
)
"""The looks of relays."""
