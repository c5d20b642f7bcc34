"""A client in the manner of the guide's SoraCharacterManager, written from its description.

One requests.Session with a bearer key. Nothing but 200 is success. A 429 is waited out with doubling pauses, a bounded
number of times; whatever else comes is raised with the text of the reply. Characters are remembered here, since the API
has no way to list them. Whoever makes a manager says how to pause: in these tests, nobody sleeps.
"""

from collections.abc import Callable, Iterable
from typing import Any, Self

import requests

TIMEOUT = 60


class CallFailedError(Exception):
    """The API said no: `status` and the text of its reply."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status


class GaveUpError(Exception):
    """The API was still limiting after the last attempt."""


class CharacterManager:
    """Makes characters and clips for one API key."""

    def __init__(self, *, key: str, url: str, attempts: int = 3, sleep: Callable[[float], object]) -> None:
        self._url = url
        self._attempts = attempts
        self._sleep = sleep
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {key}"
        self.characters: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def from_url(self, video_url: str, timestamps: str) -> str:
        """Make a character of a span of a video; return its id."""
        return self._create({"url": video_url, "timestamps": timestamps})

    def from_task(self, task_id: str) -> str:
        """Make a character of an own finished clip; return its id."""
        return self._create({"from_task": task_id})

    def generate(
        self, characters: Iterable[str], scenario: str, *, duration: int = 10, resolution: str = "1080p"
    ) -> dict[str, Any]:
        """Ask for a clip with the characters mentioned first, as the guide writes it; return the task."""
        prompt = " ".join([*(f"@{name}" for name in characters), scenario])
        return self._post(
            "/generations", {"model": "sora-2", "prompt": prompt, "duration": duration, "resolution": resolution}
        )

    def storyboard(self, scenes: list[dict[str, Any]], *, resolution: str = "1080p") -> dict[str, Any]:
        """Ask for a clip of several scenes; return the task."""
        return self._post("/generations", {"model": "sora-2", "scenes": scenes, "resolution": resolution})

    def finished(self, task_id: str, *, polls: int = 20, pause: float = 5) -> dict[str, Any]:
        """Poll a task until it is neither queued nor in progress."""
        for _ in range(polls):
            task = self._checked(self._session.get(f"{self._url}/generations/{task_id}", timeout=TIMEOUT)).json()
            if task["status"] not in {"queued", "in_progress"}:
                return task
            self._sleep(pause)
        raise GaveUpError

    def download(self, task_id: str) -> bytes:
        """Fetch the bytes of a finished clip."""
        return self._checked(self._session.get(f"{self._url}/generations/{task_id}/content", timeout=TIMEOUT)).content

    def _create(self, source: dict[str, str]) -> str:
        reply = self._post("/characters", {"model": "sora-2-character"} | source)
        self.characters[reply["character_id"]] = source
        return reply["character_id"]

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        for attempt in range(self._attempts):
            response = self._session.post(self._url + path, json=body, timeout=TIMEOUT)
            if response.status_code != 429:
                return self._checked(response).json()
            self._sleep(2**attempt)
        raise GaveUpError

    @staticmethod
    def _checked(response: requests.Response) -> requests.Response:
        if response.status_code != 200:
            raise CallFailedError(response.status_code, response.text)
        return response
