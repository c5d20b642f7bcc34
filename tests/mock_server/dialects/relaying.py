"""A relay on a mock without a socket: characters made there, and videos beside it."""

from typing import Any

import msgspec

from tests.mock_server.dialects.videos import KEY, Api
from tests.mock_server.support import VIDEO, Answer, Stage

SOURCE = {"url": VIDEO, "timestamps": "5,8"}


class Relay:
    """One key's dealings with a relay; `videos` are its dealings with the Videos API of the same relay."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.videos = Api(stage)

    def ask(self, method: str, path: str, key: str = KEY, body: bytes = b"") -> Answer:
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        return self.stage.request(method, f"/sora/v1{path}", headers=headers, body=body)

    def create(self, body: object, key: str = KEY) -> Answer:
        return self.ask("POST", "/characters", key, msgspec.json.encode(body))

    def character(self) -> dict[str, Any]:
        answer = self.create(SOURCE)
        assert answer.status == 200, answer.json
        return answer.json

    def shown(self, video: str) -> list[str]:
        """Return the characters of a video, as the guide tells them."""
        return self.stage.get(f"/generations/{video}").json["characters"]
