"""The command as a user meets it: one line when it serves, one line when it cannot, and a clean end."""

import json
import os
import signal
import sqlite3
import subprocess

import pytest
from click.testing import CliRunner

from sora_mock.cli import main
from tests.e2e.calling import CHARACTER, Wire, posting
from tests.e2e.serving import SECONDS, clean_environment, command


def mistake_of_a_process(*options, line=None, **variables):
    """Return the one line in which the command says why it does not serve."""
    ended = subprocess.run(
        line or command(*options),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=clean_environment(**variables),
    )
    return told(ended.returncode, ended.stdout, ended.stderr)


def told(code, out, errors):
    """Return the one line of a command that must have ended as a user's mistake."""
    assert (code, out) == (2, ""), errors
    lines = errors.splitlines()
    assert len(lines) == 1, errors
    assert lines[0].startswith("sora-mock: "), errors
    return lines[0]


@pytest.fixture
def mistake(monkeypatch):
    """Return a function that returns the same line, of the command run in this process."""
    monkeypatch.setattr("sora_mock.server.serve", lambda *_, **__: pytest.fail("it would have served"))
    nothing = {name: None for name in os.environ if name.startswith("SORA_")}

    def run(*options):
        arguments = command(*options)[3:]
        ended = CliRunner().invoke(main, arguments, env=nothing, prog_name="sora-mock")
        return told(ended.exit_code, ended.stdout, ended.stderr)

    return run


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state.db"


def test_a_server_says_one_line_and_nothing_else(serve, call):
    mock = serve()
    caller = call(mock.url)
    caller.character()
    caller.get(f"/generations/{caller.task()}/content")
    assert mock.stop() == (0, "")
    assert mock.first_line == f"sora-mock is serving {mock.url}\n"
    assert mock.errors == ""


def test_refusals_are_nothing_to_tell_on_standard_error(serve, call):
    mock = serve()
    caller = call(mock.url)
    caller.post("/characters", {})
    caller.post("/characters", CHARACTER | {"url": "https://videos.sora-mock.test/a.mp4?status=404"})
    caller.get("/nothing")
    mock.stop()
    assert mock.errors == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_stop_is_followed_without_complaint(serve, number):
    mock = serve()
    assert mock.stop(number) == (0, "")
    assert mock.errors == ""


def test_connections_that_say_nothing_do_not_hold_up_the_end(serve):
    mock = serve()
    with Wire(mock.port), Wire(mock.port) as half:
        half.say(posting(b"", key="sk-test")[:30])
        assert mock.stop() == (0, "")
    assert mock.errors == ""


def test_exchanges_that_outlast_the_time_of_grace_are_cut_off_without_complaint(serve):
    mock = serve("--latency", "url=3600")
    body = json.dumps(CHARACTER).encode()
    with Wire(mock.port) as waiting, Wire(mock.port) as half, Wire(mock.port) as last:
        waiting.say(posting(body, key="sk-test"))
        half.say(posting(body[:-1], key="sk-test", length=len(body)))
        last.say(posting(b"{}", key="sk-test"))
        assert last.answer().status == 400
        assert mock.stop() == (0, "")
        assert waiting.is_ended()
        # A body that stops arriving is given up before the server's time is up.
        assert half.answer().status == 408
        assert half.is_ended()
    assert "Traceback" not in mock.errors


def test_a_free_port_is_taken_and_told(serve):
    assert len({serve().port, serve().port, 0}) == 3


def test_ids_follow_from_the_seed(serve, call):
    names = [call(serve("--seed", seed).url).character() for seed in ("1", "1", "2")]
    assert names[0] == names[1] != names[2]


def test_settings_come_from_the_environment_too(serve, call, tmp_path, state):
    keys = tmp_path / "keys.toml"
    keys.write_text('[accounts.a]\nkeys = ["sk-a"]', encoding="utf-8")
    mock = serve(
        SORA_MOCK_SEED="7",
        SORA_MOCK_STATE=str(state),
        SORA_MOCK_KEYS=str(keys),
        SORA_MOCK_SET="creations_per_minute=3 max_scenes=2",
        SORA_MOCK_LATENCY="generation=60",
        SORA_MOCK_LOG_LEVEL="error",
        SORA_MOCK_HOST="127.0.0.1",
    )
    caller = call(mock.url, "sk-a")
    health = caller.get(f"{mock.origin}/_mock/health").json
    assert (health["seed"], health["keys"], state.exists()) == (7, "closed", True)
    assert caller.remaining() == 3
    assert caller.generation(caller.task())["status"] == "queued"


def test_the_port_comes_from_the_environment_too(shared):
    without_port = command()[:-2]
    assert f"port {shared.port}" in mistake_of_a_process(line=without_port, SORA_MOCK_PORT=str(shared.port))


def test_an_option_counts_more_than_the_environment(serve, call):
    mock = serve("--seed", "8", SORA_MOCK_SEED="7")
    assert call(mock.url).get(f"{mock.origin}/_mock/health").json["seed"] == 8


def test_a_control_token_has_to_be_sent(serve, call):
    mock = serve(SORA_MOCK_CONTROL_TOKEN="secret")
    caller = call(mock.url)
    health = f"{mock.origin}/_mock/health"
    assert caller.get(health).status == 403
    assert caller.get(health, headers={"X-Sora-Mock-Token": "secret"}).status == 200


def test_a_port_in_use_is_a_mistake(shared):
    assert f"port {shared.port}" in mistake_of_a_process("--port", str(shared.port))


def test_an_address_of_another_machine_is_a_mistake(mistake):
    assert "192.0.2.1" in mistake("--host", "192.0.2.1")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--set", "no_such_knob=1"], "no_such_knob"),
        (["--set", "creations_per_minute=many"], "creations_per_minute"),
        (["--set", "max_scenes"], "KNOB=VALUE"),
        (["--latency", "slow"], "slow"),
        (["--latency", "url=5..1"], "5..1"),
        (["--control-token", ""], "--control-token"),
        (["--port", "70000"], "--port"),
        (["--seed", "-1"], "--seed"),
        (["--log-level", "loud"], "--log-level"),
        (["--frobnicate"], "--frobnicate"),
    ],
)
def test_a_bad_option_is_a_mistake(mistake, options, word):
    assert word in mistake(*options)


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"\xff\xfe no text",
        b"not = [toml",
        b"",
        b"[accounts.a]\nkeys = 7",
        b"[accounts.a]\nkeys = ['k']\n[accounts.b]\nkeys = ['k']",
        b"[accounts.a]\nkeys = ['k', 'k']",
        b"[accounts.a]\nkeys = ['k']\ntier = 6",
        b"[accounts.a]\nkeys = ['k k']",
    ],
    ids=["missing", "no text", "no TOML", "empty", "no list", "two accounts", "twice", "no such tier", "no key"],
)
def test_a_bad_keys_file_is_a_mistake(mistake, tmp_path, content):
    path = tmp_path / "keys.toml"
    if content is not None:
        path.write_bytes(content)
    assert str(path) in mistake("--keys", str(path))


def test_a_state_file_that_is_no_database_is_a_mistake_and_left_alone(state):
    state.write_bytes(b"garbage " * 1000)
    assert str(state) in mistake_of_a_process("--state", str(state))
    assert state.read_bytes() == b"garbage " * 1000


def test_another_programs_database_is_a_mistake_and_left_alone(mistake, state):
    database = sqlite3.connect(state)
    database.execute("CREATE TABLE recipe (name)")
    database.close()
    before = state.read_bytes()
    assert "another program" in mistake("--state", str(state))
    assert state.read_bytes() == before


@pytest.mark.parametrize("option", ["--state", "--keys"])
def test_a_folder_for_a_file_is_a_mistake(mistake, tmp_path, option):
    assert str(tmp_path) in mistake(option, str(tmp_path))


def test_a_state_file_in_no_folder_is_a_mistake(mistake, tmp_path):
    path = tmp_path / "missing" / "state.db"
    assert str(path) in mistake("--state", str(path))


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unwritable to root")
def test_a_state_file_that_cannot_be_written_is_a_mistake(mistake, state):
    state.touch(mode=0o400)
    assert str(state) in mistake("--state", str(state))


def test_a_damaged_state_file_is_a_mistake(mistake, serve, call, state):
    mock = serve("--state", str(state))
    for _ in range(20):
        call(mock.url).task(prompt="x" * 1000)
    mock.stop()
    state.write_bytes(state.read_bytes()[:5000])
    assert str(state) in mistake("--state", str(state))


def test_another_seed_than_the_state_files_is_a_mistake(mistake, serve, state):
    serve("--state", str(state), "--seed", "1").stop()
    assert "seed 1" in mistake("--state", str(state), "--seed", "2")
