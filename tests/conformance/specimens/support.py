"""Adapters as the judge runs them: processes that speak the protocol."""

import os
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

from sora_conformance.client.adapter import Adapter
from sora_conformance.client.protocol import Call, Operation

EXAMPLES = Path(__file__).parents[3] / "examples" / "adapters"
VIDEO = "https://videos.sora-mock.test/hero.mp4"
KEY = "sk-canary-5d41402abc4b"

COMMANDS = {
    "reference": [sys.executable, "-m", "sora_conformance.specimens.reference_adapter"],
    "guide": [sys.executable, "-m", "sora_conformance.specimens.guide_adapter"],
    "example in python": [sys.executable, str(EXAMPLES / "adapter.py")],
    "example in node": ["node", str(EXAMPLES / "adapter.mjs")],
}

ARGS = {
    "create_from_url": {"url": VIDEO, "timestamps": "5,8"},
    "create_from_task": {"task_id": "task_a"},
    "generate": {"character_ids": ["char_a"], "scenario": "walks", "duration": 2, "resolution": "480p"},
    "wait": {"task_id": "task_a"},
    "create_video": {"prompt": "a boat", "seconds": "4", "size": "1280x720"},
}


class Talk:
    """A talk with an adapter; calls are numbered."""

    def __init__(self, adapter):
        self.adapter = adapter
        self.greeting = adapter.hello(seconds=30)
        self._count = 0

    def begin(self, op, base_url, *, key=KEY, timeout=20.0, **args):
        self._count += 1
        name = f"c{self._count}"
        given = args if "video_id" in args else {**ARGS.get(op, {}), **args}
        call = Call(id=name, op=Operation(op), args=given, base_url=base_url, api_key=key, timeout_s=timeout)
        self.adapter.call(call)
        return name

    def end(self, name):
        return self.adapter.answer(name, seconds=30)

    def ask(self, op, base_url, **how):
        return self.end(self.begin(op, base_url, **how))


@contextmanager
def talking(command, **env):
    """Start an adapter and greet it; stop it at the end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SORA_")}
    with Adapter(command, env=kept | env) as adapter:
        yield Talk(adapter)
        adapter.check()


def until(condition):
    """Wait for something that another process does."""
    moment = threading.Event()
    for _ in range(2000):
        if condition():
            return
        moment.wait(0.01)
    raise AssertionError("it never came to that")
