"""The looks at refusals: what an error has to say, given the error that a case expects.

Owns the comparison with the error table of a dialect, as questions to an exchange. It keeps no count.
"""

from collections.abc import Iterator
from functools import cached_property

from sora_conformance.contract import ErrorKind, load
from sora_conformance.exchanges import Exchange
from sora_conformance.server.matching import shown
from sora_conformance.server.stage import told
from sora_conformance.target import Target

_NO_HTTP = "protocol/http/"
"""The cases that send messages which are no HTTP."""


class Refusals:
    """The errors of a dialect, as what is expected of replies."""

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect

    @cached_property
    def _kinds(self) -> dict[str, ErrorKind]:
        return {kind.code: kind for kind in load(self._dialect).errors}

    def kind(self, exchange: Exchange) -> ErrorKind | None:
        """Return the kind of error that an exchange has to be answered with; whoever is limited is told just that."""
        return self._kinds.get("rate_limit_exceeded" if exchange.status == 429 else exchange.refusal or "")

    # -- which exchanges a rule concerns -------------------------------------------------------------------------------

    def is_expected(self, exchange: Exchange) -> bool:
        """Tell whether an exchange was refused where a refusal was expected."""
        return is_error(exchange) and self.kind(exchange) is not None

    def names_a_field(self, exchange: Exchange) -> bool:
        """Tell whether the refusal has to name a field."""
        return self.is_expected(exchange) and exchange.param is not None and exchange.status != 429

    def has_words(self, exchange: Exchange) -> bool:
        """Tell whether the contract has words for the refusal."""
        return is_error(exchange) and (kind := self.kind(exchange)) is not None and kind.words is not None

    def is_mistake(self, exchange: Exchange) -> bool:
        """Tell whether an exchange was a mistake of the caller."""
        return exchange.refusal in self._kinds and self._kinds[exchange.refusal].status < 500

    # -- what is looked for --------------------------------------------------------------------------------------------

    def status(self, exchange: Exchange, _: Target) -> Iterator[str]:
        """Expect the status that belongs to the error."""
        kind = self.kind(exchange)
        if kind is not None and exchange.status != kind.status:
            yield f"expected {kind.status} for {kind.code}, found {exchange.status}"

    def type(self, exchange: Exchange, _: Target) -> Iterator[str]:
        """Expect the family that belongs to the error."""
        kind = self.kind(exchange)
        return _differs("type", exchange, None if kind is None else kind.type)

    def code(self, exchange: Exchange, _: Target) -> Iterator[str]:
        """Expect the contract's word for the error."""
        kind = self.kind(exchange)
        return _differs("code", exchange, None if kind is None else kind.code)

    def param(self, exchange: Exchange, _: Target) -> Iterator[str]:
        """Expect the field at fault to be named."""
        return _differs("param", exchange, exchange.param)

    def words(self, exchange: Exchange, _: Target) -> Iterator[str]:
        """Expect a message that begins as the contract has it."""
        kind, message = self.kind(exchange), (exchange.error or {}).get("message")
        words = (kind.words if kind is not None else None) or ""
        if not isinstance(message, str) or not message.startswith(words):
            yield f"expected a message that begins with {words!r}, found {shown(message)}"

    def caller_fault(self, exchange: Exchange, _: Target) -> Iterator[str]:
        """Expect a mistake of the caller not to be answered as one of the server."""
        if (exchange.status or 0) >= 500:
            yield f"expected {exchange.refusal} to be the caller's fault, found {told(exchange)}"


def is_error(exchange: Exchange) -> bool:
    """Tell whether a request was answered with an error that may have a body."""
    # What is no HTTP is no request: it may be a front server that answers it, which knows nothing of the API.
    is_request = not exchange.case.startswith(_NO_HTTP)
    return (exchange.status or 0) >= 400 and exchange.sent.method != "HEAD" and is_request


def _differs(name: str, exchange: Exchange, expected: str | None) -> Iterator[str]:
    found = (exchange.error or {}).get(name)
    if found != expected:
        yield f"expected error.{name} {expected!r}, found {shown(found)}"
