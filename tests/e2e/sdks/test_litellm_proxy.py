import json
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from sora_conformance.server.unfinished import FAILING, STAYING
from sora_mock.control import Client
from tests.e2e.sdks.asking import HERE, INSTALLED
from tests.e2e.sdks.conftest import require
from tests.e2e.serving import SECONDS, clean_environment

pytestmark = pytest.mark.sdk

KEY, BEHIND = "sk-proxy", "sk-upstream"
"""The keys of `proxy.yaml`: that of the proxy itself, and that of the mock's account behind it."""

JUDGED, KEPT = 155, 105
"""How many rules the judge comes to a verdict on, and how many the proxy keeps, at the least."""

LITELLM = INSTALLED / "litellm" / "bin" / "litellm"


def free_port():
    """Return a port that no system hands out by itself, so that nobody takes it while the proxy starts."""
    first = 10_000 + os.getpid() % 10_000
    for port in range(first, first + 1000):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    pytest.fail("no port is free")


def wait_for(port, process):
    end = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the proxy does not serve")


@pytest.fixture(scope="module")
def proxy(api, tmp_path_factory):
    """Return the base address of litellm's proxy, with a mock behind it."""
    require(LITELLM)
    folder = tmp_path_factory.mktemp("proxy")
    port = free_port()
    variables = {
        "OPENAI_API_BASE": api,
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "NO_PROXY": "127.0.0.1",
        # Whatever leaves for the provider's own host gets nowhere.
        "HTTPS_PROXY": "http://127.0.0.1:9",
    }
    command = [LITELLM, "--config", HERE / "proxy.yaml", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--telemetry", "False"],
            stdout=log,
            stderr=log,
            cwd=folder,
            env=clean_environment(**variables),
        )
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def test_a_video_comes_through_the_proxy(proxy, call):
    caller = call(proxy, KEY)
    made = caller.post("/videos", {"model": "sora-2", "prompt": "a street"})
    assert made.status == 200, made
    shown = caller.get(f"/videos/{made.json['id']}")
    assert (shown.status, shown.json["status"], shown.json["progress"]) == (200, "completed", 100)
    content = caller.get(f"/videos/{made.json['id']}/content")
    assert (content.status, content.headers["content-type"]) == (200, "video/mp4")
    assert content.body[4:8] == b"ftyp"


def test_a_refusal_of_the_mock_comes_through_the_proxy(proxy, call):
    refused = call(proxy, KEY).post("/videos", {"model": "sora-2", "prompt": "a street", "seconds": "5"})
    assert refused.status == 400
    assert "Supported values are: '4', '8', and '12'." in refused.json["error"]["message"]


@pytest.fixture
def behind(shared):
    """Let the account behind the proxy make as many videos as a run needs, of which some stay and some fail."""
    with Client(shared.origin, key=BEHIND) as control:
        control.settings.change(videos_per_minute=1000, creations_per_minute=1000)
        control.faults.add("task-stuck", operation="createVideo", prompt=STAYING)
        control.faults.add("task-failing", operation="createVideo", prompt=FAILING)
        yield
        control.reset()


def test_the_proxy_deviates_as_is_known_and_not_otherwise(proxy, behind, tmp_path):
    judge = [sys.executable, "-m", "sora_conformance", "server", proxy, "--dialect", "openai", "--api-key", KEY]
    spending = ["--allow", "character,generation", "--max-wait", "0"]
    run = subprocess.run(
        [*judge, *spending, "--expect", "litellm", "--report-dir", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=clean_environment(),
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]
    lines = [json.loads(line) for line in (tmp_path / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()]
    unknown = [line for line in lines if line["verdict"] in {"FAIL", "WARN", "INFO"} and line["overlay"] is None]
    assert [(line["case"], line["reason"]) for line in unknown] == []
    summary = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["summary"]
    assert summary["judged"] >= JUDGED
    assert summary["passed"] >= KEPT
