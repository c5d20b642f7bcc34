"""What cases send to a relay: the bodies of tables and of the stage, with and without a model."""

import json

import pytest

from sora_conformance.budget import Budget, Limits
from sora_conformance.exchanges import Party
from sora_conformance.server.cases import SECOND_KEY
from sora_conformance.server.playing import play
from sora_conformance.server.stage import Stage
from sora_conformance.server.table import cases_of
from sora_conformance.server.table_form import Step, parse_table
from sora_conformance.target import Target
from sora_conformance.wire import Wire
from tests.conformance.servers import answering

VIDEO = "https://videos.example.com/hero.mp4"
MODEL = {"model": "sora-2-character"}
USUAL = {"url": VIDEO, "timestamps": "1,4"}
ALL = frozenset({"videos", "with-model", "without-model", "task-timestamps"})


@pytest.fixture
def asked():
    return []


@pytest.fixture
def stage_with(asked):
    """Return a function that gives a stage before a relay of some features."""
    opened = []

    def answer(method, path, headers, body):
        asked.append((method, path, json.loads(body) if body else None))
        return 200, {}, b'{"id": "ch_1", "status": "completed"}'

    def start(features=None):
        opened.append(answering(answer))
        url = opened[-1].__enter__().removesuffix("/v1/sora") + "/sora/v1"
        sources = {"video": VIDEO}
        target = Target(
            url=url, api_key="sk-a", second_api_key="sk-b", dialect="relay", sources=sources, features=features
        )
        opened.append(Wire(target, Budget(Limits())))
        return Stage(opened[-1])

    yield start
    for context in reversed(opened):
        context.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("features", "model"), [(None, MODEL), (ALL, MODEL), (ALL - {"without-model"}, MODEL), (ALL - {"with-model"}, {})]
)
def test_a_creation_has_a_model_unless_the_relay_refuses_it(features, model, stage_with, asked):
    stage = stage_with(features)
    stage.create()
    stage.create_from("video_1")
    play(stage, steps=(Step(call="POST /characters"),), each=None)
    assert [body for _, _, body in asked] == [
        USUAL | model,
        {"from_task": "video_1", "timestamps": "1,4"} | model,
        USUAL | model,
    ]
    assert {path for _, path, _ in asked} == {"/sora/v1/characters"}


def test_naming_a_task_takes_the_place_of_the_url_only(stage_with, asked):
    steps = (
        Step(call="POST /characters", with_={"from_task": "video_1"}),
        Step(call="POST /characters", with_={"from_task": "video_1"}, without=("timestamps",)),
    )
    play(stage_with(), steps=steps, each=None)
    assert [body for _, _, body in asked] == [
        MODEL | {"from_task": "video_1", "timestamps": "1,4"},
        MODEL | {"from_task": "video_1"},
    ]


def test_videos_are_made_and_looked_at_beside_the_base_and_as_json(stage_with, asked):
    stage = stage_with(frozenset({"videos"}))
    assert stage.task(Party.SECOND) == "ch_1"
    assert [(method, path) for method, path, _ in asked[:2]] == [("POST", "/v1/videos"), ("GET", "/v1/videos/ch_1")]
    assert "prompt" in asked[0][2]


def test_a_shared_character_is_known_by_its_id(stage_with):
    assert stage_with().character() == "ch_1"


@pytest.mark.parametrize(
    ("step", "needs"),
    [
        ('call = "POST /characters"', {"source video"}),
        ('call = "POST /characters"\nrefused = "invalid_type"', set()),
        ('call = "POST /characters"\nwith = { from_task = "{foreign_task}" }\nstatus = 404', {SECOND_KEY}),
    ],
)
def test_a_creation_needs_its_source(step, needs):
    text = f'[[case]]\nid = "a/case"\nrule = "character.url.created"\n[[case.step]]\n{step}'
    (row,) = parse_table(text, file="here.toml", dialect="relay")
    assert [case.needs for case in cases_of(row, "relay")] == [needs]
