import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine.commands import (
    DeleteVideo,
    DownloadVideo,
    ListVideos,
    RetrieveGeneration,
    RetrieveVideo,
    SettleGeneration,
)
from sora_mock.engine.decision import Page
from sora_mock.engine.latency import Fixed, Latency
from sora_mock.engine.lifecycle import View
from sora_mock.engine.policy import Policy
from sora_mock.engine.uploads import UploadedImage
from sora_mock.engine.videos import named_resolution
from tests.mock_server.engine.support import (
    NOW,
    POLICY,
    TERMS,
    a_clip,
    a_video,
    accepted_task,
    accepted_video,
    an_account,
    made_character,
    named_character,
    refused,
    run,
)

SLOW = Policy(latency=Latency(url=Fixed(0), task=Fixed(0), generation=Fixed(100)))
HOUR = 3_600_000


def accepted(account, command, now=NOW, policy=POLICY):
    outcome = run(account, command, now, policy).outcome
    assert isinstance(outcome, View), outcome
    return outcome


def page(account, **words):
    outcome = run(account, ListVideos(**words)).outcome
    assert isinstance(outcome, Page)
    return [view.generation.id for view in outcome.views], outcome.has_more


def test_what_is_not_said_is_the_first_that_is_on_offer():
    view = accepted(an_account(), a_video(model=None))
    made = view.generation
    assert (made.model, made.size, made.duration, made.resolution) == ("small", "720x1280", 4, "720p")
    assert (view.status, view.progress) == ("queued", 0)


@pytest.mark.parametrize(
    ("changes", "code", "param", "rule"),
    [
        ({"prompt": None}, "missing_required_parameter", "prompt", "video.prompt.required"),
        ({"prompt": ""}, "invalid_value", "prompt", "video.prompt.length"),
        ({"prompt": "x" * 51}, "invalid_value", "prompt", "video.prompt.length"),
        ({"model": "huge"}, "invalid_value", "model", "video.model.value"),
        ({"seconds": "5"}, "invalid_value", "seconds", "video.seconds.value"),
        ({"seconds": "16"}, "invalid_value", "seconds", "video.seconds.long"),
        ({"seconds": " 4"}, "invalid_value", "seconds", "video.seconds.value"),
        ({"size": "8x8"}, "invalid_value", "size", "video.size.value"),
        ({"size": "1024x1792", "model": "small"}, "invalid_value", "size", "video.size.value"),
        ({"characters": ("char_0",)}, "character_not_found", "characters[0].id", "video.characters.unknown"),
        ({"characters": ("a", "b", "c")}, "invalid_value", "characters", "video.characters.most"),
        ({"reference": UploadedImage(defect="no")}, "invalid_image", "input_reference", "video.input-reference.type"),
        (
            {"reference": UploadedImage(width=1280, height=720)},
            "invalid_image",
            "input_reference",
            "video.input-reference.dimensions",
        ),
    ],
)
def test_what_is_not_on_offer_is_refused_and_leaves_nothing(changes, code, param, rule):
    account = an_account()
    problem = refused(account, a_video(**changes))
    assert (problem.code, problem.param, problem.rule) == (code, param, rule)
    assert account == an_account()


def test_the_refusal_of_a_value_names_those_on_offer():
    assert refused(an_account(), a_video(seconds="10")).message == (
        "Invalid value: '10'. Supported values are: '4' and '8'."
    )


def test_a_picture_of_the_videos_size_is_accepted():
    account = an_account()
    picture = UploadedImage(digest="a" * 64, width=720, height=1280)
    assert accepted(account, a_video(reference=picture)).generation.reference == "a" * 64
    assert accepted(account, a_video()).generation.reference is None


def test_a_character_has_to_be_named_in_the_prompt():
    account = an_account()
    mia = named_character(account, "Mia")
    problem = refused(account, a_video("mia waves", characters=(mia,)))
    assert (problem.rule, problem.param) == ("video.characters.named", "prompt")
    assert accepted(account, a_video("Mia waves", characters=(mia, mia))).generation.characters == (mia,)


def test_a_character_without_a_name_needs_none_in_the_prompt():
    account = an_account()
    hero = made_character(account)
    assert accepted(account, a_video("a street", characters=(hero,))).generation.characters == (hero,)


def test_where_no_name_is_required_the_id_is_enough():
    account = an_account()
    mia = named_character(account, "Mia")
    terms = msgspec.structs.replace(TERMS, names_required=False)
    accepted(account, a_video("a street", characters=(mia,), terms=terms))


def test_each_limit_counts_the_videos_of_its_own_models():
    account = an_account()
    accepted(account, a_video(model="small"))
    accepted(account, a_video(model="small-2"))
    problem = refused(account, a_video(model="small"), NOW + 1)
    assert (problem.status, problem.rule, problem.retry_after) == (429, "limit.videos", 60)
    accepted(account, a_video(model="large"), NOW + 1)
    accepted(account, a_video(model="small"), NOW + 60_000)


def test_what_is_refused_uses_up_nothing_of_a_limit():
    account = an_account()
    for _ in range(5):
        refused(account, a_video(model="small", seconds="5"))
    assert account.renders == {}


@pytest.mark.parametrize("fate", ["failing", "blocked"])
def test_a_video_can_be_made_to_fail(fate):
    account = an_account()
    made = accepted_video(account, a_video(fate=fate))
    view = run(account, RetrieveVideo(made)).outcome
    codes = {"failing": "processing_failed", "blocked": "moderation_blocked"}
    assert (view.status, view.generation.failure.code) == ("failed", codes[fate])


def test_a_stuck_video_never_ends():
    account = an_account()
    made = accepted_video(account, a_video(fate="stuck"))
    assert run(account, RetrieveVideo(made), NOW + 10**12).outcome.status == "in_progress"


def test_the_content_is_there_from_the_end_until_its_time_is_over():
    account = an_account()
    made = accepted_video(account, a_video(), policy=SLOW)
    early = refused(account, DownloadVideo(made), NOW + 99_999)
    assert (early.status, early.code, early.rule) == (404, "video_not_ready", "video.content.unready")
    assert run(account, DownloadVideo(made), NOW + 100_000).outcome.status == "completed"
    late = refused(account, DownloadVideo(made), NOW + 100_000 + HOUR)
    assert (late.status, late.code, late.rule) == (404, "video_expired", "video.content.expired")


def test_content_that_is_not_there_yet_can_be_a_bad_request():
    account = an_account()
    made = accepted_video(account, a_video(fate="stuck"))
    problem = refused(account, DownloadVideo(made), policy=Policy(unready_content="bad-request"))
    assert (problem.status, problem.code) == (400, "video_not_ready")


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (RetrieveVideo, "video.retrieve.unknown"),
        (DownloadVideo, "video.content.unknown"),
        (DeleteVideo, "video.delete.unknown"),
    ],
)
def test_a_video_of_nobodys_or_of_another_account_is_not_found(command, rule):
    foreign = accepted_video(an_account("bob"), a_video())
    for name in ("video_0", foreign):
        problem = refused(an_account(), command(name))
        assert (problem.status, problem.code, problem.rule) == (404, "video_not_found", rule)


def test_a_video_that_has_ended_can_be_deleted_once():
    account = an_account()
    done, failed = accepted_video(account, a_video()), accepted_video(account, a_video(fate="failing"))
    for made in (done, failed):
        assert run(account, DeleteVideo(made)).outcome.task_id == made
        assert refused(account, DeleteVideo(made)).rule == "video.delete.unknown"
        assert refused(account, RetrieveGeneration(made)).code == "task_not_found"
    assert page(account) == ([], False)


def test_a_video_at_work_is_not_deleted():
    account = an_account()
    made = accepted_video(account, a_video(), policy=SLOW)
    for now in (NOW, NOW + 50_000):
        problem = refused(account, DeleteVideo(made), now)
        assert (problem.status, problem.rule) == (400, "video.delete.unfinished")
    assert run(account, RetrieveVideo(made)).outcome.status == "queued"


def test_a_deletion_leaves_the_limit_as_it_was():
    account = an_account()
    for _ in range(2):
        run(account, DeleteVideo(accepted_video(account, a_video(model="small"))))
    assert refused(account, a_video(model="small")).status == 429


@given(
    count=st.integers(0, 12),
    limit=st.integers(1, 5),
    newest_first=st.booleans(),
    deleted=st.sets(st.integers(0, 11)),
)
def test_pages_show_every_video_exactly_once_and_in_order(count, limit, newest_first, deleted):
    account = an_account()
    made = [accepted_video(account, a_video(), NOW + number) for number in range(count)]
    for number in deleted:
        if number < count:
            run(account, DeleteVideo(made[number]), NOW + 100)
    left = [name for number, name in enumerate(made) if number not in deleted]
    seen, after, more = [], None, True
    while more:
        names, more = page(account, limit=limit, newest_first=newest_first, after=after)
        assert len(names) == limit or not more
        seen += names
        after = names[-1] if names else None
    assert seen == (left[::-1] if newest_first else left)


def test_an_empty_page_tells_whether_there_are_videos():
    account = an_account()
    assert page(account, limit=0) == ([], False)
    accepted_video(account, a_video())
    assert page(account, limit=0) == ([], True)


def test_a_page_after_an_unknown_video_is_not_found():
    problem = refused(an_account(), ListVideos(after="video_0"))
    assert (problem.status, problem.param, problem.rule) == (404, "after", "video.list.after-unknown")


def test_tasks_of_the_other_contract_are_videos_too():
    account = an_account()
    task = accepted_task(account, a_clip())
    assert page(account)[0] == [task]
    assert run(account, RetrieveVideo(task)).outcome.generation.id == task


def test_a_video_is_brought_to_its_end_like_any_task():
    account = an_account()
    made = accepted_video(account, a_video(), policy=SLOW)
    run(account, SettleGeneration(made, "complete"), NOW + 5)
    view = run(account, RetrieveVideo(made), NOW + 5).outcome
    assert (view.status, view.expires_at) == ("completed", NOW + 5 + HOUR)


@pytest.mark.parametrize(
    ("size", "name"), [("720x1280", "720p"), ("1024x1792", "1080p"), ("1080x1920", "1080p"), ("64x480", "480p")]
)
def test_a_size_has_the_name_of_the_next_larger_resolution(size, name):
    assert named_resolution(size) == name
