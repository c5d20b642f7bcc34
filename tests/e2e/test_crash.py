"""A state file outlives its processes: what was acknowledged before a kill is there after it, and nothing twice."""

import threading
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

import pytest
import requests

from tests.e2e.calling import CHARACTER, CLIP, Caller
from tests.e2e.serving import SECONDS

KEYS = ("sk-one", "sk-two")
UNLIMITED = ("--set", "creations_per_minute=1000000")


@dataclass
class Ledger:
    """What one key was told that it has, characters and tasks in pairs."""

    characters: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)


@dataclass
class Work:
    """Threads that make characters and clips, and keep a ledger for each key of what was acknowledged."""

    ledgers: dict[str, Ledger] = field(default_factory=lambda: {key: Ledger() for key in KEYS})
    done: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    @contextmanager
    def at(self, *places, times=1_000_000):
        """Work at each (url, key) in a thread of its own, so many times or until the mock is gone."""
        threads = [threading.Thread(target=self._work, args=(url, key, times)) for url, key in places]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            for thread in threads:
                thread.join(SECONDS)
                assert not thread.is_alive()

    def wait_for(self, count):
        """Wait until so many more pairs are acknowledged."""
        for _ in range(count):
            assert self.done.acquire(timeout=SECONDS)

    def ids(self):
        return [name for ledger in self.ledgers.values() for name in ledger.characters + ledger.tasks]

    def _work(self, url, key, times):
        caller = Caller(url, key)
        with suppress(requests.RequestException):
            for _ in range(times):
                name = caller.character()
                self.ledgers[key].characters.append(name)
                self.ledgers[key].tasks.append(caller.task(prompt=f"@{name} waves"))
                self.done.release()
        caller.close()


def assert_kept(url, ledgers):
    """Assert that each character can be used and each task be looked at."""
    with ExitStack() as stack:
        for key, ledger in ledgers.items():
            caller = Caller(url, key)
            stack.callback(caller.close)
            for start in range(0, len(ledger.characters), 500):
                names = ledger.characters[start : start + 500]
                prompt = " ".join(f"@{name}" for name in names)
                assert caller.post("/generations", CLIP | {"prompt": prompt}).json["characters"] == names
            for task_id in ledger.tasks:
                assert caller.generation(task_id)["status"] == "completed"


@pytest.fixture
def state(tmp_path):
    return ("--state", str(tmp_path / "state.db"))


@pytest.fixture
def work():
    return Work()


@pytest.mark.parametrize("rounds", [3, pytest.param(25, marks=pytest.mark.slow)])
def test_what_was_acknowledged_survives_a_kill_under_load(serve, state, work, rounds):
    for number in range(rounds):
        mock = serve(*state, *UNLIMITED)
        assert_kept(mock.url, work.ledgers)
        with work.at(*[(mock.url, key) for key in KEYS * 2]):
            work.wait_for(20 + 7 * number)
            mock.kill()
    mock = serve(*state, *UNLIMITED)
    assert_kept(mock.url, work.ledgers)
    assert len(work.ids()) == len(set(work.ids()))


def test_what_is_made_after_a_kill_is_new(serve, state, work):
    first = serve(*state, *UNLIMITED)
    with work.at((first.url, KEYS[0])):
        work.wait_for(5)
        first.kill()
    second = serve(*state, *UNLIMITED)
    with work.at((second.url, KEYS[0]), times=20):
        pass
    assert len(work.ids()) == len(set(work.ids()))


def test_the_limit_survives_a_kill(serve, state, call):
    first = serve(*state)
    for _ in range(3):
        call(first.url).character()
    first.kill()
    assert call(serve(*state).url).remaining() == 57


def test_a_clip_is_the_same_after_a_kill(serve, state, call):
    first = serve(*state)
    task_id = call(first.url).task()
    before = call(first.url).get(f"/generations/{task_id}/content").body
    first.kill()
    assert call(serve(*state).url).get(f"/generations/{task_id}/content").body == before


def test_two_processes_on_one_file_know_all_that_either_made(serve, state, work):
    one, other = serve(*state, *UNLIMITED), serve(*state, *UNLIMITED)
    with work.at(*[(mock.url, key) for mock in (one, other) for key in KEYS], times=40):
        pass
    assert len(work.ids()) == len(set(work.ids())) == 4 * 40 * 2
    assert_kept(one.url, work.ledgers)
    assert_kept(other.url, work.ledgers)


def test_a_killed_process_takes_nothing_from_the_other(serve, state, work):
    one, other = serve(*state, *UNLIMITED), serve(*state, *UNLIMITED)
    with work.at((other.url, KEYS[0]), times=60), work.at((one.url, KEYS[0])):
        work.wait_for(20)
        one.kill()
    assert len(work.ids()) == len(set(work.ids()))
    assert_kept(other.url, work.ledgers)


def test_two_processes_on_one_file_share_the_limit(serve, state, call):
    callers = [call(serve(*state, "--set", "creations_per_minute=10").url) for _ in range(2)]
    statuses = [callers[turn % 2].post("/characters", CHARACTER).status for turn in range(14)]
    assert statuses == [200] * 10 + [429] * 4


@pytest.mark.parametrize("rounds", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_processes_that_find_no_file_at_the_same_moment_agree_on_one(serve, tmp_path, rounds):
    for number in range(rounds):
        state = ("--state", str(tmp_path / f"state-{number}.db"))
        mocks = [serve(*state, ready=False) for _ in range(4)]
        for mock in mocks:
            mock.wait_until_ready()
        for mock in mocks:
            assert mock.stop() == (0, "")
