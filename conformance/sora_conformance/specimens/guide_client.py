"""The guide's client: a specimen of how the manager in the guide behaves. Not to be used.

Owns that behaviour, shortcomings included, so that the judge of clients has something to find: it retries nothing but
429 and timeouts, waits 1, 2 and 4 s whatever `Retry-After` says and once more after the last try, sends creations
again after a timeout, tries a generation only once, sends `Bearer None` when there is no key, and repeats in its
exceptions what a server sends.
"""

import os
import time
from collections.abc import Callable
from enum import Enum
from typing import Any

import httpx2
import msgspec

BASE_URL = "https://api.openai.com/v1/sora"


def _sleep(seconds: float) -> None:
    time.sleep(seconds)  # noqa: TID251 - the guide's manager waits in earnest


class Method(Enum):
    """What a character was made from."""

    VIDEO_URL = "video_url"
    TASK_ID = "task_id"


class Character(msgspec.Struct):
    """A character as the guide's manager keeps it: `created_at` is the caller's time, `metadata` what was sent."""

    character_id: str
    source_method: Method
    created_at: float
    metadata: dict[str, Any]


class GuideClient:
    """Behaves like the guide's SoraCharacterManager, with httpx2 in place of requests.

    `sleep` and the limits in seconds can be given, which the guide's cannot. Characters are remembered in memory only.
    """

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        sleep: Callable[[float], None] = _sleep,
        character_timeout: float = 60.0,
        generation_timeout: float = 120.0,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.api_key = api_key or os.environ.get("SORA_API_KEY")
        self.base_url = base_url or BASE_URL
        self._sleep = sleep
        self._character_timeout = character_timeout
        self._generation_timeout = generation_timeout
        self._known: dict[str, Character] = {}
        headers = {"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/json"}
        # As in requests: redirects are followed, and the environment's proxies used.
        self._session = httpx2.Client(headers=headers, follow_redirects=True, transport=transport)

    def close(self) -> None:
        """Close the session, which the guide never does."""
        self._session.close()

    def create_from_url(self, video_url: str, timestamps: str, max_retries: int = 3) -> Character:
        """Make a character of a span of a video."""
        return self._create({"url": video_url, "timestamps": timestamps}, Method.VIDEO_URL, max_retries)

    def create_from_task(self, task_id: str, max_retries: int = 3) -> Character:
        """Make a character of a completed task."""
        return self._create({"from_task": task_id}, Method.TASK_ID, max_retries)

    def generate_with_character(
        self, character_id: str, scenario: str, duration: int = 10, resolution: str = "1080p"
    ) -> dict[str, Any]:
        """Ask for a video, once, and return the reply as it is."""
        prompt = f"@{character_id} {scenario}"
        body = {"model": "sora-2", "prompt": prompt, "duration": duration, "resolution": resolution}
        reply = self._session.post(f"{self.base_url}/generations", json=body, timeout=self._generation_timeout)
        if reply.status_code != 200:
            raise Exception(f"Generation failed: {reply.text}")  # noqa: TRY002 - so does the guide's
        task: dict[str, Any] = reply.json()
        return task

    def get_character(self, character_id: str) -> Character | None:
        """Return a character that this client has made; makes no call."""
        return self._known.get(character_id)

    def list_characters(self) -> list[Character]:
        """Return the characters that this client has made; makes no call."""
        return list(self._known.values())

    def _create(self, source: dict[str, Any], method: Method, max_retries: int) -> Character:
        for number in range(max_retries):
            try:
                reply = self._session.post(
                    f"{self.base_url}/characters",
                    json={"model": "sora-2-character", **source},
                    timeout=self._character_timeout,
                )
            except httpx2.TimeoutException:
                if number < max_retries - 1:
                    continue
                raise Exception("Character creation timed out after retries")  # noqa: B904, TRY002 - so does the guide's
            if reply.status_code == 200:
                return self._kept(reply.json()["character_id"], method, source)
            if reply.status_code != 429:
                raise Exception(f"API error: {reply.status_code} - {reply.text}")  # noqa: TRY002 - so does the guide's
            self._sleep(float(2**number))
        raise Exception("Max retries exceeded")  # noqa: TRY002 - so does the guide's

    def _kept(self, character_id: str, method: Method, source: dict[str, Any]) -> Character:
        character = Character(character_id, method, time.time(), source)  # noqa: TID251 - so does the guide's
        self._known[character_id] = character
        return character
