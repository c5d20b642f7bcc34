"""Talk: questions to a mock that is not served, on a clock that stands still.

Owns how a question is put and what is noted of its answer.
"""

import asyncio
from typing import Any, NamedTuple

import msgspec

from sora_mock.app import Mock
from sora_mock.clock import ManualClock
from sora_mock.dialects.guide import BASE
from sora_mock.wire import Request
from tests.mutants.edits import told

CHARACTER = {"model": "sora-2-character", "url": "https://videos.sora-mock.test/a.mp4", "timestamps": "5,8"}
CLIP = {"model": "sora-2", "prompt": "a quiet street", "duration": 1, "resolution": "480p"}


class Heard(NamedTuple):
    """One answer, and the question that it belongs to; `body` is the video's where a video is answered."""

    method: str
    path: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    delay: int


class Talk:
    """One conversation; `heard` is what was answered so far."""

    def __init__(self, mock: Mock, runner: asyncio.Runner) -> None:
        self._answer = mock.exchange.answer
        self._runner = runner
        self.clock = mock.exchange.understudy.clock = ManualClock()
        self.heard: list[Heard] = []

    def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = "Bearer sk-alice", **more: Any
    ) -> dict:
        """Ask one question and return the JSON object of the answer."""
        headers = {"content-type": "application/json"} | ({} if key is None else {"authorization": key})
        headers |= more.pop("headers", {})
        content = body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        full = path if path.startswith("/files") else BASE + path
        request = Request(method=method, path=full, headers=headers, body=content, origin="http://mock", **more)
        reply = self._runner.run(self._answer(request))
        seen = reply.file.read_bytes() if reply.file else reply.body
        self.heard.append(Heard(method, path, reply.status, tuple(sorted(reply.headers)), seen, reply.delay))
        return told(reply)

    def character(self, body: Any = None, **more: Any) -> str:
        """Make a character and return its id, or a text that is none."""
        return str(self.ask("POST", "/characters", CHARACTER if body is None else body, **more).get("character_id"))

    def task(self, body: Any = None, **more: Any) -> str:
        """Start a task and return its id, or a text that is none."""
        return str(self.ask("POST", "/generations", CLIP if body is None else body, **more).get("task_id"))

    def look(self, task: str, **more: Any) -> dict:
        """Look at a task."""
        return self.ask("GET", f"/generations/{task}", **more)
