"""Evidence on the page: exchanges as data that the page's script shows when somebody asks for them.

Owns the form of that data, and that nothing in it can be anything but data. The same exchange is kept once.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from sora_conformance.contract.markup import Html
from sora_conformance.exchanges import Evidence

_AS_ESCAPE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


class Exhibits:
    """The exchanges that a page shows, each with a number."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}

    def numbers(self, evidence: Iterable[Evidence]) -> tuple[int, ...]:
        """Return the numbers of exchanges; those that are new are kept."""
        return tuple(
            self._numbers.setdefault(msgspec.json.encode(_form(exchange)), len(self._numbers)) for exchange in evidence
        )

    def data(self) -> Html:
        """Return the exchanges as a block of data.

        Signs by which a browser could take an end of the block, or a beginning of another, for one are escaped.
        """
        text = f"[{','.join(encoded.decode() for encoded in self._numbers)}]"
        return Html(f'<script type="application/json" id="exhibits">{text.translate(_AS_ESCAPE)}</script>')


def _form(evidence: Evidence) -> dict[str, Any]:
    request, response = evidence.request, evidence.response
    return {
        "party": evidence.party,
        "seconds": evidence.seconds,
        "request": {
            "line": f"{request.method} {request.url}",
            "headers": list(request.headers.items()),
            "body": request.body,
        },
        "response": None
        if response is None
        else {"line": str(response.status), "headers": list(response.headers.items()), "body": response.body},
        "failure": evidence.failure,
        "curl": evidence.curl,
    }
