"""The command `sora-mock ctl`, against a mock that serves."""

import json
import subprocess
import sys

import httpx2
import pytest
from click.testing import CliRunner

from sora_mock.cli import main
from sora_mock.local import LocalServer
from tests.e2e.serving import SECONDS
from tests.mock_server.support import BASE, CHARACTER, CLIP

KEY = "sk-ctl"


@pytest.fixture(scope="module")
def server():
    """Return a mock that serves on a port."""
    served = LocalServer()
    yield served
    served.close()


@pytest.fixture
def ctl(server):
    """Return a function that runs a subcommand and returns what it prints."""
    server.call(server.desk.reset)

    def run(*arguments, key=KEY, **options):
        environment = {"SORA_MOCK_URL": server.origin, "SORA_API_KEY": key, "SORA_MOCK_CONTROL_TOKEN": None}
        result = CliRunner().invoke(main, ["ctl", *arguments], env=environment, prog_name="sora-mock", **options)
        assert result.exit_code == 0, result.output
        assert result.stderr == ""
        return result.stdout

    return run


@pytest.fixture
def mistake(server):
    """Return a function that runs a subcommand which must fail as a user's mistake, and returns its one line."""

    def run(*arguments, **options):
        environment = {"SORA_MOCK_URL": server.origin, "SORA_API_KEY": KEY, "SORA_MOCK_CONTROL_TOKEN": None}
        result = CliRunner().invoke(main, ["ctl", *arguments], env=environment, prog_name="sora-mock", **options)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
        assert result.stderr.startswith("sora-mock: ")
        return result.stderr

    return run


@pytest.fixture
def post(server):
    with httpx2.Client(base_url=server.origin, headers={"authorization": f"Bearer {KEY}"}) as http:
        yield lambda path, body: http.post(BASE + path, json=body)


def test_health_and_metrics(ctl):
    assert json.loads(ctl("health"))["status"] == "ok"
    assert "sora_mock_accounts 0.0\n" in ctl("metrics")


def test_time(ctl):
    assert json.loads(ctl("clock", "advance", "30"))["ahead"] == 30
    assert json.loads(ctl("clock", "freeze"))["frozen"] is True
    assert json.loads(ctl("clock", "unfreeze"))["frozen"] is False
    assert json.loads(ctl("clock", "speed", "10"))["speed"] == 10
    assert json.loads(ctl("clock"))["speed"] == json.loads(ctl("clock", "show"))["speed"] == 10
    assert json.loads(ctl("--all", "clock"))["ahead"] == 0
    assert json.loads(ctl("clock", key=None))["ahead"] == 0


def test_faults(ctl, tmp_path):
    added = json.loads(ctl("faults", "add", "slow", "--name", "a", "--operation", "createCharacter", "--first", "2"))
    assert (added["name"], added["fault"]["when"]["first"]) == ("a", 2)
    file = tmp_path / "fault.json"
    file.write_text('{"effect": "hang", "name": "b"}')
    ctl("faults", "add", "--json", str(file))
    ctl("faults", "add", "--json", "-", input='{"effect": "empty", "name": "c"}')
    assert [one["name"] for one in json.loads(ctl("faults", "list"))] == ["a", "b", "c"]
    ctl("faults", "remove", "a")
    ctl("faults", "remove")
    assert json.loads(ctl("faults", "list")) == []


def test_a_fault_can_be_meant_for_accounts_and_prevent(ctl):
    added = json.loads(ctl("--all", "faults", "add", "reset", "--match-account", "studio-*", "--prevent"))
    assert (added["fault"]["match"]["account"], added["fault"]["prevent"]) == ("studio-*", True)


def test_a_problem_can_come_when_all_is_done(ctl):
    assert json.loads(ctl("faults", "add", "server-error-done"))["fault"]["effect"] == "server-error-done"
    fault = '{"effect": {"type": "problem", "code": "bad_gateway", "done": true}}'
    assert json.loads(ctl("faults", "add", "--json", "-", input=fault))["fault"]["effect"]["done"] is True


def test_settings(ctl):
    changed = json.loads(ctl("settings", "set", "creations_per_minute=5", "latency=generation=1..2", "seed=7"))
    assert changed["knobs"] == {"creations_per_minute": "5", "latency": "generation=1..2"}
    assert (changed["seed"], changed["effective"]["creations_per_minute"]) == (7, 5)
    assert json.loads(ctl("settings", "unset", "latency"))["knobs"] == {"creations_per_minute": "5"}
    assert json.loads(ctl("settings")) == json.loads(ctl("settings", "show"))
    assert json.loads(ctl("settings"))["knobs"] == {"creations_per_minute": "5"}


def test_webhooks(ctl):
    added = json.loads(ctl("webhooks", "add", "http://127.0.0.1:1/a", "--event", "video.failed"))
    own = json.loads(ctl("webhooks", "add", "http://127.0.0.1:1/b", "--secret", "whsec_a2V5"))
    assert (added["events"], own["secret"]) == (["video.failed"], "whsec_a2V5")
    listed = ctl("webhooks", "list")
    assert [one["id"] for one in json.loads(listed)] == [added["id"], own["id"]]
    assert "whsec_" not in listed
    ctl("webhooks", "delete", added["id"])
    assert [one["id"] for one in json.loads(ctl("webhooks", "list"))] == [own["id"]]
    ctl("webhooks", "delete")
    assert json.loads(ctl("webhooks", "list")) == []


@pytest.mark.parametrize("arguments", [["list"], ["add", "http://a.test/"], ["delete"]])
def test_webhooks_are_of_one_account(mistake, arguments):
    assert "webhooks: expected one account, by --key or --account" in mistake("--all", "webhooks", *arguments)


def test_the_help_of_reset_says_what_it_ends(ctl):
    assert "serve --scenario" in " ".join(ctl("reset", "--help").split())


def test_scenarios(ctl, tmp_path):
    name = json.loads(ctl("scenario", "list"))["builtin"][0]["name"]
    assert json.loads(ctl("scenario", "load", name))["name"] == name
    file = tmp_path / "mine.toml"
    file.write_text('name = "mine"\nsummary = "Mine."')
    ctl("scenario", "load", str(file))
    ctl("scenario", "stop", name)
    assert [one["name"] for one in json.loads(ctl("scenario", "list"))["playing"]] == ["mine"]
    ctl("scenario", "stop")


def test_the_journal(ctl, post, tmp_path):
    post("/characters", CHARACTER)
    post("/characters", {})
    assert [json.loads(line)["reply"]["status"] for line in ctl("journal").splitlines()] == [200, 400]
    assert len(ctl("journal", "--status", "4xx", "--limit", "5").splitlines()) == 1
    har = tmp_path / "out.har"
    assert ctl("journal", "--har", str(har)) == ""
    assert len(json.loads(har.read_text())["log"]["entries"]) == 2
    ctl("journal", "--clear")
    assert ctl("journal") == ""


def test_the_journal_is_followed_until_the_server_stops():
    server = LocalServer()
    headers = {"authorization": f"Bearer {KEY}"}
    httpx2.post(f"{server.origin}{BASE}/characters", headers=headers, json=CHARACTER)
    arguments = ["--url", server.origin, "--key", KEY, "journal", "--follow", "--since", "0"]
    command = [sys.executable, "-m", "sora_mock", "ctl", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert json.loads(process.stdout.readline())["operation"] == "createCharacter"
    server.close()
    assert process.communicate(timeout=SECONDS) == ("", "")
    assert process.returncode == 0


def test_state_and_reset(ctl, post, tmp_path):
    character = post("/characters", CHARACTER).json()["character_id"]
    file = tmp_path / "state.json"
    ctl("state", "export", str(file))
    ctl("reset")
    assert json.loads(ctl("state", "export", "-"))["characters"] == {}
    ctl("state", "import", str(file))
    assert list(json.loads(ctl("state", "export", "-"))["characters"]) == [character]


def test_accounts(ctl):
    assert json.loads(ctl("accounts", "create", "studio", "sk-studio", "--tier", "2"))["account"] == "studio"
    assert [one["account"] for one in json.loads(ctl("accounts", "list"))] == ["studio"]
    ctl("--account", "studio", "clock", "advance", "1")
    ctl("accounts", "delete", "studio")
    assert json.loads(ctl("accounts", "list")) == []


def test_the_ends_of_tasks(ctl, post):
    ctl("scenario", "list")
    first = post("/generations", CLIP).json()["id"]
    assert json.loads(ctl("expire", first))["status"] == "expired"
    ctl("faults", "add", "task-stuck")
    second, third = (post("/generations", CLIP).json()["id"] for _ in range(2))
    assert json.loads(ctl("complete", second))["status"] == "completed"
    assert json.loads(ctl("fail", third))["status"] == "failed"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["faults", "add", "nope"], "effect: expected one of rate-limit,"),
        (["faults", "add"], "expected either NAME or --json FILE"),
        (["faults", "add", "slow", "--json", "-"], "expected either NAME or --json FILE"),
        (["faults", "add", "--json", "-", "--first", "1"], "expected nothing beside --json, found --first"),
        (["faults", "add", "--json", "-", "--match-account", "a"], "found --match-account"),
        (["faults", "add", "--json", "-", "--prevent"], "found --prevent"),
        (["settings", "set", "max_prompt"], "expected KNOB=VALUE"),
        (["settings", "set"], "Missing argument"),
        (["settings", "set", "seed=x"], "seed: expected a whole number"),
        (["settings", "set", "nope=1"], "nope"),
        (["settings", "unset", "seed"], "expected a knob"),
        (["settings", "unset", "nope"], "nope"),
        (["faults", "add", "slow", "--first", "x"], "'x' is not a valid integer"),
        (["faults", "remove", "nope"], "No such fault: 'nope'."),
        (["clock", "advance", "--", "-5"], "'advance': expected 0 to"),
        (["clock", "speed", "fast"], "'fast' is not a valid float"),
        (["scenario", "load", "nope"], "expected one of brownout,"),
        (["scenario", "load", "./nope.toml"], "nope.toml: No such file"),
        (["state", "import", "./nope.json"], "nope.json"),
        (["state", "export", "./no/where.json"], "where.json: No such file"),
        (["--all", "state", "export", "-"], "expected one account, by --key or --account"),
        (["--all", "--account", "a", "clock"], "expected either --account or --all, found both"),
        (["--account", "nobody", "clock"], "No such account: 'nobody'."),
        (["journal", "--operation", "create"], "operation: expected one of createCharacter"),
        (["complete", "task_0"], "No such task: 'task_0'."),
        (["--url", "http://127.0.0.1:1", "health"], "cannot reach a mock at http://127.0.0.1:1"),
        (["--url", "nonsense", "health"], "cannot reach a mock at nonsense"),
        (["clokc"], "No such command 'clokc'"),
    ],
)
def test_a_mistake_is_told_in_one_line(mistake, arguments, words):
    assert words in mistake(*arguments, input="{}")


def test_a_state_that_is_broken_is_told_in_one_line(mistake):
    assert "Invalid JSON" in mistake("state", "import", "-", input="{")
    assert "expected one of characters" in mistake("state", "import", "-", input='{"name": "a", "seed": 0, "x": 1}')
