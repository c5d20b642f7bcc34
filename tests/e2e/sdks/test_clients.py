"""Each real SDK under the judge of clients, with what is known of it beforehand."""

import json
import subprocess
import sys

import pytest

from sora_conformance.client.choosing import Terms, choose
from sora_conformance.expectations import load_expectations
from tests.e2e.sdks.asking import HERE, INSTALLED
from tests.e2e.sdks.conftest import require
from tests.e2e.serving import clean_environment

ADAPTERS = HERE.parents[2] / "examples" / "adapters"
NODE = INSTALLED / "node" / "node_modules"

CLIENTS = {
    "openai-python": (INSTALLED / "openai-3" / "bin" / "python", "openai_python.py", 34),
    "openai-python-2": (INSTALLED / "openai-2" / "bin" / "python", "openai_python.py", 34),
    "openai-node": (NODE / ".bin" / "node", "openai_node.mjs", 32),
    "litellm": (INSTALLED / "litellm" / "bin" / "python", "litellm_library.py", 22),
}
"""The program, the adapter, and how many rules the client keeps, by the name of the file that tells what it breaks."""

each_client = pytest.mark.parametrize("name", CLIENTS)


@each_client
def test_what_is_known_of_a_client_is_known_of_cases_that_there_are(name):
    expected = [(each.rule, each.case) for each in load_expectations(ADAPTERS / f"{name}.toml")]
    choice = choose(Terms(command=(), dialect="openai"))
    assert {case for _, case in expected} - set(choice.names) == set()
    assert {rule for rule, _ in expected} - choice.told == set()
    assert len(set(expected)) == len(expected) > 0


@pytest.mark.sdk
@each_client
def test_a_client_breaks_what_is_known_of_it_and_nothing_else(name, tmp_path):
    program, adapter, kept = CLIENTS[name]
    require(program)
    judge = [sys.executable, "-m", "sora_conformance", "client", "--dialect", "openai", "--report-dir", str(tmp_path)]
    run = subprocess.run(
        [*judge, "--expect", ADAPTERS / f"{name}.toml", "--", program, ADAPTERS / adapter],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=clean_environment(NODE_PATH=str(NODE)),
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]
    lines = [json.loads(line) for line in (tmp_path / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()]
    unknown = [line for line in lines if line["verdict"] in {"FAIL", "WARN", "INFO"} and line["overlay"] is None]
    assert [(line["case"], line["reason"]) for line in unknown] == []
    summary = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["summary"]
    assert summary["passed"] >= kept
