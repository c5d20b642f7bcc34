import socket
import subprocess
import time

import pytest

from tests.e2e.sdks.asking import HERE, INSTALLED
from tests.e2e.sdks.conftest import require
from tests.e2e.serving import SECONDS, clean_environment

pytestmark = pytest.mark.sdk

KEY = "sk-proxy"
LITELLM = INSTALLED / "litellm" / "bin" / "litellm"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


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
    variables = {"OPENAI_API_BASE": api, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_PROXY": "127.0.0.1"}
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
