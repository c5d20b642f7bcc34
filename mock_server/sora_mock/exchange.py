"""One exchange: a complete request in, the plan of its reply out.

Owns the order of things: find the operation, know the caller, let faults strike, perform, mark, remember. It knows
neither sockets nor ASGI, so that the in-process transports can use it as it is.
"""

import logging
from collections.abc import Iterable
from functools import partial
from itertools import count

import msgspec

from sora_mock import preference
from sora_mock.advice import advice_for
from sora_mock.dialects.base import Call, Dialect, Operation
from sora_mock.dialects.guide import GuideDialect
from sora_mock.dialects.openai import OpenAIDialect
from sora_mock.dialects.relay import RelayDialect
from sora_mock.dialects.texts import texts_of
from sora_mock.engine import problems
from sora_mock.engine.effects import TaskEffect
from sora_mock.engine.faults import Facts, Firing
from sora_mock.engine.ids import draw, request_id
from sora_mock.engine.problems import Refused
from sora_mock.faults import problem_of, refusal_by, spoil, with_headers
from sora_mock.journal import Journal
from sora_mock.keys import Caller
from sora_mock.redaction import discreet, secrets_in, without
from sora_mock.results import Results
from sora_mock.understudy import Understudy
from sora_mock.visit import HOUSE, Visit
from sora_mock.wire import Drip, Headers, Reply, Request

_log = logging.getLogger("sora_mock")


class Course(msgspec.Struct):
    """What has become known of an exchange so far."""

    request: Request
    dialect: Dialect
    operation: Operation | None = None
    visit: Visit | None = None
    firings: tuple[Firing, ...] = ()


class Exchange:
    """Answers requests for one understudy, and remembers them."""

    def __init__(self, understudy: Understudy, journal: Journal) -> None:
        self.understudy = understudy
        self.journal = journal
        self._guide = GuideDialect(understudy)
        self._results = Results(understudy)
        self.dialects: tuple[Dialect, ...] = (
            self._guide,
            OpenAIDialect(understudy),
            RelayDialect(understudy),
            self._results,
        )
        self._table = table_of(self.dialects)
        self._numbers = count(1)

    async def answer(self, request: Request) -> Reply:
        """Return the reply to `request`; a failure of the mock itself becomes a 500 and a traceback in the log.

        The reply's delay is in real milliseconds.
        """
        course = Course(request, self._dialect(request.path))
        try:
            reply = await self._answer(course)
        except Refused as refused:
            reply = course.dialect.refuse(refused.problem)
        except Exception:  # noqa: BLE001 - the last resort: a bug must not look like a broken connection
            _log.exception("%s %s failed", request.method, request.path)
            reply = course.dialect.refuse(problems.internal())
        return self._remembered(course, self._marked(course, reply))

    def _dialect(self, path: str) -> Dialect:
        for prefix, dialect in self._table:
            if path.startswith(prefix):
                return dialect
        return self._guide  # what is nobody's is refused in the first dialect's words

    async def _answer(self, course: Course) -> Reply:
        request = course.request
        operation = course.operation = course.dialect.find(request)
        caller = self._results.caller(request) if course.dialect is self._results else self._caller(request)
        course.visit = self.understudy.visit(caller)
        course.firings = _firings(operation, course.visit, request)
        if not course.firings:
            return await operation.perform(Call(request=request, visit=course.visit))
        return await _perform_under_faults(course, operation, course.visit)

    def _caller(self, request: Request) -> Caller:
        return self.understudy.caller(request.headers.get("authorization"))

    def _marked(self, course: Course, reply: Reply) -> Reply:
        """Add the headers that every reply carries, and take the caller's key out of what a refusal says."""
        marks: Headers = (("x-request-id", request_id(self.understudy.seed, next(self._numbers))),)
        if course.visit is not None and course.operation is not None and course.operation.headers is not None:
            marks += course.operation.headers(course.visit)
        if reply.rule is None:
            return msgspec.structs.replace(reply, headers=reply.headers + marks)
        secrets = secrets_in(course.request.headers, course.request.query)
        marks += (("x-sora-mock-rule", reply.rule),)
        advice = advice_for(course.request, reply)
        if advice is not None:
            advice = without(advice, secrets)
            marks += (("x-sora-mock-advice", advice),)
        body = discreet(reply.body, secrets)
        return msgspec.structs.replace(reply, headers=reply.headers + marks, advice=advice, body=body)

    def _remembered(self, course: Course, reply: Reply) -> Reply:
        """Write the exchange into the journal, and return the reply with its waits in real time."""
        visit = course.visit or self.understudy.visit(Caller(HOUSE))
        self.journal.record(
            course.request,
            reply,
            real=visit.real,
            virtual=visit.now,
            account=None if course.visit is None else visit.account.name,
            operation=None if course.operation is None else course.operation.name,
            faults=tuple(firing.name for firing in course.firings),
        )
        return _in_real_time(reply, visit)


def table_of(dialects: Iterable[Dialect]) -> list[tuple[str, Dialect]]:
    """Return how paths begin, and which dialect answers them; the longest beginning comes first."""
    table = [(prefix, dialect) for dialect in dialects for prefix in dialect.prefixes]
    return sorted(table, key=lambda row: len(row[0]), reverse=True)


def _firings(operation: Operation, visit: Visit, request: Request) -> tuple[Firing, ...]:
    preferred = preference.faults_of(request, operation.name)
    if not visit.faulty:
        return preferred
    facts = Facts(operation.name, request.method, request.path, visit.account.name, partial(texts_of, request))
    return preferred + visit.strike(facts)


async def _perform_under_faults(course: Course, operation: Operation, visit: Visit) -> Reply:
    """Let the faults befall the operation; what it refuses by itself is spoiled like any other reply."""
    firings = course.firings
    refusal = refusal_by(firings)
    if refusal is None:
        reply = await _own_reply(course, operation, visit)
    else:
        own = None if any(firing.prevents for firing in firings) else await _own_reply(course, operation, visit)
        told = with_headers(course.dialect.refuse(problem_of(refusal)), refusal, now=visit.now)
        # What was done took its time, whatever is told of it.
        reply = msgspec.structs.replace(told, withheld=own, delay=told.delay if own is None else own.delay)

    def chance(firing: Firing) -> float:
        return draw(visit.account.seed, visit.account.name, firing.count, f"effect {firing.name}")

    mark = ("x-sora-mock-fault", ", ".join(firing.name for firing in firings))
    reply = spoil(reply, firings, draw=chance)
    return msgspec.structs.replace(reply, headers=(*reply.headers, mark))


async def _own_reply(course: Course, operation: Operation, visit: Visit) -> Reply:
    fates = (firing.effect.fate for firing in course.firings if isinstance(firing.effect, TaskEffect))
    try:
        return await operation.perform(Call(request=course.request, visit=visit, fate=next(fates, None)))
    except Refused as refused:
        return course.dialect.refuse(refused.problem)


def _in_real_time(reply: Reply, visit: Visit) -> Reply:
    """Return the reply with its waits, which are of the account's time, in real time."""
    if reply.delay:
        reply = msgspec.structs.replace(reply, delay=visit.waits(reply.delay))
    if isinstance(reply.delivery, Drip):
        seconds = visit.waits(round(reply.delivery.seconds * 1000)) / 1000
        reply = msgspec.structs.replace(reply, delivery=Drip(seconds))
    return reply
