"""Testing a client of the Videos API with the plugin's fixtures: run `pytest examples/test_videos.py`."""

import os

import httpx2
import pytest


def make(prompt, *, wait):
    """The code under test: makes a video, waits for it, and returns its bytes."""
    headers = {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}
    with httpx2.Client(base_url=os.environ["OPENAI_BASE_URL"], headers=headers) as http:
        video = http.post("/videos", json={"prompt": prompt, "seconds": "4"}).raise_for_status().json()
        while video["status"] in {"queued", "in_progress"}:
            wait(5)
            video = http.get(f"/videos/{video['id']}").raise_for_status().json()
        if video["status"] == "failed":
            raise RuntimeError(video["error"]["message"])
        return http.get(f"/videos/{video['id']}/content").raise_for_status().content


@pytest.fixture
def wait(sora_env):
    # What is waited passes on the account's clock: nothing really waits.
    sora_env.clock.freeze()
    return sora_env.clock.advance


@pytest.mark.sora(latency="documented")
def test_a_video_is_made_and_waited_for(sora, wait):
    assert b"ftyp" in make("A lighthouse in the rain.", wait=wait)[:12]
    sora.journal.assert_called("createVideo", times=1)


@pytest.mark.sora(faults=["task-blocked"])
def test_a_blocked_video_is_an_error(wait):
    with pytest.raises(RuntimeError, match="moderation"):
        make("A lighthouse in the rain.", wait=wait)
