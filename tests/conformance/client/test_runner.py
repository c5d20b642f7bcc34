"""The runner: every client ends in a verdict of its own, and none keeps it waiting."""

import json
import shutil
import sys
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from sora_conformance.cli import main
from sora_conformance.client import adapter, choosing, processes, runner, trial
from sora_conformance.client.choosing import Terms, choose, in_order
from sora_conformance.client.runner import judge_client
from sora_conformance.client.stage import Stage
from sora_conformance.report.summary import ExitCode, Result
from sora_conformance.verdicts import Verdict
from tests.conformance.specimens.support import COMMANDS

HERE = Path(__file__).parent
QUICK = ("client.request.once",)
WATCHED = ("client.body.*", "client.auth.*", "client.base-url.*", "client.source.*", "client.request.no-listing")


def fake(how):
    return (sys.executable, str(HERE / "fake_adapter.py"), how)


def small(how):
    return (sys.executable, str(HERE / "small_client.py"), how)


def judged(command, patterns=QUICK, **terms):
    return judge_client(Terms(command=tuple(command), patterns=patterns, **terms))


def broken(result):
    return {line.rule for line in result.lines if line.verdict in {Verdict.FAIL, Verdict.WARN}}


def verdicts(result):
    return {line.case: line.verdict for line in result.lines}


@pytest.fixture(autouse=True)
def brief(request, monkeypatch):
    """Let the short tests wait less for what does not come."""
    if "slow" not in request.keywords:
        monkeypatch.setattr(trial, "QUIET_SECONDS", 0.02)
        monkeypatch.setattr(adapter, "END_SECONDS", 0.5)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(processes, "HELLO_SECONDS", 0.5)
    monkeypatch.setattr(runner, "SMOKE_SECONDS", 0.5)
    monkeypatch.setattr(adapter, "END_SECONDS", 0.2)


def test_a_client_of_another_dialect_is_told_so():
    result = judged(small("well"), dialect="openai")
    assert result.run.lead.startswith(
        "the adapter makes no call of the dialect openai: expected some of create_video, "
    )
    assert "found create_from_url" in result.run.lead
    assert result.summary.exit_code is ExitCode.ERROR


# -- adapters that do not do their part ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("/no/such/command",), "not started: /no/such/command: No such file or directory"),
        (fake("banner"), "garbled: expected a message of the protocol, found 'Welcome"),
        (fake("other-protocol"), "garbled: "),
        (fake("dies-at-once"), "died: it exited with 3; it said last: cannot import client"),
        (fake("floods"), "flood: "),
        (fake("crashes"), "died: it exited with 139"),
        (fake("garbage"), "garbled: expected a message of the protocol, found '<html>'"),
        (fake("wrong-id"), "unknown id: answered call 'c999'"),
        (fake("harness-error"), "no such thing"),
    ],
    ids=lambda value: value[-1] if isinstance(value, tuple) else "",
)
def test_an_adapter_that_fails_makes_every_case_an_error(command, words):
    result = judged(command)
    assert {line.verdict for line in result.lines} == {Verdict.ERROR}
    assert result.run.lead.startswith(f"the adapter failed: {words}")
    assert result.summary.exit_code is ExitCode.ERROR


@pytest.mark.parametrize("how", ["never-says-hello", "hangs"])
@pytest.mark.usefixtures("impatient")
def test_an_adapter_that_is_silent_is_given_up(how):
    result = judged(fake(how))
    assert result.summary.result is Result.ERROR
    assert "0.5 s" in result.run.lead


@pytest.mark.usefixtures("impatient")
def test_what_an_adapter_has_started_ends_with_it():
    command = f"sleep 600 & exec {' '.join(small('well'))}"
    assert judged(("sh", "-c", command)).summary.result is Result.CONFORMANT


# -- clients -------------------------------------------------------------------------------------------------------


def test_a_sound_client_is_conformant():
    result = judged(small("well"), (*QUICK, *WATCHED[2:]))
    assert broken(result) <= {"client.base-url.prefix"}
    assert result.run.target in {"", "small 1"}
    assert result.run.calls >= 3


@pytest.mark.parametrize(
    ("how", "rule"),
    [
        ("nulls", "client.body.clean"),
        ("one-model", "client.body.model"),
        ("both-sources", "client.body.one-source"),
        ("no-timestamps", "client.body.timestamps-with-url"),
        ("list-timestamps", "client.body.timestamps-text"),
        ("no-type", "client.body.json"),
        ("no-bearer", "client.auth.bearer"),
        ("key-in-query", "client.auth.header-only"),
        ("logs-key", "client.auth.key-hidden"),
        ("env-key", "client.auth.explicit-key"),
        ("loses-prefix", "client.base-url.prefix"),
        ("calls-home", "client.base-url.exclusive"),
        ("lists", "client.request.no-listing"),
        ("fetches", "client.source.not-fetched"),
        ("sends-twice", "client.request.once"),
        ("forgets-at", "client.mention.verbatim"),
        ("ascii-only", "client.body.unicode"),
        ("retries-all", "client.retry.invalid"),
        ("retries-all", "client.retry.unauthorized"),
        ("retries-all", "client.retry.unknown-task"),
        ("mixes-ids", "client.concurrency.ids"),
        ("follows", "client.redirect.key"),
        ("trusts-all", "client.tls.verified"),
        ("gives-up", "client.retry.rate-limited"),
        ("says-nothing", "client.error.detail"),
        ("says-nothing", "client.error.not-json"),
    ],
)
def test_a_client_that_breaks_a_rule_is_found(how, rule):
    found = judged(small(how), (rule,), strict=True)
    assert rule in broken(found)
    amiss = [line for line in found.lines if line.verdict in {Verdict.FAIL, Verdict.WARN}]
    assert all(line.evidence or "standard error" in line.reason for line in amiss)


@pytest.mark.parametrize("how", ["tells-key", "env-key", "logs-key"])
def test_no_key_stands_in_a_line(how):
    result = judged(small(how), ("client.auth.key-hidden", "client.auth.explicit-key", "client.auth.bearer"))
    assert broken(result)
    assert "sk-canary" not in str(result.lines)


def test_what_a_client_cannot_do_is_not_held_against_it():
    found = verdicts(judged(small("no-generate")))
    assert found["request/once/generation"] is Verdict.NOT_APPLICABLE
    assert found["request/once/from-url"] is Verdict.PASS


@pytest.mark.parametrize(("how", "verdict"), [("unsupported", Verdict.NOT_APPLICABLE), ("skips", Verdict.SKIP)])
def test_what_an_adapter_leaves_out_is_left_out(how, verdict):
    result = judged(small(how))
    assert set(verdicts(result).values()) == {verdict}
    assert result.summary.result is Result.INCONCLUSIVE


def test_a_case_needs_what_it_needs():
    result = judged(small("well"), ("client.request.cancelled",))
    assert {line.reason for line in result.lines} == {"the client does not declare cancel"}


def test_a_process_that_crashes_costs_only_the_case_in_which_it_does():
    result = judged(small("crashes-later"))
    assert set(verdicts(result).values()) == {Verdict.PASS}


def test_a_client_that_makes_one_call_at_a_time_is_asked_so():
    assert set(verdicts(judged(small("one-by-one"))).values()) == {Verdict.PASS}


# -- terms ---------------------------------------------------------------------------------------------------------


def test_lines_come_as_they_are_found_and_stand_in_order():
    taken = []
    result = judge_client(Terms(command=small("well"), patterns=QUICK), taken.append)
    assert sorted(line.case for line in taken) == sorted(line.case for line in result.lines)
    assert [line.case for line in result.lines] == list(choose(Terms(command=(), patterns=QUICK)).names)


def test_other_rules_feed_the_watch_and_are_not_told():
    result = judged(small("well"), ("client.body.model",))
    assert verdicts(result) == {"watch/body/model": Verdict.PASS}


def test_the_seed_sets_the_order_but_for_the_longest():
    choice = choose(Terms(command=()))
    orders = [[case.id for case in in_order(choice, seed)] for seed in (0, 1, 1, 2)]
    assert orders[1] == orders[2] != orders[3]
    assert sorted(orders[0]) == sorted(orders[1])
    assert {order[0] for order in orders} == {"timeout/patience"}


def test_the_stage_s_mistakes_are_not_the_client_s(monkeypatch):
    monkeypatch.setattr(Stage, "strays", property(lambda stage: stage.errors.append("Oops: it broke") or ()))
    result = judged(small("well"))
    assert {line.reason for line in result.lines} == {"the stage failed: Oops: it broke"}
    assert result.summary.exit_code is ExitCode.ERROR


def test_an_interrupted_run_ends_its_processes(monkeypatch):
    ended = []
    monkeypatch.setattr(processes.Processes, "close", lambda self, **how: ended.append(how))

    def stop(line):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge_client(Terms(command=small("well"), patterns=QUICK), stop)
    assert {"at_once": True} in ended


def test_every_rule_of_the_watch_has_a_line_of_its_own():
    names = choose(Terms(command=())).names
    assert len(set(names)) == len(names)
    assert choosing.watch_name("client.body.model") in names


# -- the command ---------------------------------------------------------------------------------------------------


def invoked(*arguments):
    return CliRunner().invoke(main, ["client", *map(str, arguments)])


def test_the_command_judges_and_writes_reports(tmp_path):
    result = invoked("--rule", QUICK[0], "--report-dir", tmp_path, "--", *small("well"))
    assert result.exit_code == 0, result.output
    assert "Conformant in part: 1 of 1 judged rule kept." in result.output
    lines = [json.loads(line) for line in (tmp_path / "verdicts.jsonl").read_text().splitlines()]
    assert {line["verdict"] for line in lines} == {"PASS"}
    assert json.loads((tmp_path / "report.json").read_text())["run"]["side"] == "client"
    assert "sk-canary" not in "".join(path.read_text() for path in tmp_path.iterdir())


def test_the_command_ends_with_one_for_what_is_broken():
    assert invoked("--rule", "client.auth.bearer", "--", *small("no-bearer")).exit_code == 1


def test_the_command_ends_with_three_where_the_adapter_fails():
    result = invoked("--rule", QUICK[0], "--", *fake("dies-at-once"))
    assert result.exit_code == 3
    assert "Nothing was judged: the adapter failed: died" in result.output


def test_what_is_expected_is_excused_and_what_is_not_there_is_stale(tmp_path):
    known = tmp_path / "known.toml"
    known.write_text('[[expect]]\nrule = "client.auth.bearer"\nreason = "known"\n')
    options = ("--rule", "client.auth.bearer", "--expect", known, "--")
    assert invoked(*options, *small("no-bearer")).exit_code == 0
    assert invoked(*options, *small("well")).exit_code == 5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing argument"),
        (("--rule", "nothing", "--", "true"), "--rule: expected a pattern that matches a rule of clients"),
        (("--expect", "/no/such.toml", "--", "true"), "--expect /no/such.toml: No such file"),
    ],
)
def test_a_mistake_is_told_in_one_line(arguments, words):
    result = invoked(*arguments)
    assert result.exit_code == 2
    assert words in result.output


def test_a_report_that_cannot_be_written_is_a_mistake():
    result = invoked("--rule", QUICK[0], "--report-dir", "/dev/null/x", "--", *small("well"))
    assert result.exit_code == 2
    assert "/dev/null" in result.output


# -- the whole of it -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_reference_client_keeps_every_rule():
    result = judge_client(Terms(command=tuple(COMMANDS["reference"]), strict=True))
    assert {line.case: line.reason for line in result.lines if line.verdict is not Verdict.PASS} == {}
    assert (result.summary.judged, result.summary.passed) == (51, 51)
    assert result.run.seconds < 60


@pytest.mark.slow
def test_the_guide_s_client_falls_short_as_is_known():
    known = resources.files("sora_conformance.specimens") / "guide-client.toml"
    result = invoked("--strict", "--expect", known, "--", *COMMANDS["guide"])
    assert result.exit_code == 0, result.output
    assert "27 cases deviate as expected" in result.output


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "example in python",
        pytest.param(
            "example in node", marks=pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
        ),
    ],
)
def test_an_example_breaks_nothing_but_by_a_warning(name):
    result = judge_client(Terms(command=tuple(COMMANDS[name]), strict=True))
    assert result.summary.result is Result.CONFORMANT
    assert broken(result) <= {"client.concurrency.falls"}
