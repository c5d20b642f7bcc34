"""A script: what a staged server does with each request of a case, in the order in which they arrive.

Owns the words for it. It opens no connection; how a step is performed is the stage's.
"""

from typing import Annotated, Any, Literal

import msgspec

Seconds = Annotated[float, msgspec.Meta(ge=0, le=120)]


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done with one request.

    `reply` is what is answered: a preset of the dialect, such as a `character` (200, with an id of its own) or what is
    `completed`, or an error of the contract by its code; or `status` with `headers` and `body` (JSON) or `text`.
    `headers` adds to those of a reply; `{token}` in them and in `text` is the case's token, `{key}` the key that was
    sent, `{elsewhere}` the address of another host, `{date+N}` the HTTP date in N seconds. `after` is how many seconds
    it waits first.
    `manner` is how it is sent: `whole`, `hang` (never, and keep the connection), `reset`, `close` (hang up before a
    word), `truncate` (half of the body), `drip` (bit by bit over `seconds`), `endless` (a body without end).
    """

    reply: str | None = None
    status: int | None = None
    headers: dict[str, str] = {}
    body: Any = msgspec.UNSET
    text: str | None = None
    after: Seconds = 0.0
    manner: Literal["whole", "hang", "reset", "close", "truncate", "drip", "endless"] = "whole"
    seconds: Seconds = 0.0


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of a case; the last one is for all requests beyond. With `each`, every body has steps of its own."""

    steps: tuple[Step, ...]
    each: bool = False

    def step(self, number: int) -> Step:
        """Return what to do with the request of this number, counted from 0."""
        return self.steps[min(number, len(self.steps) - 1)]
