"""Scripted tasks: a server that makes one task after another and shows each as it is told to.

Owns the bodies of such tasks and a stage in front of them on which time passes without being waited for.
"""

import json
from contextlib import contextmanager

from sora_conformance.budget import Budget, Limits
from sora_conformance.server.stage import Stage
from sora_conformance.target import Target
from sora_conformance.wire import Wire
from tests.conformance.server.test_tasks import QUEUED
from tests.conformance.servers import answering


class Script:
    """What a server shows of its tasks: `looks` are the bodies of one look after another, the last one for ever.

    `asked` are the requests for tasks, each as its headers and body; `waited` is how long time was let pass.
    """

    def __init__(self, *looks, content=(404, b"{}")):
        self.looks = list(looks)
        self.content = content
        self.asked = []
        self.waited = []

    def answer(self, method, path, headers, body):
        """Answer a request."""
        if method == "POST":
            self.asked.append((headers, json.loads(body)))
            return 200, {}, json.dumps(QUEUED).encode()
        if path.endswith("/content"):
            return self.content[0], {}, self.content[1]
        look = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return (200, {}, json.dumps(look).encode()) if isinstance(look, dict) else (look, {}, b"{}")


@contextmanager
def scripted(*looks, mock=False, dialect="guide", **about):
    """Give a stage before a server with this script, and the script."""
    script = Script(*looks, **about)
    with answering(script.answer) as url:
        target = Target(url=url, api_key="sk-first", mock=mock, dialect=dialect)
        with Wire(target, Budget(Limits())) as wire:
            wire.waiting.wait = lambda seconds, party=None: script.waited.append(seconds)
            yield Stage(wire), script
