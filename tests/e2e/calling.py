"""Ways to call a mock, and the shape in which it has to refuse: requests for whole calls, bytes for broken ones."""

import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from http.client import parse_headers
from typing import Any, Self

import requests

from tests.e2e.serving import SECONDS

VIDEO = "https://videos.sora-mock.test/hero.mp4"
CHARACTER = {"model": "sora-2-character", "url": VIDEO, "timestamps": "5,8"}
CLIP = {"model": "sora-2", "prompt": "a quiet street", "duration": 1, "resolution": "480p"}

TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    408: "invalid_request_error",
    413: "invalid_request_error",
    415: "invalid_request_error",
    416: "invalid_request_error",
    429: "rate_limit_error",
    431: "invalid_request_error",
    500: "server_error",
}


@dataclass(frozen=True)
class Answer:
    """A reply, however it was received. Header names are lower-case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def refusal(answer: Answer) -> dict[str, Any]:
    """Return the error in a reply after making sure that it has the one shape that errors have."""
    assert answer.headers["content-type"] == "application/json", answer
    assert answer.headers["x-sora-mock-rule"], answer
    assert answer.headers["x-request-id"].startswith("req_"), answer
    assert set(answer.json) == {"error"}, answer
    error = answer.json["error"]
    assert set(error) == {"message", "type", "param", "code"}, answer
    assert error["type"] == TYPES[answer.status], answer
    assert isinstance(error["message"], str), answer
    assert 1 <= len(error["message"]) <= 700, answer
    assert isinstance(error["code"], str), answer
    assert error["param"] is None or isinstance(error["param"], str), answer
    if answer.status == 500:
        assert error["code"] == "processing_failed", answer
    return error


def assert_refused(answer: Answer, status: int, code: str, param: str | None = None) -> None:
    """Assert that a reply refuses with this status and code, naming this parameter."""
    error = refusal(answer)
    assert (answer.status, error["code"], error["param"]) == (status, code, param), answer


class Caller:
    """One key's calls to one mock."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self.key = key
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {key}"

    def close(self) -> None:
        self.session.close()

    def call(self, method: str, target: str, **options: Any) -> Answer:
        """Call a path below the base, or a whole address."""
        address = target if "://" in target else self.url + target
        with self.session.request(method, address, timeout=SECONDS, **options) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, response.content)

    def get(self, target: str, **options: Any) -> Answer:
        return self.call("GET", target, **options)

    def post(self, path: str, body: object) -> Answer:
        """Send a body as JSON."""
        return self.call("POST", path, json=body)

    def send(self, path: str, body: bytes, content_type: str | None = "application/json") -> Answer:
        """Send a body as it is."""
        return self.call("POST", path, data=body, headers={"Content-Type": content_type})

    def character(self, **changes: object) -> str:
        answer = self.post("/characters", CHARACTER | changes)
        assert answer.status == 200, answer
        return answer.json["character_id"]

    def task(self, **changes: object) -> str:
        answer = self.post("/generations", CLIP | changes)
        assert answer.status == 200, answer
        return answer.json["id"]

    def generation(self, task_id: str) -> dict[str, Any]:
        answer = self.get(f"/generations/{task_id}")
        assert answer.status == 200, answer
        return answer.json

    def remaining(self) -> int:
        """Ask how many creations are left, by a creation that is refused and so takes none."""
        return int(self.post("/characters", {}).headers["x-ratelimit-remaining-requests"])


class Wire:
    """A connection that carries exactly the bytes it is given."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self._incoming = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._incoming.close()
        self.socket.close()

    def say(self, data: bytes) -> None:
        """Send bytes; a mock that has heard enough may hang up meanwhile."""
        with suppress(ConnectionError):
            self.socket.sendall(data)

    def answer(self, method: str = "GET") -> Answer:
        """Read one reply to a request of the given method."""
        line = self._incoming.readline()
        assert line, "the mock hung up without an answer"
        headers = {name.lower(): value for name, value in parse_headers(self._incoming).items()}
        status = int(line.split()[1])
        length = 0 if method == "HEAD" or status < 200 else int(headers["content-length"])
        return Answer(status, headers, self._incoming.read(length))

    def is_ended(self) -> bool:
        """Tell whether the mock hangs up, without another word."""
        try:
            return self._incoming.read(1) == b""
        except ConnectionError:
            return True


def head(method: str, path: str, *lines: str, key: str) -> bytes:
    """Return the head of a request."""
    all_lines = (f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {key}", *lines, "", "")
    return "\r\n".join(all_lines).encode("latin-1")


def posting(body: bytes, *lines: str, key: str, path: str = "/v1/sora/characters", length: int | None = None) -> bytes:
    """Return a whole POST request, or one whose stated length is a lie."""
    announced = len(body) if length is None else length
    framing = ("Content-Type: application/json", f"Content-Length: {announced}")
    return head("POST", path, *framing, *lines, key=key) + body
