"""Effects: everything a fault can do to a request, as values with a JSON form.

Owns their names, their settings and the ready-made ones. What an effect does to a reply is the transport side's.
"""

from typing import Annotated, ClassVar, Literal

import msgspec

from sora_mock.engine import problems
from sora_mock.engine.problems import Problem

Fate = Literal["stuck", "failing", "blocked", "expired"]
Fraction = Annotated[float, msgspec.Meta(ge=0, lt=1)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
RetryAfter = Annotated[int, msgspec.Meta(ge=0, le=10**9)] | Literal["none", "date", "huge", "garbage"]


class _Effect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """What all effects share."""


class ProblemEffect(_Effect, frozen=True, tag="problem"):
    """Refuse the request with a problem, before anything is done, or when it is `done`.

    `code` names it. `retry_after` is whole seconds, or another form of the header: left out, as a date, of many years,
    or no number at all. `headers` are set on the reply. With `done` the operation happens, and only the caller is told
    otherwise.
    """

    code: str
    retry_after: RetryAfter | None = None
    headers: dict[str, str] = {}
    done: bool = False


class LatencyEffect(_Effect, frozen=True, tag="latency"):
    """Wait before the reply, as long as the distribution says: `3`, `10..30` or `lognormal(60;0.5)` seconds.

    The seconds are of the account's time: a mock that runs ten times as fast waits a tenth of them, and a frozen one
    waits not at all.
    """

    seconds: str


class HangEffect(_Effect, frozen=True, tag="hang"):
    """Never reply, and hold the connection open."""


class ResetEffect(_Effect, frozen=True, tag="reset"):
    """Reset the connection instead of replying."""


class TruncateEffect(_Effect, frozen=True, tag="truncate"):
    """Hang up after the fraction `keep` of the body, which is announced in full."""

    keep: Fraction = 0.5


class DripEffect(_Effect, frozen=True, tag="drip"):
    """Send the body bit by bit over `seconds` of the account's time."""

    seconds: Seconds = 5.0


class EmptyEffect(_Effect, frozen=True, tag="empty"):
    """Send no body."""


class HtmlEffect(_Effect, frozen=True, tag="html"):
    """Send a web page in place of the body, as captive portals and broken relays do."""


class BadJsonEffect(_Effect, frozen=True, tag="bad-json"):
    """Send a body that is cut off in the middle, though its length is right."""


class ContentTypeEffect(_Effect, frozen=True, tag="content-type"):
    """Declare the body as something else."""

    value: str = "text/plain"


class ExtraFieldsEffect(_Effect, frozen=True, tag="extra-fields"):
    """Add fields to the body that the contract does not name."""


class TaskEffect(_Effect, frozen=True, tag="task"):
    """Accept the task, but let it get stuck, fail, fail by moderation, or expire as soon as it is completed."""

    fate: Fate

    operations: ClassVar[tuple[str, ...]] = (
        "createGeneration",
        "createVideo",
        "remixVideo",
        "editVideo",
        "extendVideo",
    )
    """The only operations that can be befallen."""


Effect = (
    ProblemEffect
    | LatencyEffect
    | HangEffect
    | ResetEffect
    | TruncateEffect
    | DripEffect
    | EmptyEffect
    | HtmlEffect
    | BadJsonEffect
    | ContentTypeEffect
    | ExtraFieldsEffect
    | TaskEffect
)

_RATE_LIMITED = "rate_limit_exceeded"

NAMED: dict[str, Effect] = {
    "rate-limit": ProblemEffect(code=_RATE_LIMITED, retry_after=1),
    "rate-limit-no-retry-after": ProblemEffect(code=_RATE_LIMITED, retry_after="none"),
    "rate-limit-date": ProblemEffect(code=_RATE_LIMITED, retry_after="date"),
    "rate-limit-huge": ProblemEffect(code=_RATE_LIMITED, retry_after="huge"),
    "rate-limit-garbage": ProblemEffect(code=_RATE_LIMITED, retry_after="garbage"),
    "invalid-timestamps": ProblemEffect(code="invalid_timestamps"),
    "invalid-api-key": ProblemEffect(code="invalid_api_key"),
    "task-not-found": ProblemEffect(code="task_not_found"),
    "character-not-found": ProblemEffect(code="character_not_found"),
    "model-not-found": ProblemEffect(code="model_not_found"),
    "processing-failed": ProblemEffect(code="processing_failed"),
    "server-error": ProblemEffect(code="server_error"),
    "bad-gateway": ProblemEffect(code="bad_gateway"),
    "unavailable": ProblemEffect(code="service_unavailable", retry_after=1),
    "gateway-timeout": ProblemEffect(code="gateway_timeout"),
    "server-error-done": ProblemEffect(code="server_error", done=True),
    "bad-gateway-done": ProblemEffect(code="bad_gateway", done=True),
    "gateway-timeout-done": ProblemEffect(code="gateway_timeout", done=True),
    "slow": LatencyEffect(seconds="2"),
    "hang": HangEffect(),
    "reset": ResetEffect(),
    "truncate": TruncateEffect(),
    "drip": DripEffect(),
    "empty": EmptyEffect(),
    "html": HtmlEffect(),
    "bad-json": BadJsonEffect(),
    "wrong-content-type": ContentTypeEffect(),
    "extra-fields": ExtraFieldsEffect(),
    "task-stuck": TaskEffect(fate="stuck"),
    "task-failing": TaskEffect(fate="failing"),
    "task-blocked": TaskEffect(fate="blocked"),
    "task-expired": TaskEffect(fate="expired"),
}
"""The ready-made effects: what a short name stands for in a header, a marker, a scenario or a call."""


def _upstream(status: int, code: str, message: str) -> Problem:
    return Problem(status=status, type=problems.SERVER, code=code, message=message, rule="fault")


PROBLEMS: dict[str, Problem] = {
    problem.code: problem
    for problem in (
        # How many calls are allowed is nothing that a fault knows.
        msgspec.structs.replace(
            problems.rate_limited(1, 1), message="Rate limited: too many requests; try again later."
        ),
        problems.timestamps_invalid("a fault says so", "character.timestamps.format"),
        problems.key_refused(),
        problems.task_not_found("task_0", "from_task", "character.from-task.unknown"),
        problems.character_not_found("char_0", "prompt"),
        Problem(
            status=404,
            type=problems.NOT_FOUND,
            code="model_not_found",
            message="The model does not exist.",
            rule="fault",
            param="model",
        ),
        problems.processing_failed("a fault says so", "character.source.reachable"),
        _upstream(500, "server_error", "The server had an error while processing the request."),
        _upstream(502, "bad_gateway", "Bad gateway."),
        _upstream(503, "service_unavailable", "The service is unavailable for the moment."),
        _upstream(504, "gateway_timeout", "The upstream did not answer in time."),
    )
}
"""The problems that a fault can name, by code."""
