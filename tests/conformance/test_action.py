"""The GitHub action: its one script, run as the runner would."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import sora_mock
from tests.conformance.servers import closed

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
JUDGE = next(step for step in ACTION["runs"]["steps"] if step.get("id") == "judge")


@pytest.fixture
def judge(tmp_path):
    """Return a function that runs the script with the given inputs."""
    command = tmp_path / "sora-conformance"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sora_conformance "$@"\n')
    command.chmod(0o755)

    def run(**inputs):
        defaults = {name: str(about.get("default", "")) for name, about in ACTION["inputs"].items()}
        given = {**defaults, "report-dir": str(tmp_path / "out"), **{n.replace("_", "-"): v for n, v in inputs.items()}}
        variables = {}
        for name, source in JUDGE["env"].items():
            found = source.removeprefix("${{ inputs.").removesuffix(" }}")
            variables[name] = given.get(found, str(command))
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            variables[name] = str(tmp_path / name)
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", JUDGE["run"]],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        return done, (tmp_path / "GITHUB_OUTPUT").read_text(), (tmp_path / "GITHUB_STEP_SUMMARY").read_text()

    return run


def test_every_input_is_used_and_described():
    used = (ROOT / "action.yml").read_text()
    for name, about in ACTION["inputs"].items():
        assert about["description"]
        assert f"inputs.{name}" in used


def test_inputs_are_never_part_of_a_script():
    assert all("${{" not in step.get("run", "") for step in ACTION["runs"]["steps"])


def test_a_conforming_server_passes(judge, tmp_path):
    with sora_mock.running() as sora:
        done, output, summary = judge(
            url=sora.base_url, rule="auth.key.ref* character.source.ex*", arguments="--seed\n7\n", second_api_key="sk-b"
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert output == "exit-code=0\n"
    assert "conformant" in summary.lower()
    assert (tmp_path / "out" / "report.html").is_file()


def test_a_dead_server_does_not(judge):
    done, output, summary = judge(url=closed(), rule="auth.key.refused")
    assert done.returncode == 4
    assert output == "exit-code=4\n"
    assert "target unavailable" in summary
