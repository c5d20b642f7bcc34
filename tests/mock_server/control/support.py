"""A mock and its control plane, called as ASGI, on a clock that stands still."""

import asyncio

import httpx2
import msgspec

from sora_mock.app import create_app
from sora_mock.clock import ManualClock
from sora_mock.control.desk import Desk
from sora_mock.settings import Settings
from tests.mock_server.support import BASE, CHARACTER, CLIP

KEY = "sk-canary-4f1d"
"""A key that must never be shown."""


class Plane:
    """An application, and what it answers."""

    def __init__(self, **settings):
        self.clock = ManualClock()
        self.app = create_app(Settings(**settings), clock=self.clock)
        self.desk = Desk(self.app.exchange.understudy, self.app.exchange.journal)

    def ask(self, method, path, *, key=KEY, **request):
        async def exchange():
            transport = httpx2.ASGITransport(self.app)
            headers = {} if key is None else {"authorization": f"Bearer {key}"}
            async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
                return await client.request(method, path, **request)

        return asyncio.run(exchange())

    def control(self, method, path, *, status=200, **request):
        """Return what `/_mock` answers, which must be of this status."""
        answer = self.ask(method, f"/_mock{path}", **request)
        assert answer.status_code == status, answer.text
        return msgspec.json.decode(answer.content) if answer.content else None

    def refused(self, method, path, *, status=400, **request):
        """Return the message and the field of a refusal."""
        error = self.control(method, path, status=status, **request)["error"]
        assert set(error) == {"message", "type", "param", "code"}
        assert "\n" not in error["message"]
        return error["message"], error["param"]

    def create(self, **changes):
        return self.ask("POST", f"{BASE}/characters", json=CHARACTER | changes)

    def task(self, **changes):
        return self.ask("POST", f"{BASE}/generations", json=CLIP | changes).json()["id"]

    def state(self):
        """Return all that is kept, to see that it has not changed."""
        log = self.app.exchange.understudy.log
        return {name: msgspec.json.encode(log.read(name)) for name in log.names()}
