"""Broken relays that take what they have to refuse, or refuse what they have to take.

Owns the list. The ways of bending a mock are told in `bending`.
"""

from typing import Any

from tests.mutants.craft import settled
from tests.mutants.edits import adding, dropping, header, heading
from tests.mutants.mutant import Mutant
from tests.mutants.ways import forgiving, restating, telling
from tests.mutants_relay.bending import asking, heard, prompts, sound, sourcing, span, with_status

_KEY = "Bearer sk-somebody"


def _without_key(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "authorization"}


def _strict(headers: dict[str, str]) -> dict[str, str]:
    return headers if headers.get("authorization", "").startswith("Bearer ") else _without_key(headers)


def _ends_with_video(body: dict[str, Any]) -> bool:
    start, _, end = str(body.get("timestamps")).partition(",")
    return start.startswith("11.5") and end.startswith("13.5")


REQUESTS = (
    Mutant("let-nobody-in", "auth.scheme", "no key is let in", heard(_without_key)),
    Mutant("scheme-exact", "auth.scheme.case", "the scheme is `Bearer` to the letter", heard(_strict)),
    Mutant(
        "anybody-let-in",
        "auth.key.required",
        "no key is needed",
        forgiving("auth.key.required", heading("authorization", _KEY)),
    ),
    Mutant("bad-key-403", "auth.key.refused", "a bad key is answered 403", restating("auth.key.refused", 403)),
    Mutant(
        "no-challenge",
        "auth.challenge",
        "a 401 names no scheme",
        telling(with_status(401), header("www-authenticate", None)),
    ),
    Mutant("json-guessed", "request.json", "a body that is no JSON is guessed at", forgiving("request.json", sound)),
    Mutant(
        "any-type",
        "request.content-type",
        "whatever a body is declared as, it is JSON",
        forgiving("request.content-type", heading("content-type", "application/json")),
    ),
    Mutant("large-accepted", "request.size", "bodies of up to 64 MiB are taken in", settled(max_body=1 << 26)),
    Mutant("large-400", "request.size", "a large body is answered 400", restating("request.size", 400)),
    Mutant("stopped-waited-for", "request.complete", "a body that stops is waited for", settled(body_seconds=86_400)),
    Mutant("types-forgiven", "request.field.type", "fields may be of any type", forgiving("request.field.type", sound)),
    Mutant("unknown-refused", "request.field.unknown", "unknown fields are refused", settled(unknown_fields="refuse")),
)

SOURCES = (
    Mutant(
        "source-made-up",
        "character.source.required",
        "a source is made up",
        forgiving("character.source.required", sound),
    ),
    Mutant(
        "url-preferred",
        "character.source.exclusive",
        "of two sources the url is taken",
        forgiving("character.source.exclusive", dropping("from_task")),
    ),
    Mutant(
        "address-guessed",
        "character.source.url-form",
        "no address is one",
        forgiving("character.source.url-form", sound),
    ),
    Mutant(
        "unreachable-400",
        "character.source.reachable",
        "a video out of reach is the caller's fault",
        restating("character.source.reachable", 400),
    ),
    Mutant("any-format", "character.source.format", "any format is taken", forgiving("character.source.format", sound)),
    Mutant(
        "any-resolution",
        "character.source.resolution",
        "any size is taken",
        forgiving("character.source.resolution", sound),
    ),
    Mutant(
        "undecoded", "character.source.decodable", "no video is decoded", forgiving("character.source.decodable", sound)
    ),
    Mutant(
        "nobody-needed",
        "character.source.character-present",
        "nobody has to be in sight",
        forgiving("character.source.character-present", sound),
    ),
    Mutant(
        "from-the-start",
        "character.timestamps.required",
        "without a span the start is taken",
        forgiving("character.timestamps.required", adding(timestamps="0,3")),
    ),
    Mutant(
        "format-lenient",
        "character.timestamps.format",
        "any two numbers are a span",
        forgiving("character.timestamps.format", sound),
    ),
    Mutant(
        "format-422",
        "character.timestamps.format",
        "a span that is none is answered 422",
        restating("character.timestamps.format", 422),
    ),
    Mutant(
        "order-swapped",
        "character.timestamps.order",
        "ends are swapped",
        forgiving("character.timestamps.order", sound),
    ),
    Mutant(
        "clamped",
        "character.timestamps.range",
        "a span is cut to the video",
        forgiving("character.timestamps.range", sound),
    ),
    Mutant(
        "clamped-at-the-end",
        "character.timestamps.range",
        "a span that leaves the video is cut",
        asking(_ends_with_video, span(lambda _: "10.5,12.5")),
    ),
    Mutant(
        "long-forgiven", "character.timestamps.long", "any span will do", forgiving("character.timestamps.long", sound)
    ),
    Mutant(
        "long-nearly",
        "character.timestamps.long",
        "a span may be a little longer",
        asking(lambda body: body.get("timestamps") == "1,4.01", span(lambda _: "1,4")),
    ),
    Mutant(
        "short-forgiven",
        "character.timestamps.short",
        "a span may be short",
        forgiving("character.timestamps.short", sound),
    ),
)

TASKS = (
    Mutant(
        "span-optional",
        "character.from-task.timestamps",
        "a task needs no span",
        settled(relay_task_timestamps="ignore"),
    ),
    Mutant(
        "span-unbounded",
        "character.from-task.timestamps",
        "the span of a task may be of any length",
        asking(lambda body: "from_task" in body and body.get("timestamps") == "0,3.5", span(lambda _: "0,3")),
    ),
    Mutant(
        "unknown-400",
        "character.from-task.unknown",
        "an unknown task is a bad request",
        restating("character.from-task.unknown", 400),
    ),
    Mutant(
        "expired-served",
        "character.from-task.expired",
        "a video serves for ever",
        sourcing(lambda owner, key: owner == key),
    ),
    Mutant(
        "foreign-served",
        "character.from-task.foreign",
        "everybody's videos serve",
        sourcing(lambda owner, key: owner != key),
    ),
    Mutant(
        "unfinished-served",
        "character.from-task.unfinished",
        "a video at work serves",
        forgiving("character.from-task.unfinished", sound),
    ),
    Mutant(
        "username-refused", "video.mention.username", "a username is refused", prompts(lambda text: "@cameo." in text)
    ),
    Mutant(
        "username-fails",
        "video.mention.username",
        "a video with a username fails",
        prompts(lambda text: "@cameo." in text, fail=True),
    ),
    Mutant("braces-refused", "video.mention.braces", "braces are refused", prompts(lambda text: "@{cameo." in text)),
    Mutant(
        "braces-fail", "video.mention.braces", "braces let a video fail", prompts(lambda text: "@{" in text, fail=True)
    ),
    Mutant("id-refused", "video.mention.id", "an id is refused", prompts(lambda text: "@ch_" in text)),
    Mutant(
        "stranger-refused", "video.mention.unknown", "a stranger is refused", prompts(lambda text: "@nobody" in text)
    ),
    Mutant(
        "stranger-fails",
        "video.mention.unknown",
        "a stranger lets a video fail",
        prompts(lambda text: "example.com" in text, fail=True),
    ),
)

REQUEST_MUTANTS = (*REQUESTS, *SOURCES, *TASKS)
