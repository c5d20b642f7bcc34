"""The command, tried on relays: the mock as it is and as others are, and relays that lack or break something."""

import contextlib
import json
from collections import Counter

import msgspec
import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

import sora_mock
from sora_conformance.cli import main
from sora_conformance.contract import Side, load
from sora_conformance.verdicts import Line, Verdict, worst
from tests.mutants.craft import fresh_mock
from tests.mutants.serving import serving

TESTABLE = {rule.id for rule in load("relay").rules if rule.side is Side.SERVER and rule.untestable is None}


def judged(url, *arguments):
    """Run the command on a relay; return its exit code and what it printed."""
    command = ["server", url, "--dialect", "relay", *map(str, arguments)]
    done = CliRunner().invoke(main, command, env={"COLUMNS": "200"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def lines_in(folder):
    return [msgspec.json.decode(line, type=Line) for line in (folder / "verdicts.jsonl").read_bytes().splitlines()]


def rules_in(folder):
    """Return the worst verdict on each rule."""
    found = {}
    for line in lines_in(folder):
        found.setdefault(line.rule, []).append(line.verdict)
    return {rule: worst(verdicts) for rule, verdicts in found.items()}


@contextlib.contextmanager
def relay(**knobs):
    """Give the address of a mock's relay."""
    with serving(fresh_mock(**knobs)) as url:
        yield url.removesuffix("/v1/sora") + "/sora/v1"


def test_the_mock_keeps_every_rule_of_relays(tmp_path):
    with relay() as url:
        code, told = judged(url, "--second-api-key", "sk-b", "--report-dir", tmp_path)
    found = rules_in(tmp_path)
    assert code == 0, told
    assert {rule for rule, verdict in found.items() if verdict is Verdict.PASS} == TESTABLE
    assert f"Conformant: {len(TESTABLE)} of {len(TESTABLE)} judged rules kept." in told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("knobs", "unjudged"),
    [
        ({"relay_model": "require"}, "character.model.optional"),
        ({"relay_model": "refuse"}, "character.model.optional"),
        ({"relay_task_timestamps": "ignore"}, "character.from-task.timestamps"),
    ],
    ids=["model-required", "model-refused", "task-timestamps-ignored"],
)
def test_a_relay_may_be_like_others(tmp_path, knobs, unjudged):
    # The burst is the same for all.
    with relay(**knobs) as url:
        code, told = judged(
            url, "--second-api-key", "sk-b", "--allow", "character,generation", "--report-dir", tmp_path
        )
    found = rules_in(tmp_path)
    assert code == 0, told
    assert {rule for rule in TESTABLE if found[rule] is not Verdict.PASS} == {
        unjudged,
        "limit.characters",
        "limit.retry-after",
    }
    assert found[unjudged] is Verdict.NOT_APPLICABLE


def test_what_was_declared_is_judged(tmp_path):
    declared = ("--features", "videos,with-model,without-model,task-timestamps", "--rule", "character.from-task.time*")
    with relay(relay_task_timestamps="ignore") as url:
        code, told = judged(url, *declared, "--report-dir", tmp_path)
    assert code == 0, told
    assert rules_in(tmp_path) == {"character.from-task.timestamps": Verdict.WARN}


def test_a_relay_elsewhere_is_planned_for_without_a_call():
    code, told = judged("https://relay.invalid/sora/v1", "--plan", "--allow", "character,generation")
    assert code == 0, told
    assert "a server elsewhere" in told


def believing():
    """Return a relay that believes whatever it is told, and makes no videos."""
    made = iter(range(10**6))

    async def character(request):
        with contextlib.suppress(ValueError):
            await request.json()
        number = next(made)
        return JSONResponse({"id": f"ch_{number}", "username": f"cameo.{number}", "display_name": "Ada"})

    return Starlette(routes=[Route("/sora/v1/characters", character, methods=["POST"])])


@pytest.fixture(scope="module")
def believed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("believing")
    with serving(believing()) as url:
        base = url.removesuffix("/v1/sora") + "/sora/v1"
        code, told = judged(base, "--report-dir", folder, "--max-wait", 0, "--rule", "character.*", "--rule", "video.*")
    return code, told, folder


def test_a_relay_that_believes_everything_is_non_conformant(believed):
    code, told, folder = believed
    assert code == 1, told
    broken = {rule for rule, verdict in rules_in(folder).items() if verdict is Verdict.FAIL}
    assert {"character.timestamps.long", "character.source.exclusive", "character.reply.fields"} <= broken
    assert "character.url.created" not in broken


def test_a_relay_without_videos_is_not_judged_by_their_rules(believed):
    _, _, folder = believed
    reasons = Counter(line.verdict for line in lines_in(folder) if line.rule.startswith("video.mention."))
    assert set(reasons) == {Verdict.NOT_APPLICABLE}
    line = next(line for line in lines_in(folder) if line.rule == "video.mention.braces")
    assert "the target does not offer videos: POST http://127.0.0.1:" in line.reason
    assert "/v1/videos is answered 404" in line.reason


def test_a_base_address_that_is_none_is_told(tmp_path):
    with sora_mock.running() as sora:
        code, told = judged(sora.base_url + "/nowhere", "--report-dir", tmp_path)
    assert code == 4, told
    assert "is this the base address?" in told
    assert json.loads((tmp_path / "report.json").read_text())["run"]["characters"] == 0


def test_a_feature_of_another_dialect_is_a_mistake():
    code, told = judged("http://127.0.0.1:8/sora/v1", "--features", "remix")
    assert code == 2
    assert "--features: expected some of videos, with-model, without-model, task-timestamps, found 'remix'" in told
