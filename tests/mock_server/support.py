"""A mock without a socket: requests in, replies out, on a clock that stands still."""

import asyncio
from typing import Any

import msgspec

from sora_mock.app import create_understudy
from sora_mock.clock import ManualClock
from sora_mock.exchange import Exchange
from sora_mock.journal import Journal
from sora_mock.settings import Settings
from sora_mock.wire import Reply, Request

BASE = "/v1/sora"
VIDEO = "https://videos.sora-mock.test/hero.mp4"
CHARACTER = {"model": "sora-2-character", "url": VIDEO, "timestamps": "5,8"}
CLIP = {"model": "sora-2", "prompt": "a quiet street", "duration": 2, "resolution": "480p"}


class Answer:
    """A reply, taken apart for assertions."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.status = reply.status
        self.headers = dict(reply.headers)
        self.json: Any = msgspec.json.decode(reply.body) if reply.body else None

    @property
    def code(self) -> str:
        return self.json["error"]["code"]


class Stage:
    """A mock and the clock it lives by."""

    def __init__(self, **settings: Any) -> None:
        self.clock = ManualClock()
        self.understudy = create_understudy(Settings(**settings), clock=self.clock)
        self.exchange = Exchange(self.understudy, Journal())

    def request(self, method: str, path: str, **changes: Any) -> Answer:
        request = Request(method=method, path=path, **{"headers": {}, "origin": "http://mock"} | changes)
        return Answer(asyncio.run(self.exchange.answer(request)))

    def post(self, path: str, body: object, *, key: str = "sk-alice") -> Answer:
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        return self.request("POST", BASE + path, headers=headers, body=msgspec.json.encode(body))

    def get(self, path: str, *, key: str = "sk-alice") -> Answer:
        return self.request("GET", BASE + path, headers={"authorization": f"Bearer {key}"})

    def character(self, key: str = "sk-alice", **changes: object) -> str:
        answer = self.post("/characters", CHARACTER | changes, key=key)
        assert answer.status == 200
        return answer.json["character_id"]

    def task(self, key: str = "sk-alice", **changes: object) -> str:
        answer = self.post("/generations", CLIP | changes, key=key)
        assert answer.status == 200
        return answer.json["id"]
