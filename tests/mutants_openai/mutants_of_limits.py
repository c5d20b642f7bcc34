"""Mocks of the Videos API that limit their callers wrongly, or say of the limit what is not so.

Owns their list.
"""

from sora_mock.app import Mock
from sora_mock.dialects.base import Call
from sora_mock.dialects.openai.offer import STANDARD
from sora_mock.engine import limit, video_problems
from sora_mock.engine.problems import Refused
from sora_mock.engine.state import Account
from sora_mock.wire import Reply
from tests.mutants.craft import Perform, bent, reperform, settled
from tests.mutants.edits import by, header
from tests.mutants.mutant import Mutant
from tests.mutants.ways import changing, restating, telling
from tests.mutants_openai.bending import CREATE, RETRIEVE, on

_MINUTE = 60


def _none_counted(_: Mock, call: Call) -> None:
    call.visit.account.renders.clear()


def _limited(per_minute: int) -> Refused:
    return Refused(video_problems.rate_limited(per_minute, _MINUTE))


def _for_ever(mock: Mock) -> None:
    """Never let an account make a video again once it was limited."""
    limited: set[str] = set()

    async def for_ever(call: Call, perform: Perform) -> Reply:
        if call.visit.account.name in limited:
            raise _limited(call.visit.policy.videos_per_minute)
        reply = await perform(call)
        if reply.status == 429:
            limited.add(call.visit.account.name)
        return reply

    reperform(mock, CREATE, for_ever)


def _one_for_all(mock: Mock) -> None:
    """Let all accounts use up one limit."""
    shared: dict[str, list[int]] = {}
    read = mock.exchange.understudy.log.read

    def sharing(name: str) -> Account:
        account = read(name)
        account.renders = shared
        return account

    mock.exchange.understudy.log.read = sharing


def _looks_limited(_: Mock, call: Call) -> None:
    most = call.visit.policy.videos_per_minute
    if limit.wait(call.visit.account.renders.get(STANDARD, []), most, call.visit.now):
        raise _limited(most)


def _looks_counted(_: Mock, call: Call) -> None:
    limit.record(call.visit.account.renders.setdefault(STANDARD, []), call.visit.now)


_VIDEOS, _READING = "limit.videos", "limit.videos.reading"
_TRUE, _STATED = "limit.videos.retry-after", "limit.videos.headers"
_LIMITED = by(_VIDEOS)

MUTANTS: tuple[Mutant, ...] = (
    Mutant("unlimited", _VIDEOS, "there is no limit", changing(CREATE, _none_counted)),
    Mutant("limited-503", _VIDEOS, "a video too many is answered with 503", restating(_VIDEOS, 503)),
    Mutant("limited-for-ever", "limit.videos.recovery", "who was limited once is limited for ever", bent(_for_ever)),
    Mutant(
        "no-retry-after",
        "limit.retry-after",
        "a 429 does not say how long to wait",
        telling(_LIMITED, header("retry-after", None)),
    ),
    Mutant(
        "retry-after-in-words",
        "limit.retry-after",
        "a 429 says in words how long to wait",
        telling(_LIMITED, header("retry-after", "a minute")),
    ),
    Mutant("retry-after-1", _TRUE, "a 429 always asks for one second", telling(_LIMITED, header("retry-after", "1"))),
    Mutant(
        "retry-after-fraction",
        _TRUE,
        "a 429 asks for a fraction of seconds",
        telling(_LIMITED, header("retry-after", lambda seconds: f"{seconds}.5")),
    ),
    Mutant(
        "remainder-untold",
        _STATED,
        "a creation does not say how many are left",
        telling(on(CREATE), header("x-ratelimit-remaining-requests", None)),
    ),
    Mutant(
        "reset-without-unit",
        _STATED,
        "the reset is a number without a unit",
        telling(on(CREATE), header("x-ratelimit-reset-requests", lambda text: text.removesuffix("s"))),
    ),
    Mutant("one-limit-for-all", "limit.account", "all accounts use up one limit", bent(_one_for_all)),
    Mutant("looks-limited", _READING, "who may make no video may look at none", changing(RETRIEVE, _looks_limited)),
    Mutant("looks-counted", _READING, "every look counts like a video", changing(RETRIEVE, _looks_counted)),
    Mutant(
        "characters-unlimited",
        "limit.characters",
        "any number of characters can be made",
        settled(creations_per_minute=10**6),
    ),
)
"""Each breaks the rule that it names."""
