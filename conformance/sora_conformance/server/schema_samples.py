"""Samples: the requests that Schemathesis makes of a description.

Owns the dealings with the library: its settings, what of its cases is left out, and their way to requests and back.
The library is imported when the first sample is made, and neither here nor elsewhere does it send anything itself.
"""

import gzip
import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from sora_conformance.exchanges import Exchange, Party, Sent

METHODS = ("get", "put", "patch", "delete", "post")
"""The methods that are tried on paths that do not serve them: a server may well serve OPTIONS, and know no others."""

PLAIN_ID = re.compile(r"[0-9A-Za-z_-]+")
"""An id that is one segment of a path, however the server takes paths apart."""

REFUSALS = (400, 401, 413, 415)
"""The statuses of a request that is at fault by itself: 404 would blame what it names."""

_OFF = (
    "ignored_auth",
    "use_after_free",
    "ensure_resource_availability",
    "object_level_authorization",
    "response_schema_conformance",
    "response_headers_conformance",
)
"""Checks that are not made: those that send requests of their own, and those that the oracle makes in finer detail."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One request: `operation` is the contract's, though the `method` may be another; `branch` is its body's schema.

    `scenario` is the library's word for what is tried, `what` says it in words; `case` is the library's own.
    """

    operation: str
    branch: str | None
    method: str
    path: str
    content_type: str | None
    body: bytes
    value: Any
    keyed: bool
    scenario: str
    what: str
    case: Any

    def sent(self, base: str, key: str | None) -> Sent:
        """Return the request as it is sent to a base address."""
        headers = [("authorization", f"Bearer {key}")] if self.keyed and key is not None else []
        if self.content_type is not None:
            headers.append(("content-type", self.content_type))
        return Sent(method=self.method, url=base + self.path, headers=tuple(headers), body=self.body)

    @property
    def party(self) -> Party:
        """Return who sends it."""
        return Party.FIRST if self.keyed else Party.NOBODY


@contextmanager
def apart() -> Iterator[None]:
    """Keep the libraries apart from the caller, for the length of a block.

    Hypothesis would take literals of the modules that happen to be loaded for data, so that what is tried would depend
    on them, and keep notes of it in the present folder.
    """
    from hypothesis.configuration import set_hypothesis_home_dir
    from hypothesis.internal.conjecture import providers
    from hypothesis.internal.constants_ast import Constants

    nothing = Constants()
    found = getattr(providers, _LITERALS, None)
    with TemporaryDirectory(prefix="sora-conformance-") as folder:
        _know_codecs(Path(folder))
        set_hypothesis_home_dir(folder)
        if found is not None:
            setattr(providers, _LITERALS, lambda: nothing)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)
            if found is not None:
                setattr(providers, _LITERALS, found)


_LITERALS = "_get_local_constants"


def _know_codecs(folder: Path) -> None:
    """Write down which characters codecs have, where Hypothesis would look it up: to find out takes it seconds."""
    tables = folder / "unicode_data" / unicodedata.unidata_version
    tables.mkdir(parents=True)
    for codec, spans in _CODECS.items():
        with gzip.open(tables / f"codec-v2-{codec}.json.gz", "wt") as table:
            json.dump([spans, []], table)


_CODECS = {"ascii": [[0, 0x7F]], "utf-8": [[0, 0xD7FF], [0xE000, 0x10FFFF]]}


def loaded(document: dict[str, Any], *, seed: int) -> Any:  # noqa: ANN401 - a class of an untyped library
    """Return a description as Schemathesis knows it, with nothing remembered from run to run and nothing looked up."""
    import schemathesis

    config = schemathesis.Config.from_dict(
        {
            "seed": seed,
            "cache": {"enabled": False},
            "generation": {"deterministic": True, "database": "none", "mode": "positive"},
            "phases": {
                "coverage": {"unexpected-methods": [method.upper() for method in METHODS]},
                "stateful": {"inference": {"algorithms": []}},
            },
            "checks": {
                **{name: {"enabled": False} for name in _OFF},
                "negative_data_rejection": {"expected-statuses": list(REFUSALS)},
            },
        }
    )
    return schemathesis.openapi.from_dict(document, config=config)


def samples(schema: Any, *, breaking: bool, branch: dict[str, str]) -> Iterator[Sample]:  # noqa: ANN401
    """Yield the samples of a description: those that keep it, or those that are `breaking` it."""
    from schemathesis import GenerationMode

    mode = GenerationMode.NEGATIVE if breaking else GenerationMode.POSITIVE
    for result in schema.get_all_operations():
        operation = result.ok()
        settings = schema.config.generation_for(operation=operation, phase="coverage")
        for case in schema.iter_coverage_cases(operation, generation_modes=[mode], generation_config=settings):
            sample = sample_of(case, branch=branch)
            if sample is not None:
                yield sample


def sample_of(case: Any, *, branch: dict[str, str] | None = None) -> Sample | None:  # noqa: ANN401
    """Return a case of Schemathesis as a sample, None for one that a sound server may answer as it likes."""
    from schemathesis.core import NotSet

    operation = case.operation.definition.raw["operationId"]
    data = case.meta.phase.data if case.meta is not None else None
    scenario = str(getattr(data, "scenario", "generated"))
    has_body = not isinstance(case.body, NotSet)
    declared = (case.headers or {}).get("content-type")
    if has_body and not is_json(case.body):
        return None
    if not all(PLAIN_ID.fullmatch(str(value)) for value in (case.path_parameters or {}).values()):
        return None
    if declared is not None and case.method == "GET":
        return None  # the type of a body that is not there
    carries = has_body and case.method not in {"GET", "DELETE"}
    if carries or (operation in (branch or {}) and case.method == "POST"):
        declared = declared or "application/json"
    return Sample(
        operation=operation,
        branch=(branch or {}).get(operation),
        method=case.method,
        path=case.formatted_path,
        content_type=declared if case.method not in {"GET", "DELETE"} else None,
        body=json.dumps(case.body).encode() if carries else b"",
        value=case.body if has_body else None,
        keyed=scenario == "generated" or "authorization" in (case.headers or {}),
        scenario=scenario,
        what=str(getattr(data, "description", None) or "generated"),
        case=case,
    )


def is_json(value: Any) -> bool:  # noqa: ANN401
    """Tell whether a value is one of JSON in UTF-8: for what a link has not found, the library has its own objects."""
    if isinstance(value, dict):
        return all(map(is_json, (*value, *value.values())))
    if isinstance(value, list):
        return all(map(is_json, value))
    if isinstance(value, str):
        return value.isascii() or value == value.encode("utf-8", "ignore").decode()
    return value is None or isinstance(value, int | float)


class Complaint(msgspec.Struct, frozen=True):
    """What Schemathesis has against a reply: the kind of the failure, and its words in one line."""

    kind: str
    words: str


def failures(sample: Sample, exchange: Exchange) -> list[Complaint]:
    """Return what Schemathesis has to say against a reply."""
    from schemathesis.core.failures import Failure, FailureGroup

    try:
        sample.case.validate_response(response_of(exchange))
    except FailureGroup as group:
        found = [failure for failure in group.exceptions if isinstance(failure, Failure)]
    except Failure as failure:
        found = [failure]
    else:
        return []
    return sorted(
        (Complaint(type(failure).__name__, f"{failure.title}: {_one_line(failure.message)}") for failure in found),
        key=lambda failure: (failure.kind, failure.words),
    )


def response_of(exchange: Exchange, *, media_type: str | None = None) -> Any:  # noqa: ANN401
    """Return the reply of an exchange as Schemathesis knows replies, declared as `media_type` if one is given."""
    import requests
    import schemathesis

    sent = exchange.sent
    headers: dict[str, list[str]] = {}
    for name, value in exchange.headers:
        headers.setdefault(name.lower(), []).append(value)
    if media_type is not None:
        headers["content-type"] = [media_type]
    return schemathesis.Response(
        status_code=exchange.status or 0,
        headers=headers,
        content=exchange.body,
        request=requests.Request(sent.method, sent.url, headers=dict(sent.headers), data=sent.body).prepare(),
        elapsed=exchange.seconds,
        verify=True,
        encoding="utf-8",
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
