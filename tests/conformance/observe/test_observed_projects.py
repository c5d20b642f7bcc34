import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.observe.test_command import report_in, verdicts_in
from tests.e2e.serving import clean_environment

EXAMPLE = Path(__file__).parents[3] / "examples" / "node"

PROJECT = """
import os
import time

import httpx2
import pytest

BODY = {"model": "sora-2-character", "url": "https://a.test/a.mp4", "timestamps": "1,3"}


@pytest.fixture(scope="module")
def client():
    key = os.environ["SORA_API_KEY"]
    with httpx2.Client(base_url=os.environ["SORA_BASE_URL"], headers={"authorization": f"Bearer {key}"}) as client:
        yield client


def post(client, path, body, *, hasty=False):
    for _ in range(10):
        reply = client.post(path, json=body)
        if reply.status_code != 429:
            return reply.raise_for_status().json()
        if not hasty:
            time.sleep(float(reply.headers["retry-after"]))
    raise AssertionError("too many tries")


def test_a_generation_with_a_character(client):
    character = post(client, "/characters", BODY, hasty=HASTY)["character_id"]
    task = post(client, "/generations", {"model": "sora-2", "prompt": f"@{character} waves.", "duration": 5})
    assert client.get(f"/generations/{task['task_id']}").status_code == 200


def test_another_character(client):
    assert post(client, "/characters", {**BODY, "timestamps": "4,6"})
"""


@pytest.fixture
def node():
    path = shutil.which("node")
    if path is None:
        pytest.skip("node is not on this machine")
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.strip().removeprefix("v").partition(".")[0]) < 20:
        pytest.skip("node is too old for the example")
    return path


def observed(folder, *arguments):
    """Observe a command in a folder, as a user does; return the exit code and what was printed."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "sora_conformance", "observe", "--report-dir", "reports", *arguments],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def pytest_project(folder, *, hasty):
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -q -p no:cacheprovider\n")
    (folder / "test_project.py").write_text(PROJECT.replace("HASTY", str(hasty)))
    return "--", sys.executable, "-m", "pytest"


def judged(folder):
    return {rule: verdict for rule, verdict in verdicts_in(folder / "reports").items() if verdict != "INCONCLUSIVE"}


def test_a_pytest_project_that_heeds_what_it_is_told_keeps_the_rules(tmp_path):
    code, told = observed(tmp_path, *pytest_project(tmp_path, hasty=False))
    assert code == 0, told
    assert "2 passed" in told
    verdicts = judged(tmp_path)
    assert set(verdicts.values()) == {"PASS"}
    assert {"client.auth.bearer", "client.mention.verbatim", "client.request.keep-alive"} <= set(verdicts)
    run = report_in(tmp_path / "reports")["run"]
    assert (run["calls"], run["characters"], run["generations"]) == (4, 2, 1)


def test_a_pytest_project_that_tries_again_at_once_is_found_out(tmp_path):
    code, told = observed(tmp_path, "--scenario", "rate-limit-storm", *pytest_project(tmp_path, hasty=True))
    assert code == 1, told
    verdicts = judged(tmp_path)
    assert verdicts["client.retry.retry-after"] == "FAIL"
    assert verdicts["client.auth.bearer"] == "PASS"
    drill = report_in(tmp_path / "reports")["drill"]
    assert drill["wasted"]["too early"] > 0
    assert drill["grade"] not in {"A", None}


def test_the_client_in_node_keeps_calm_in_a_storm(tmp_path, node):
    (tmp_path / "script.mjs").write_text(
        f"""
import {{ SoraClient }} from "{EXAMPLE.as_uri()}/client.mjs";
const client = new SoraClient({{ url: process.env.SORA_BASE_URL, key: process.env.SORA_API_KEY }});
console.log(await client.createCharacter("https://a.test/a.mp4", "1,3"));
"""
    )
    code, told = observed(tmp_path, "--scenario", "rate-limit-storm", "--", node, "script.mjs")
    assert code == 0, told
    assert judged(tmp_path)["client.retry.retry-after"] == "PASS"
    assert report_in(tmp_path / "reports")["drill"]["grade"] == "A"


def test_tests_that_only_feign_to_wait_are_found_out(tmp_path, node):
    code, told = observed(
        EXAMPLE, "--scenario", "rate-limit-storm", "--report-dir", str(tmp_path), "--", node, "--test"
    )
    assert code == 1, told
    assert "The command exited with 0." in told
    assert verdicts_in(tmp_path)["client.retry.retry-after"] == "FAIL"


def test_a_node_script_that_repeats_what_was_refused_is_found_out(tmp_path, node):
    (tmp_path / "script.mjs").write_text(
        """
const body = JSON.stringify({ model: "sora-2-character", url: "https://a.test/a.mp4", timestamps: "3,1" });
const headers = { authorization: `Bearer ${process.env.SORA_API_KEY}`, "content-type": "application/json" };
for (let attempt = 0; attempt < 3; attempt++) {
  const reply = await fetch(process.env.SORA_BASE_URL + "/characters", { method: "POST", headers, body });
  await reply.text();
}
"""
    )
    code, told = observed(tmp_path, "--strict", "--", node, "script.mjs")
    assert code == 1, told
    assert "The command exited with 0." in told
    verdicts = judged(tmp_path)
    assert verdicts["client.body.timestamps-checked"] == "WARN"
    assert verdicts["client.retry.invalid"] == "FAIL"
