"""SDKs with a mock behind them, and what their tests look at."""

import os
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import av
import pytest
from PIL import Image

from sora_mock.control import Client
from tests.e2e.sdks.asking import HERE, INSTALLED, Witness

SCRIPT = str(HERE / "witness.py")


def python(line, way):
    return [str(INSTALLED / line / "bin" / "python"), SCRIPT, way]


COMMANDS = {
    "python-3": python("openai-3", "openai"),
    "python-3-async": python("openai-3", "openai-async"),
    "python-2": python("openai-2", "openai"),
    "python-2-async": python("openai-2", "openai-async"),
    "node": [str(INSTALLED / "node" / "node_modules" / ".bin" / "node"), str(HERE / "witness.mjs")],
    "litellm": python("litellm", "litellm"),
}


PYTHONS = [name for name in COMMANDS if name.startswith("python")]


def require(program):
    """Skip the test when a program of an SDK is not installed, unless that must not be."""
    if not Path(program).exists():
        if os.environ.get("SORA_SDKS") == "required":
            pytest.fail(f"{program} is missing")
        pytest.skip(f"no SDKs are installed: {program} is missing; see make test-sdks")


@pytest.fixture(scope="session")
def api(shared):
    """Return the base address that is given to SDKs."""
    return f"{shared.origin}/v1"


@pytest.fixture(scope="session")
def witness(api, tmp_path_factory):
    """Return a function that gives an SDK by its name; each runs once."""
    running = {}

    def named(name):
        if name not in running:
            command = COMMANDS[name]
            require(command[0])
            errors = tmp_path_factory.mktemp(name) / "stderr"
            variables = {"OPENAI_BASE_URL": api, "SDK_FOLDER": str(INSTALLED / "node")}
            running[name] = Witness(errors, command, LITELLM_LOCAL_MODEL_COST_MAP="True", **variables)
        return running[name]

    yield named
    for each in running.values():
        each.close()


@pytest.fixture(params=[name for name in COMMANDS if name != "litellm"])
def sdk(request):
    """Return the name of each official SDK."""
    return request.param


@pytest.fixture
def ask(witness, sdk, key):
    """Return a function that asks an official SDK, with a key of its own."""
    return partial(witness(sdk).ask, key=key)


@pytest.fixture
def control(shared, key):
    """Return the control plane of the account."""
    with Client(shared.origin, key=key) as client:
        yield client


@pytest.fixture
def told(call, api, key):
    """Return a function that gives the content of a video as it is served to any client."""
    caller = call(api, key)

    def content(video, variant="video"):
        answer = caller.get(f"/videos/{video}/content?variant={variant}")
        assert answer.status == 200, answer
        return answer

    return content


@pytest.fixture
def seen(control):
    """Return a function that gives what arrived of an operation, as the journal has it."""
    return lambda operation: control.journal.entries(operation=operation)


@pytest.fixture(scope="session")
def uploads(tmp_path_factory):
    """Return the files to upload: a video of two seconds, and a picture of the size of a video."""
    folder = tmp_path_factory.mktemp("uploads")
    made = SimpleNamespace(clip=folder / "dog.mp4", picture=folder / "street.png")
    with av.open(str(made.clip), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for shade in range(48):
            frame = av.VideoFrame.from_image(Image.new("RGB", (1280, 720), (shade * 5, 80, 40)))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    Image.new("RGB", (720, 1280), "teal").save(made.picture)
    return made
