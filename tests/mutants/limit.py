"""Mocks that count creations otherwise than the contract does."""

from collections.abc import Callable

from sora_mock.app import Mock
from sora_mock.dialects.base import Call
from sora_mock.engine import limit, problems
from sora_mock.engine.problems import Refused
from sora_mock.engine.state import Account
from sora_mock.visit import Visit
from sora_mock.wire import Reply
from tests.mutants.calls import CREATE, GENERATE
from tests.mutants.craft import Perform, bent, reperform, settled
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import changing, restating

_PER_MINUTE = 60


def _about(visit: Visit) -> problems.Problem | None:
    """Return how a creation would be limited at present, None if it would not."""
    wait = limit.wait(visit.account.creations, visit.policy.creations_per_minute, visit.now)
    return problems.rate_limited(visit.policy.creations_per_minute, -(-wait // 1000)) if wait else None


def _performing(operation: str, way) -> App:
    return bent(lambda mock: reperform(mock, operation, way))


def _forgetting(stale: Callable[[list[int], int], int]) -> App:
    """Make mocks that forget the first so many creations of an account before they look at the next."""

    def change(_: Mock, call: Call) -> None:
        creations = call.visit.account.creations
        del creations[: stale(creations, call.visit.now)]

    return changing(CREATE, change)


def _older_than(milliseconds: int) -> Callable[[list[int], int], int]:
    return lambda creations, now: sum(at <= now - milliseconds for at in creations)


def _tumbling(mock: Mock) -> None:
    """Begin a new window with the first creation after the end of the last."""
    starts: dict[str, int] = {}

    async def way(call: Call, perform: Perform) -> Reply:
        visit = call.visit
        if visit.now >= starts.setdefault(visit.account.name, visit.now) + limit.WINDOW:
            starts[visit.account.name] = visit.now
            visit.account.creations.clear()
        return await perform(call)

    reperform(mock, CREATE, way)


def _for_ever(mock: Mock) -> None:
    """Never let an account make a character again once it was limited."""
    limited: set[str] = set()

    async def way(call: Call, perform: Perform) -> Reply:
        if call.visit.account.name in limited:
            raise Refused(problems.rate_limited(_PER_MINUTE, _PER_MINUTE))
        reply = await perform(call)
        if reply.status == 429:
            limited.add(call.visit.account.name)
        return reply

    reperform(mock, CREATE, way)


async def _extended(call: Call, perform: Perform) -> Reply:
    reply = await perform(call)
    if reply.status == 429:
        limit.record(call.visit.account.creations, call.visit.now)
    return reply


async def _refusals_counted(call: Call, perform: Perform) -> Reply:
    try:
        reply = await perform(call)
    except Refused:
        _count(call.visit)
        raise
    if 400 <= reply.status < 500 and reply.status != 429:
        _count(call.visit)
    return reply


def _count(visit: Visit) -> None:
    # An account that nothing has happened to yet is not kept of itself.
    visit._log._accounts.setdefault(visit.account.name, visit.account)
    limit.record(visit.account.creations, visit.now)


async def _refusals_limited(call: Call, perform: Perform) -> Reply:
    problem = _about(call.visit)
    if problem is not None:
        raise Refused(problem)
    return await perform(call)


async def _failures_free(call: Call, perform: Perform) -> Reply:
    reply = await perform(call)
    if reply.status == 500:
        call.visit.account.creations.pop()
    return reply


def _one_for_all(mock: Mock) -> None:
    """Let all accounts use up one limit."""
    shared: list[int] = []
    read = mock.exchange.understudy.log.read

    def sharing(name: str) -> Account:
        account = read(name)
        account.creations = shared
        return account

    mock.exchange.understudy.log.read = sharing


_WINDOW = "limit.window"

MUTANTS = (
    Mutant("unlimited", "limit.characters", "there is no limit", settled(creations_per_minute=10**6)),
    Mutant(
        "limited-503",
        "limit.characters",
        "a creation too many is answered with 503",
        restating("limit.characters", 503),
    ),
    Mutant("half-the-limit", "limit.allowance", "30 creations a minute are allowed", settled(creations_per_minute=30)),
    Mutant("limited-for-ever", "limit.recovery", "who was limited once is limited for ever", bent(_for_ever)),
    Mutant("59-a-minute", _WINDOW, "59 creations a minute are allowed", settled(creations_per_minute=59)),
    Mutant("61-a-minute", _WINDOW, "61 creations a minute are allowed", settled(creations_per_minute=61)),
    Mutant("tumbling-window", _WINDOW, "the window begins anew every minute instead of sliding", bent(_tumbling)),
    Mutant("window-of-30-seconds", _WINDOW, "a creation counts for 30 s", _forgetting(_older_than(30_000))),
    Mutant(
        "asking-early-lengthens",
        "limit.not-extended",
        "a creation that was limited counts itself",
        _performing(CREATE, _extended),
    ),
    Mutant(
        "refusals-counted",
        "limit.refusals",
        "a creation refused with a 4xx counts",
        _performing(CREATE, _refusals_counted),
    ),
    Mutant(
        "refusals-limited",
        "limit.refusals",
        "who is limited is told nothing else",
        _performing(CREATE, _refusals_limited),
    ),
    Mutant(
        "failures-not-counted",
        "limit.failures",
        "a creation that failed does not count",
        _performing(CREATE, _failures_free),
    ),
    Mutant("one-limit-for-all", "limit.account", "all accounts use up one limit", bent(_one_for_all)),
    Mutant(
        "generations-limited",
        "limit.generations",
        "who may make no character may make no video",
        _performing(GENERATE, _refusals_limited),
    ),
)
