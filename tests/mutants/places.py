"""The places of replies that the contract specifies, and the kinds of change that it rules out there.

Owns the table, by kind of reply: which calls have it, and what of its status, headers and body is fixed (API
description: `openapi.yaml`). A kind with a tilde is one that the contract leaves open: who survives it is right.
"""

import re
from typing import NamedTuple


class Call(NamedTuple):
    """Which replies are of one kind: by method, path below the base, and status."""

    methods: str
    form: str
    statuses: frozenset[int]

    def path(self, method: str, path: str) -> bool:
        """Tell whether a call may be answered so."""
        return method in self.methods.split() and re.fullmatch(self.form, path) is not None


_ANY = "GET HEAD POST PUT PATCH DELETE"

CALLS = {
    "creation": Call("POST", "/characters", frozenset({200})),
    "acceptance": Call("POST", "/generations", frozenset({200})),
    "retrieval": Call("GET", "/generations/[^/]+", frozenset({200})),
    "bad-request": Call("POST", "/characters|/generations", frozenset({400})),
    "unauthorized": Call(_ANY, ".*", frozenset({401})),
    "not-found": Call(_ANY, ".*", frozenset({404})),
    "not-allowed": Call(_ANY, ".*", frozenset({405})),
    "rate-limited": Call("POST", "/characters", frozenset({429})),
    "processing-failed": Call("POST", "/characters", frozenset({500})),
}

_ALL_STATUSES = "status to another success, status to 4xx, status to 5xx"

STATUSES = dict.fromkeys(CALLS, _ALL_STATUSES)

HEADERS = {
    "creation": {
        "content-type": "removed, emptied, replaced",
        "x-request-id": "removed, emptied, constant, ~lengthened",
        "x-ratelimit-limit-requests": "removed, lengthened",
        "x-ratelimit-remaining-requests": "removed, constant",
        "x-ratelimit-reset-requests": "removed, cut",
    },
    "acceptance": {"content-type": "removed", "x-request-id": "removed"},
    "retrieval": {"content-type": "replaced", "x-request-id": "constant"},
    "bad-request": {"content-type": "removed"},
    "unauthorized": {"www-authenticate": "removed, replaced"},
    "not-found": {"content-type": "replaced"},
    "not-allowed": {"allow": "removed, emptied, replaced"},
    "rate-limited": {"retry-after": "removed, emptied, replaced, constant, ~lengthened"},
    "processing-failed": {"content-type": "replaced"},
}

FIELDS = {
    "creation": {
        "character_id": "removed, nulled, retyped, text emptied, text changed, case swapped",
        "object": "removed, text changed",
        "model": "removed, case swapped",
        "created_at": "removed, retyped, number negated, number with a fraction, ~number plus one",
        "metadata": "removed, nulled, object emptied",
        "metadata.source": "removed, object emptied",
        "metadata.source.type": "text changed",
        "metadata.source.url": "removed, text emptied, text changed",
        "metadata.source.timestamps": "removed, text changed",
        "metadata.source.task_id": "removed, text changed",
        "metadata.analysis": "removed, nulled",
        "metadata.analysis.frames_sampled": "removed, number negated, ~number plus one",
        "metadata.analysis.duration": "nulled, retyped, number plus one",
        "metadata.analysis.quality": "removed, text emptied, case swapped",
        "metadata.analysis.notes": "removed, retyped, array emptied, ~element duplicated",
    },
    "acceptance": {
        "id": "removed, text changed",
        "task_id": "removed, text changed",
        "status": "retyped, text changed",
        "progress": "number plus one",
        "completed_at": "retyped",
        "prompt": "removed, text changed",
        "scenes": "removed, element removed, elements reversed",
        "duration": "retyped, number plus one",
        "resolution": "text changed",
        "characters": "nulled, array emptied, element duplicated, elements reversed",
        "video_url": "retyped",
        "error": "removed",
    },
    "retrieval": {
        "id": "text changed",
        "task_id": "removed",
        "object": "removed",
        "model": "text changed",
        "status": "nulled, case swapped",
        "progress": "removed, number with a fraction, number plus one",
        "created_at": "retyped, ~number plus one",
        "completed_at": "removed, nulled",
        "expires_at": "removed, number plus one",
        "prompt": "case swapped",
        "scenes": "array emptied",
        "duration": "number negated",
        "resolution": "text emptied",
        "characters": "retyped",
        "video_url": "removed, nulled, text changed",
        "error": "retyped",
    },
    "bad-request": {
        "error": "nulled, retyped, object emptied",
        "error.message": "removed, text emptied, ~text changed",
        "error.type": "removed, text changed",
        "error.param": "removed, retyped, text changed",
        "error.code": "nulled, text changed",
    },
    "unauthorized": {"error.code": "text changed", "error.type": "text changed"},
    "not-found": {"error": "nulled", "error.code": "text changed"},
    "not-allowed": {"error.code": "removed"},
    "rate-limited": {"error.code": "text changed", "error.type": "removed"},
    "processing-failed": {"error.code": "text changed", "error.message": "removed", "error.param": "text changed"},
}
