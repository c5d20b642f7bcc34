"""Refusals: what has to be refused by the schema, and is.

Owns the survey of requests that break the schema. It is free: a sound server makes nothing of any of them.
"""

from collections.abc import Iterator

from sora_conformance.contract import Cost, load
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import Price
from sora_conformance.server.checks import REFUSED, refused
from sora_conformance.server.schema_document import BRANCHES, Things, negative
from sora_conformance.server.schema_faults import ANY, Fault, fault_of
from sora_conformance.server.schema_notes import Notes
from sora_conformance.server.schema_oracle import body_breaches, header_breaches, header_rules
from sora_conformance.server.schema_rules import FAILURES
from sora_conformance.server.schema_samples import Sample, apart, failures, loaded, samples
from sora_conformance.server.schema_sending import Sender
from sora_conformance.server.stage import SPAN, Stage, told
from sora_conformance.server.survey import Sightings, Survey

REFUSED_CHARACTERS = {
    "GET": "character.unlisted",
    "PUT": "character.immutable",
    "PATCH": "character.immutable",
    "DELETE": "character.undeletable",
}
"""What a method on the characters would do, by the rule that refuses it."""

OTHERWISE = "error.status"
"""The rule that is broken by an answer to a bad request which breaks no other."""

RULES = (
    "request.json",
    "request.content-type",
    "request.field.type",
    "character.model.required",
    "character.model.value",
    "character.source.required",
    "character.source.url-form",
    "character.timestamps.required",
    "character.timestamps.format",
    "generation.model.required",
    "generation.model.value",
    "generation.prompt.required",
    "generation.prompt.length",
    "generation.duration.value",
    "generation.resolution.value",
    "generation.scenes.form",
    "generation.retrieve.unknown",
    "generation.content.unknown",
    "auth.key.required",
    "auth.scheme",
    "character.unlisted",
    "character.immutable",
    "character.undeletable",
    "protocol.method",
    "protocol.content-type",
    "protocol.request-id",
    "error.body",
    "error.json",
    "error.shape",
    "error.status",
    "error.type",
    "error.code",
    "error.client-fault",
    "limit.headers",
)

_ERROR_RULES = ("error.body", "error.json", "error.shape", "error.type", "error.code", "error.client-fault")
_KINDS = {kind.code: kind for kind in load("guide").errors}


def refusals(stage: Stage) -> Iterator[tuple[Sample, Fault]]:
    """Yield what has to be refused, each request once, with why."""
    things = Things(
        url=stage.source("video"),
        spans=(SPAN,),
        task=stage.unknown("task_", "a task in a request that breaks the schema"),
    )
    tried = set()
    for number, branch in enumerate(BRANCHES):
        document = negative(load("guide").openapi, stage.target.url, things, branch)
        for sample in samples(loaded(document, seed=stage.seed), breaking=True, branch=branch):
            fault = fault_of(sample)
            if fault is None or (number and not _is_of_branch(sample)) or _names_a_task(sample):
                continue
            sent = (sample.method, sample.path, sample.content_type, sample.keyed, sample.body)
            if sent not in tried:
                tried.add(sent)
                yield sample, fault


def explore(stage: Stage, seen: Sightings) -> None:
    """Send everything that has to be refused."""
    sender = Sender(stage)
    with apart():
        for sample, fault in refusals(stage):
            exchange = sender.send(sample, refusal=fault.code, param=fault.param)
            if exchange is not None:
                notes = Notes(RULES, OTHERWISE, f"{sample.method} {sample.path} ({sample.what})")
                judge_refusal(notes, sample, fault, exchange)
                notes.write(seen, exchange)


def judge_refusal(notes: Notes, sample: Sample, fault: Fault, exchange: Exchange) -> None:
    """Note what the answer to a request that has to be refused shows."""
    if sample.keyed and exchange.status is not None:
        notes.exercise(
            ["auth.scheme"], [f"expected a valid key to be let in, found {told(exchange)}"] * _is_locked(exchange)
        )
        if _is_locked(exchange):
            return  # whatever else is wrong with the request was not looked at
    findings = _not_refused(exchange, fault)
    on_characters = REFUSED_CHARACTERS.get(sample.method) if sample.path == "/characters" else None
    if on_characters is not None:
        notes.exercise([on_characters], _not_refused(exchange, Fault(rule=on_characters)))
    if not (fault.rule == "protocol.method" and fault.code == ANY and exchange.status == 404):
        notes.exercise([fault.rule], findings)
    if exchange.status is None:
        return
    if exchange.status >= 400:
        notes.exercise(_ERROR_RULES)
        notes.broken(body_breaches(exchange))
    notes.exercise(set(header_rules(exchange)).intersection(RULES))
    notes.broken(header_breaches(exchange))
    if exchange.status >= 500:
        notes.exercise(["error.client-fault"], [f"expected the caller's fault, found {told(exchange)}"])
    elif exchange.status >= 400 and fault.code != ANY:
        notes.exercise(["error.status"], _other_status(exchange, fault))
    if exchange.object is not None:
        notes.exercise(["protocol.content-type"], _other_type(exchange))
    for failure in failures(sample, exchange):
        rule = _rule_of(failure.kind, exchange, fault)
        if rule is not None:
            notes.failed(rule, failure.words)


def _rule_of(kind: str, exchange: Exchange, fault: Fault) -> str | None:
    """Return the rule that a failure of Schemathesis belongs to, None where the contract wants it so."""
    if kind in {"AcceptedNegativeData", "MissingHeaderNotRejected", "UnsupportedMethodResponse"}:
        if not _not_refused(exchange, fault) and fault.code != ANY and not _other_status(exchange, fault):
            return None
        if exchange.status in REFUSED:
            return fault.rule if fault.rule == "protocol.method" else "error.status"
        return fault.rule
    if kind in {"UndefinedContentType", "MissingContentType", "MalformedMediaType"} and exchange.object is None:
        return "error.json"
    return FAILURES.get(kind, fault.rule)


def _not_refused(exchange: Exchange, fault: Fault) -> list[str]:
    if fault.code != ANY:
        return refused(exchange, fault.code, status=fault.status)
    wanted = fault.status if isinstance(fault.status, range) else range(fault.status, fault.status + 1)
    return [] if exchange.status in wanted else [f"expected {_words(fault.status)}, found {told(exchange)}"]


def _is_locked(exchange: Exchange) -> bool:
    return exchange.status == 401


def _words(status: int | range) -> str:
    return str(status) if isinstance(status, int) else "4xx"


def _other_status(exchange: Exchange, fault: Fault) -> list[str]:
    expected = _KINDS[fault.code].status
    return [] if exchange.status == expected else [f"expected {expected} for {fault.code}, found {told(exchange)}"]


def _other_type(exchange: Exchange) -> list[str]:
    found = exchange.media_type or "nothing"
    return [] if found == "application/json" else [f"expected JSON to be declared as application/json, found {found}"]


def _is_of_branch(sample: Sample) -> bool:
    """Tell whether a sample is about its body; whatever else is tried is the same for every body."""
    return sample.branch is not None and sample.keyed and sample.method == "POST" and sample.scenario not in _PROBES


_PROBES = {"unspecified_http_method", "malformed_content_type", "unsupported_content_type"}


def _names_a_task(sample: Sample) -> bool:
    """Tell whether a body names a task: it is unknown, and a server may say so before anything else."""
    return isinstance(sample.value, dict) and isinstance(sample.value.get("from_task"), str)


CALLS = 160
"""The most requests that break the schema."""

REFUSALS = Survey(
    name="schema/negative",
    rules=RULES,
    explore=explore,
    cost=Cost.FREE,
    price=Price(calls=CALLS),
    needs=frozenset({"source video"}),
)
