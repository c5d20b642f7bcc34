"""Problems of videos: the ways in which the Videos API refuses a request.

Owns their wording, which is the service's own where it was seen. A continuation of the catalogue in `problems`, whose
rules hold here too.
"""

from collections.abc import Sequence

from sora_mock.engine.problems import INVALID_REQUEST, RATE_LIMIT, Problem, shown


def choice_invalid(param: str, found: str, values: Sequence[str], rule: str) -> Problem:
    """A field holds none of the values that there are."""
    message = f"Invalid value: {shown(found)}. Supported values are: {_listed(values)}."
    return _refused("invalid_value", message, rule, param)


def type_invalid(param: str, expected: str, found: str, rule: str) -> Problem:
    """A field holds a value of another type, or a file in place of a text."""
    message = f"Invalid type for '{param}': expected {expected}, but got {found} instead."
    return _refused("invalid_type", message, rule, param)


def multipart_required(found: str | None, rule: str) -> Problem:
    """The body is no form with files, where only such a one will do."""
    told = "none" if found is None else shown(found)
    return Problem(
        status=415,
        type=INVALID_REQUEST,
        code="unsupported_media_type",
        message=f"Unsupported content type: expected multipart/form-data, but got {told} instead.",
        rule=rule,
    )


def length_invalid(param: str, most: int, found: int, rule: str) -> Problem:
    """A text is empty or too long."""
    message = f"Invalid '{param}': expected a text of 1 to {most} characters, but got {found} instead."
    return _refused("invalid_value", message, rule, param)


def value_invalid(param: str, expected: str, found: str, rule: str) -> Problem:
    """A field of the right type holds a value outside what the contract allows."""
    return _refused("invalid_value", f"Invalid '{param}': expected {expected}, but got {found} instead.", rule, param)


def limit_invalid(found: str) -> Problem:
    """A page is asked to be of no possible length."""
    expected = "an integer from 0 to 100"
    return value_invalid("limit", expected, shown(found), "video.list.limit-value")


def image_invalid(detail: str, rule: str) -> Problem:
    """The reference is no picture that can be used."""
    return _refused("invalid_image", f"Invalid image: {detail}.", rule, "input_reference")


def image_mismatched(rule: str) -> Problem:
    """The picture has not the size of the video."""
    message = "Inpaint image must match the requested width and height."
    return _refused("invalid_image", message, rule, "input_reference")


def video_invalid(detail: str, rule: str) -> Problem:
    """The uploaded file is no video that can be used."""
    return _refused("invalid_video", f"Invalid video: {detail}.", rule, "video")


def clip_refused(detail: str, rule: str) -> Problem:
    """The clip is a video, but not one that a character can be made of."""
    return _refused("input_moderation", f"The clip cannot be used for a character: {detail}.", rule, "video")


def video_not_found(video_id: str, rule: str, *, param: str | None = None) -> Problem:
    """The video is unknown, deleted or another account's: all three look the same."""
    return _absent("video_not_found", f"Video not found: {shown(video_id)}.", rule, param)


def video_not_completed(video_id: str, status: str, rule: str, *, param: str | None = None) -> Problem:
    """The video exists, but has not come to the end that this takes."""
    message = f"Video not completed: {shown(video_id)} is {status}."
    return _refused("video_not_completed", message, rule, param)


def video_not_ready(status: str, rule: str, *, absent: bool) -> Problem:
    """The video has no content: it is still at work, or has failed. `absent` says so as if it were not there."""
    message = f"Video is not ready yet, use GET /v1/videos/{{video_id}} to check its status: it is {status}."
    if absent:
        return _absent("video_not_ready", message, rule, None)
    return _refused("video_not_ready", message, rule, None)


def video_expired(video_id: str, rule: str) -> Problem:
    """The video's content is past its time."""
    return _absent("video_expired", f"The content of video {shown(video_id)} has expired.", rule, None)


def character_not_found(character_id: str, rule: str, *, param: str | None = None) -> Problem:
    """The character is unknown or another account's: both look the same."""
    return _absent("character_not_found", f"Character not found: {shown(character_id)}.", rule, param)


def model_not_found(name: str) -> Problem:
    """There is no such model."""
    return _absent("model_not_found", f"The model {shown(name)} does not exist.", "model.retrieve.unknown", "model")


def rate_limited(limit: int, retry_after: int) -> Problem:
    """The account has used up its videos of the last minute."""
    message = f"Rate limit reached: {limit} videos per minute are allowed. Please try again in {retry_after}s."
    return Problem(
        status=429,
        type=RATE_LIMIT,
        code="rate_limit_exceeded",
        message=message,
        rule="limit.videos",
        retry_after=retry_after,
    )


def _refused(code: str, message: str, rule: str, param: str | None) -> Problem:
    return Problem(status=400, type=INVALID_REQUEST, code=code, message=message, rule=rule, param=param)


def _absent(code: str, message: str, rule: str, param: str | None) -> Problem:
    return Problem(status=404, type=INVALID_REQUEST, code=code, message=message, rule=rule, param=param)


def _listed(values: Sequence[str]) -> str:
    quoted = [f"'{value}'" for value in values]
    if len(quoted) < 3:
        return " and ".join(quoted)
    return f"{', '.join(quoted[:-1])}, and {quoted[-1]}"
