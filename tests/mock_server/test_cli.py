"""The command, as far as it needs no running server."""

import json
import socket

import pytest
from click.testing import CliRunner

from sora_mock.cli import main


def run(*arguments, **environment):
    return CliRunner().invoke(main, list(arguments), env=environment, prog_name="sora-mock")


def mistake(*arguments, **environment):
    """Run a command that must fail as a user's mistake, and return its one line."""
    result = run(*arguments, **environment)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("sora-mock: ")
    return result.stderr


def test_openapi_prints_the_document():
    assert json.loads(run("openapi").stdout)["info"]["title"]


def test_the_version_is_told():
    assert run("--version").stdout.startswith("sora-mock ")


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--latency", "slow", "latency 'slow': expected instant, documented"),
        ("--latency", "url=9..1", "distribution '9..1'"),
        ("--set", "speed=9", "unknown knob 'speed'"),
        ("--set", "max_body", "--set max_body: expected KNOB=VALUE"),
        ("--set", "max_body=0", "knob 'max_body'"),
        ("--keys", "/nowhere/keys.toml", "No such file"),
        ("--state", "/nowhere/state.db", "unable to open database file"),
        ("--host", "nobody.invalid", "cannot serve on nobody.invalid"),
        ("--control-token", "", "--control-token: expected a token"),
    ],
)
def test_a_mistake_is_told_in_one_line(option, value, words):
    assert words in mistake("serve", "--port", "0", option, value)


def test_a_mistake_in_the_environment_is_told_the_same_way():
    assert "latency 'slow'" in mistake("serve", "--port", "0", SORA_MOCK_LATENCY="slow")


def test_a_port_in_use_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot serve on 127.0.0.1 port {port}: Address already in use" in mistake("serve", "--port", str(port))


@pytest.fixture
def clip(tmp_path):
    from sora_mock.media import Clip
    from sora_mock.media.render import render

    path = tmp_path / "clip.mp4"
    render(Clip("task_1", "@char_1 waves [bold]", 1, "480p", ("char_1",), 0, ()), path)
    return path


def test_inspect_prints_what_a_clip_carries(clip):
    out = run("inspect", str(clip)).stdout
    assert "task_1" in out
    assert "@char_1 waves [bold]" in out


def test_inspect_prints_json_when_asked(clip):
    found = json.loads(run("inspect", "--json", str(clip)).stdout)
    assert (found["task_id"], found["characters"], found["width"]) == ("task_1", ["char_1"], 854)


def test_a_file_that_is_no_video_is_told_in_one_line(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("no video")
    assert "notes.txt" in mistake("inspect", str(path))


def test_a_file_that_is_not_there_is_told_in_one_line(tmp_path):
    assert "none.mp4" in mistake("inspect", str(tmp_path / "none.mp4"))
