"""What the JSON of a task has to be like."""

import pytest

from sora_conformance.server import tasks

QUEUED = {
    "id": "task_1a",
    "task_id": "task_1a",
    "object": "generation",
    "model": "sora-2",
    "status": "queued",
    "progress": 0,
    "created_at": 1_700_000_000,
    "completed_at": None,
    "expires_at": None,
    "prompt": "Rain",
    "scenes": None,
    "duration": 2,
    "resolution": "480p",
    "characters": [],
    "video_url": None,
    "error": None,
}
AT_WORK = QUEUED | {"status": "in_progress", "progress": 40}
DONE = QUEUED | {
    "status": "completed",
    "progress": 100,
    "completed_at": 1_700_000_060,
    "expires_at": 1_700_086_460,
    "video_url": "https://a.example/task_1a.mp4?expires=1&signature=x",
}
EXPIRED = DONE | {"status": "expired", "video_url": None}
FAILED = QUEUED | {"status": "failed", "progress": 40, "error": {"code": "processing_failed", "message": "No."}}
LIVES = [
    [QUEUED, DONE, DONE, EXPIRED],
    [QUEUED, AT_WORK, DONE],
    [QUEUED, AT_WORK, FAILED, FAILED],
    [QUEUED, EXPIRED],
]


@pytest.mark.parametrize("task", [QUEUED, AT_WORK, DONE, EXPIRED, FAILED], ids=lambda task: task["status"])
def test_nothing_is_found_in_a_sound_task(task):
    assert tasks.shape(task) == tasks.names(task) == tasks.link(task) == []


@pytest.mark.parametrize("life", LIVES)
def test_nothing_is_found_in_a_sound_life(life):
    assert tasks.words(life) == tasks.order(life) == tasks.progress(life) == []


@pytest.mark.parametrize("name", tasks.FORM)
def test_a_task_has_every_field(name):
    (finding,) = tasks.shape({key: value for key, value in QUEUED.items() if key != name})
    assert finding.startswith(f"expected {name} to be ")
    assert finding.endswith("found nothing")


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (QUEUED | {"progress": "0"}, "progress"),
        (QUEUED | {"progress": True}, "progress"),
        (QUEUED | {"characters": None}, "characters"),
        (QUEUED | {"object": "task"}, "object 'generation'"),
        (QUEUED | {"model": "sora-2-pro"}, "model 'sora-2'"),
        (QUEUED | {"completed_at": 1}, "completed_at to be null"),
        (DONE | {"expires_at": None}, "expires_at to be an instant"),
        (EXPIRED | {"completed_at": None}, "completed_at to be an instant"),
        (QUEUED | {"error": {}}, "error to be null"),
        (FAILED | {"error": None}, "error to be an object"),
        (FAILED | {"error": {"code": "", "message": "No."}}, "error.code"),
        (FAILED | {"error": {"code": "x"}}, "error.message"),
        (QUEUED | {"prompt": None}, "prompt or scenes"),
        (QUEUED | {"scenes": []}, "prompt or scenes"),
    ],
)
def test_what_does_not_fit_is_told(task, words):
    (finding,) = tasks.shape(task)
    assert words in finding


def test_a_whole_number_may_be_written_with_a_point():
    assert tasks.shape(QUEUED | {"duration": 2.0}) == []
    assert tasks.shape(QUEUED | {"duration": 2.5}) != []


def test_a_strange_status_is_the_business_of_another_rule():
    strange = QUEUED | {"status": "rendering"}
    assert tasks.shape(strange) == tasks.order([strange, QUEUED]) == tasks.link(strange) == []
    assert tasks.words([QUEUED, strange, strange]) == [
        "expected a status that is one of queued, in_progress, completed, failed, expired, found 'rendering'"
    ]


@pytest.mark.parametrize("status", [None, 5, [], {}])
def test_a_status_may_be_anything_at_all(status):
    task = DONE | {"status": status}
    assert tasks.words([task]) != []
    assert tasks.order([task, task]) == tasks.link(task) == []


@pytest.mark.parametrize(
    "task",
    [
        QUEUED | {"id": "task_2"},
        QUEUED | {"id": "job_1", "task_id": "job_1"},
        QUEUED | {"id": 5, "task_id": 5},
        {},
    ],
)
def test_ids_are_the_same_and_of_one_form(task):
    assert len(tasks.names(task)) == 1


@pytest.mark.parametrize(
    "task",
    [
        DONE | {"video_url": None},
        DONE | {"video_url": "/files/a.mp4"},
        DONE | {"video_url": 5},
        QUEUED | {"video_url": "https://a.example/a.mp4"},
        FAILED | {"video_url": "https://a.example/a.mp4"},
        EXPIRED | {"video_url": "https://a.example/a.mp4"},
    ],
)
def test_a_link_is_there_while_the_task_is_completed_only(task):
    assert len(tasks.link(task)) == 1


@pytest.mark.parametrize(
    "life",
    [[DONE, AT_WORK], [AT_WORK, QUEUED], [DONE, FAILED], [FAILED, DONE], [EXPIRED, DONE], [FAILED, EXPIRED]],
)
def test_a_task_never_goes_back(life):
    assert len(tasks.order([QUEUED, *life])) == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0, 101), "from 0 to 100"),
        ((0, -1), "from 0 to 100"),
        ((0, None), "from 0 to 100"),
        ((60, 40), "not to fall, found 40 after 60"),
    ],
)
def test_progress_rises(values, words):
    (finding,) = tasks.progress([AT_WORK | {"progress": value} for value in values])
    assert words in finding


def test_progress_ends_at_100():
    assert tasks.progress([QUEUED, DONE | {"progress": 99}]) == ["expected progress 100 in a completed task, found 99"]


def test_a_task_begins_in_the_queue():
    assert tasks.begins(QUEUED) == []
    assert len(tasks.begins(AT_WORK)) == len(tasks.begins(QUEUED | {"progress": 1})) == len(tasks.begins({})) == 1


def test_how_long_a_task_took_is_what_it_says():
    assert tasks.seconds_taken(DONE) == 60
    assert tasks.seconds_taken(QUEUED) is tasks.seconds_taken({"created_at": "x", "completed_at": 1}) is None
