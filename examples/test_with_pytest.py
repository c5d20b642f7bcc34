"""Testing a client of the service with the plugin's fixtures: run `pytest examples/test_with_pytest.py`."""

import os
import time

import httpx2
import pytest


class Studio:
    """The code under test: makes a clip with a character in it, and tries again when it is told to."""

    def __init__(self, *, wait=time.sleep):
        self._wait = wait
        self._http = httpx2.Client(
            base_url=os.environ["SORA_BASE_URL"], headers={"Authorization": f"Bearer {os.environ['SORA_API_KEY']}"}
        )

    def close(self):
        self._http.close()

    def clip(self, video, timestamps, prompt):
        character = self._post("/characters", model="sora-2-character", url=video, timestamps=timestamps)
        task = self._post("/generations", model="sora-2", prompt=f"@{character['character_id']} {prompt}")
        while task["status"] not in {"completed", "failed"}:
            self._wait(5)
            task = self._http.get(f"/generations/{task['id']}").raise_for_status().json()
        return task

    def _post(self, path, **body):
        for _ in range(3):
            answer = self._http.post(path, json=body)
            if answer.status_code not in {429, 503}:
                break
            self._wait(int(answer.headers["retry-after"]))
        return answer.raise_for_status().json()


HERO = "https://videos.sora-mock.test/hero.mp4"


@pytest.fixture
def studio(sora_env):
    # What the studio waits passes on the account's clock: nothing really waits.
    sora_env.clock.freeze()
    studio = Studio(wait=sora_env.clock.advance)
    yield studio
    studio.close()


@pytest.mark.sora(latency="documented")
def test_a_clip_is_made_and_waited_for(sora, studio):
    task = studio.clip(HERO, "5,8", "walks in the rain.")
    assert task["status"] == "completed"
    assert httpx2.get(task["video_url"]).headers["content-type"] == "video/mp4"
    sora.journal.assert_called("createGeneration", times=1)


@pytest.mark.sora(strict=True, faults=[{"effect": "rate-limit", "operation": "createCharacter", "first": 2}])
def test_it_tries_again_when_it_is_told_to(sora, studio):
    assert studio.clip(HERO, "5,8", "waves.")["status"] == "completed"
    assert [call.status for call in sora.journal.entries(operation="createCharacter")] == [429, 429, 200]


@pytest.mark.sora(faults=["task-failing"])
def test_a_failed_task_is_told(studio):
    assert studio.clip(HERO, "5,8", "vanishes.")["status"] == "failed"


def test_a_video_that_cannot_be_fetched_is_an_error(studio):
    with pytest.raises(httpx2.HTTPStatusError, match="500"):
        studio.clip(f"{HERO}?status=403", "5,8", "is not there.")
