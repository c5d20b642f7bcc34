"""Playing: which requests steps describe, and what their variables stand for."""

import json

import pytest

from sora_conformance.budget import Budget, Limits, NotJudged
from sora_conformance.exchanges import Party
from sora_conformance.server.playing import play
from sora_conformance.server.stage import Stage
from sora_conformance.server.table_form import Step
from sora_conformance.target import Target
from sora_conformance.verdicts import Verdict
from sora_conformance.wire import Wire
from tests.conformance.servers import answering

VIDEO = "https://videos.example.com/hero.mp4"
USUAL = {"model": "sora-2-character", "url": VIDEO, "timestamps": "1,4"}
MADE = {
    "character_id": "char_1",
    "id": "task_1",
    "status": "completed",
    "link": "/clip",
    "seconds": 4,
}


class Recorder:
    """Answers every request with the same, and remembers it."""

    def __init__(self):
        self.status, self.headers, self.told = 200, {}, MADE
        self.asked, self.waited = [], []

    def answer(self, method, path, headers, body):
        self.asked.append((method, path.removeprefix("/v1/sora"), headers, body))
        return self.status, self.headers, json.dumps(self.told).encode()

    @property
    def bodies(self):
        return [json.loads(body) for _, _, _, body in self.asked]


@pytest.fixture
def server():
    return Recorder()


@pytest.fixture
def tried(server):
    """Return a function that plays steps and returns the findings."""
    with answering(server.answer) as url:
        target = Target(url=url, api_key="sk-a", second_api_key="sk-b", sources={"video": VIDEO})
        with Wire(target, Budget(Limits())) as wire:
            wire.waiting.wait = lambda seconds, party: server.waited.append((seconds, party))
            stage = Stage(wire)
            yield lambda *steps, each=None: play(stage, steps=steps, each=each)


def create(**fields):
    return Step(call="createCharacter", **fields)


def test_the_body_is_the_usual_one(tried, server):
    assert tried(create()) == []
    assert server.bodies == [USUAL]


@pytest.mark.parametrize(
    ("step", "body"),
    [
        (create(with_={"timestamps": "2,3", "note": 1}), USUAL | {"timestamps": "2,3", "note": 1}),
        (create(without=("model", "timestamps")), {"url": VIDEO}),
        (create(with_={"from_task": "task_9"}), {"model": "sora-2-character", "from_task": "task_9"}),
        (create(with_={"from_task": "task_9", "url": "{video}"}), USUAL | {"from_task": "task_9"}),
        (create(with_={"url": "{null}"}), USUAL | {"url": None}),
        (create(json={"model": "{null}", "list": ["{video}"]}), {"model": None, "list": [VIDEO]}),
        (create(json=[]), []),
        (create(text='{"url": "{video}"}'), {"url": VIDEO}),
        (create(with_={"timestamps": "{whole_span}"}), USUAL | {"timestamps": "0,12.5"}),
        (create(with_={"timestamps": "{beyond_span}"}), USUAL | {"timestamps": "1,13.5"}),
        (create(with_={"timestamps": "{crossing_span}"}), USUAL | {"timestamps": "11.5,13.5"}),
        (create(with_={"note": "Bearer {key}"}), USUAL | {"note": "Bearer sk-a"}),
        (
            Step(call="createGeneration", with_={"scenes": []}),
            {"model": "sora-2", "resolution": "480p", "scenes": []},
        ),
    ],
)
def test_the_body_is_changed_as_the_step_says(step, body, tried, server):
    tried(step)
    assert server.bodies == [body]


def test_a_text_is_sent_in_its_encoding(tried, server):
    tried(create(text="é", encoding="latin-1"))
    assert server.asked[0][3] == b"\xe9"


def test_headers_are_added_and_taken_away(tried, server):
    tried(create(headers={"x-note": "{video}", "content-type": ""}))
    headers = server.asked[0][2]
    assert headers["x-note"] == VIDEO
    assert "content-type" not in headers


@pytest.mark.parametrize(("party", "sent"), [("first", "Bearer sk-a"), ("second", "Bearer sk-b"), ("nobody", None)])
def test_the_party_brings_its_key(party, sent, tried, server):
    tried(create(party=Party(party)))
    assert server.asked[0][2].get("authorization") == sent


@pytest.mark.parametrize(
    ("step", "line"),
    [
        (Step(call="retrieveGeneration", task="task_9"), ("GET", "/generations/task_9")),
        (Step(call="PATCH /characters/{unknown_character}"), ("PATCH", "/characters/char_")),
        (Step(call="{each} /characters"), ("PUT", "/characters")),
    ],
)
def test_the_call_says_method_and_path(step, line, tried, server):
    tried(step, each="PUT")
    method, path, _, _ = server.asked[0]
    assert method == line[0]
    assert path.startswith(line[1])


def test_unknown_ids_stay_the_same(tried, server):
    tried(create(with_={"from_task": "{unknown_task}"}), create(with_={"from_task": "{unknown_task}"}))
    one, other = server.bodies
    assert one == other
    assert one["from_task"].startswith("task_")


def test_each_may_hold_variables(tried, server):
    tried(create(with_={"list": "{each}"}), each=["{video}", {"inner": "{null}"}])
    assert server.bodies[0]["list"] == [VIDEO, {"inner": None}]


def test_what_is_saved_keeps_its_type(tried, server):
    assert tried(create(save={"seconds": "/seconds"}), create(with_={"copy": "{seconds}", "text": "{seconds} s"})) == []
    assert server.bodies[1] == USUAL | {"copy": 4, "text": "4 s"}


def test_what_is_not_there_cannot_be_saved(tried):
    assert tried(create(save={"it": "/nothing"})) == ["/nothing: expected a value, found nothing"]


def test_time_is_let_pass_before_the_call(tried, server):
    tried(Step(wait=90), create(wait=5, party=Party.SECOND))
    assert server.waited == [(90, Party.FIRST), (5, Party.SECOND)]
    assert len(server.asked) == 1


def test_the_end_of_a_task_is_waited_for(tried, server):
    tried(create(save={"task": "/id"}), Step(ended="{task}", call="GET /after"))
    assert [path for _, path, _, _ in server.asked] == ["/characters", "/generations/task_1", "/after"]


def test_the_first_step_that_is_wrong_ends_the_case(tried, server):
    assert tried(create(status=404), create()) == ["expected 404, found 200"]
    assert len(server.asked) == 1


def test_a_setup_that_goes_wrong_says_nothing(tried, server):
    server.status = 503
    with pytest.raises(NotJudged) as nothing:
        tried(create(setup=True), create())
    assert nothing.value.verdict is Verdict.INCONCLUSIVE
    assert nothing.value.reason.startswith("setup: step 1: expected 200, found 503")


def test_a_reply_to_head_needs_no_body(tried):
    assert tried(Step(call="HEAD /generations/task_1")) == []


def test_replies_and_headers_are_matched(tried, server):
    server.headers = {"Allow": "GET"}
    step = create(reply={"/seconds": {"$min": 5}}, reply_headers={"allow": "POST", "x-none": {"$minlength": 1}})
    assert tried(step) == [
        "/seconds: expected min 5, found 4",
        "header allow: expected 'POST', found 'GET'",
        "header x-none: expected minlength 1, found nothing",
    ]


def test_another_reason_that_is_as_good_will_do(tried, server):
    server.status, server.told = 400, {"error": {"code": "invalid_type"}}
    assert tried(create(refused="invalid_model", or_=("invalid_type",))) == []
    assert tried(create(refused="invalid_model")) != []


@pytest.mark.parametrize("code", [None, 3, ["invalid_type"], {"code": "invalid_type"}])
def test_no_code_upsets_the_player(code, tried, server):
    server.status, server.told = 400, {"error": {"code": code}}
    assert tried(create(refused="invalid_model", or_=("invalid_type",))) == []


def test_a_step_may_be_compared_to_an_earlier_one(tried, server):
    server.status, server.told = 404, {"error": {"code": "task_not_found", "message": "No."}}
    assert tried(create(refused="task_not_found"), create(refused="task_not_found", like=0)) == []


@pytest.fixture
def videos(server):
    """Return a function that plays steps on a server of the Videos API."""
    with answering(server.answer) as url:
        target = Target(url=url, api_key="sk-a", dialect="openai")
        with Wire(target, Budget(Limits())) as wire:
            yield lambda *steps, each=None: play(Stage(wire), steps=steps, each=each)


def test_a_creation_of_a_video_names_its_model(videos, server):
    assert videos(Step(call="POST /videos", with_={"seconds": "4"})) == []
    assert server.bodies == [{"model": "sora-2", "prompt": "Rain on a tin roof", "seconds": "4"}]


@pytest.mark.parametrize("call", ["POST /videos/{each}", "{each}"])
def test_each_may_say_which_operation_is_called(call, videos, server):
    each = "edits" if call.endswith("s/{each}") else "POST /videos/edits"
    assert videos(Step(call=call, with_={"video": {"id": "video_1"}}), each=each) == []
    assert server.bodies == [{"prompt": "Make the roof red", "video": {"id": "video_1"}}]


def test_a_creation_that_asks_for_the_default_names_no_model(videos, server):
    assert videos(Step(call="POST /videos", without=("model",))) == []
    assert server.bodies == [{"prompt": "Rain on a tin roof"}]


@pytest.mark.parametrize(("status", "found"), [(200, 0), (404, 0), (500, 1), (503, 1)])
def test_a_status_below_500_is_all_that_may_be_asked_for(videos, server, status, found):
    server.status = status
    assert len(videos(Step(call="POST /videos", status="below 500"))) == found
