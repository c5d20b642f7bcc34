"""Webhooks: what is due when, and what an account remembers of it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine import ids
from sora_mock.engine.commands import (
    AddWebhook,
    DeleteVideo,
    ImportState,
    NoteAttempt,
    RemoveWebhooks,
    SettleGeneration,
    Subscribe,
)
from sora_mock.engine.latency import NONE, Fixed, Latency
from sora_mock.engine.policy import Policy
from sora_mock.engine.webhooks import RECENT, SCHEDULE, body, due
from tests.mock_server.engine.support import NOW, a_clip, a_video, accepted_task, accepted_video, an_account, run

URL = "http://127.0.0.1:1/hook"
SLOW = Policy(latency=Latency(url=NONE, task=NONE, generation=Fixed(10)))
END = NOW + 10_000
HOUR = 3_600_000


def hook(account, now=NOW, **changes):
    run(account, AddWebhook(**{"url": URL} | changes), now)
    return next(reversed(account.webhooks))


def task(account, now=NOW, policy=SLOW):
    return accepted_task(account, a_clip(), now=now, policy=policy)


def numbers(account, now):
    """Return which attempts are due: webhook, task and number of each."""
    return [(one.webhook_id, one.task_id, one.number) for one in due(account, now)[0]]


def note(account, webhook_id, task_id, number, status, now=END):
    run(account, NoteAttempt(webhook_id=webhook_id, task_id=task_id, number=number, status=status), now)


@pytest.fixture
def account():
    return an_account()


def test_a_task_is_told_when_it_ends_and_not_before(account):
    mine = hook(account)
    made = task(account)
    assert due(account, END - 1) == ([], END)
    assert numbers(account, END) == [(mine, made, 1)]


def test_a_video_of_the_official_api_is_told_like_a_task_of_the_guide(account):
    mine = hook(account)
    made = accepted_video(account, a_video(), policy=SLOW)
    assert numbers(account, END) == [(mine, made, 1)]


def test_every_webhook_is_told_once(account):
    first, second = hook(account), hook(account)
    made = task(account)
    note(account, first, made, 1, 204)
    assert numbers(account, END) == [(second, made, 1)]
    note(account, second, made, 1, 200)
    assert due(account, END + 100 * HOUR) == ([], None)


def test_what_ended_before_a_webhook_was_added_is_not_told(account):
    early, running = task(account, now=NOW - 10_000), task(account)
    mine = hook(account)
    assert early not in account.webhooks[mine].pending
    assert numbers(account, END) == [(mine, running, 1)]


def test_a_task_that_takes_no_time_is_told_though_the_clock_stands_still(account):
    before = task(account, policy=Policy())
    mine = hook(account)
    after = task(account, policy=Policy())
    assert numbers(account, NOW) == [(mine, after, 1)]
    assert before not in account.webhooks[mine].pending


def test_what_is_not_taken_is_sent_again_at_fixed_times_after_the_end(account):
    mine = hook(account)
    made = task(account)
    seen = []
    for number, status in enumerate([500, None, 302, *[404] * 20], start=1):
        attempts, later = due(account, END + SCHEDULE[number - 1])
        seen.append(SCHEDULE[number - 1])
        assert [one.number for one in attempts] == [number]
        note(account, mine, made, number, status, END + SCHEDULE[number - 1])
        attempts, later = due(account, END + SCHEDULE[number - 1])
        assert attempts == []
        if later is None:
            break
        assert later == END + SCHEDULE[number]
    assert seen[:4] == [0, 5_000, 300_000, 1_800_000]
    assert seen[-1] == 72 * HOUR
    assert account.webhooks[mine].pending == {}


def test_a_leap_in_time_makes_one_attempt_after_the_other(account):
    mine = hook(account)
    made = task(account)
    leap = END + HOUR
    made_now = 0
    while due(account, leap)[0]:
        made_now += 1
        assert numbers(account, leap) == [(mine, made, made_now)]
        note(account, mine, made, made_now, 503, leap)
    assert made_now == 4
    assert due(account, leap)[1] == END + 2 * HOUR


def test_a_webhook_is_told_only_what_it_asked_for(account):
    failures = hook(account, events=("video.failed",))
    completed, failed = task(account), task(account)
    run(account, SettleGeneration(failed, "fail"), NOW + 5)
    assert numbers(account, END) == [(failures, failed, 1)]
    assert completed not in account.webhooks[failures].pending


def test_a_task_that_is_made_to_succeed_is_no_failure_any_more(account):
    successes = hook(account, events=("video.completed",))
    made = task(account)
    run(account, SettleGeneration(made, "fail"), NOW + 5)
    assert due(account, END) == ([], None)
    other = task(account)
    run(account, SettleGeneration(other, "complete"), NOW + 5)
    assert numbers(account, NOW + 5) == [(successes, other, 1)]


def test_a_task_that_expires_is_not_told_again(account):
    mine = hook(account)
    made = task(account)
    note(account, mine, made, 1, 200)
    run(account, SettleGeneration(made, "expire"), END + 1)
    assert due(account, END + 100 * HOUR) == ([], None)


def test_a_video_that_is_deleted_is_told_all_the_same(account):
    mine = hook(account)
    made = accepted_video(account, a_video(), policy=SLOW)
    run(account, DeleteVideo(made), END)
    assert numbers(account, END) == [(mine, made, 1)]
    note(account, mine, made, 1, 200)
    assert account.webhooks[mine].recent[-1].task_id == made


def test_a_task_that_never_ends_is_waited_for_without_a_next_instant(account):
    hook(account)
    run(account, msgspec.structs.replace(a_clip(), fate="stuck"), policy=SLOW)
    assert due(account, NOW) == ([], None)


def test_an_event_says_what_has_happened_and_always_in_the_same_bytes(account):
    hook(account)
    made, failed = task(account), task(account)
    run(account, SettleGeneration(failed, "fail"), NOW + 5_500)
    told = msgspec.json.decode(body(account, made))
    assert told == {
        "id": ids.event_id(made),
        "object": "event",
        "created_at": END // 1000,
        "type": "video.completed",
        "data": {"id": made},
    }
    assert told["id"].startswith("evt_")
    again = msgspec.json.decode(body(account, failed))
    assert (again["type"], again["created_at"]) == ("video.failed", (NOW + 5_500) // 1000)


def test_ids_are_the_same_for_one_task_and_others_for_another():
    assert ids.message_id("hook_1", "task_1") == ids.message_id("hook_1", "task_1")
    known = [ids.message_id(one, two) for one in ("hook_1", "hook_2") for two in ("task_1", "task_2")]
    assert len(set(known)) == 4
    assert all(one.startswith("wh_") for one in known)


def test_only_the_latest_attempts_are_remembered(account):
    mine = hook(account)
    for _ in range(RECENT + 5):
        note(account, mine, task(account), 1, 200)
    assert len(account.webhooks[mine].recent) == RECENT
    assert account.webhooks[mine].recent[-1].task_id == list(account.generations)[-1]


def test_an_attempt_that_another_was_faster_with_is_not_counted(account):
    mine = hook(account)
    made = task(account)
    note(account, mine, made, 1, 500)
    note(account, mine, made, 1, 200)
    note(account, "hook_gone", made, 1, 200)
    assert account.webhooks[mine].pending == {made: 1}
    assert [one.status for one in account.webhooks[mine].recent] == [500]


def test_a_webhook_that_is_taken_away_hears_of_nothing(account):
    first, second = hook(account), hook(account)
    task(account)
    run(account, RemoveWebhooks(first))
    assert [one.webhook_id for one in due(account, END)[0]] == [second]
    run(account, RemoveWebhooks())
    assert due(account, END) == ([], None)


def test_an_imported_state_goes_on_where_it_was(account):
    mine = hook(account)
    made = task(account)
    note(account, mine, made, 1, 500)
    other = an_account("bob")
    run(other, ImportState(account))
    assert numbers(other, END + 5_000) == [(mine, made, 2)]
    note(other, mine, made, 2, 200, END + 5_000)
    assert account.webhooks[mine].pending == {made: 1}


def test_ids_do_not_depend_on_when_attempts_are_made():
    ids_seen = []
    for early in (True, False):
        account = an_account()
        mine = hook(account)
        made = task(account)
        if early:
            note(account, mine, made, 1, 500)
        ids_seen.append(task(account))
    assert ids_seen[0] == ids_seen[1]


def test_an_account_is_subscribed_once(account):
    run(account, Subscribe("alice"))
    run(account, Subscribe("alice"))
    assert (account.subscribers, account.version) == (["alice"], 1)


def play(account, instants, answers):
    """Let time come to each instant in turn and return all attempts, each with its answer."""
    made = []
    for now in instants:
        while attempts := due(account, now)[0]:
            for one in attempts:
                status = answers[(one.task_id, one.number)]
                made.append((one.webhook_id, one.task_id, one.number, status))
                note(account, one.webhook_id, one.task_id, one.number, status, now)
    return sorted(made)


@given(
    steps=st.lists(st.integers(0, 40 * HOUR), min_size=1, max_size=8),
    statuses=st.lists(st.sampled_from([200, 500, None]), min_size=28, max_size=28),
)
def test_however_time_passes_the_same_attempts_are_made(steps, statuses):
    def begun():
        account = an_account()
        hook(account)
        hook(account, events=("video.completed",))
        made = [task(account), task(account, NOW + 7_000)]
        keys = [(one, number) for one in made for number in range(1, 15)]
        return account, dict(zip(keys, statuses, strict=True))

    instants = [NOW + sum(steps[: number + 1]) for number in range(len(steps))]
    stepwise = play(*begun()[:1], instants, begun()[1])
    assert stepwise == play(begun()[0], [instants[-1]], begun()[1])

    account, answers = begun()
    exact = []
    later = due(account, NOW)[1]
    while later is not None and later <= instants[-1]:
        assert due(account, later - 1)[0] == []
        exact += play(account, [later], answers)
        later = due(account, later)[1]
    assert sorted(exact) == stepwise
