"""Cases and what came of them, made by hand for the tests."""

from sora_conformance.client.arrivals import Arrival, Place
from sora_conformance.client.cases import Ask, ClientCase, Expect
from sora_conformance.client.protocol import ClientError, ErrorKind, Failed, Ok
from sora_conformance.client.script import Step
from sora_conformance.client.trial import Tried

KEY = "sk-canary-0123456789abcdef0123456789abcdef"
VIDEO = "http://127.0.0.1:1/x/t/source.mp4"
BODY = b'{"model": "sora-2-character", "url": "%s", "timestamps": "1,4"}' % VIDEO.encode()


def arrival(at=1.0, done=None, **changed):
    usual = {
        "place": Place.STAGE,
        "case": "t",
        "number": 0,
        "method": "POST",
        "path": "/v1/sora/characters",
        "query": "",
        "headers": (("Authorization", f"Bearer {KEY}"), ("Content-Type", "application/json")),
        "body": BODY,
        "connection": 1,
        "status": 200,
        "answered": "char_a",
    }
    return Arrival(at=at, done=at + 0.1 if done is None else done, **(usual | changed))


def case(*asks, script=(), rule="client.request.once", **expect):
    asks = tuple(Ask(**ask) for ask in asks) or (Ask(),)
    return ClientCase(id="a/case", rule=rule, ask=asks, script=tuple(script) or (Step(),), expect=Expect(**expect))


def ok(value="char_a"):
    return Ok(id="c", value={"character_id": value})


def failed(kind="other", message="", status=None):
    return Failed(id="c", error=ClientError(kind=ErrorKind(kind), message=message, status=status))


def tried(*answers, arrivals=None, seconds=0.2):
    answers = answers or (ok(),)
    return Tried(
        answers=answers,
        began=(1.0,) * len(answers),
        seconds=(seconds,) * len(answers),
        arrivals=(arrival(),) if arrivals is None else tuple(arrivals),
        log="",
        key=KEY,
        token="t",
        video_url=VIDEO,
    )
