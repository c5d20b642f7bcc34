import hashlib
from functools import partial

import pytest

from tests.e2e.sdks.asking import Wrong

pytestmark = pytest.mark.sdk


@pytest.fixture
def ask(witness, key):
    """Return a function that asks the library litellm, with a key of its own."""
    return partial(witness("litellm").ask, key=key)


@pytest.fixture
def video(ask):
    """Return a video, by the library's own id for it."""
    return ask("video_generation", prompt="a quiet street", model="sora-2", seconds="8", size="1280x720")["id"]


@pytest.fixture
def stored(control, video):
    """Return the video's id at the mock."""
    del video
    return next(iter(control.state.export().generations))


@pytest.mark.parametrize("method", ["video_status", "avideo_status"])
def test_a_video_is_made_and_looked_at(ask, video, method):
    shown = ask(method, video)
    assert (shown["status"], shown["progress"], shown["seconds"], shown["size"]) == ("completed", 100, "8", "1280x720")


@pytest.mark.parametrize("variant", ["video", "thumbnail", "spritesheet"])
def test_each_variant_of_the_content_is_downloaded_whole(ask, video, stored, told, variant):
    content = told(stored, variant).body
    found = ask("video_content", video, variant=variant)
    assert found == {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def test_videos_are_listed_page_by_page(ask):
    for number in range(3):
        ask("video_generation", prompt=f"street {number}", model="sora-2")
    first = ask("video_list", limit=2)
    assert [found["prompt"] for found in first["data"]] == ["street 2", "street 1"]
    assert first["has_more"]
    rest = ask("video_list", limit=2, after=first["last_id"])
    assert [found["prompt"] for found in rest["data"]] == ["street 0"]


def test_a_video_is_remixed(ask, video, stored):
    assert ask("video_remix", video, prompt="at night")["remixed_from_video_id"] == stored


@pytest.mark.parametrize(("method", "more"), [("video_edit", {}), ("video_extension", {"seconds": "8"})])
def test_a_video_is_changed_by_its_id(ask, video, method, more):
    changed = ask(method, video, prompt="at night", **more)
    assert changed["id"] != video
    assert ask("video_status", changed["id"])["status"] == "completed"


def test_a_character_is_made_looked_at_and_used(ask, uploads, control):
    mia = ask("video_create_character", name="Mia", files={"video": uploads.clip})
    assert ask("video_get_character", mia["id"]) == mia
    made = ask("video_generation", prompt="Mia walks by", model="sora-2", beyond={"characters": [{"id": mia["id"]}]})
    assert ask("video_status", made["id"])["status"] == "completed"
    body = control.journal.entries(operation="createVideo")[0].request
    assert mia["id"] in str(body)


@pytest.mark.parametrize(
    ("method", "given", "status", "word"),
    [
        ("video_generation", {"prompt": "a street", "model": "sora-2", "seconds": "5"}, 400, '"param":"seconds"'),
        ("video_status", {"video_id": "video_none"}, 404, '"code":"video_not_found"'),
    ],
)
def test_a_refusal_comes_through_with_its_status_and_its_words(ask, method, given, status, word):
    with pytest.raises(Wrong, match=word) as caught:
        ask(method, **given)
    assert (caught.value.name, caught.value.said["status_code"]) == ("BadRequestError", status)
