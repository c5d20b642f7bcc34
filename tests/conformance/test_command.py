"""The command, tried on servers that could hardly be more different."""

import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

import sora_mock
from sora_conformance.cli import main
from sora_conformance.ledger import Entry
from sora_conformance.verdicts import Line, Verdict
from tests.conformance.servers import answering, closed, silent
from tests.e2e.serving import SECONDS, clean_environment
from tests.mutants.serving import serving


def judged(*arguments, **variables):
    """Run the command; return its exit code and what it printed."""
    done = CliRunner().invoke(main, ["server", *map(str, arguments)], env={"COLUMNS": "200", **variables})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def lines_in(folder):
    return [msgspec.json.decode(line, type=Line) for line in (folder / "verdicts.jsonl").read_bytes().splitlines()]


def verdicts_in(folder):
    return {line.verdict for line in lines_in(folder)}


README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
(TYPED,) = re.findall(r"^\$ sora-conformance server (http://127.* --second-api-key .*)$", README, re.MULTILINE)
(TYPED_FOR_CLIENTS,) = re.findall(r"^\$ (sora-conformance client .*)$", README, re.MULTILINE)


@pytest.fixture(scope="module")
def judge_of_clients(tmp_path_factory):
    """Return the README's judge of clients, at work, and its folder."""
    folder = tmp_path_factory.mktemp("clients")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with (folder / "told").open("wb") as told:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {TYPED_FOR_CLIENTS}"],
            cwd=folder,
            env=clean_environment(PATH=path),
            stdout=told,
            stderr=told,
        )
    yield process, folder
    process.terminate()
    process.wait(SECONDS)


# -- five servers -----------------------------------------------------------------------------------------------------


def bare():
    """Return an app with the two POSTs and nothing else: it believes whatever it is told."""
    made = iter(range(10**6))

    async def character(request):
        return JSONResponse({"character_id": f"char_{next(made)}"})

    async def generation(request):
        return JSONResponse({"id": f"task_{next(made)}", "status": "queued"})

    routes = [
        Route("/v1/sora/characters", character, methods=["POST"]),
        Route("/v1/sora/generations", generation, methods=["POST"]),
    ]
    return Starlette(routes=routes)


# Begun here: it waits for half a minute, which the tests before its own can use.
@pytest.mark.usefixtures("judge_of_clients")
def test_a_server_that_believes_everything_is_non_conformant(tmp_path):
    with serving(bare()) as url:
        code, told = judged(url, "--report-dir", tmp_path, "--rule", "character.*", "--rule", "auth.*", "--max-wait", 0)
    assert code == 1, told
    broken = {line.rule for line in lines_in(tmp_path) if line.verdict is Verdict.FAIL}
    assert {"character.model.required", "character.timestamps.format", "character.source.required"} <= broken
    assert "character.url.created" not in broken
    assert "non-conformant" in told.lower()


def test_a_server_of_html_is_non_conformant(tmp_path):
    page = (200, {"Content-Type": "text/html"}, b"<!doctype html><h1>Welcome</h1>")
    with answering(lambda *_: page) as url:
        code, told = judged(url, "--report-dir", tmp_path, "--rule", "character.*", "--max-wait", 0)
    assert code == 1, told
    assert "answers text/html instead of JSON" in told
    assert not [
        line for line in lines_in(tmp_path) if line.verdict is Verdict.PASS and line.rule.startswith("character")
    ]


def test_a_server_that_limits_everything_is_inconclusive(tmp_path):
    with answering(lambda *_: (429, {"Retry-After": "0"}, b'{"error": {"code": "rate_limit_exceeded"}}')) as url:
        code, told = judged(url, "--report-dir", tmp_path)
    assert code == 4, told
    assert "rate limited" in told
    assert verdicts_in(tmp_path) <= {Verdict.INCONCLUSIVE, Verdict.SKIP, Verdict.NOT_APPLICABLE}


def test_a_server_that_hangs_is_inconclusive_before_long(tmp_path):
    start = time.monotonic()
    with silent() as url:
        code, told = judged(url, "--report-dir", tmp_path, "--timeout", "0.2")
    assert code == 4, told
    assert "target unavailable: timeout" in told
    assert verdicts_in(tmp_path) <= {Verdict.INCONCLUSIVE, Verdict.SKIP, Verdict.NOT_APPLICABLE}
    assert time.monotonic() - start < 60


def test_a_closed_port_is_inconclusive(tmp_path):
    code, told = judged(closed(), "--report-dir", tmp_path)
    assert code == 4, told
    assert "Nothing was judged: target unavailable: connection refused" in told
    assert "0 of 0" not in told
    assert verdicts_in(tmp_path) <= {Verdict.INCONCLUSIVE, Verdict.SKIP, Verdict.NOT_APPLICABLE}


# -- the mock ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mock_run(tmp_path_factory):
    """Return code, words and folder of a whole run on the mock, with two keys, by the command of the README."""
    folder = tmp_path_factory.mktemp("mock")
    with sora_mock.running() as sora, contextlib.chdir(folder):
        code, told = judged(*shlex.split(TYPED.replace("http://127.0.0.1:8000", sora.venue.origin), comments=True))
    return code, told, folder / "report"


def test_the_mock_is_conformant_with_nothing_left_out(mock_run):
    code, told, folder = mock_run
    deviant = [
        (line.case, line.verdict, line.reason)
        for line in lines_in(folder)
        if line.verdict not in {Verdict.PASS, Verdict.NOT_APPLICABLE}
    ]
    assert deviant == []
    assert code == 0, told


def test_every_rule_of_servers_has_a_line(mock_run):
    from sora_conformance.contract import load

    rules = {rule.id for rule in load("guide").rules if rule.side == "server"}
    assert {line.rule for line in lines_in(mock_run[2])} == rules


def test_a_run_writes_every_report_and_the_ledger(mock_run):
    names = {file.name for file in mock_run[2].iterdir()}
    assert names == {"verdicts.jsonl", "report.json", "junit.xml", "report.html", "badge.json", "ledger.jsonl"}


def test_the_ledger_holds_everything_that_was_made(mock_run):
    entries = [
        msgspec.json.decode(line, type=Entry) for line in (mock_run[2] / "ledger.jsonl").read_bytes().splitlines()
    ]
    report = json.loads((mock_run[2] / "report.json").read_text())
    made = report["run"]["characters"] + report["run"]["generations"]
    assert len(entries) == made > 0


@pytest.mark.slow
def test_without_a_second_key_only_what_needs_one_is_left_out(tmp_path):
    with sora_mock.running() as sora:
        code, told = judged(sora.base_url, "--report-dir", tmp_path)
    left_out = {line.reason for line in lines_in(tmp_path) if line.verdict is Verdict.SKIP}
    assert left_out == {"needs a second key"}
    assert code == 0, told


@pytest.mark.slow
def test_two_runs_with_one_seed_say_the_same(tmp_path):
    streams = []
    with sora_mock.running() as sora:
        for name in ("one", "two"):
            judged(sora.base_url, "--second-api-key", "sk-b", "--seed", "3", "--report-dir", tmp_path / name)
            streams.append([(line.case, line.verdict, line.reason) for line in lines_in(tmp_path / name)])
    assert streams[0] == streams[1]


@pytest.mark.slow
def test_the_work_can_be_spread_over_processes(tmp_path):
    with sora_mock.running() as sora:
        code, told = judged(
            sora.base_url, "--rule", "character.*e*", "--rule", "error.*", "--workers", "2", "--report-dir", tmp_path
        )
    assert code == 0, told
    assert {line.verdict for line in lines_in(tmp_path)} <= {Verdict.PASS, Verdict.SKIP}


# -- what may be spent ------------------------------------------------------------------------------------------------


class Elsewhere:
    """Makes a mock on this machine look like a server elsewhere."""

    def __init__(self, monkeypatch):
        monkeypatch.setattr("sora_conformance.target.is_loopback", lambda _: False)


def test_a_server_elsewhere_gets_free_calls_only(tmp_path, monkeypatch):
    Elsewhere(monkeypatch)
    with sora_mock.running() as sora:
        code, told = judged(sora.base_url, "--api-key", sora.api_key, "--report-dir", tmp_path)
        made = [entry for entry in sora.journal.entries() if entry.status == 200 and entry.method == "POST"]
    assert made == []
    assert code == 0, told
    assert "conformant in part" in told.lower()
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["run"]["characters"], report["run"]["generations"]) == (0, 0)


def test_a_server_elsewhere_needs_a_key(monkeypatch):
    Elsewhere(monkeypatch)
    code, told = judged("https://relay.example/v1/sora", SORA_API_KEY="")
    assert code == 2
    assert "--api-key: expected a key" in told


def test_no_run_makes_one_call_beyond_its_budget(tmp_path):
    called = []

    def refuse(method, path, headers, body):
        if path.startswith("/v1/sora"):
            called.append(path)
        return 400, {}, b'{"error": {"code": "invalid_value"}}'

    with answering(refuse) as url:
        judged(url, "--max-calls", 20, "--report-dir", tmp_path, "--max-wait", 0)
    assert len(called) == 20
    assert any("budget: the run may make at most 20 calls" in (line.reason or "") for line in lines_in(tmp_path))


def test_no_run_makes_one_character_beyond_its_budget(tmp_path):
    with sora_mock.running() as sora:
        code, told = judged(
            sora.base_url, "--api-key", sora.api_key, "--max-characters", 3, "--rule", "c*e*", "--report-dir", tmp_path
        )
        calls = sora.journal.entries()
    assert len([call for call in calls if call.operation == "createCharacter" and call.status == 200]) == 3
    assert code == 4, told
    assert any("budget: the run may make at most 3 characters" in (line.reason or "") for line in lines_in(tmp_path))


def test_the_plan_calls_nothing_of_the_api():
    with sora_mock.running() as sora:
        code, told = judged(sora.base_url, "--api-key", sora.api_key, "--plan")
        entries = sora.journal.entries()
    assert code == 0
    assert entries == []
    assert "At most" in told
    assert "left out: needs a second key" in told


def test_a_run_costs_no_more_than_its_plan(mock_run):
    with sora_mock.running() as sora:
        told = judged(sora.base_url, "--plan", "--second-api-key", "sk-b")[1]
    planned = next(line for line in told.splitlines() if line.startswith("At most")).split()
    run = json.loads((mock_run[2] / "report.json").read_text())["run"]
    assert run["calls"] <= int(planned[2])
    assert run["characters"] <= int(planned[4])


def test_a_plan_for_a_server_elsewhere_needs_no_key():
    code, told = judged("https://relay.invalid/v1/sora", "--plan", SORA_API_KEY="")
    assert code == 0
    assert "a server elsewhere" in told
    assert "At most" in told
    assert " 0 characters" in told


# -- expectations -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def videos_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("videos")
    with sora_mock.running() as sora:
        base = sora.base_url.partition("/v1")[0] + "/v1"
        declared = ("--dialect", "openai", "--features", "json,list,delete,models", "--allow", "", "--rule", "video.*")
        yield folder, judged(base, *declared, "--report-dir", folder)


def test_the_videos_api_is_judged_by_rules_of_its_own(videos_run):
    folder, (code, output) = videos_run
    assert code == 0, output
    assert {Verdict.PASS, Verdict.SKIP, Verdict.NOT_APPLICABLE} == verdicts_in(folder)


def test_what_is_not_offered_says_so(videos_run):
    folder, _ = videos_run
    reasons = {line.reason for line in lines_in(folder) if line.rule == "video.character.multipart"}
    assert reasons == {"the target does not offer characters: by its declaration"}


def test_known_deviations_make_a_run_green_and_stale_ones_red(tmp_path):
    known = tmp_path / "known.toml"
    known.write_text('[[expect]]\nrule = "character.source.ex*"\nreason = "takes two sources"\n')
    with serving(bare()) as url:
        code, told = judged(url, "--rule", "character.source.ex*", "--expect", known)
        assert code in {0, 4}, told
    with sora_mock.running() as sora:
        code, told = judged(sora.base_url, "--rule", "character.source.ex*", "--expect", known)
    assert code == 5, told


def test_an_expectation_that_nothing_matches_is_red(tmp_path):
    known = tmp_path / "known.toml"
    known.write_text('[[expect]]\nrule = "charcter.*"\nreason = "a slip"\n')
    with sora_mock.running() as sora:
        code, told = judged(sora.base_url, "--rule", "auth.key.ref*", "--expect", known)
    assert code == 5, told
    assert "charcter.*" in told


# -- mistakes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ["http://127.0.0.1:8/v1", "--features", "list"],
            "--features: expected with --dialect openai or relay only, found guide",
        ),
        (
            ["http://127.0.0.1:8/v1", "--dialect", "openai", "--features", "lists"],
            "--features: expected some of json, list",
        ),
        (["ftp://x"], "URL: expected the base address"),
        (["http://user:pw@localhost/v1"], "URL: expected an address without user"),
        (["http://localhost/v1?x=1"], "URL: expected an address without user"),
        (["http://localhost:99999/v1"], "URL: expected the base address"),
        (["http://localhost/v1", "--allow", "free,everything"], "--allow: expected some of free, character"),
        (["http://localhost/v1", "--rule", "nothing.*"], "--rule: expected a pattern that matches"),
        (["http://localhost/v1", "--source", "film=http://x/y"], "--source: expected NAME=URL"),
        (["http://localhost/v1", "--expect", "/none.toml"], "--expect /none.toml: No such file"),
        (["http://localhost/v1", "--dialect", "openai", "--expect", "litelm"], "(known by name: bifrost, litellm, "),
        (
            ["http://localhost/v1", "--api-key", "k", "--second-api-key", "k"],
            "--second-api-key: expected the key of another",
        ),
        (["http://localhost/v1", "--api-key", "k\n"], "--api-key: expected printable ASCII"),
        (["http://localhost/v1", "--dialect", "klingon"], "'klingon' is not"),
    ],
)
def test_a_mistake_is_told_in_one_line(arguments, complaint):
    code, told = judged(*arguments)
    assert code == 2
    assert told.startswith("sora-conformance: ")
    assert complaint in told
    assert told.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_a_mistake(tmp_path):
    (tmp_path / "file").write_text("")
    code, told = judged("http://127.0.0.1:9/v1/sora", "--report-dir", tmp_path / "file" / "below")
    assert code == 2
    assert "Not a directory" in told


# -- secrets ----------------------------------------------------------------------------------------------------------


def test_a_server_that_echoes_the_key_gets_it_into_no_report(tmp_path):
    key = "sk-canary-5f2e91"

    def echo(method, path, headers, body):
        said = headers.get("authorization", "")
        content = json.dumps({"error": {"code": "invalid_model", "message": f"{said} {said.upper()} {path}"}}).encode()
        return 400, {"X-Echo": said}, content + body

    with answering(echo) as url:
        code, told = judged(url, "--api-key", key, "--report-dir", tmp_path, "--max-wait", 0)
    assert code == 1
    for file in tmp_path.iterdir():
        assert key not in file.read_text().lower(), file.name
    assert key not in told.lower()
    leaks = [line for line in lines_in(tmp_path) if line.rule == "auth.key.secret" and line.verdict is Verdict.WARN]
    assert leaks


# -- compare and rules ------------------------------------------------------------------------------------------------


def compared(*arguments):
    done = CliRunner().invoke(main, ["compare", *map(str, arguments)], env={"COLUMNS": "200"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_a_server_does_not_differ_from_itself():
    with sora_mock.running() as sora:
        code, told = compared(sora.base_url, sora.base_url, "--rule", "character.m*", "--second-api-key", "sk-b")
    assert code == 0, told
    assert "No differences" in told


def test_two_servers_that_differ_are_told_apart(tmp_path):
    with sora_mock.running() as sora, serving(bare()) as url:
        code, told = compared(
            sora.base_url,
            url,
            "--rule",
            "character.source.ex*",
            "--rule",
            "character.source.supported",
            "--report-dir",
            tmp_path,
        )
    assert code == 1, told
    for aspect in ("verdict", "status", "headers", "shape"):
        assert f"\n{aspect}" in told
    assert (tmp_path / "a" / "report.html").exists()
    assert (tmp_path / "b" / "report.html").exists()


def test_nothing_can_be_compared_with_a_dead_server():
    with sora_mock.running() as sora:
        code, told = compared(sora.base_url, closed(), "--rule", "auth.key.refused")
    assert code == 4, told


def test_the_rules_are_listed():
    done = CliRunner().invoke(main, ["rules"])
    assert done.exit_code == 0
    assert "character.timestamps.format" in done.output
    listed = json.loads(CliRunner().invoke(main, ["rules", "--json"]).output)
    assert {"id", "title", "level", "basis", "source"} <= set(listed[0])


def test_the_module_is_the_command():
    done = subprocess.run([sys.executable, "-m", "sora_conformance", "--version"], capture_output=True, text=True)
    assert done.stdout.startswith("sora-conformance ")


# -- the other judge --------------------------------------------------------------------------------------------------


def test_the_client_of_the_readme_is_conformant(judge_of_clients):
    process, folder = judge_of_clients
    code = process.wait(2 * SECONDS)
    assert code == 0, (folder / "told").read_text(encoding="utf-8")
    assert (folder / "client-report" / "report.html").is_file()
