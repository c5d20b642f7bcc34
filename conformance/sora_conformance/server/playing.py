"""Playing: a case of a table, step by step, on a target.

Owns the values that stand for variables, the requests that steps describe, and what is expected of their replies.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from sora_conformance.budget import NotJudged, inconclusive
from sora_conformance.exchanges import Exchange, Party
from sora_conformance.operations import ROUTES
from sora_conformance.server.checks import accepted, alike, refused
from sora_conformance.server.footage import LONG_TEXTS
from sora_conformance.server.forms import form, sayable
from sora_conformance.server.matching import ABSENT, mismatches
from sora_conformance.server.pointing import at
from sora_conformance.server.stage import NAME, PROPS, VIDEO_MODEL, Stage, told
from sora_conformance.server.table_form import STATUSES, VARIABLE, Step
from sora_conformance.target import SOURCES
from sora_conformance.verdicts import Verdict

SIGNATURES = {
    "mp4": re.compile(rb".{4}ftyp", re.DOTALL),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
}
"""How files of each kind begin."""


def _long_text(_: Stage, name: str) -> str:
    return LONG_TEXTS[name]()


VIDEO_BODIES: dict[str, dict[str, Any]] = {
    "createVideo": {"model": VIDEO_MODEL, "prompt": "Rain on a tin roof"},
    "remixVideo": {"prompt": "The same roof, with snow"},
    "editVideo": {"prompt": "Make the roof red"},
    "extendVideo": {"prompt": "The rain stops", "seconds": "4"},
    "createVideoCharacter": {"name": NAME},
}
"""The usual bodies of the Videos API; which video is meant is for each step to say."""

VALUES: dict[str, Callable[[Stage], str]] = {
    "character": lambda stage: stage.character(),
    "foreign_character": lambda stage: stage.character(Party.SECOND),
    "task": lambda stage: stage.task(),
    "foreign_task": lambda stage: stage.task(Party.SECOND),
    "unknown_character": lambda stage: stage.unknown("char_", "table"),
    "unknown_task": lambda stage: stage.unknown("task_", "table"),
    "unknown_video": lambda stage: stage.unknown("video_", "table"),
    "key": lambda stage: stage.target.api_key,
    "name": lambda _: NAME,
    **{name: partial(_long_text, name=name) for name in LONG_TEXTS},
    **{prop: partial(Stage.video_prop, name=prop) for prop in PROPS if prop.endswith(("_video", "named_character"))},
}
"""What variables stand for, by their names."""


def play(stage: Stage, *, steps: tuple[Step, ...], each: Any) -> list[str]:  # noqa: ANN401 - any JSON value
    """Play the steps one after another; return the findings of the first that has any."""
    scene = _Scene(stage, each)
    for number, step in enumerate(steps):
        findings = scene.play(step)
        if findings and step.setup:
            raise inconclusive(f"setup: step {number + 1}: {'; '.join(findings)}")
        if findings:
            return findings
    return []


class _Scene:
    """The course of one case: the values of its variables, and the replies so far."""

    def __init__(self, stage: Stage, each: Any) -> None:  # noqa: ANN401 - any JSON value
        self._stage = stage
        self._values: dict[str, Any] = {"null": None}
        self._values["each"] = self._filled(each)
        self._exchanges: list[Exchange | None] = []

    def play(self, step: Step) -> list[str]:
        """Play one step; return what was not as expected."""
        if step.wait is not None:
            self._stage.wire.waiting.wait(step.wait, step.party)
        if step.ended is not None:
            self._stage.ended(self._filled(step.ended), party=step.party)
        if step.call is None:
            self._exchanges.append(None)
            return []
        exchange = self._send(step)
        self._exchanges.append(exchange)
        return self._judged(step, exchange) or self._saved(step, exchange)

    def _send(self, step: Step) -> Exchange:
        operation = step.call or ""
        method, path = ROUTES[operation] if operation in ROUTES else self._filled(operation).split(" ", 1)
        if step.task is not None:
            path = path.replace("{task_id}", str(self._filled(step.task)))
        dialect = self._stage.target.dialect
        named = step.operation(dialect, each=self._values["each"]) or operation
        fields = self._body(step, named) if step.text is None else None
        body = None if step.text is None else self._filled(step.text).encode(step.encoding)
        headers = {name: self._filled(value) or None for name, value in step.headers.items()}
        kind = step.form or (None if self._stage.takes_json or dialect == "guide" else "multipart")
        if body is None and fields is not None and (kind is not None or step.files):
            if step.form is None and not step.files and not sayable(fields):
                raise NotJudged(Verdict.SKIP, "needs a server that takes JSON")
            files = {name: self._filled(file) for name, file in step.files.items()}
            fields = {name: value for name, value in (fields or {}).items() if name not in files}
            body, media_type = form(fields, kind or "multipart", files)
            headers = {"content-type": media_type, **headers}
        return self._stage.wire.call(
            method,
            self._filled(path),
            party=step.party,
            headers=headers,
            json=None if body is not None else fields,
            body=body,
            # Where several errors are right, the watch cannot know which one to expect.
            refusal="" if step.or_ else step.refused or (None if step.succeeds else ""),
            param=step.param,
        )

    def _body(self, step: Step, operation: str) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(step.json, dict | list | str | int | float | bool):
            return self._filled(step.json)
        body = self._usual(operation)
        if body is None:
            return None
        changes = self._filled(step.with_)
        # A creation has one source: naming the other takes the place of the usual one.
        if "from_task" in changes and "url" not in changes:
            kept = ("model",) if operation == "createCharacter" else ("model", "timestamps")
            body = {name: body[name] for name in kept if name in body}
        if "scenes" in changes and "prompt" not in changes:
            body = {"model": body["model"], "resolution": body["resolution"]}
        return {name: value for name, value in {**body, **changes}.items() if name not in step.without}

    def _usual(self, operation: str) -> dict[str, Any] | None:
        match operation:
            case "createCharacter" | "createRelayCharacter":
                return self._stage.usual_creation
            case "createGeneration":
                return {"model": VIDEO_MODEL, "prompt": "Rain on a tin roof", "duration": 2, "resolution": "480p"}
            case _:
                return VIDEO_BODIES.get(operation)

    def _judged(self, step: Step, exchange: Exchange) -> list[str]:
        status = step.status if isinstance(step.status, int) else STATUSES[step.status or "4xx"]
        if step.refused is not None:
            found = (exchange.error or {}).get("code")
            code = found if found in step.or_ else step.refused
            findings = refused(exchange, code, status=status, dialect=self._stage.target.dialect)
        elif step.status is not None and step.status != 200:
            wanted = (status,) if isinstance(status, int) else status
            findings = [] if exchange.status in wanted else [f"expected {step.status}, found {told(exchange)}"]
        elif (exchange.operation or "").startswith("download") or exchange.sent.method == "HEAD":
            findings = [] if exchange.status == 200 else [f"expected 200, found {told(exchange)}"]
        else:
            findings = accepted(exchange)
        if findings:
            return findings
        for pointer, expected in step.reply.items():
            findings += mismatches(at(exchange.json, pointer), self._filled(expected), pointer)
        for name, expected in step.reply_headers.items():
            value = exchange.header(name)
            findings += mismatches(ABSENT if value is None else value, self._filled(expected), f"header {name}")
        if step.content is not None and not SIGNATURES[step.content].match(exchange.body):
            findings.append(f"expected a file of the kind {step.content}, found one that begins {exchange.body[:12]!r}")
        if step.like is not None and (other := self._exchanges[step.like]) is not None:
            findings += alike(exchange, other)
        return findings

    def _saved(self, step: Step, exchange: Exchange) -> list[str]:
        for name, pointer in step.save.items():
            value = at(exchange.json, pointer)
            if value is ABSENT:
                return [f"{pointer}: expected a value, found nothing"]
            self._values[name] = value
        return []

    def _filled(self, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        """Return a value with its variables replaced; a text that is one variable becomes that variable's value."""
        if isinstance(value, dict):
            return {name: self._filled(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._filled(inner) for inner in value]
        if not isinstance(value, str):
            return value
        whole = VARIABLE.fullmatch(value)
        if whole is not None:
            return self._value(whole[1])
        return VARIABLE.sub(lambda found: str(self._value(found[1])), value)

    def _value(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        stage = self._stage
        match name:
            case _ if name in self._values:
                return self._values[name]
            case _ if name in VALUES:
                return VALUES[name](stage)
            case "whole_span":
                return f"0,{stage.target.video_seconds:g}"
            case "beyond_span":
                # A container may state its length a little beyond its last frame; a second is more than that.
                return f"1,{(stage.target.video_seconds or 0) + 1:g}"
            case "crossing_span":
                end = stage.target.video_seconds or 1
                return f"{end - 1:g},{end + 1:g}"
            case _ if name in SOURCES:
                return stage.source(name)
            case _:
                raise AssertionError(f"tables are checked for unknown variables: {name}")
