"""Traffic made by hand for the tests."""

import json

from sora_conformance.client.arrivals import Arrival, Place
from sora_conformance.client.dialects import GUIDE
from sora_conformance.observe.calls import calls_of
from sora_conformance.observe.judging import judge_traffic
from sora_conformance.observe.traffic import Ended, Made, Traffic

KEY = "sk-canary-0123456789abcdef0123456789abcdef"
BASE = "/v1/sora"
CREATION = {"model": "sora-2-character", "url": "https://media.test/a.mp4", "timestamps": "1,4"}
GENERATION = {"model": "sora-2", "prompt": "@char_a walks", "duration": 10, "resolution": "1080p"}
ORIGIN = "http://127.0.0.1:8000"


def arrival(at=0.0, status=200, *, took=0.1, body=None, retry_after=None, **changed):
    """A creation, answered at once; `connection` is one for all unless it is said."""
    done = at + took
    reply = (("retry-after", retry_after),) if retry_after is not None else ()
    usual = {
        "place": Place.STAGE,
        "case": "",
        "number": round(at * 1000),
        "method": "POST",
        "path": f"{BASE}/characters",
        "query": "",
        "headers": (
            ("Host", "127.0.0.1:8000"),
            ("Authorization", f"Bearer {KEY}"),
            ("Content-Type", "application/json"),
        ),
        "connection": 1,
        "answered": f"char_{round(at * 1000)}" if status == 200 else None,
        "reply_headers": reply,
    }
    data = body if isinstance(body, bytes) else json.dumps(CREATION | (body or {})).encode()
    return Arrival(at=at, done=done, status=status, body=data, **(usual | changed))


def generation(at=0.0, status=200, *, body=None, **changed):
    data = body if isinstance(body, bytes) else json.dumps(GENERATION | (body or {})).encode()
    return arrival(at, status, body=data, path=f"{BASE}/generations", **changed)


def poll(at=0.0, status=200, *, task="task_a", **changed):
    return arrival(at, status, body=b"", method="GET", path=f"{BASE}/generations/{task}", **changed)


def lost(at=0.0, *, took=0.1, abandoned=False, **changed):
    usual = {"status": None, "abandoned": abandoned, "cut": not abandoned, "answered": None}
    return arrival(at, took=took, **(usual | changed))


def headers(**changed):
    usual = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", "Host": "127.0.0.1:8000"}
    return tuple((name.replace("_", "-"), value) for name, value in {**usual, **changed}.items() if value is not None)


def traffic(*arrivals, made=(), lived=60.0, scenario=None, dialect=GUIDE, **ended):
    finished = max((one.done for one in arrivals if one.done != float("inf")), default=0.0)
    return Traffic(
        dialect=dialect,
        arrivals=tuple(arrivals),
        key=KEY,
        ended=Ended(**({"exit_code": 0, "seconds": lived} | ended)),
        made=tuple(Made(id=name, source=source) for name, source in made),
        began=0.0,
        finished=max(finished, lived),
        origin=ORIGIN,
        scenario=scenario,
    )


def calls(*arrivals):
    return calls_of(arrivals, GUIDE)


def shape(*arrivals):
    """The number of tries of each call."""
    return [len(call.tries) for call in calls(*arrivals)]


def judged(*arrivals, strict=False, **how):
    """The lines of some traffic, by rule."""
    lines = judge_traffic(traffic(*arrivals, **how), strict=strict, patterns=())
    return {line.rule: line for line in lines}


def verdict(rule, *arrivals, **how):
    return judged(*arrivals, **how)[f"client.{rule}"].verdict.value
