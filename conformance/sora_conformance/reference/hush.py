"""Hush: the key kept out of the logs of the HTTP library, which writes down what a server sends.

Owns a filter on that library's loggers, for as long as its client lives. A line without the key passes as it is.
"""

import logging
import weakref

from sora_conformance.reference.secret import Secret

LOGGERS = ("httpx2", "httpcore2.connection", "httpcore2.http11", "httpcore2.proxy")
"""Who may write down a reply: its reason phrase, or its headers."""


class Hush(logging.Filter):
    """Hides a key from the moment it is made until `end`, or until its owner is gone."""

    def __init__(self, secret: Secret, *, owner: object) -> None:
        super().__init__()
        self._secret = secret
        for name in LOGGERS:
            logging.getLogger(name).addFilter(self)
        self._ending = weakref.finalize(owner, self._remove)

    def filter(self, record: logging.LogRecord) -> bool:
        """Hide the key in a line, and let it pass."""
        text = record.getMessage()
        hidden = self._secret.hide(text)
        if hidden != text:
            record.msg, record.args = hidden, None
        return True

    def end(self) -> None:
        """Hide no more. May be repeated."""
        self._ending()

    def _remove(self) -> None:
        for name in LOGGERS:
            logging.getLogger(name).removeFilter(self)
