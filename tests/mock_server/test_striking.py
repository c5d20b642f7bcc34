"""Faults in place, as requests meet them: counts, order and owners, whatever keeps the accounts."""

import asyncio

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sora_mock.clock import ManualClock
from sora_mock.control.desk import Desk
from sora_mock.engine.commands import AddFault
from sora_mock.engine.effects import NAMED, PROBLEMS, ProblemEffect, TaskEffect
from sora_mock.engine.faults import Facts, Fault, Match, When
from sora_mock.engine.policy import Policy, with_knobs
from sora_mock.keys import Caller
from sora_mock.log import MemoryLog, SqliteLog
from sora_mock.visit import HOUSE, Visit
from sora_mock.wire import Request
from tests.mock_server.support import CHARACTER, CLIP, VIDEO, Answer

OPERATIONS = ("createCharacter", "createGeneration", "retrieveGeneration")
WHENS = st.builds(
    When,
    after=st.integers(0, 3),
    first=st.one_of(st.none(), st.integers(4, 6)),
    every=st.one_of(st.none(), st.integers(1, 4)),
    probability=st.one_of(st.none(), st.floats(0.1, 1)),
    start=st.sampled_from([0.0, 3.0]),
    end=st.one_of(st.none(), st.just(9.0)),
)
FAULTS = st.builds(
    Fault,
    effect=st.sampled_from(["hang", "slow", "unavailable", "task-failing"]),
    match=st.builds(
        Match, operation=st.sampled_from([None, "createGeneration"]), account=st.sampled_from([None, "a*"])
    ),
    when=WHENS,
)
PLACED = st.lists(st.tuples(st.sampled_from(["alice", "bob", HOUSE]), FAULTS), max_size=4)
CALLS = st.lists(st.tuples(st.sampled_from(["alice", "bob"]), st.sampled_from(OPERATIONS)), max_size=20)


def visit(log, clock, account):
    return Visit(log, Caller(account), real=clock.now(), policy=Policy())


def struck(logs, placed, calls):
    """Put faults in place, then make calls through the logs in turn; return what struck and what was counted."""
    clock = ManualClock()
    for account, fault in placed:
        visit(logs[0], clock, account).perform(AddFault(fault))
    hits = []
    for number, (account, operation) in enumerate(calls):
        clock.advance(1000)
        facts = Facts(operation, "POST", "/", account, lambda _: ())
        firings = visit(logs[number % len(logs)], clock, account).strike(facts)
        hits.append([(firing.name, firing.count) for firing in firings])
    matched = [
        {name: armed.matched for name, armed in log.read(account).faults.items()}
        for log in logs
        for account in ("alice", "bob", HOUSE)
    ]
    return hits, matched[-3:]


@given(placed=PLACED, calls=CALLS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_log_counts_alike_and_so_do_two_processes_with_one_file(placed, calls, tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    alone = SqliteLog(folder / "alone.db", seed=7)
    shared = [SqliteLog(folder / "shared.db", seed=7), SqliteLog(folder / "shared.db")]
    try:
        expected = struck([MemoryLog(seed=7)], placed, calls)
        assert struck([alone], placed, calls) == expected
        assert struck(shared, placed, calls) == expected
    finally:
        for log in (alone, *shared):
            log.close()


@pytest.fixture
def mock(stage):
    return stage()


@pytest.fixture
def desk(mock):
    return Desk(mock.understudy, mock.exchange.journal)


def account_of(mock, key="sk-alice"):
    return mock.understudy.caller(f"Bearer {key}").account


def test_a_fault_of_one_account_does_not_befall_another(mock, desk):
    desk.add_fault(account_of(mock), Fault(effect="unavailable"))
    assert mock.post("/characters", CHARACTER).status == 503
    assert mock.post("/characters", CHARACTER, key="sk-bob").status == 200


def test_a_fault_of_all_befalls_every_account_and_counts_them_together(mock, desk):
    desk.add_fault(HOUSE, Fault(effect="unavailable", when=When(after=1, first=1)))
    statuses = [mock.post("/characters", CHARACTER, key=key).status for key in ("sk-alice", "sk-bob", "sk-alice")]
    assert statuses == [200, 503, 200]


def test_the_third_creation_fails_and_only_that(mock, desk):
    fault = Fault(effect="processing-failed", match=Match(operation="createCharacter"), when=When(after=2, first=1))
    desk.add_fault(account_of(mock), fault)
    statuses = []
    for _ in range(4):
        mock.task()
        statuses.append(mock.post("/characters", CHARACTER).status)
    assert statuses == [200, 200, 500, 200]


def test_the_preferred_fault_comes_before_the_accounts_and_that_before_the_one_of_all(mock, desk):
    desk.add_fault(HOUSE, Fault(effect="rate-limit", name="of-all"))
    desk.add_fault(account_of(mock), Fault(effect="bad-gateway", name="own"))
    assert mock.post("/characters", CHARACTER).headers["x-sora-mock-fault"] == "own, of-all"
    assert mock.post("/characters", CHARACTER).status == 502
    headers = {"authorization": "Bearer sk-alice", "prefer": "fault=unavailable"}
    answer = mock.request("POST", "/v1/sora/characters", headers=headers)
    assert (answer.status, answer.headers["x-sora-mock-fault"]) == (503, "unavailable, own, of-all")


CREATIONS = {
    "guide": ("/v1/sora/characters", CHARACTER),
    "openai": ("/v1/videos", {"prompt": "a street"}),
    "relay": ("/sora/v1/characters", {"url": VIDEO, "timestamps": "5,8"}),
}
"""What makes something, in each dialect."""


def sent(mock, path, body, **headers):
    """Return the plan of the reply, whose body may be anything."""
    told = {"authorization": "Bearer sk-alice", "content-type": "application/json"} | headers
    request = Request(method="POST", path=path, headers=told, body=msgspec.json.encode(body))
    return asyncio.run(mock.exchange.answer(request))


def ask(mock, path, body, **headers):
    return Answer(sent(mock, path, body, **headers))


def made(mock, desk):
    state = desk.export_state(account_of(mock))
    return len(state.characters) + len(state.generations)


@pytest.mark.parametrize("dialect", CREATIONS)
def test_an_error_that_comes_when_all_is_done_leaves_a_second_one_to_who_tries_again(mock, desk, dialect):
    desk.add_fault(account_of(mock), Fault(effect="server-error-done", name="lost", when=When(first=1)))
    path, body = CREATIONS[dialect]
    answer = ask(mock, path, body)
    assert (answer.status, answer.code, answer.headers["x-sora-mock-fault"]) == (500, "server_error", "lost")
    assert made(mock, desk) == 1
    assert ask(mock, path, body).status == 200
    assert made(mock, desk) == 2
    first, second = desk.entries()
    assert (first.faults, first.reply.withheld.status, second.reply.withheld) == (("lost",), 200, None)
    assert desk.journal.tally.faults == {"lost": 1}


@pytest.mark.parametrize("dialect", CREATIONS)
def test_an_error_that_comes_when_all_is_done_does_not_store_what_would_be_refused(mock, desk, dialect):
    answer = ask(mock, CREATIONS[dialect][0], {}, prefer="fault=bad-gateway-done")
    assert (answer.status, made(mock, desk)) == (502, 0)
    assert desk.entries()[0].reply.withheld.status == 400


def test_what_is_done_takes_its_time_before_the_error(stage):
    mock = stage(policy=with_knobs(Policy(), {"latency": "url=7"}))
    assert ask(mock, *CREATIONS["guide"], prefer="fault=gateway-timeout-done").reply.delay == 7000
    assert ask(mock, *CREATIONS["guide"], prefer="fault=gateway-timeout").reply.delay == 0


def test_what_is_done_can_have_a_fate_too(mock):
    answer = ask(mock, "/v1/sora/generations", CLIP, prefer="fault=server-error-done, fault=task-failing")
    task = mock.exchange.journal.entries()[0].reply.withheld
    assert answer.status == 500
    assert mock.get(f"/generations/{msgspec.json.decode(task.body)['id']}").json["status"] == "failed"


EFFECTS = sorted(name for name, effect in NAMED.items() if not isinstance(effect, TaskEffect))


@given(
    dialect=st.sampled_from(sorted(CREATIONS)),
    preferred=st.lists(st.sampled_from(EFFECTS), max_size=2),
    placed=st.lists(st.tuples(st.booleans(), st.sampled_from(EFFECTS), st.booleans(), st.integers(0, 1)), max_size=4),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_strikes_a_creation_is_stored_unless_it_was_prevented(stage, dialect, preferred, placed):
    mock = stage()
    desk = Desk(mock.understudy, mock.exchange.journal)
    own, firings = account_of(mock), [(name, False) for name in preferred]
    for for_all, name, prevent, after in sorted(placed, key=lambda one: one[0]):
        prevents = prevent and not name.endswith("-done")
        desk.add_fault(HOUSE if for_all else own, Fault(effect=name, prevent=prevents, when=When(after=after)))
        firings += [(name, prevents)] * (after == 0)
    problems = [NAMED[name] for name, _ in firings if isinstance(NAMED[name], ProblemEffect)]
    prevented = any(prevents for _, prevents in firings) or any(not problem.done for problem in problems)

    prefer = {"prefer": ", ".join(f"fault={name}" for name in preferred)} if preferred else {}
    reply = sent(mock, *CREATIONS[dialect], **prefer)

    assert made(mock, desk) == (not prevented)
    status = PROBLEMS[problems[0].code].status if problems else 500 if prevented else 200
    assert reply.status == status
    withheld = desk.entries()[0].reply.withheld
    assert (withheld is not None) == (bool(problems) and not prevented)
    assert withheld is None or withheld.status == 200


def test_what_is_refused_anyway_is_befallen_all_the_same(mock, desk):
    desk.add_fault(account_of(mock), Fault(effect="html"))
    headers = {"authorization": "Bearer sk-alice", "content-type": "application/json"}
    request = Request(method="POST", path="/v1/sora/generations", headers=headers, body=b"{")
    reply = asyncio.run(mock.exchange.answer(request))
    assert (reply.status, reply.body[:9], dict(reply.headers)["x-sora-mock-rule"]) == (
        400,
        b"<!doctype",
        "request.json",
    )


def test_an_unknown_path_cannot_be_befallen(mock, desk):
    desk.add_fault(account_of(mock), Fault(effect="unavailable"))
    assert mock.get("/nowhere").status == 404


def test_a_window_is_of_the_time_of_whose_fault_it_is(mock, desk):
    own = account_of(mock)
    desk.add_fault(own, Fault(effect="unavailable", when=When(start=60)))
    assert mock.post("/characters", CHARACTER).status == 200
    desk.advance(own, 60)
    assert mock.post("/characters", CHARACTER).status == 503
    desk.remove_faults(own)
    desk.add_fault(HOUSE, Fault(effect="bad-gateway", when=When(start=60)))
    desk.advance(own, 3600)
    assert mock.post("/characters", CHARACTER).status == 200
    desk.advance(HOUSE, 60)
    assert mock.post("/characters", CHARACTER).status == 502


@pytest.mark.parametrize(("speed", "delay"), [(1, 2000), (10, 200), (0, 0), (0.5, 4000)])
def test_a_wait_is_planned_in_the_accounts_time(mock, desk, speed, delay):
    own = account_of(mock)
    desk.add_fault(own, Fault(effect="slow"))
    desk.set_speed(own, speed)
    assert mock.post("/characters", CHARACTER).reply.delay == delay


def test_retry_after_as_a_date_is_of_the_accounts_time(mock, desk):
    own = account_of(mock)
    desk.add_fault(own, Fault(effect=ProblemEffect(code="rate_limit_exceeded", retry_after="date")))
    desk.advance(own, 86_400)
    assert mock.post("/characters", CHARACTER).headers["retry-after"] == "Wed, 15 Nov 2023 22:13:21 GMT"


def test_dates_last_as_long_as_time_can_be_advanced(mock, desk):
    own = account_of(mock)
    desk.add_fault(own, Fault(effect="rate-limit-date"))
    for _ in range(100):
        desk.advance(own, 100 * 365 * 86_400)
    assert mock.post("/characters", CHARACTER).status == 429
    assert desk.entries()
