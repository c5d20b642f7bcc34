"""The craft of changing the reference client: the seams at which it can be bent, from the outside in.

Owns the seams: the adapter's calls, the HTTP client, one exchange, one request, one body, one wait, one reply. What is
changed there, and why, is the variants' own business.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple

import httpx2
import msgspec

from sora_conformance.reference import async_driver, calls, core, failures, replies, video_calls
from sora_conformance.reference.async_driver import AsyncDriver
from sora_conformance.reference.call import Call
from sora_conformance.reference.outcomes import Outcome, Reply
from sora_conformance.reference.retry import Retry, backoff
from sora_conformance.reference.retry_after import retry_after
from sora_conformance.reference.uploads import Upload
from sora_conformance.specimens import reference_adapter
from tests.clients.variant import Change

Message = dict[str, Any]
Body = dict[str, Any]
Perform = Callable[[Message], Awaitable[dict[str, Any]]]
Form = Callable[[Mapping[str, str], str, Upload], tuple[bytes, str]]
Exchange = Callable[[AsyncDriver, Call], Awaitable[Outcome]]

CREATIONS, GENERATIONS, VIDEOS = "/characters", "/generations", "/videos"
KINDS = ("AsyncClient", "AsyncVideosClient")
"""The names of the two clients in the adapter."""


def patched(owner: Any, name: str, make: Callable[[Any], Any]) -> Change:
    """Put in the place of something what is made of it."""
    return lambda: setattr(owner, name, make(getattr(owner, name)))


def both(*changes: Change) -> Change:
    """Make several changes."""

    def change() -> None:
        for each in changes:
            each()

    return change


def performing(way: Callable[[Message, Perform], Awaitable[dict[str, Any]]]) -> Change:
    """Let `way` make every call that the adapter is asked for; it is given the client's own way to fall back on."""
    return patched(reference_adapter, "begin", lambda begin: lambda message: way(message, begin))


def explaining(edit: Callable[[Exception, dict[str, Any]], dict[str, Any]]) -> Change:
    """Edit what is told of an error."""
    return patched(reference_adapter, "explain", lambda explain: lambda error: edit(error, explain(error)))


def declaring(without: frozenset[str]) -> Change:
    """Declare fewer capabilities."""

    def make(serve: Callable[..., None]) -> Callable[..., None]:
        def served(client: Any, operations: Any, capabilities: tuple[str, ...], **rest: Any) -> None:
            serve(client, operations, [name for name in capabilities if name not in without], **rest)

        return served

    return patched(reference_adapter, "serve", make)


def choosing(**options: Any) -> Change:
    """Make the client with other options."""
    return both(*(patched(reference_adapter, kind, lambda client: partial(client, **options)) for kind in KINDS))


def retrying(**policy: Any) -> Change:
    """Make the client with another policy of retries."""
    return choosing(retry=Retry(**policy))


def http(**arguments: Any) -> Change:
    """Make the HTTP client beneath with other arguments."""
    return patched(async_driver, "settings", lambda settings: lambda choices: settings(choices) | arguments)


def exchanging(way: Callable[[AsyncDriver, Call, Exchange], Awaitable[Outcome]]) -> Change:
    """Let `way` make every exchange."""

    def make(exchange: Exchange) -> Any:
        async def exchanged(self: AsyncDriver, call: Call) -> Outcome:
            return await way(self, call, exchange)

        return exchanged

    return patched(AsyncDriver, "_exchange", make)


def requesting(edit: Callable[[httpx2.Request], httpx2.Request]) -> Change:
    """Edit every request before it is sent."""
    return patched(async_driver, "request_of", lambda request_of: lambda *about: edit(request_of(*about)))


def respelled(request: httpx2.Request, **changed: Any) -> httpx2.Request:
    """Return a request with another `method`, `url`, `content` or `headers`; its length is counted anew."""
    headers = {name: value for name, value in request.headers.items() if name not in {"content-length", "host"}}
    given = {"method": request.method, "url": str(request.url), "headers": headers, "content": request.content}
    given |= changed
    return httpx2.Request(given.pop("method"), given.pop("url"), **given)


def heading(**values: str | None) -> Change:
    """Set headers of every request, `_` for `-`; None takes one away."""

    def edit(request: httpx2.Request) -> httpx2.Request:
        for name, value in values.items():
            request.headers.pop(name.replace("_", "-"), None)
            if value is not None:
                request.headers[name.replace("_", "-")] = value
        return request

    return requesting(edit)


def addressed(edit: Callable[[str], str], *, only: str = "/") -> Change:
    """Edit the addresses that requests are sent to, of those in whose address `only` stands."""
    return requesting(
        lambda request: respelled(request, url=edit(str(request.url))) if only in str(request.url) else request
    )


def key_of(request: httpx2.Request) -> str:
    """Return the key that a request carries."""
    return request.headers["authorization"].removeprefix("Bearer ")


def bodied(edit: Callable[[Body], Body | None], *, to: str = "") -> Change:
    """Edit the bodies of requests `to` a path, all if it is empty; an edit may change the body in place."""

    def make(post: Callable[[str, Body], Call]) -> Callable[[str, Body], Call]:
        def posted(path: str, body: Body) -> Call:
            return post(path, (edit(body) or body) if path.endswith(to) else body)

        return posted

    return both(patched(calls, "post", make), patched(video_calls, "post", make))


def encoded(edit: Callable[[bytes], bytes]) -> Change:
    """Edit the bytes of all bodies that are JSON."""

    def make(post: Callable[[str, Body], Call]) -> Callable[[str, Body], Call]:
        def posted(path: str, body: Body) -> Call:
            call = post(path, body)
            return msgspec.structs.replace(call, body=edit(call.body or b""))

        return posted

    return both(patched(calls, "post", make), patched(video_calls, "post", make))


def formed(edit: Callable[[dict[str, str], Upload], tuple[dict[str, str], Upload]]) -> Change:
    """Edit the fields and the file of every form before it is written."""

    def make(multipart: Form) -> Form:
        def written(fields: Mapping[str, str], name: str, file: Upload) -> tuple[bytes, str]:
            edited, other = edit(dict(fields), file)
            return multipart(edited, name, other)

        return written

    return patched(video_calls, "multipart", make)


def uploading(edit: Callable[[bytes, str], tuple[bytes, str]]) -> Change:
    """Edit the bytes and the content type of every form that is written."""
    return patched(video_calls, "multipart", lambda multipart: lambda *form: edit(*multipart(*form)))


class Try(NamedTuple):
    """A try that has failed: `own` is what the reference would wait before the next, None for no next one."""

    number: int
    outcome: Outcome
    policy: Retry
    chance: float
    own: float | None

    @property
    def status(self) -> int | None:
        """Return the status of the reply, None if there was none."""
        return self.outcome.status if isinstance(self.outcome, Reply) else None

    @property
    def asked(self) -> str:
        """Return the value of Retry-After as it stands, empty if there is none."""
        return self.outcome.headers.get("retry-after", "") if isinstance(self.outcome, Reply) else ""

    @property
    def backoff(self) -> float | None:
        """Return the client's own wait, whatever the server asks for, None where the reference tries no more."""
        more = self.number < self.policy.attempts and (self.own is not None or self.asked != "")
        return backoff(self.number, self.policy, chance=self.chance) if more else None

    @property
    def seconds(self) -> float | None:
        """Return what Retry-After comes to."""
        return retry_after(self.outcome.headers, date=0.0) if isinstance(self.outcome, Reply) else None


def pausing(way: Callable[[Try], float | None]) -> Change:
    """Let `way` say how long is waited before the next try."""

    def make(pause: Callable[..., float | None]) -> Callable[..., float | None]:
        def paused(attempt: int, outcome: Outcome, policy: Retry, **known: Any) -> float | None:
            own = pause(attempt, outcome, policy, **known)
            return way(Try(attempt, outcome, policy, known["chance"], own))

        return paused

    return patched(core, "pause_before_next", make)


def reading(way: Callable[[Reply, Any, Callable[..., Any]], Any], *names: str, module: ModuleType = replies) -> Change:
    """Let `way` read successful replies; `names` are those of the module's readers, without any those of ids."""
    return both(
        *(
            patched(module, name, lambda read: lambda reply, secret: way(reply, secret, read))
            for name in names or ("character_of", "task_of" if module is replies else "video_of")
        )
    )


def failing(way: Callable[[Outcome, Any, Callable[[], Any]], Any]) -> Change:
    """Let `way` say which error an outcome is."""

    def make(error_of: Callable[..., Any]) -> Callable[..., Any]:
        return lambda outcome, secret, **about: way(outcome, secret, lambda: error_of(outcome, secret, **about))

    return patched(failures, "error_of", make)
