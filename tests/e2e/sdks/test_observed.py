"""Programs that use an SDK, watched by `sora-conformance observe` as a user would let it watch them."""

import json
import subprocess
import sys

import pytest

from tests.e2e.sdks.conftest import COMMANDS, PYTHONS, require

pytestmark = pytest.mark.sdk

PROGRAM = """
from openai import OpenAI
client = OpenAI()
video = client.videos.create(prompt="a quiet street", seconds="4")
print(client.videos.retrieve(video.id).status, len(list(client.videos.list())))
"""

DONE_BUT_FAILED = """
name = "done-but-failed"
summary = "The first video is made, and its maker is told of an error."
[[fault]]
name = "gateway"
effect = "bad-gateway-done"
match = { operation = "createVideo" }
when = { first = 1 }
"""


@pytest.fixture
def observe(tmp_path):
    """Return a function that lets a program be observed; it gives the report and what the program printed."""

    def observed(command, *options):
        report = tmp_path / "report"
        judge = [sys.executable, "-m", "sora_conformance", "observe", "--report-dir", str(report), *options, "--"]
        run = subprocess.run([*judge, *command], capture_output=True, text=True, timeout=120, check=False)
        assert report.exists(), run.stderr
        return run.returncode, json.loads((report / "report.json").read_text()), run.stdout

    return observed


@pytest.fixture(params=[name for name in PYTHONS if not name.endswith("async")])
def program(request):
    interpreter = COMMANDS[request.param][0]
    require(interpreter)
    return [interpreter, "-c", PROGRAM]


def test_a_program_is_judged_by_the_rules_of_the_videos_api(observe, program):
    code, report, printed = observe(program)
    assert (code, report["run"]["dialect"]) == (0, "openai")
    assert "completed 1" in printed


def test_an_sdk_makes_a_video_twice_when_an_error_hides_that_the_first_was_made(observe, program, tmp_path):
    scenario = tmp_path / "done-but-failed.toml"
    scenario.write_text(DONE_BUT_FAILED)
    _, report, printed = observe(program, "--scenario", str(scenario))
    assert "completed 2" in printed
    (duplicate,) = report["drill"]["duplicates"]
    assert duplicate["source"] == "a quiet street"
