"""The examples on the pages run: what is typed in a shell against a live mock, Python as it stands."""

import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

import sora_mock
from sora_mock.cli import main
from sora_mock.control import Client
from sora_mock.local import LocalServer
from tests.e2e.serving import SECONDS, clean_environment
from tests.mock_server.support import CLIP

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[1]
PAGES = (
    *("README.md", "docs/quick-start.md", "docs/other-languages.md", "docs/faults.md", "docs/control.md"),
    "docs/webhooks.md",
)
KEY = "sk-anything"

NOT_RUN = re.compile(
    r"^make |^python3 |pip install|^export |sora-mock serve|npm test|pytest -q|make check|conformance compare"
    r"|conformance server http://127|conformance client"
)
"""What installs, serves for good, sets the environment that is set here, or needs what only the reader has: a project,
a second server. What judges is run by tests/conformance/test_command.py."""

ENDLESS = re.compile(r"--follow|/journal/stream")

_SHELL = re.compile(r"^```console\n(.*?)^```(?:\n```json\n(.*?)^```)?", re.MULTILINE | re.DOTALL)
_STATUS = re.compile(r"# (\d{3})$")
_NODE = shutil.which("node")
_PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


@dataclass
class Typed:
    """A command as it stands on a page, and the reply that is shown for it, if any."""

    text: str
    shown: str = ""

    @property
    def is_run(self):
        return not (NOT_RUN.search(self.text) or ENDLESS.search(self.text)) and ("node " not in self.text or _NODE)


def read(page):
    return (ROOT / page).read_text(encoding="utf-8")


def typed(page):
    """Return a page's commands in order; lines that are indented or inside a quotation go on with the one before."""
    found = []
    for block, reply in _SHELL.findall(read(page)):
        is_open = False
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Typed(line[2:]))
            elif is_open:
                found[-1].text += "\n" + line
            else:
                found[-1].shown += line
            is_open = found[-1].text.endswith("\\") or found[-1].text.count("'") % 2 == 1
        if reply:
            found[-1].shown = reply
    return found


def python(page):
    found = re.findall(r"^```python\n(.*?)^```", read(page), re.MULTILINE | re.DOTALL)
    assert found
    return found


class Shell:
    """A reader who types what is on a page, and fills in the ids that the replies before have told."""

    def __init__(self, server, folder):
        self.server = server
        self._folder = folder
        self._ids = {}
        self._settings = {"SORA_MOCK_URL": server.origin, "SORA_API_KEY": KEY}
        (folder / "rainy-day.toml").write_text(re.search(r"```toml\n(.*?)```", read("docs/faults.md"), re.DOTALL)[1])
        (folder / "fault.json").write_text('{"effect": "slow"}')
        (folder / "examples").symlink_to(ROOT / "examples")

    def run(self, command):
        """Return what a command prints; it must go well."""
        text = command.text.replace("http://127.0.0.1:8000", self.server.origin)
        for kind, known in self._ids.items():
            text = text.replace(f"{kind}_…", known)
        assert "…" not in text
        expected = _STATUS.search(text)
        if text.startswith("curl") and expected:
            text = text.replace("curl -s", "curl -s -w '%{http_code}'", 1)
        printed = self._control(text) if text.startswith("sora-mock ctl ") else self._printed(text)
        if expected:
            assert printed.endswith(expected[1]), (text, printed)
        for whole, kind in re.findall(r"((char|task|hook)_[0-9A-Za-z]{20,})", printed):
            self._ids[kind] = whole
        return printed

    def _printed(self, text):
        done = subprocess.run(
            ["bash", "-c", text],
            cwd=self._folder,
            env=clean_environment(PATH=_PATH, **self._settings),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, (text, done.stdout, done.stderr)
        return done.stdout

    def _control(self, text):
        """Return the same for the one command that is on the pages by the dozen, run in this process."""
        arguments = shlex.split(text, comments=True)[1:]
        with contextlib.chdir(self._folder):
            done = CliRunner().invoke(main, arguments, env=self._settings, prog_name="sora-mock")
        assert done.exit_code == 0, (text, done.stdout, done.stderr)
        return done.stdout

    def begin_a_task(self):
        """Let there be a task at work, as there is for a reader who has one to bring to its end."""
        sora = sora_mock.Sora(self.server, KEY)
        sora.faults.clear()
        sora.settings.set(latency="generation=600")
        self._ids["task"] = sora.client.post("/generations", json=CLIP).json()["id"]
        sora.close()


@pytest.fixture
def server():
    made = LocalServer()
    yield made
    made.close()


@pytest.fixture
def shell(server, tmp_path):
    return Shell(server, tmp_path)


@pytest.mark.parametrize("page", PAGES)
def test_what_is_typed_on_a_page_goes_well(shell, page):
    for command in typed(page):
        if not command.is_run:
            continue
        if "ctl complete" in command.text:
            shell.begin_a_task()
        printed = shell.run(command)
        is_meant = "Prefer:" in command.text or _STATUS.search(command.text) or "task_0" in command.text
        assert is_meant or not printed.startswith('{"error":'), (command.text, printed)
        if command.shown.startswith("{"):
            assert json.loads(printed).keys() == json.loads(command.shown).keys()


def test_no_page_is_left_out():
    run = {page: sum(bool(command.is_run) for command in typed(page)) for page in PAGES}
    assert min(run.values()) >= 4
    assert sum(run.values()) >= 50


def test_the_fault_of_the_header_strikes(shell):
    (command,) = (one for one in typed("docs/faults.md") if "Prefer:" in one.text)
    assert "HTTP/1.1 429" in shell.run(command)


@pytest.mark.parametrize("number", range(len(python("docs/control.md"))))
def test_the_python_of_the_page_on_control_runs(server, number):
    code = python("docs/control.md")[number].replace("http://127.0.0.1:8000", server.origin)
    with Client(server.origin, key=KEY) as client:
        exec(compile(code, f"control.md, example {number + 1}", "exec"), {"client": client})


PIPELINE = """
import os

import httpx2


def run_my_pipeline():
    headers = {"Authorization": "Bearer " + os.environ["SORA_API_KEY"]}
    character = {"model": "sora-2-character", "url": "https://videos.sora-mock.test/hero.mp4", "timestamps": "5,8"}
    with httpx2.Client(base_url=os.environ["SORA_BASE_URL"], headers=headers) as client:
        assert [client.post("/characters", json=character).status_code for _ in range(3)] == [200, 200, 500]
        assert client.post("/generations", json={"model": "sora-2", "prompt": "a street"}).status_code == 200


"""


@pytest.mark.parametrize(
    ("page", "before", "passed"),
    [("README.md", PIPELINE, 1), ("docs/quick-start.md", "", 2), ("docs/faults.md", "", 2)],
)
def test_the_tests_on_a_page_pass(pytester, page, before, passed):
    for number, block in enumerate(python(page)):
        pytester.path.joinpath(f"test_{number}.py").write_text(before + block, encoding="utf-8")
    pytester.makeini("[pytest]\nfilterwarnings = error")
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=passed)


@pytest.mark.skipif(_NODE is None, reason="node is not on this machine")
def test_the_script_for_node_makes_a_character(server):
    script = re.search(r"```js\n(.*?)```", read("docs/other-languages.md"), re.DOTALL)[1]
    environment = clean_environment(SORA_BASE_URL=f"{server.origin}/v1/sora", SORA_API_KEY=KEY)
    command = [_NODE, "--input-type=module", "--eval", script]
    printed = subprocess.check_output(command, env=environment, text=True, timeout=SECONDS)
    assert printed.startswith("char_")
