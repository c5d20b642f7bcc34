"""The drills, played: everything in them happens, the same way every time, and then it is over."""

import asyncio
import copy
from importlib.resources import files
from urllib.parse import urlsplit

import msgspec
import pytest

from sora_mock.control.desk import Desk
from sora_mock.scenarios import builtin, names
from sora_mock.visit import HOUSE
from sora_mock.wire import Request
from tests.mock_server.support import BASE

every_drill = pytest.mark.parametrize("name", names())


KEY = {"authorization": "Bearer sk-alice", "content-type": "application/json"}


def call(mock, method, path, body=None, query=""):
    """Make a call whatever is answered."""
    request = Request(
        method=method, path=path, query=query, headers=KEY, body=b"" if body is None else msgspec.json.encode(body)
    )
    return asyncio.run(mock.exchange.answer(request))


def history(mock):
    entries = mock.exchange.journal.entries()
    return [(entry.operation, entry.faults, entry.reply.status, entry.reply.delay) for entry in entries]


def played(stage, name, *, rounds=6, **settings):
    """Play a drill through several sessions, and follow a link in each."""
    mock = stage(**settings)
    task = mock.task(duration=1)
    link = urlsplit(mock.get(f"/generations/{task}").json["video_url"])
    desk = Desk(mock.understudy, mock.exchange.journal)
    desk.start_scenario(HOUSE, builtin(name))
    for _ in range(rounds):
        a_session(mock, link)
    return mock, desk


def a_session(mock, link):
    for number in range(6):
        call(
            mock,
            "POST",
            BASE + "/characters",
            {"model": "sora-2-character", "url": "https://a/b.mp4", "timestamps": "0,1"},
        )
        call(
            mock,
            "POST",
            BASE + "/generations",
            {"model": "sora-2", "prompt": "@char_0 walks" if number % 2 else "a street"},
        )
        call(mock, "GET", BASE + "/generations/task_0")
        call(mock, "GET", BASE + "/generations/task_0/content")
        call(mock, "GET", link.path, query=link.query)
        mock.clock.advance(9_000)


@every_drill
def test_every_fault_has_a_comment_that_says_why(name):
    lines = (files("sora_mock.scenarios") / "drills" / f"{name}.toml").read_text().splitlines()
    heads = [number for number, line in enumerate(lines) if line == "[[fault]]"]
    assert heads
    assert all(lines[number - 1].startswith("# ") for number in heads)


@every_drill
def test_everything_in_a_drill_happens(stage, name):
    mock, desk = played(stage, name)
    befallen = {fault for _, faults, _, _ in history(mock) for fault in faults}
    assert befallen == set(builtin(name).named_faults())
    assert "internal_error" not in str([entry.reply.body for entry in desk.entries()])


@every_drill
def test_a_drill_goes_the_same_way_with_the_same_seed(stage, name):
    first, second = (history(played(stage, name, seed=5)[0]) for _ in range(2))
    assert first == second


def test_what_a_gateway_gives_up_on_goes_on_behind_it(stage):
    _, desk = played(stage, "flaky-network")
    given_up = [entry for entry in desk.entries() if entry.faults == ("flaky-network/gateway",)]
    assert given_up
    assert all(entry.reply.status == 504 and entry.reply.withheld is not None for entry in given_up)


@pytest.mark.parametrize("name", ["brownout", "flaky-network", "slow-render"])
def test_a_drill_left_to_chance_goes_another_way_with_another_seed(stage, name):
    first, second = (history(played(stage, name, seed=seed)[0]) for seed in (5, 6))
    assert first != second


@every_drill
def test_a_drill_that_is_over_leaves_no_trace_in_what_holds_for_all(stage, name):
    mock = stage()
    desk = Desk(mock.understudy, mock.exchange.journal)
    desk.configure(HOUSE, {"creations_per_minute": "9"})
    before = copy.deepcopy(desk.export_state(HOUSE))
    desk.start_scenario(HOUSE, builtin(name))
    call(mock, "GET", BASE + "/generations/task_0")
    desk.stop_scenarios(HOUSE)
    after = desk.export_state(HOUSE)
    assert (after.knobs, after.faults, after.scenarios) == (before.knobs, {}, {})
    assert mock.post("/characters", {}).headers["x-ratelimit-limit-requests"] == "9"
