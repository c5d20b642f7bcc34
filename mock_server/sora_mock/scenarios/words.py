"""Words: what an effect, a fault and a scenario do, told in plain English.

Owns the wording of what people read about faults. It decides nothing.
"""

from collections.abc import Iterable, Iterator

from sora_mock.engine.effects import (
    PROBLEMS,
    BadJsonEffect,
    ContentTypeEffect,
    DripEffect,
    Effect,
    EmptyEffect,
    ExtraFieldsEffect,
    HangEffect,
    HtmlEffect,
    LatencyEffect,
    ProblemEffect,
    ResetEffect,
    TaskEffect,
    TruncateEffect,
)
from sora_mock.engine.faults import Fault, Match, When, effect_of
from sora_mock.engine.scenario import Scenario

_RETRY_AFTER = {
    None: "",
    "none": ", without Retry-After",
    "date": ", Retry-After as a date one second ahead",
    "huge": ", Retry-After of thirty years",
    "garbage": ", Retry-After that is no number",
}
_PLAIN: dict[type[Effect], str] = {
    HangEffect: "never answers and holds the connection open",
    ResetEffect: "resets the connection instead of answering",
    EmptyEffect: "sends no body",
    HtmlEffect: "sends a web page in place of the body",
    BadJsonEffect: "sends JSON that is cut off in the middle",
    ExtraFieldsEffect: "adds fields that the contract does not name",
}
_FATES = {
    "stuck": "accepts the task, which never ends",
    "failing": "accepts the task, which then fails",
    "blocked": "accepts the task, which then fails by moderation",
    "expired": "accepts the task, which expires as soon as it is completed",
}


def effect_words(effect: Effect) -> str:
    """Return what an effect does, as the rest of a sentence about the mock."""
    match effect:
        case ProblemEffect(code=code, retry_after=retry_after, headers=headers, done=done):
            first = "does what was asked, then " if done else ""
            wait = f", Retry-After: {retry_after}" if isinstance(retry_after, int) else _RETRY_AFTER[retry_after]
            extra = f", with {', '.join(headers)}" if headers else ""
            return f"{first}answers {PROBLEMS[code].status} {code}{wait}{extra}"
        case LatencyEffect(seconds=seconds):
            return f"waits {seconds} seconds before it answers"
        case TruncateEffect(keep=keep):
            return f"hangs up after {keep:.0%} of the body"
        case DripEffect(seconds=seconds):
            return f"sends the body bit by bit over {seconds:g} seconds"
        case ContentTypeEffect(value=value):
            return f"declares the body as {value}"
        case TaskEffect(fate=fate):
            return _FATES[fate]
        case _:
            return _PLAIN[type(effect)]


def fault_words(fault: Fault) -> str:
    """Return what a checked fault does, to which requests and when."""
    prevented = ", and does nothing of what was asked" if fault.prevent else ""
    parts = [f"{_match_words(fault.match)}: {effect_words(effect_of(fault))}{prevented}", *_when_words(fault.when)]
    return "; ".join(parts)


def scenario_words(scenario: Scenario) -> Iterator[str]:
    """Yield the lines that explain a checked scenario."""
    yield scenario.name
    yield scenario.summary
    if scenario.knobs:
        yield ""
        yield from (f"  {name} = {value}" for name, value in scenario.knobs.items())
    if scenario.faults:
        yield ""
        yield from (
            f"  {number}. {fault.name + ': ' if fault.name else ''}{fault_words(fault)}"
            for number, fault in enumerate(scenario.faults, start=1)
        )


def list_words(scenarios: Iterable[Scenario]) -> Iterator[str]:
    """Yield the lines that name scenarios and say what each is about, a blank line between two."""
    for number, scenario in enumerate(scenarios):
        if number:
            yield ""
        yield scenario.name
        yield from (f"  {line}" for line in scenario.summary.splitlines())


def _match_words(match: Match) -> str:
    what = match.operation or "every operation"
    fields = (("method", match.method), ("path", match.path), ("prompt", match.prompt), ("url", match.url))
    with_account = (*fields, ("account", match.account))
    return " ".join([what, *(f"with {name} {value!r}" for name, value in with_account if value is not None)])


def _when_words(when: When) -> Iterator[str]:
    if when.start or when.end is not None:
        end = "on" if when.end is None else f"to {when.end:g} s"
        yield f"from {when.start:g} s {end}"
    if when.after:
        yield f"after the first {when.after}"
    if when.first is not None:
        yield f"only the {'next' if when.after else 'first'} {when.first}"
    if when.every is not None and when.every > 1:
        yield f"one in every {when.every}"
    if when.probability is not None:
        yield f"with a chance of {when.probability:.4g}"
