"""Problems of forms: the ways in which a body of fields and files can be refused.

Owns their wording. A continuation of the catalogue in `problems`, whose rules hold here too.
"""

from sora_mock.engine.problems import INVALID_REQUEST, Problem

CONTENT_TYPES = "application/json, multipart/form-data or application/x-www-form-urlencoded"


def form_type_unsupported(found: str | None, rule: str) -> Problem:
    """The body is declared as nothing that fields can be read from."""
    return Problem(
        status=415,
        type=INVALID_REQUEST,
        code="unsupported_media_type",
        message=f"Unsupported content type: expected {CONTENT_TYPES}; found {found or 'none'}.",
        rule=rule,
    )


def form_invalid(reason: str, rule: str, *, param: str | None = None) -> Problem:
    """The body is not the form that it is declared to be; `reason` says what was expected and found."""
    return Problem(
        status=400,
        type=INVALID_REQUEST,
        code="invalid_form",
        message=f"Invalid form: {reason}.",
        rule=rule,
        param=param,
    )
