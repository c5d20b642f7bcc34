"""The Videos API on a mock without a socket: short ways to ask it, and bodies as clients send them."""

from typing import Any

import msgspec

from tests.mock_server.support import Answer, Stage

VIDEOS = "/v1/videos"
KEY = "sk-alice"


class Api:
    """One key's dealings with the Videos API."""

    def __init__(self, stage: Stage, key: str = KEY) -> None:
        self.stage = stage
        self.key = key

    def ask(self, method: str, path: str, **changes: Any) -> Answer:
        headers = {"authorization": f"Bearer {self.key}"} | changes.pop("headers", {})
        return self.stage.request(method, path, headers=headers, **changes)

    def get(self, path: str = "", query: str = "", **headers: str) -> Answer:
        return self.ask("GET", VIDEOS + path, query=query, headers=headers)

    def post(self, path: str, body: object, **headers: str) -> Answer:
        told = {"content-type": "application/json"} | headers
        return self.ask("POST", VIDEOS + path, body=msgspec.json.encode(body), headers=told)

    def form(self, path: str, *parts: bytes, **headers: str) -> Answer:
        told = {"content-type": "multipart/form-data; boundary=b"} | headers
        return self.ask("POST", VIDEOS + path, body=b"".join(parts) + b"--b--\r\n", headers=told)

    def delete(self, path: str) -> Answer:
        return self.ask("DELETE", VIDEOS + path)

    def video(self, **changes: object) -> str:
        answer = self.post("", {"prompt": "a quiet street"} | changes)
        assert answer.status == 200, answer.json
        return answer.json["id"]

    def character(self, clip: bytes, name: str = "Mia") -> str:
        answer = self.form("/characters", text("name", name), file("video", clip))
        assert answer.status == 200, answer.json
        return answer.json["id"]


def text(name: str, value: str) -> bytes:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def file(name: str, content: bytes, kind: str = "video/mp4") -> bytes:
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="upload"\r\nContent-Type: {kind}\r\n\r\n'
    return head.encode() + content + b"\r\n"
