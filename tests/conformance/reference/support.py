"""A server in a list, and a client of either form in front of it: nothing waits, nothing leaves the process."""

import inspect
import json

import httpx2

from sora_conformance.reference import AsyncClient, AsyncVideosClient, Client, VideosClient
from sora_conformance.reference.outcomes import Reply

KEY = "sk-canary-5d41402abc4b"
BASE = "http://sora.test/proxy/v1/sora"
VIDEO = "https://videos.sora-mock.test/hero.mp4"
CHARACTER = {"character_id": "char_a", "object": "character", "created_at": 1700000000}
TASK = {"id": "task_a", "task_id": "task_a", "status": "queued"}


def reply(status=200, body=None, **headers):
    """Return an answer; `body` is JSON unless it is text or bytes."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, str | bytes):
        return httpx2.Response(status, content=body, headers=given)
    return httpx2.Response(status, json={} if body is None else body, headers=given)


def problem(status, code="some_code", message="Some message.", **headers):
    return reply(status, {"error": {"message": message, "type": "t", "param": None, "code": code}}, **headers)


def whole(body=b"", status=200, **headers):
    """Return a reply as the drivers hand it to the core; `body` is JSON unless it is bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, body=content, headers=named)


class Server:
    """Answers with what is in the list, in order, and with the last one for ever; an exception is raised."""

    def __init__(self, *answers):
        self.answers = list(answers) or [reply(body=CHARACTER)]
        self.requests = []

    def __call__(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            return answer(request)
        # An answer is read once, and may be given again.
        return httpx2.Response(answer.status_code, content=answer.content, headers=answer.headers)

    @property
    def bodies(self):
        return [json.loads(request.content) for request in self.requests if request.content]

    @property
    def paths(self):
        return [request.url.raw_path.decode() for request in self.requests]


class Time:
    """A clock that only sleeping moves, and what was slept."""

    def __init__(self):
        self.now = 1000.0
        self.pauses = []

    def clock(self):
        return self.now

    def date(self):
        return 1_700_000_000.0 + self.now

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds

    async def async_sleep(self, seconds):
        self.sleep(seconds)


class Driven:
    """A client of either form, with methods that return what is awaited."""

    def __init__(self, form, runner, server, *, key=KEY, base=BASE, videos=False, **options):
        self.time = Time()
        self.server = server
        self._runner = runner
        settled = {"clock": self.time.clock, "date": self.time.date, "chance": lambda: 0.5, **options}
        transport = httpx2.MockTransport(server)
        kinds = (VideosClient, AsyncVideosClient) if videos else (Client, AsyncClient)
        kind, sleep = (kinds[0], self.time.sleep) if form == "sync" else (kinds[1], self.time.async_sleep)
        self.client = kind(key, base, transport=transport, sleep=sleep, **settled)

    def __getattr__(self, name):
        return self.over(getattr(self.client, name))

    def over(self, method):
        def call(*args, **kwargs):
            result = method(*args, **kwargs)
            return self._runner.run(_awaited(result)) if inspect.isawaitable(result) else result

        return call

    @property
    def pauses(self):
        return self.time.pauses

    def end(self):
        (self.close if hasattr(self.client, "close") else self.aclose)()


async def _awaited(result):
    return await result
