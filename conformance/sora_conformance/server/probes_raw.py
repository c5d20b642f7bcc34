"""Probes below HTTP: messages that are none, bodies that never end, bodies that are too long, bytes that are no text.

Owns what no HTTP library would send. None of it makes anything on a server that keeps the contract.
"""

from urllib.parse import urlsplit

import msgspec

from sora_conformance.budget import NotJudged, inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange, Failure
from sora_conformance.server.cases import Findings, Price
from sora_conformance.server.checks import refused
from sora_conformance.server.malformed import AS_A_REQUEST, MESSAGES, Message, Place
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import CHARACTER_MODEL, SPAN, Stage, told
from sora_conformance.verdicts import Verdict

PROBES = Probes()

MAX_BODY = 1 << 20
"""The most bytes that a body may have."""

PATIENCE = 65.0
"""How many seconds a body that stops arriving may be waited for: more than the minute that is common."""

PATIENCE_OF_A_MOCK = 4.0
"""The same for a mock, which is there to be quick, and gives up after two."""

_ANSWER_SECONDS, _BRIEFLY = 5.0, 0.5
"""How long an answer that takes no work is waited for, and how long on a server that has already left one out."""

_STATE, _SILENT, _GONE = "what came of messages that are not HTTP", "silent", "gone"
_PATHS = {
    "guide": ("/generations", "/characters"),
    "openai": ("/videos", "/videos"),
    "relay": ("/characters", "/characters"),
}
"""Where tasks are looked at, or would be, and where something is made."""

_REFUSED = frozenset({*range(400, 500), 501, 505})


def _malformed(message: Message) -> None:
    """Make a case of a message that is not valid HTTP."""

    def trial(stage: Stage) -> Findings:
        if stage.memory.get(_STATE) == _GONE:
            raise inconclusive("target unavailable: an earlier message that is not HTTP has brought it down")
        seconds = _BRIEFLY if stage.memory.get(_STATE) == _SILENT else _ANSWER_SECONDS
        reply = stage.wire.raw(message.data(_place(stage)), timeout=seconds)
        if reply.failure is Failure.REFUSED:
            raise inconclusive(f"setup: {told(reply)}")
        if reply.failure is Failure.TIMEOUT:
            stage.memory[_STATE] = _SILENT
        if not stage.wire.answers() and not stage.wire.answers():
            stage.memory[_STATE] = _GONE
            # That the target is gone is for once what was looked for, and no reason to say nothing.
            raise NotJudged(
                Verdict.FAIL, f"expected the server to go on working, found it to answer nothing: {told(reply)}"
            )
        return _not_refused(reply, message, seconds)

    trial.__doc__ = f"{message.title}."
    PROBES(f"protocol/http/{message.name}", "protocol.http", cost=Cost.FREE, price=Price(calls=3), alone=True)(trial)


for _message in MESSAGES:
    _malformed(_message)


@PROBES("request/complete", "request.complete", cost=Cost.FREE, price=Price(calls=1))
def stopped(stage: Stage) -> Findings:
    """A body that stops arriving is given up."""
    may_wait = stage.target.mock or stage.wire.waiting.can(PATIENCE)
    seconds = PATIENCE if may_wait and not stage.target.mock else PATIENCE_OF_A_MOCK
    reply = stage.wire.raw(_place(stage).send(b'{"model": ', b"Content-Length: 100"), timeout=seconds)
    if reply.failure is Failure.TIMEOUT and not may_wait:
        raise inconclusive(f"time: the server still waits for the rest of a body after {seconds:g} s, as it may")
    if reply.failure is Failure.TIMEOUT:
        return [f"expected a body that stops arriving to be given up, found the server waiting after {seconds:g} s"]
    if reply.failure is Failure.REFUSED:
        raise inconclusive(f"setup: {told(reply)}")
    return [] if reply.status in {408, None} else [f"expected 408 or to be cut off, found {told(reply)}"]


@PROBES("request/size/over", "request.size", cost=Cost.FREE, price=Price(calls=2))
def too_large(stage: Stage) -> Findings:
    """A body of one byte more than 1 MiB is refused with 413."""
    reply = stage.wire.call("POST", "/characters", body=_of_size(stage, MAX_BODY + 1), refusal="request_too_large")
    if reply.failure not in {Failure.BROKEN, Failure.INVALID}:
        return refused(reply, "request_too_large", status=413)
    # A server that does not read on may hang up on a caller who still writes: then the announcement alone tells.
    head = _place(stage).send(b"{", b"Content-Length: %d" % (MAX_BODY + 1))
    announced = stage.wire.raw(head, timeout=_ANSWER_SECONDS)
    if announced.status is None:
        raise inconclusive(f"setup: the answer to a large body cannot be read ({told(reply)}; {told(announced)})")
    return refused(announced, "request_too_large", status=413)


@PROBES("request/size/chunked", "request.size", cost=Cost.FREE, price=Price(calls=1))
def too_large_in_chunks(stage: Stage) -> Findings:
    """A body of more than 1 MiB whose length is not announced is refused with 413, too."""
    body = _of_size(stage, MAX_BODY + 1)
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    data = _place(stage).send(chunks, b"Transfer-Encoding: chunked")
    reply = stage.wire.raw(data, timeout=stage.target.timeout, operation="createCharacter")
    if reply.status is None:
        raise inconclusive(f"setup: the answer to a large body cannot be read ({told(reply)})")
    return refused(reply, "request_too_large", status=413)


@PROBES("request/size/at-most", "request.size", cost=Cost.FREE, price=Price(calls=1))
def just_small_enough(stage: Stage) -> Findings:
    """A body of exactly 1 MiB is not refused for its size."""
    reply = stage.wire.call("POST", "/characters", body=_of_size(stage, MAX_BODY), refusal="missing_required_parameter")
    if reply.status is None:
        raise inconclusive(
            f"setup: a body of 1 MiB was to be refused for what it says, and the answer was {told(reply)}"
        )
    is_too_large = reply.status == 413 or (reply.error or {}).get("code") == "request_too_large"
    return [f"expected a body of 1 MiB to be read, found {told(reply)}"] if is_too_large else []


_NO_TEXT = {
    "stray-byte": b"\xff",
    "cut-short": b"\xe2\x82",
    "overlong": b"\xc0\xaf",
    "surrogate": b"\xed\xa0\x80",
}


@PROBES("request/json/no-text", "request.json", cost=Cost.FREE, price=Price(calls=len(_NO_TEXT)))
def no_text(stage: Stage) -> Findings:
    """A body with bytes that are no UTF-8 is refused, even where they stand in a field that nobody reads."""
    url = stage.usual_source
    start = f'{{"model": "{CHARACTER_MODEL}", "url": "{url}", "timestamps": "{SPAN}", "note": "'.encode()
    findings = []
    for about, stray in _NO_TEXT.items():
        reply = stage.wire.call("POST", "/characters", body=start + stray + b'"}', refusal="invalid_json")
        findings += [f"{about}: {finding}" for finding in refused(reply, "invalid_json")]
    return findings


def _not_refused(reply: Exchange, message: Message, seconds: float) -> list[str]:
    """Expect a message to be refused as such, or the connection to be cut off."""
    if reply.failure is Failure.TIMEOUT:
        return [f"expected 400 or to be cut off, found nothing for {seconds:g} s"]
    if reply.status is None:
        return []
    if reply.status in AS_A_REQUEST and not message.reads_body:
        return [f"expected 400 or to be cut off, found {told(reply)}: it was taken for a request"]
    return [] if reply.status in _REFUSED else [f"expected 400 or to be cut off, found {told(reply)}"]


def _of_size(stage: Stage, size: int) -> bytes:
    """Return the JSON of a creation without a source, that is so many bytes long."""
    body = msgspec.json.encode(stage.character_model)[:-1]
    return body + b" " * (size - len(body) - 1) + b"}"


def _place(stage: Stage) -> Place:
    base = urlsplit(stage.target.url)
    key = stage.target.api_key.encode()
    task, creation = _PATHS[stage.target.dialect]
    return Place(
        task=f"{base.path}{task}/{stage.unknown('task_', 'raw')}".encode(),
        characters=f"{base.path}{creation}".encode(),
        headers=(b"Host: " + base.netloc.encode(), b"Authorization: Bearer " + key),
    )
