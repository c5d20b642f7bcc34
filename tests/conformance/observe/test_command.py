import json
import os
import re
import signal
import subprocess
import sys
from functools import partial

import jsonschema
import msgspec
import pytest
from click.testing import CliRunner

from sora_conformance.cli import main
from sora_conformance.observe import observing, running
from sora_conformance.report.json_report import published_schema
from sora_conformance.verdicts import Line, Verdict
from tests.conformance.observe.test_running import gone
from tests.e2e.serving import SECONDS, clean_environment

CLIENT = """
import json, os, sys, time, urllib.error, urllib.request

def post(path, body, key=os.environ["SORA_API_KEY"]):
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    url = os.environ["SORA_BASE_URL"] + path
    return json.load(urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)))

def create(**changes):
    body = {"model": "sora-2-character", "url": "https://a.test/a.mp4", "timestamps": "1,3", **changes}
    return post("/characters", body)
"""


def observed(code, *options, before=CLIENT):
    """Observe a small Python program; return the exit code and what was printed."""
    return run(*options, "--", sys.executable, "-c", before + code)


def run(*arguments):
    done = CliRunner().invoke(main, ["observe", *map(str, arguments)], env={"COLUMNS": "200"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def lines_in(folder):
    return [msgspec.json.decode(line, type=Line) for line in (folder / "verdicts.jsonl").read_bytes().splitlines()]


def verdicts_in(folder):
    return {line.rule: line.verdict for line in lines_in(folder)}


def report_in(folder):
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, json.loads(published_schema()), cls=jsonschema.Draft202012Validator)
    return report


def test_traffic_that_keeps_the_rules_is_conformant(tmp_path):
    code, told = observed("print(create()['character_id'])", "--report-dir", tmp_path)
    assert code == 0, told
    assert re.search(r"^char_\w+$", told, re.MULTILINE)
    assert "The command exited with 0." in told
    assert "Conformant in part" in told
    verdicts = verdicts_in(tmp_path)
    assert verdicts["client.auth.bearer"] is Verdict.PASS
    assert verdicts["client.retry.retry-after"] is Verdict.INCONCLUSIVE
    report = report_in(tmp_path)
    assert report["command"]["exit_code"] == 0
    assert report["command"]["argv"][0] == sys.executable
    assert report["drill"]["requests"] == report["run"]["calls"] == report["run"]["characters"] == 1
    assert '<section class="drill"' in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_commands_own_exit_code_is_told_and_kept_apart(tmp_path):
    code, told = observed("create(); sys.exit(7)", "--report-dir", tmp_path)
    assert code == 0, told
    assert "The command exited with 7." in told
    assert report_in(tmp_path)["command"]["exit_code"] == 7


def test_a_broken_rule_is_told(tmp_path):
    code, told = observed(
        """
for _ in range(9):
    try:
        create()
        break
    except urllib.error.HTTPError as error:
        assert error.code == 429
""",
        "--scenario",
        "rate-limit-storm",
        "--report-dir",
        tmp_path,
    )
    assert code == 1, told
    assert verdicts_in(tmp_path)["client.retry.retry-after"] is Verdict.FAIL
    assert report_in(tmp_path)["drill"]["scenario"] == "rate-limit-storm"


def test_only_the_rules_that_are_asked_for_are_judged(tmp_path):
    code, told = observed("create()", "--rule", "client.auth.*", "--report-dir", tmp_path)
    assert code == 0, told
    assert {rule.rpartition(".")[0] for rule in verdicts_in(tmp_path)} == {"client.auth"}


def test_a_pattern_that_matches_no_rule_is_a_mistake():
    code, told = observed("create()", "--rule", "auth.*")
    assert code == 2
    assert told == "sora-conformance: --rule: expected a pattern that matches a rule of clients, found auth.*\n"


def test_an_unknown_scenario_is_a_mistake():
    code, told = observed("create()", "--scenario", "nope")
    assert code == 2
    assert told.startswith("sora-conformance: --scenario: unknown scenario: expected one of ")


def test_a_command_is_asked_for():
    code, told = run("--strict")
    assert code == 2
    assert "COMMAND" in told


def test_an_expected_deviation_is_excused(tmp_path):
    expected = tmp_path / "expected.toml"
    expected.write_text('[[expect]]\nrule = "client.body.model"\nreason = "to be mended"\n')
    breaking = "try: create(model='sora-9')\nexcept urllib.error.HTTPError: pass"
    assert observed(breaking)[0] == 1
    assert observed(breaking, "--expect", expected)[0] == 0
    assert observed("create()", "--expect", expected)[0] == 5


def test_a_command_that_sends_nothing_leaves_nothing_to_judge(tmp_path):
    code, told = observed("print('hello')", "--report-dir", tmp_path)
    assert code == 4, told
    assert "Nothing was judged: the command sent nothing to the mock" in told
    assert set(verdicts_in(tmp_path).values()) == {Verdict.INCONCLUSIVE}
    assert report_in(tmp_path)["run"]["lead"] == "the command sent nothing to the mock"


def test_traffic_that_is_no_http_is_told_apart_from_none():
    code, told = observed(
        """
import socket, urllib.parse
address = urllib.parse.urlsplit(os.environ["SORA_BASE_URL"])
with socket.create_connection((address.hostname, address.port)) as connection:
    connection.sendall(b"\\x16\\x03\\x01\\x00\\r\\n\\r\\n")
    connection.recv(1)
"""
    )
    assert code == 4, told
    assert "what the command sent to the mock is no HTTP" in told


def test_the_mocks_own_controls_are_no_traffic():
    code, told = observed(
        "urllib.request.urlopen(os.environ['SORA_MOCK_URL'] + '/_mock/health').read()",
    )
    assert code == 4, told
    assert "the command sent nothing" in told


def test_who_moves_the_mocks_time_is_not_judged_by_the_clock_on_the_wall(tmp_path):
    code, told = observed(
        """
for _ in range(9):
    try:
        create()
        break
    except urllib.error.HTTPError as error:
        order = json.dumps({"advance": int(error.headers["retry-after"])}).encode()
        headers = {"content-type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(os.environ["SORA_MOCK_URL"] + "/_mock/clock", order, headers))
""",
        *("--scenario", "rate-limit-storm", "--report-dir", tmp_path),
    )
    assert code == 0, told
    verdicts = verdicts_in(tmp_path)
    assert verdicts["client.retry.retry-after"] is Verdict.INCONCLUSIVE
    assert verdicts["client.retry.rate-limited"] is Verdict.PASS
    report = report_in(tmp_path)
    assert report["drill"]["grade"] is None
    assert report["run"]["lead"].startswith("the command moved the mock's time")
    assert "Note: the command moved the mock's time" in told


def test_both_names_of_addresses_and_keys_are_given(tmp_path):
    code, told = observed("""
e = os.environ
assert e["SORA_BASE_URL"] == e["SORA_MOCK_URL"] + "/v1/sora" == e["OPENAI_BASE_URL"] + "/sora"
assert e["SORA_API_KEY"] == e["OPENAI_API_KEY"]
create()
""")
    assert "exited with 0" in told
    assert code == 0, told


def ends_as_an_error(folder, code, told, said):
    assert code == 3, told
    lines = lines_in(folder)
    assert {line.verdict for line in lines} == {Verdict.ERROR}
    assert all(said in line.reason for line in lines)
    assert "Nothing was judged: " in told
    assert said in told
    assert said in report_in(folder)["run"]["lead"]
    return True


def test_a_command_that_does_not_start_is_an_error(tmp_path):
    code, told = run("--report-dir", tmp_path, "--", "no-such-command-anywhere")
    assert ends_as_an_error(tmp_path, code, told, "'no-such-command-anywhere': No such file or directory")


def test_a_command_that_dies_is_an_error_and_its_last_lines_are_told(tmp_path):
    code, told = observed("create(); print('so long', flush=True); os.kill(os.getpid(), 11)", "--report-dir", tmp_path)
    assert ends_as_an_error(tmp_path, code, told, "the command died of SIGSEGV; it printed last: so long")
    assert report_in(tmp_path)["command"] == {
        "argv": [sys.executable, "-c", report_in(tmp_path)["command"]["argv"][2]],
        "exit_code": None,
        "signal": "SIGSEGV",
    }


def test_a_command_that_takes_too_long_is_an_error(tmp_path):
    code, told = observed(
        "create(); print('waiting', flush=True); time.sleep(60)", "--timeout", "1", "--report-dir", tmp_path
    )
    assert ends_as_an_error(tmp_path, code, told, "the command was not through within 1 s; it printed last: waiting")


def test_a_command_that_floods_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(observing, "run", partial(running.run, max_output=100_000))
    code, told = observed("while True: print('y' * 60)", "--report-dir", tmp_path)
    assert ends_as_an_error(
        tmp_path, code, told[-5000:], "the command printed more than 100000 bytes; it printed last:"
    )


def test_a_mock_that_does_not_start_is_an_error(tmp_path, monkeypatch):
    class Broken:
        def __init__(self, _):
            raise observing.MockFailed("the mock did not start; it said last: no room")

    monkeypatch.setattr(observing, "Beside", Broken)
    code, told = observed("create()", "--report-dir", tmp_path)
    assert ends_as_an_error(tmp_path, code, told, "the mock did not start; it said last: no room")


def test_a_mistake_of_the_tap_is_an_error(tmp_path, monkeypatch):
    class Failing(observing.Tap):
        def quiet(self, seconds):
            self.errors.append("Traceback …\nValueError: odd")
            return super().quiet(seconds)

    monkeypatch.setattr(observing, "Tap", Failing)
    code, told = observed("create()", "--report-dir", tmp_path)
    assert ends_as_an_error(tmp_path, code, told, "the tap failed: ValueError: odd")


def test_what_a_command_prints_passes_but_does_not_command_a_terminal_again(tmp_path):
    noise = r"sys.stdout.buffer.write(b'\x1b]0;owned\x07\xff\xfe\x00\n'); sys.stdout.flush()"
    code, told = observed(f"create(); {noise}; os.kill(os.getpid(), 9)", "--report-dir", tmp_path)
    assert code == 3
    assert told.count("\x1b]0;owned") == 1
    assert "\\x1b]0;owned\\x07" in told
    assert "\0" not in (tmp_path / "junit.xml").read_text(encoding="utf-8")


def test_a_key_that_a_command_prints_is_a_finding_and_in_no_report(tmp_path):
    printing = "create(); print('KEY:' + os.environ['SORA_API_KEY'])"
    code, told = observed(printing, "--strict", "--report-dir", tmp_path)
    assert code == 1, told
    (key,) = re.findall(r"KEY:(sk-canary-\w+)", told)
    assert verdicts_in(tmp_path)["client.auth.key-hidden"] is Verdict.FAIL
    assert told.count(key) == 1
    for file in tmp_path.iterdir():
        assert key not in file.read_text(encoding="utf-8"), file


def test_a_key_among_the_last_lines_is_veiled(tmp_path):
    code, told = observed(
        "print('KEY:' + os.environ['SORA_API_KEY'], flush=True); os.kill(os.getpid(), 9)", "--report-dir", tmp_path
    )
    assert code == 3
    assert "it printed last: KEY:$CANARY" in told


def test_the_options_of_the_command_are_its_own():
    code, told = run(
        "--", sys.executable, "-c", CLIENT + "print(sys.argv[1:]); create()", "--strict", "--report-dir", "x"
    )
    assert "['--strict', '--report-dir', 'x']" in told
    assert code == 0, told


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all(number):
    code = "import os, time; print(os.getpid(), os.environ['SORA_MOCK_URL'], flush=True); time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-m", "sora_conformance", "observe", "--", sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=clean_environment(),
    )
    with process:
        pid = int(process.stdout.readline().split()[0])
        process.send_signal(number)
        assert process.wait(SECONDS) == 128 + number
    assert gone(pid)


def test_reports_are_written_and_the_exit_code_is_told_though_nobody_reads(tmp_path):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "sora_conformance", "observe", "--report-dir", str(tmp_path), "--"]
        + [sys.executable, "-c", CLIENT + "create()\nprint('x' * 99999)"],
        stdout=write,
        stderr=subprocess.PIPE,
        env=clean_environment(),
        timeout=SECONDS,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "report.json").exists()
