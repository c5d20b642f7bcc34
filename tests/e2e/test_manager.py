"""A client built after the guide's description does its work against the mock, and meets each documented error."""

from contextlib import ExitStack
from io import BytesIO

import av
import pytest
import requests

from sora_mock import ManualClock, Policy, Settings, create_app
from sora_mock.engine.latency import parse_latency
from sora_mock.media import inspect
from tests.e2e.calling import VIDEO
from tests.e2e.manager import CallFailedError, CharacterManager, GaveUpError
from tests.e2e.serving import hosted

SMALL = {"duration": 1, "resolution": "480p"}


def never(seconds):
    pytest.fail(f"there was nothing to wait for, least of all {seconds} seconds")


@pytest.fixture
def manager(shared, key):
    with CharacterManager(url=shared.url, key=key, sleep=never) as manager:
        yield manager


@pytest.fixture
def stranger(shared, key):
    with CharacterManager(url=shared.url, key=key + "-stranger", sleep=never) as manager:
        yield manager


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def timed(clock, key):
    """Return a function that makes a manager of a mock with settings of its own, whose pauses move the mock's clock."""
    with ExitStack() as stack:

        def make(*, creations_per_minute=60, latency="instant", attempts=3):
            policy = Policy(creations_per_minute=creations_per_minute, latency=parse_latency(latency))
            url = stack.enter_context(hosted(create_app(Settings(policy=policy), clock=clock)))
            manager = CharacterManager(
                url=url, key=key, attempts=attempts, sleep=lambda seconds: clock.advance(int(seconds * 1000))
            )
            return stack.enter_context(manager)

        yield make


def a_clip(manager, *characters, **changes):
    """Return a completed task."""
    return manager.finished(manager.generate(characters, "crosses a square", **SMALL | changes)["id"])


def test_a_character_is_made_from_a_url(manager):
    name = manager.from_url(VIDEO, "5,8")
    assert name.startswith("char_")
    assert manager.characters == {name: {"url": VIDEO, "timestamps": "5,8"}}


def test_a_clip_with_a_character_is_accepted(manager):
    name = manager.from_url(VIDEO, "5,8")
    task = manager.generate([name], "walking through a city at sunset")
    assert (task["status"], task["duration"], task["resolution"]) == ("queued", 10, "1080p")
    assert task["characters"] == [name]


def test_polling_ends_with_a_completed_task(manager):
    task = a_clip(manager, manager.from_url(VIDEO, "5,8"))
    assert (task["status"], task["progress"], task["error"]) == ("completed", 100, None)
    assert task["video_url"]


def test_polling_sees_a_task_through_to_its_end(timed, clock):
    manager = timed(latency="generation=100")
    begun = clock.now()
    task = manager.finished(manager.generate([], "a quiet street", **SMALL)["id"], pause=30)
    assert task["completed_at"] - task["created_at"] == 100
    assert clock.now() - begun == 120_000


def test_a_clip_may_have_two_characters(manager):
    pair = [manager.from_url(VIDEO, "5,8"), manager.from_url(VIDEO, "10,12")]
    assert a_clip(manager, *pair)["characters"] == pair


def test_a_character_is_made_from_a_finished_task(manager):
    task = a_clip(manager, manager.from_url(VIDEO, "5,8"), manager.from_url(VIDEO, "10,12"))
    name = manager.from_task(task["id"])
    assert a_clip(manager, name)["characters"] == [name]


def test_a_character_is_made_from_the_address_of_a_clip(manager):
    task = a_clip(manager)
    name = manager.from_url(task["video_url"], "0,1")
    assert a_clip(manager, name)["characters"] == [name]


def test_the_address_of_a_clip_needs_no_key(manager):
    task = a_clip(manager)
    with requests.get(task["video_url"], timeout=60) as response:
        assert (response.status_code, response.content) == (200, manager.download(task["id"]))


def test_an_address_that_was_tampered_with_is_no_source(manager):
    address = a_clip(manager)["video_url"]
    with pytest.raises(CallFailedError, match="Processing failed") as failure:
        manager.from_url(address[:-1] + ("0" if address[-1] != "0" else "1"), "0,1")
    assert failure.value.status == 500


@pytest.mark.parametrize("timestamps", ["5-8", "5", "8,5", "5,61", "five,eight", " 5,8", "-1,2", "1e0,2"])
def test_bad_timestamps_are_answered_with_400(manager, timestamps):
    with pytest.raises(CallFailedError, match="Invalid timestamps") as failure:
        manager.from_url(VIDEO, timestamps)
    assert failure.value.status == 400


def test_timestamps_beyond_the_length_of_a_clip_are_answered_with_400(manager):
    with pytest.raises(CallFailedError, match="Invalid timestamps"):
        manager.from_url(a_clip(manager)["video_url"], "0,1.5")


def test_an_unknown_task_is_answered_with_404(manager):
    with pytest.raises(CallFailedError, match="Task not found") as failure:
        manager.from_task("task_abc123xyz789")
    assert failure.value.status == 404


def test_an_expired_task_is_answered_with_404(timed, clock):
    manager = timed()
    task_id = a_clip(manager)["id"]
    clock.advance(24 * 3600 * 1000)
    with pytest.raises(CallFailedError, match="Task not found"):
        manager.from_task(task_id)


@pytest.mark.parametrize("defect", ["status=403", "decode=fail", "height=2160", "characters=0"])
def test_a_source_that_cannot_be_processed_is_answered_with_500(manager, defect):
    with pytest.raises(CallFailedError, match="Processing failed") as failure:
        manager.from_url(f"{VIDEO}?{defect}", "5,8")
    assert failure.value.status == 500


def test_what_is_tried_after_sixty_creations_in_a_minute_is_limited(timed):
    manager = timed(attempts=1)
    for _ in range(60):
        manager.from_url(VIDEO, "5,8")
    with pytest.raises(GaveUpError):
        manager.from_url(VIDEO, "5,8")


def test_a_limited_caller_is_let_in_after_the_pauses_that_the_guide_names(timed, clock):
    manager = timed(creations_per_minute=2)
    manager.from_url(VIDEO, "5,8")
    clock.advance(57_500)
    manager.from_url(VIDEO, "5,8")
    begun = clock.now()
    manager.from_url(VIDEO, "5,8")  # limited twice: after 0 and 1 seconds
    assert clock.now() - begun == 3_000


def test_a_caller_who_is_limited_for_longer_than_that_gives_up(timed):
    manager = timed(creations_per_minute=1)
    manager.from_url(VIDEO, "5,8")
    with pytest.raises(GaveUpError):
        manager.from_url(VIDEO, "5,8")
    assert len(manager.characters) == 1


def test_a_storyboard_becomes_one_clip_as_long_as_its_scenes(manager):
    hero, friend = manager.from_url(VIDEO, "5,8"), manager.from_url(VIDEO, "10,12")
    scenes = [
        {"prompt": f"@{hero} enters a café", "duration": 1},
        {"prompt": f"@{friend} looks up, @{hero} waves", "duration": 2},
    ]
    task = manager.finished(manager.storyboard(scenes, resolution="480p")["id"])
    assert (task["scenes"], task["prompt"], task["duration"]) == (scenes, None, 3)
    assert task["characters"] == [hero, friend]


@pytest.mark.parametrize(("resolution", "size"), [("480p", (854, 480)), ("720p", (1280, 720)), ("1080p", (1920, 1080))])
def test_a_clip_has_the_length_and_size_that_were_asked_for(manager, resolution, size):
    task = a_clip(manager, duration=2, resolution=resolution)
    with av.open(BytesIO(manager.download(task["id"]))) as container:
        stream = container.streams.video[0]
        frames = sum(1 for _ in container.decode(stream))
        assert (stream.codec_context.width, stream.codec_context.height) == size
        assert frames == 2 * stream.average_rate
        assert container.duration == 2 * 1_000_000


def test_a_clip_says_of_itself_what_it_shows(manager, tmp_path):
    hero = manager.from_url(VIDEO, "5,8")
    task = a_clip(manager, hero)
    path = tmp_path / "clip.mp4"
    path.write_bytes(manager.download(task["id"]))
    found = inspect(path)
    assert (found.task_id, found.prompt, found.characters) == (task["id"], task["prompt"], (hero,))
    assert (found.width, found.height, found.duration_seconds) == (854, 480, 1.0)


def test_a_clip_is_the_same_every_time_it_is_fetched(manager):
    task = a_clip(manager)
    assert manager.download(task["id"]) == manager.download(task["id"])


def test_a_strangers_character_looks_like_one_that_does_not_exist(manager, stranger):
    name = manager.from_url(VIDEO, "5,8")
    with pytest.raises(CallFailedError, match="Character not found") as failure:
        stranger.generate([name], "walks")
    assert failure.value.status == 404


@pytest.mark.parametrize("use", ["finished", "from_task", "download"])
def test_a_strangers_task_looks_like_one_that_does_not_exist(manager, stranger, use):
    task_id = manager.generate([], "a quiet street", **SMALL)["id"]
    with pytest.raises(CallFailedError, match="Task not found") as failure:
        getattr(stranger, use)(task_id)
    assert failure.value.status == 404


def test_two_keys_never_get_the_same_ids(manager, stranger):
    assert manager.from_url(VIDEO, "5,8") != stranger.from_url(VIDEO, "5,8")
