"""The policy: what the guide leaves open, as named knobs with a stated default.

Owns the knobs that the rules of basis *assumed* name, and the tiers. Must not know where a value comes from (an
option, a file, a control call).
"""

from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

from sora_mock.engine.latency import INSTANT, Latency, LatencyError, parse_latency

TIER_SCALE = {1: 1, 2: 2, 3: 5, 4: 8, 5: 15}
"""How many times the base rate each tier of account may create characters and videos."""

Seconds = Annotated[float, msgspec.Meta(ge=0, le=10**9)]
Count = Annotated[int, msgspec.Meta(ge=1, le=10**9)]


class PolicyError(ValueError):
    """A knob that does not exist or a value it cannot take; the message names both and what is allowed."""


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settled choices of one mock.

    `creations_per_minute` is the rate limit of tier 1. `min_span` and `max_span` bound a creation's span in seconds
    (0 and None: unbounded). `task_timestamps` says what timestamps beside `from_task` do. `task_lifetime` is how
    many seconds a completed task can be used. `unknown_mention` refuses the request, or accepts it and lets the
    task fail. `unknown_fields` ignores or refuses fields the contract does not name. `max_prompt` counts
    characters, `max_duration` seconds of a clip, `max_scenes` scenes of a storyboard, `max_body` bytes of a request,
    `max_upload` those of one with files. `latency` is how long things take.

    Of the Videos API: `videos_per_minute` is the rate limit of `sora-2` in tier 1, `video_lifetime` how many seconds
    after its completion a video's content is there. `video_seconds` and `video_sizes` say whose choice of values holds.
    `unnamed_character` refuses or accepts a video whose prompt lacks the name of a character. `character_clip` accepts
    or refuses a clip that is longer, larger or of another shape than advised. `null_fields` shows or omits what does
    not apply to a video. `unready_content` is how a download before the end is refused, `spritesheet_type` how the
    picture of a clip's frames is written.

    Of relays: `relay_model` ignores `model` in the making of a character, requires it, or refuses it as a channel that
    there is not. `relay_task_timestamps` requires timestamps beside `from_task`, or ignores them.
    """

    creations_per_minute: Count = 60
    min_span: Seconds = 0.0
    max_span: Seconds | None = None
    task_timestamps: Literal["ignore", "require", "refuse"] = "ignore"
    task_lifetime: Seconds = 86_400.0
    unknown_mention: Literal["refuse", "fail"] = "refuse"
    unknown_fields: Literal["ignore", "refuse"] = "ignore"
    max_prompt: Count = 32_000
    max_duration: Annotated[int, msgspec.Meta(ge=1, le=60)] = 60
    max_scenes: Count = 20
    max_body: Count = 1_048_576
    max_upload: Count = 67_108_864
    videos_per_minute: Count = 25
    video_lifetime: Seconds = 3_600.0
    video_seconds: Literal["reference", "guide"] = "reference"
    video_sizes: Literal["reference", "guide"] = "reference"
    unnamed_character: Literal["refuse", "accept"] = "refuse"
    character_clip: Literal["accept", "refuse"] = "accept"
    null_fields: Literal["show", "omit"] = "show"
    unready_content: Literal["not-found", "bad-request"] = "not-found"
    spritesheet_type: Literal["jpeg", "webp"] = "jpeg"
    relay_model: Literal["ignore", "require", "refuse"] = "ignore"
    relay_task_timestamps: Literal["require", "ignore"] = "require"
    latency: Latency = INSTANT

    def of_tier(self, tier: int) -> "Policy":
        """Return this policy with the rate limits of `tier` (1 to 5)."""
        scale = TIER_SCALE[tier]
        return msgspec.structs.replace(
            self,
            creations_per_minute=self.creations_per_minute * scale,
            videos_per_minute=self.videos_per_minute * scale,
        )


KNOBS = Policy.__struct_fields__
"""The names that `with_knobs` takes."""

STARTING_KNOBS = frozenset({"max_body", "max_upload"})
"""The knobs that hold for a whole mock from its start: a request is taken in before it is known whose it is."""


def with_knobs(policy: Policy, values: dict[str, str]) -> Policy:
    """Return `policy` with the named knobs set from their textual values; raise PolicyError for a bad one."""
    changes: dict[str, Any] = {}
    if "latency" in values:
        values = {**values}
        changes["latency"] = _latency(values.pop("latency"))
    types = {field.name: field.type for field in msgspec.structs.fields(Policy)}
    for name, text in values.items():
        if name not in KNOBS:
            raise PolicyError(f"unknown knob {name!r}; expected one of {', '.join(KNOBS)}")
        value = None if text == "none" else text
        try:
            changes[name] = msgspec.convert(value, types[name], strict=False)
        except msgspec.ValidationError as error:
            raise PolicyError(f"knob {name!r}: {_expectation(types[name], error)}, found {text!r}") from None
    return msgspec.structs.replace(policy, **changes)


def check_knobs(values: dict[str, str]) -> None:
    """Raise PolicyError unless the knobs can be set, each by itself and all of them together.

    `with_knobs` does not look at them together: what is settled in several steps and for several accounts is laid one
    upon the other there, long after anyone could be told.
    """
    policy = with_knobs(Policy(), values)
    if policy.max_span is not None and policy.min_span > policy.max_span:
        raise PolicyError(
            f"knobs 'min_span' and 'max_span': expected min_span to be at most max_span, "
            f"found {policy.min_span:g} and {policy.max_span:g}"
        )


def _latency(text: str) -> Latency:
    try:
        return parse_latency(text)
    except LatencyError as error:
        raise PolicyError(f"knob 'latency': {error}") from None


def _expectation(kind: Any, error: msgspec.ValidationError) -> str:  # noqa: ANN401 - a type form has no type
    if get_origin(kind) is Literal:
        return f"expected {' or '.join(get_args(kind))}"
    return str(error).lower()
