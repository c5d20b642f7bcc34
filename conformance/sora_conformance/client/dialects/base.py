"""A dialect as the judge of clients speaks it: what is asked, what is answered, what every request has to be like.

Owns the shape that each dialect fills. It knows none of them, and opens no connection.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from sora_conformance.client.looks import Look
from sora_conformance.client.protocol import Operation
from sora_conformance.contract import Contract, load


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a reply may depend on.

    `path` is the request's, `fields` what its body says (None if that is neither JSON nor a form), `key` the one that
    was sent. `token`, `elsewhere` and `video` are of the case: its token, an address on another host, one on the
    video's host. `unique` is a word for this request alone, `now` the instant in seconds since 1970.
    """

    method: str
    path: str
    fields: Any
    key: str
    token: str
    elsewhere: str
    video: str
    unique: str
    now: float

    @property
    def asked(self) -> dict[str, Any]:
        """Return what the body says as an object, an empty one if it is none."""
        return self.fields if isinstance(self.fields, dict) else {}


Preset = Callable[[Facts], dict[str, Any] | bytes]
"""Makes the body of a reply that succeeds: an object, or the bytes of a video."""


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """One dialect.

    `paths` are those of its operations, from the root. `presets` are the replies that succeed, by name, and `usual`
    says which of them a request gets. `args` are what the usual call of an operation names, where `{video}` is the
    address of a source video and `{clip}` the path of one to upload. `looks` are at each request; `feeder` is the rule
    whose cases are tried whenever they are asked for, as they show most.
    """

    name: str
    paths: re.Pattern[str]
    presets: Mapping[str, Preset]
    usual: Callable[[Facts], str]
    args: Mapping[Operation, Mapping[str, Any]]
    looks: tuple[Look, ...]
    feeder: str

    @property
    def contract(self) -> Contract:
        """Return what the dialect promises."""
        return load(self.name)
