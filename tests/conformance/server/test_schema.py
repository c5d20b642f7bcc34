"""The schema layer: on our mock every one of its cases passes, within its price, and always by the same calls."""

import subprocess
import sys

import pytest

from sora_conformance.budget import CALLS, CHARACTERS, GENERATIONS, Limits
from sora_conformance.contract import Cost
from sora_conformance.server.layers import all_cases
from sora_conformance.server.schema import SURVEYS, schema_cases
from sora_conformance.server.survey import Sightings, sightings_of, survey_cases
from sora_conformance.verdicts import Verdict
from tests.conformance.server.schema_support import CONTRACT, judge_of, stage_at, stage_on_mock
from tests.conformance.servers import answering, closed

COUNTED = (CALLS, CHARACTERS, GENERATIONS)


@pytest.fixture(scope="module", params=[0, 7], ids=lambda seed: f"seed {seed}")
def tried(request, tmp_path_factory):
    """Return the lines of all cases, what each survey has called and made, and the requests without their address."""
    with pytest.MonkeyPatch.context() as patch, stage_on_mock(seed=request.param) as stage:
        folder = tmp_path_factory.mktemp("run")
        patch.chdir(folder)
        judge, lines, spent = judge_of(stage), [], {}
        for case in schema_cases():
            before = [stage.wire.budget.spent(name) for name in COUNTED]
            lines.append(judge.judge(case))
            if case.group not in spent:
                after = [stage.wire.budget.spent(name) for name in COUNTED]
                spent[case.group] = tuple(now - then for now, then in zip(after, before, strict=True))
        return lines, spent, requests_of(stage), list(folder.iterdir())


def requests_of(stage):
    base = stage.target.url
    return [(one.sent.method, one.sent.url.removeprefix(base), one.sent.body) for one in stage.wire.exchanges]


def test_every_case_passes_on_the_mock(tried):
    assert [(line.case, line.reason) for line in tried[0] if line.verdict is not Verdict.PASS] == []


def test_no_survey_goes_beyond_its_price(tried):
    prices = {survey.name: survey.price for survey in SURVEYS}
    assert set(tried[1]) == set(prices)
    for name, (calls, characters, generations) in tried[1].items():
        assert 0 < calls <= prices[name].calls
        assert characters <= prices[name].characters
        assert generations <= prices[name].generations


def test_what_has_to_be_refused_makes_nothing(tried):
    assert tried[1]["schema/negative"][1:] == (0, 0)


def test_the_layer_is_thrifty(tried):
    assert sum(calls for calls, _, _ in tried[1].values()) <= 260


def test_nothing_is_left_in_the_folder_of_the_caller(tried):
    assert tried[3] == []


def test_the_same_seed_sends_the_same_requests():
    def all_requests():
        with stage_on_mock(seed=3) as stage:
            for survey in SURVEYS:
                sightings_of(stage, survey)
            return requests_of(stage)

    assert all_requests() == all_requests()


def test_no_case_is_dearer_than_its_rule():
    order = list(Cost)
    costs = {rule.id: order.index(rule.cost) for rule in CONTRACT.rules}
    assert [case.id for case in schema_cases() if order.index(case.cost) > costs[case.rule]] == []


def test_the_layer_is_part_of_the_suite():
    assert {case.id for case in schema_cases()} <= {case.id for case in all_cases()}


def test_the_library_is_not_loaded_before_it_is_needed():
    code = (
        "import sys, sora_conformance.server.layers as layers; layers.all_cases();"
        "print({'schemathesis', 'jsonschema_rs', 'hypothesis', 'requests'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


@pytest.mark.parametrize("survey", SURVEYS, ids=lambda survey: survey.name)
def test_no_call_goes_beyond_the_budget(survey):
    allowed = 2 if survey.name == "schema/characters" else 10
    with stage_on_mock(limits=Limits(calls=allowed)) as stage:
        seen = sightings_of(stage, survey)
        assert stage.wire.budget.spent(CALLS) == len(stage.wire.exchanges) == allowed
        assert "budget" in seen.ended


@pytest.mark.parametrize("survey", SURVEYS, ids=lambda survey: survey.name)
def test_a_server_that_is_not_there_is_soon_left_alone(survey):
    with stage_at(closed()) as stage:
        judge = judge_of(stage)
        verdicts = {judge.judge(case).verdict for case in survey_cases(survey)}
        assert stage.wire.budget.spent(CALLS) < 10
    assert verdicts == {Verdict.INCONCLUSIVE}


@pytest.mark.parametrize("survey", SURVEYS, ids=lambda survey: survey.name)
@pytest.mark.parametrize(
    "answer",
    [
        (200, {}, b"{}"),
        (200, {}, b'{"character_id": 5, "id": [], "task_id": {}, "status": 7, "metadata": null}'),
        (200, {"Content-Type": "text/html"}, b"<p>hello</p>"),
        (200, {"Content-Type": "nonsense"}, b"\xff\xfe"),
        (404, {}, b'{"error": {"code": []}}'),
        (500, {}, b""),
        (302, {"Location": "http://127.0.0.1:9/"}, b"[]"),
        (429, {"Retry-After": "soon"}, b"{}"),
    ],
    ids=["empty", "other types", "page", "no text", "odd error", "failure", "elsewhere", "limited"],
)
def test_no_server_is_so_broken_that_the_suite_fails(survey, answer):
    with answering(lambda *_: answer) as url, stage_at(url) as stage:
        seen = sightings_of(stage, survey)
    assert isinstance(seen, Sightings)


def test_what_stays_limited_is_no_pass():
    with answering(lambda *_: (429, {"Retry-After": "5"}, b"{}")) as url, stage_at(url) as stage:
        judge = judge_of(stage)
        verdicts = {judge.judge(case).verdict for case in schema_cases()}
    assert verdicts == {Verdict.INCONCLUSIVE}
