"""The command `sora-mock exec`: any command, with a mock beside it."""

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.e2e.serving import SECONDS, clean_environment

PYTHON = [sys.executable, "-c"]
WAITING = (
    "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]); print('ready', flush=True);"
    "signal.sigwait([signal.SIGINT]); print('got it')"
)


def start(*arguments, **variables):
    """Start the command in a session of its own, so that no terminal sends signals to it."""
    return subprocess.Popen(
        [sys.executable, "-m", "sora_mock", "exec", *arguments],
        env=clean_environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(*arguments, **variables):
    """Run the command to its end; return exit code and what it wrote."""
    process = start(*arguments, **variables)
    out, err = process.communicate(timeout=SECONDS)
    return process.returncode, out, err


def test_the_command_finds_a_mock_that_serves():
    script = (
        "import json, os, httpx2; from sora_mock.control import Client;"
        "client = Client(os.environ['SORA_MOCK_URL'], key=os.environ['SORA_API_KEY']);"
        "headers = {'authorization': 'Bearer ' + os.environ['SORA_API_KEY']};"
        "body = {'model': 'sora-2-character', 'url': 'https://a.test/b.mp4', 'timestamps': '1,3'};"
        "made = httpx2.post(os.environ['SORA_BASE_URL'] + '/characters', headers=headers, json=body);"
        "print(json.dumps([made.status_code, client.accounts.get().characters, client.health().seed]))"
    )
    code, out, err = run("--seed", "4", "--", *PYTHON, script)
    assert (code, err) == (0, "")
    assert json.loads(out) == [200, 1, 4]


def test_the_command_finds_the_videos_api_too():
    script = (
        "import os, httpx2; headers = {'authorization': 'Bearer ' + os.environ['OPENAI_API_KEY']};"
        "print(httpx2.get(os.environ['OPENAI_BASE_URL'] + '/videos', headers=headers).status_code)"
    )
    assert run("--", *PYTHON, script) == (0, "200\n", "")


def test_a_scenario_plays_from_the_start():
    script = "import os; from sora_mock.control import Client, client; "
    script += "print([one.name for one in Client(os.environ['SORA_MOCK_URL'], account='*').scenario.playing()])"
    assert run("--scenario", "brownout", "--", *PYTHON, script) == (0, "['brownout']\n", "")


def test_the_key_is_the_users_own_if_there_is_one(tmp_path):
    keys = tmp_path / "keys.toml"
    keys.write_text('[accounts.a]\nkeys = ["sk-listed"]')
    script = "import os; print(os.environ['SORA_API_KEY'])"
    assert run("--keys", str(keys), "--key", "sk-listed", "--", *PYTHON, script) == (0, "sk-listed\n", "")
    assert run("--keys", str(keys), "--", *PYTHON, script, SORA_API_KEY="sk-listed") == (0, "sk-listed\n", "")
    code, out, err = run("--keys", str(keys), "--", *PYTHON, script)
    assert (code, out) == (2, "")
    assert err == "sora-mock: --key: expected a key that opens an account, see --keys\n"


@pytest.mark.parametrize("code", [0, 1, 77])
def test_the_exit_code_is_passed_on(code):
    assert run("--", *PYTHON, f"raise SystemExit({code})") == (code, "", "")


def test_an_end_by_a_signal_is_told_as_a_shell_does():
    assert run("--", *PYTHON, "import os; os.kill(os.getpid(), 9)") == (128 + 9, "", "")


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["./no-such-command"], 127, "sora-mock: ./no-such-command: command not found\n"),
        (["/"], 126, "sora-mock: /: Permission denied\n"),
    ],
)
def test_a_command_that_cannot_be_run_is_told_in_one_line(argv, code, words):
    assert run("--", *argv) == (code, "", words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing argument"),
        (["--scenario", "nope", "--", "true"], "expected one of brownout"),
        (["--latency", "slow", "--", "true"], "latency 'slow'"),
        (["--nope", "--", "true"], "No such option"),
    ],
)
def test_a_mistake_is_told_in_one_line(arguments, words):
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert words in err


def test_options_of_the_command_are_its_own():
    assert run("--", *PYTHON, "import sys; print(sys.argv[1:])", "--seed", "x") == (0, "['--seed', 'x']\n", "")


def test_signals_are_passed_on_and_the_end_is_the_commands():
    process = start("--", *PYTHON, WAITING)
    assert process.stdout.readline() == "ready\n"
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out, err) == (0, "got it\n", "")


def test_a_command_that_is_told_to_end_ends():
    process = start("--", *PYTHON, "print('ready', flush=True); import signal; signal.pause()")
    assert process.stdout.readline() == "ready\n"
    os.kill(process.pid, signal.SIGTERM)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 128 + signal.SIGTERM
