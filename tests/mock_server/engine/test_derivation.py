import msgspec
import pytest

from sora_mock.engine.commands import DeleteVideo, RetrieveVideo
from sora_mock.engine.latency import Fixed, Latency
from sora_mock.engine.policy import Policy
from sora_mock.engine.state import UploadedVideo
from sora_mock.engine.uploads import UploadedClip
from sora_mock.engine.usernames import username
from tests.mock_server.engine.support import (
    NOW,
    TERMS,
    UPLOAD,
    a_clip,
    a_video,
    accepted_task,
    accepted_video,
    an_account,
    derived,
    made_character,
    named_character,
    refused,
    run,
)

SLOW = Policy(latency=Latency(url=Fixed(0), task=Fixed(0), generation=Fixed(100)))
KINDS = ["remix", "edit", "extension"]


def made(account, command):
    return account.generations[accepted_video(account, command)]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_made_of_a_video_has_its_model_size_and_characters(kind):
    account = an_account()
    mia = named_character(account)
    source = accepted_video(account, a_video("Mia", size="1024x1792", seconds="8", characters=(mia,)))
    new = made(account, derived(kind, source, seconds="4"))
    assert (new.model, new.size, new.characters) == ("large", "1024x1792", (mia,))
    assert new.duration == (12 if kind == "extension" else 8)
    assert (new.origin.kind, new.origin.source, new.prompt) == (kind, source, "at night")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spelling", ["@{}", "@{{{}}}"])
def test_a_prompt_brings_in_characters_beside_those_of_the_source(kind, spelling):
    account = an_account()
    mia, hero = named_character(account), made_character(account)
    source = accepted_video(account, a_video("Mia", characters=(mia,)))
    prompt = f"{spelling.format(username(hero))} meets @{mia}, not @char_0"
    terms = msgspec.structs.replace(TERMS, max_prompt=100)
    new = made(account, derived(kind, source, prompt=prompt, seconds="4", terms=terms))
    assert new.characters == (mia, hero)


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_stays_as_it_was(kind):
    account = an_account()
    source = accepted_video(account, a_video())
    before = account.generations[source]
    made(account, derived(kind, source, seconds="4"))
    assert account.generations[source] == before


def test_a_task_of_the_other_contract_can_be_the_source():
    account = an_account()
    task = accepted_task(account, a_clip(resolution="720p", duration=7))
    new = made(account, derived("edit", task))
    assert (new.size, new.duration, new.model) == ("1280x720", 7, "sora-2")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("fate", "policy", "status"), [("failing", Policy(), "failed"), (None, SLOW, "queued"), ("stuck", SLOW, "queued")]
)
def test_a_source_has_to_be_completed(kind, fate, policy, status):
    account = an_account()
    source = accepted_video(account, a_video(fate=fate), policy=policy)
    problem = refused(account, derived(kind, source, seconds="4"))
    assert (problem.status, problem.code, problem.rule) == (400, "video_not_completed", "video.source.unfinished")
    assert status in problem.message


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_has_to_be_there_and_ones_own(kind):
    foreign = accepted_video(an_account("bob"), a_video())
    for source in ("video_0", foreign):
        problem = refused(an_account(), derived(kind, source, seconds="4"))
        assert (problem.status, problem.code, problem.rule) == (404, "video_not_found", "video.source.unknown")


@pytest.mark.parametrize(
    ("kind", "changes", "rule"),
    [
        ("remix", {"prompt": None}, "video.source.prompt"),
        ("edit", {"prompt": ""}, "video.source.prompt"),
        ("edit", {"source": None}, "video.source.required"),
        ("extension", {"source": None, "seconds": "4"}, "video.source.required"),
        ("extension", {}, "video.extension.seconds-required"),
        ("extension", {"seconds": "5"}, "video.extension.seconds-value"),
        ("edit", {"source": UploadedClip(defect="none")}, "video.edit.upload"),
        ("edit", {"source": UploadedClip(seconds=3, width=640, height=480, container="mov")}, "video.edit.upload"),
        ("edit", {"source": UploadedClip(seconds=3, width=640, height=8)}, "video.edit.upload"),
        ("edit", {"source": UploadedClip(seconds=121, width=640, height=480)}, "video.edit.upload"),
        ("edit", {"source": UPLOAD, "model": "huge"}, "video.model.value"),
    ],
)
def test_what_cannot_be_is_refused(kind, changes, rule):
    account = an_account()
    source = accepted_video(account, a_video())
    assert refused(account, derived(kind, **{"source": source} | changes)).rule == rule


def test_a_video_is_extended_six_times_in_a_row_and_no_more():
    account = an_account()
    source = accepted_video(account, a_video())
    for step in range(1, 7):
        source = accepted_video(account, derived("extension", source, seconds="4"))
        assert account.generations[source].duration == 4 + 4 * step
    assert refused(account, derived("extension", source, seconds="4")).rule == "video.extension.steps"
    edited = accepted_video(account, derived("edit", source))
    made(account, derived("extension", edited, seconds="4"))


def test_no_video_is_extended_beyond_two_minutes():
    account = an_account()
    source = accepted_video(account, a_video(seconds="4"))
    for _ in range(5):
        source = accepted_video(account, derived("extension", source, seconds="20"))
    problem = refused(account, derived("extension", source, seconds="20"))
    assert (problem.rule, problem.param) == ("video.extension.longest", "seconds")


def test_an_uploaded_video_is_a_source_of_its_own_length_and_size():
    account = an_account()
    clip = UploadedClip(digest="0" * 64, seconds=3.4, width=641, height=480)
    new = made(account, derived("edit", clip, model="large"))
    assert (new.model, new.size, new.duration) == ("large", "642x480", 3)
    assert new.origin.source == UploadedVideo(digest="0" * 64, seconds=3.4, width=642, height=480)


def test_the_model_of_an_own_source_is_not_changed():
    account = an_account()
    source = accepted_video(account, a_video(model="large"))
    assert made(account, derived("edit", source, model="small")).model == "large"


def test_what_is_made_of_videos_counts_against_the_limit_of_its_model():
    account = an_account()
    source = accepted_video(account, a_video(model="small"))
    accepted_video(account, derived("remix", source))
    assert refused(account, derived("remix", source)).rule == "limit.videos"


def test_a_deleted_source_is_still_known_to_what_was_made_of_it():
    account = an_account()
    source = accepted_video(account, a_video())
    new = accepted_video(account, derived("remix", source))
    run(account, DeleteVideo(source))
    assert run(account, RetrieveVideo(new), NOW + 1).outcome.generation.origin.source == source
    assert account.deleted[source].id == source


@pytest.mark.parametrize(("seconds", "whole"), [(0.2, 1), (2.49, 2), (2.5, 3), (3.5, 4)])
def test_an_uploaded_video_goes_by_whole_seconds(seconds, whole):
    account = an_account()
    clip = UploadedClip(digest="0" * 64, seconds=seconds, width=640, height=480)
    assert made(account, derived("extension", clip, seconds="4")).duration == whole + 4
