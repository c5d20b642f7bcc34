"""The parser of HTTP messages, to which an offer to upgrade the connection is a header like any other.

Owns the declining of such offers. It must not know what a request asks for, nor how one is answered.
"""

from typing import Protocol

from httptools import HttpParserUpgrade, HttpRequestParser


class Reader(Protocol):
    """Whom the parser tells what it has read."""

    def head_without_offer(self) -> bytes:
        """Return the head that was read last, without its offer to upgrade."""
        ...


class Parser(HttpRequestParser):
    """Parses requests; after an offer to upgrade, which may be ignored (RFC 9110 §7.8), it reads the head once more.

    Left alone, it would take the body that follows for another protocol's; Java's own client makes such an offer with
    every first request.
    """

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self._reader = reader

    @property
    def is_offered(self) -> bool:
        """Tell whether the head that was read last offers to upgrade."""
        return self.should_upgrade() and self.get_method() != b"CONNECT"

    def feed_data(self, data: bytes) -> None:  # type: ignore[override] # bytes are all that a connection brings
        """Parse some bytes. Raises what the parser raises for what is no HTTP, and HttpParserUpgrade for a tunnel."""
        while True:
            try:
                super().feed_data(data)
            except HttpParserUpgrade as offer:
                if not self.is_offered:
                    raise
                data = self._reader.head_without_offer() + data[offer.args[0] :]
            else:
                return
