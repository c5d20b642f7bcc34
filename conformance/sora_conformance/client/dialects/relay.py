"""The relays' dialect, as clients are judged in it.

Owns its usual calls and replies, and what is looked for in its requests. It is pure: instants and ids are given to it.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sora_conformance.client.arrivals import Arrival
from sora_conformance.client.dialects.base import Dialect, Facts
from sora_conformance.client.looks import Look, has, one_source, posted, span_text
from sora_conformance.client.protocol import Operation

CHARACTERS = "/sora/v1/characters"

SHORTEST, LONGEST = 1, 3
"""How many seconds a span may have."""

_SPAN = re.compile(r"(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)")


def _character(facts: Facts) -> dict[str, Any]:
    username = f"staged.{facts.unique[:8]}"
    return {
        "id": f"ch_{facts.unique}",
        "username": username,
        "display_name": "Staged",
        "permalink": f"{facts.video}/profile/{username}",
        "profile_picture_url": f"{facts.video}/{username}.png",
    }


def _with_timestamps(arrival: Arrival) -> Iterator[str]:
    if arrival.fields.get("timestamps") is None:
        yield "expected timestamps with either source, found none"


def _span(arrival: Arrival) -> Iterator[str]:
    found = arrival.fields["timestamps"]
    span = _SPAN.fullmatch(found) if isinstance(found, str) else None
    # Of floats, 1.4 - 0.4 is less than 1.
    if span is not None and not SHORTEST <= Decimal(span[2]) - Decimal(span[1]) <= LONGEST:
        yield f"expected a span of {SHORTEST} to {LONGEST} s, found {repr(found)[:60]}"


_creation = posted([CHARACTERS])

RELAY = Dialect(
    name="relay",
    paths=re.compile(CHARACTERS),
    presets={"character": _character},
    usual=lambda _: "character",
    args={
        Operation.CREATE_FROM_URL: {"url": "{video}", "timestamps": "1,3"},
        Operation.CREATE_FROM_TASK: {"task_id": "task_abc123xyz789", "timestamps": "1,3"},
    },
    looks=(
        Look("client.body.one-source", _creation, one_source),
        Look("client.body.span", has(_creation, "timestamps"), _span),
        Look("client.body.timestamps-always", _creation, _with_timestamps),
        Look("client.body.timestamps-text", has(_creation, "timestamps"), span_text),
    ),
    feeder="client.body.one-source",
)
"""The dialect of relays."""
