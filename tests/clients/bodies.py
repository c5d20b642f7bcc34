"""Clients that send other bodies than they should."""

import html
import json
import re
import unicodedata
from typing import Any

import httpx2

from sora_conformance.reference import calls
from tests.clients.seams import (
    CREATIONS,
    GENERATIONS,
    Body,
    bodied,
    both,
    encoded,
    heading,
    patched,
    requesting,
    respelled,
)
from tests.clients.variant import Change, Faulty

ONE_SOURCE, WITH_URL, TEXT, CHECKED, MODEL, CLEAN, JSON, UNICODE = (
    f"client.body.{word}"
    for word in (
        "one-source",
        "timestamps-with-url",
        "timestamps-text",
        "timestamps-checked",
        "model",
        "clean",
        "json",
        "unicode",
    )
)
MENTION = "client.mention.verbatim"


def _without(*names: str):
    def edit(body: Body) -> Body:
        return {name: value for name, value in body.items() if name not in names}

    return edit


def _with(**fields: Any):
    return lambda body: body | fields


def _when(name: str, edit) -> Change:
    """Edit creations that have a field."""
    return bodied(lambda body: edit(body) if name in body else body, to=CREATIONS)


def _span(write) -> Change:
    """Write the timestamps of every creation from a url otherwise; `write` is given start and end."""
    return _when("timestamps", lambda body: body | {"timestamps": write(*body["timestamps"].split(","))})


def _prompting(edit) -> Change:
    return bodied(lambda body: body | {"prompt": edit(body["prompt"])} if "prompt" in body else body)


def _mentioning(write) -> Change:
    """Make prompts otherwise; `write` is given the ids and the scenario."""

    def make(_: Any):
        return lambda ids, scenario: write([ids] if isinstance(ids, str) else list(ids), scenario)

    return patched(calls, "prompt_of", make)


def _ordered(span: str) -> str:
    return ",".join(sorted((part.lstrip("-") for part in span.split(",")), key=float))


def _unchecked(timestamps_of):
    def written(span: Any) -> str:
        return span if isinstance(span, str) else timestamps_of(span)

    return written


def _corrected(timestamps_of):
    def written(span: Any) -> str:
        return timestamps_of(_ordered(span) if isinstance(span, str) else span)

    return written


def _only_order_unchecked(timestamps_of):
    def written(span: Any) -> str:
        return span if re.fullmatch("[0-9.]+,[0-9.]+", str(span)) else timestamps_of(span)

    return written


def _only_sign_unchecked(timestamps_of):
    def written(span: Any) -> str:
        return span if str(span).startswith("-") else timestamps_of(span)

    return written


def _form(body: bytes) -> bytes:
    return "&".join(f"{name}={value}" for name, value in json.loads(body).items()).encode()


def _in_utf_16(request: httpx2.Request) -> httpx2.Request:
    return respelled(request, content=request.content.decode().encode("utf-16"))


def _declared(value: str | None) -> Change:
    return heading(content_type=value)


def _ascii_twice(text: str) -> str:
    return json.dumps(text)[1:-1]


FAULTY = (
    Faulty(
        "both-sources",
        ONE_SOURCE,
        "a creation from a url names a task, too",
        _when("url", _with(from_task="task_last")),
    ),
    Faulty(
        "task-with-its-url",
        ONE_SOURCE,
        "a creation from a task names the video's url, too",
        _when("from_task", _with(url="https://videos.sora-mock.test/task.mp4", timestamps="0,1")),
    ),
    Faulty(
        "source-by-another-name",
        ONE_SOURCE,
        "the url stands in `video_url`",
        _when("url", lambda body: _without("url")(body | {"video_url": body["url"]})),
    ),
    Faulty("no-timestamps", WITH_URL, "timestamps are left out", _when("url", _without("timestamps"))),
    Faulty("null-timestamps", WITH_URL, "timestamps are null", _when("url", _with(timestamps=None))),
    Faulty(
        "timestamps-apart",
        WITH_URL,
        "the span stands in `start` and `end`",
        _when("timestamps", lambda body: _without("timestamps")(body | {"start": 1, "end": 4})),
    ),
    Faulty("timestamps-list", TEXT, "timestamps are an array", _span(lambda start, end: [float(start), float(end)])),
    Faulty(
        "timestamps-object", TEXT, "timestamps are an object", _span(lambda start, end: {"start": start, "end": end})
    ),
    Faulty("timestamps-spaced", TEXT, "a space stands behind the comma", _span(lambda start, end: f"{start}, {end}")),
    Faulty("timestamps-dashed", TEXT, "a dash stands for the comma", _span(lambda start, end: f"{start}-{end}")),
    Faulty(
        "timestamps-clock", TEXT, "timestamps are told as by a clock", _span(lambda start, end: f"0:0{start},0:0{end}")
    ),
    Faulty("timestamps-start", TEXT, "only the start is told", _span(lambda start, end: start)),
    Faulty(
        "timestamps-unchecked", CHECKED, "timestamps are sent as given", patched(calls, "timestamps_of", _unchecked)
    ),
    Faulty(
        "timestamps-corrected",
        CHECKED,
        "timestamps are put in order and made positive, and sent",
        patched(calls, "timestamps_of", _corrected),
    ),
    Faulty(
        "order-unchecked",
        CHECKED,
        "an end before the start is sent",
        patched(calls, "timestamps_of", _only_order_unchecked),
    ),
    Faulty(
        "sign-unchecked", CHECKED, "a negative start is sent", patched(calls, "timestamps_of", _only_sign_unchecked)
    ),
    Faulty("one-model-for-all", MODEL, "creations name `sora-2`, too", bodied(_with(model="sora-2"))),
    Faulty(
        "character-model-for-all",
        MODEL,
        "generations name `sora-2-character`, too",
        bodied(_with(model="sora-2-character")),
    ),
    Faulty("no-model", MODEL, "no model is named", bodied(_without("model"))),
    Faulty("other-model", MODEL, "generations name `sora-2-pro`", bodied(_with(model="sora-2-pro"), to=GENERATIONS)),
    Faulty(
        "null-beside-a-task",
        CLEAN,
        "a creation from a task holds timestamps of null",
        _when("from_task", _with(timestamps=None)),
    ),
    Faulty("null-in-generations", CLEAN, "a generation holds a null", bodied(_with(scenes=None), to=GENERATIONS)),
    Faulty("invented-field", CLEAN, "a creation holds a name", bodied(_with(name="Hero"), to=CREATIONS)),
    Faulty("invented-size", CLEAN, "a generation holds a size", bodied(_with(size="1920x1080"), to=GENERATIONS)),
    Faulty("sent-as-text", JSON, "bodies are declared as plain text", _declared("text/plain")),
    Faulty("sent-as-nothing", JSON, "bodies are not declared at all", _declared(None)),
    Faulty(
        "sent-as-a-form",
        JSON,
        "bodies are forms",
        both(encoded(_form), _declared("application/x-www-form-urlencoded")),
    ),
    Faulty("sent-in-utf-16", JSON, "bodies are in UTF-16", requesting(_in_utf_16)),
    Faulty(
        "declared-as-latin-1",
        JSON,
        "bodies are declared to be in Latin-1",
        _declared("application/json; charset=iso-8859-1"),
    ),
    Faulty(
        "sent-as-python",
        JSON,
        "bodies are written as Python does",
        encoded(lambda body: repr(json.loads(body)).encode()),
    ),
    Faulty(
        "question-marks",
        UNICODE,
        "a letter that is not ASCII becomes a question mark",
        _prompting(lambda text: text.encode("ascii", "replace").decode()),
    ),
    Faulty(
        "letters-dropped",
        UNICODE,
        "a letter that is not ASCII is dropped",
        _prompting(lambda text: text.encode("ascii", "ignore").decode()),
    ),
    Faulty(
        "emoji-dropped",
        UNICODE,
        "what is beyond the first 65,536 characters is dropped",
        _prompting(lambda text: "".join(mark for mark in text if ord(mark) < 0x10000)),
    ),
    Faulty("mojibake", UNICODE, "UTF-8 is read as Latin-1", _prompting(lambda text: text.encode().decode("latin-1"))),
    Faulty(
        "decomposed",
        UNICODE,
        "accents are taken apart",
        _prompting(lambda text: unicodedata.normalize("NFD", text)),
    ),
    Faulty(
        "compatible",
        UNICODE,
        "characters are replaced by those that look alike",
        _prompting(lambda text: unicodedata.normalize("NFKC", text)),
    ),
    Faulty("escaped-for-html", UNICODE, "prompts are escaped for HTML", _prompting(html.escape)),
    Faulty("escaped-twice", UNICODE, "prompts are escaped for JSON twice", _prompting(_ascii_twice)),
    Faulty(
        "task-id-escaped",
        UNICODE,
        "the id of a task is escaped for an address",
        _when("from_task", lambda body: body | {"from_task": calls.quote(body["from_task"], safe="")}),
    ),
    Faulty(
        "id-in-small-letters",
        MENTION,
        "ids are written in small letters",
        _mentioning(lambda ids, scenario: " ".join([*(f"@{each.lower()}" for each in ids), scenario])),
    ),
    Faulty(
        "mention-at-the-end",
        MENTION,
        "mentions stand behind the scenario",
        _mentioning(lambda ids, scenario: " ".join([scenario, *(f"@{each}" for each in ids)])),
    ),
    Faulty(
        "no-at-sign",
        MENTION,
        "ids stand without `@`",
        _mentioning(lambda ids, scenario: " ".join([*ids, scenario])),
    ),
    Faulty(
        "first-mention-only",
        MENTION,
        "of several characters only the first is mentioned",
        _mentioning(lambda ids, scenario: f"@{ids[0]} {scenario}"),
    ),
    Faulty(
        "prefix-dropped",
        MENTION,
        "ids are mentioned without `char_`",
        _mentioning(lambda ids, scenario: " ".join([*(f"@{each.removeprefix('char_')}" for each in ids), scenario])),
    ),
    Faulty(
        "no-space",
        MENTION,
        "the scenario follows a mention without a space",
        _mentioning(lambda ids, scenario: "".join([*(f"@{each}" for each in ids), scenario])),
    ),
)
