"""What an account was asked and what it answered, for assertions.

Owns calls as values, the asking for them, and the wording of what was called instead. Keys are never shown.
"""

from typing import Any, get_args

import msgspec

from sora_mock.control.desk import Desk
from sora_mock.engine.faults import OperationName
from sora_mock.handle.line import Line
from sora_mock.journal import MAX_BYTES, MAX_ENTRIES, Entry, Query, shown
from sora_mock.redaction import REDACTED

OPERATIONS: tuple[str, ...] = get_args(OperationName)

SHOWN_CALLS = 20
"""How many calls a report shows, the latest."""

_SHOWN_BODY = 300

_FULL_BYTES = MAX_BYTES // 8 * 7
"""From this weight on the journal counts as full: the next entry may not fit beside the others."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call: what was asked, and what was answered. `delay` is in seconds, bodies are JSON values or text.

    `withheld` is what was answered to nobody: the operation's own reply, with `status`, `headers`, `body` and `delay`,
    where a fault said otherwise though it was done.
    """

    number: int
    operation: str | None
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any
    status: int
    reply_headers: dict[str, str]
    reply: Any
    delay: float
    faults: tuple[str, ...]
    rule: str | None
    advice: str | None
    withheld: dict[str, Any] | None = None

    def __str__(self) -> str:
        """Return the call in one line, without bodies."""
        notes = [f"faults {', '.join(self.faults)}"] if self.faults else []
        notes += [f"withheld {self.withheld['status']}"] if self.withheld else []
        notes += [f"rule {self.rule}"] if self.rule else []
        notes += [self.advice] if self.advice else []
        return f"#{self.number} {self.method} {self.path} -> {self.status}" + "".join(f"; {note}" for note in notes)

    @property
    def is_refused(self) -> bool:
        """Tell whether a rule of the contract, and no fault, refused the call as the caller's mistake."""
        return 400 <= self.status < 500 and self.status != 429 and not self.faults


class Calls:
    """The account's journal: what was called since the handle was made, or since it was cleared."""

    def __init__(self, line: Line, since: int) -> None:
        self._line = line
        self._since = since

    def entries(
        self,
        *,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        status: int | str | None = None,
        rule: str | None = None,
        fault: str | None = None,
    ) -> list[Call]:
        """Return the calls that fit all that is given, oldest first; `status` may be a class such as `4xx`.

        Calls with the account's key that led nowhere are among them. Raises ValueError for an operation that there is
        not.
        """
        if operation is not None and operation not in OPERATIONS:
            raise ValueError(f"unknown operation {operation!r}; expected one of {', '.join(OPERATIONS)}")
        query = Query(
            operation=operation,
            method=method,
            path=path,
            status=None if status is None else str(status),
            rule=rule,
            fault=fault,
            since=self._since,
        )
        return [_call(entry) for entry in self._line.ask(self._entries) if query.fits(entry)]

    @property
    def last(self) -> Call:
        """Return the latest call. Raises LookupError when there was none."""
        calls = self.entries()
        if not calls:
            raise LookupError("nothing was called")
        return calls[-1]

    def assert_called(self, operation: str, *, times: int | None = None, status: int | str | None = None) -> None:
        """Raise AssertionError unless the operation was called: `times` times (None: at least once) with `status`.

        When calls have been forgotten, nothing can be counted, and `times` is refused with words that say so.
        """
        found = len(self.entries(operation=operation, status=status))
        is_counted = times is None or not self._lost()
        if is_counted and (found == times or (times is None and found)):
            return
        among = "" if is_counted else " among those still remembered"
        wanted = _wanted(operation, times, status)
        raise AssertionError(f"expected {wanted}; found {_calls(found)}{among}\n{self.report()}")

    def assert_not_called(self, operation: str | None = None) -> None:
        """Raise AssertionError if the operation, or anything at all (None), was called, or may have been forgotten."""
        found = len(self.entries(operation=operation))
        if found or self._lost():
            raise AssertionError(
                f"expected no call of {operation or 'anything'}; found {_calls(found)}\n{self.report()}"
            )

    def clear(self) -> None:
        """Forget what was called so far."""
        self._since = self._line.ask(lambda desk, _: desk.journal.count)

    def report(self) -> str:
        """Return the latest calls, a few lines each, as a person reads them."""
        calls = self.entries()
        lost = self._lost()
        lines = [_forgotten(lost)] if lost else []
        if not calls:
            return "\n".join([*lines, "Nothing was called with this account's key."])
        lines += [
            f"What was called, the latest {SHOWN_CALLS} of {len(calls)}:" if len(calls) > SHOWN_CALLS else "Calls:"
        ]
        for call in calls[-SHOWN_CALLS:]:
            lines += [f"  {call}", f"      asked    {_short(call.body)}", f"      answered {_short(call.reply)}"]
        # A key is redacted where it belongs; a caller may have put it elsewhere.
        return "\n".join(lines).replace(self._line.api_key, REDACTED)

    def _lost(self) -> int:
        """Return how many calls at the most the journal has forgotten for want of room, 0 when it has all."""
        return self._line.ask(lambda desk, _: self._lost_by(desk))

    def _lost_by(self, desk: Desk) -> int:
        journal = desk.journal
        if journal.size < MAX_ENTRIES and journal.weight < _FULL_BYTES:
            # Numbers may be missing, but then because somebody wanted them forgotten.
            return 0
        return max(0, journal.entries()[0].number - self._since - 1)

    def _entries(self, desk: Desk, account: str) -> list[Entry]:
        # A wrong path is refused before anybody asks who calls: the key tells whose it was.
        header = f"Bearer {self._line.api_key}"
        lost = [
            entry
            for entry in desk.journal.of(None)
            if entry.number > self._since and entry.request.headers.get("authorization") == header
        ]
        return sorted([*desk.journal.of(account), *lost], key=lambda entry: entry.number)


def _call(entry: Entry) -> Call:
    view = shown(entry)
    request, reply = view["request"], view["reply"]
    return Call(
        number=entry.number,
        operation=entry.operation,
        method=request["method"],
        path=request["path"],
        query=request["query"],
        headers=request["headers"],
        body=request["body"],
        status=reply["status"],
        reply_headers=reply["headers"],
        reply=reply["body"],
        delay=reply["delay"],
        faults=entry.faults,
        rule=entry.reply.rule,
        advice=entry.reply.advice,
        withheld=view["withheld"],
    )


def _wanted(operation: str, times: int | None, status: int | str | None) -> str:
    count = "at least once" if times is None else "once" if times == 1 else f"{times} times"
    return f"{operation} to be called {count}" + ("" if status is None else f" with status {status}")


def _forgotten(count: int) -> str:
    room = f"{MAX_ENTRIES} entries or {MAX_BYTES // 1024**2} MiB, for all accounts together"
    return (
        f"The journal is full ({room}): up to {_calls(count)} may have been forgotten, so calls cannot be counted. "
        "Clear it in between: sora.journal.clear()."
    )


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count or 'no'} calls"


def _short(body: object) -> str:
    if body is None:
        return "no body"
    text = body if isinstance(body, str) else msgspec.json.encode(body).decode()
    return text if len(text) <= _SHOWN_BODY else f"{text[:_SHOWN_BODY]}… ({len(text)} characters)"
