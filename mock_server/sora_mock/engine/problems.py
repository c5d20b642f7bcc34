"""The catalogue of problems: every way in which a request can be refused, as values.

Owns status, type, code, wording and the rule that each refusal rests on. Must not know how a problem is written on
the wire; that is the dialect's.
"""

import difflib
from collections.abc import Iterable

import msgspec

INVALID_REQUEST = "invalid_request_error"
AUTHENTICATION = "authentication_error"
PERMISSION = "permission_error"
NOT_FOUND = "not_found_error"
RATE_LIMIT = "rate_limit_error"
SERVER = "server_error"


class Problem(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why a request was refused.

    `status` is the HTTP status, `param` the offending field or None, `rule` the id of the contract's rule, `allow`
    the methods that would have been accepted (405 only), `retry_after` whole seconds until it makes sense to ask
    again (429 only).
    """

    status: int
    type: str
    code: str
    message: str
    rule: str
    param: str | None = None
    allow: str | None = None
    retry_after: int | None = None


class Refused(Exception):  # noqa: N818 - it is no error of ours: the contract says no
    """Raised inside the engine and the dialects to leave with a problem; always caught at their border."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _bad_request(code: str, message: str, rule: str, param: str | None) -> Problem:
    return Problem(status=400, type=INVALID_REQUEST, code=code, message=message, rule=rule, param=param)


def _not_found(code: str, message: str, rule: str, param: str | None) -> Problem:
    return Problem(status=404, type=NOT_FOUND, code=code, message=message, rule=rule, param=param)


# -- who asks ----------------------------------------------------------------------------------------------------


def key_missing(detail: str) -> Problem:
    """No usable `Authorization: Bearer <key>` came with the request."""
    message = f"Missing API key: {detail}; expected the header 'Authorization: Bearer <key>'."
    return Problem(status=401, type=AUTHENTICATION, code="invalid_api_key", message=message, rule="auth.key.required")


def key_refused() -> Problem:
    """The key is revoked or unknown. The key itself is never repeated."""
    message = "Incorrect API key provided."
    return Problem(status=401, type=AUTHENTICATION, code="invalid_api_key", message=message, rule="auth.key.refused")


# -- the request as such -----------------------------------------------------------------------------------------


def content_type_unsupported(found: str | None) -> Problem:
    """The body is not declared as JSON."""
    message = f"Unsupported content type: expected application/json, found {found or 'none'}."
    return Problem(
        status=415,
        type=INVALID_REQUEST,
        code="unsupported_media_type",
        message=message,
        rule="request.content-type",
    )


def too_large(limit: int) -> Problem:
    """The body is longer than `limit` bytes."""
    message = f"Request too large: expected at most {limit} bytes."
    return Problem(status=413, type=INVALID_REQUEST, code="request_too_large", message=message, rule="request.size")


def timed_out(seconds: float, *, of: str = "body") -> Problem:
    """The rest of the body, or of the head, did not come within `seconds`."""
    message = f"Request timed out: the rest of the {of} did not come within {seconds:g} seconds."
    return Problem(status=408, type=INVALID_REQUEST, code="request_timeout", message=message, rule="request.complete")


def http_invalid() -> Problem:
    """What was received is no HTTP request."""
    return _bad_request("invalid_request", "Invalid HTTP request.", "protocol.http", None)


def head_too_large(limit: int) -> Problem:
    """The request line and headers together are longer than `limit` bytes."""
    message = f"Request headers too large: expected at most {limit} bytes."
    return Problem(
        status=431, type=INVALID_REQUEST, code="request_headers_too_large", message=message, rule="protocol.http"
    )


def json_invalid(detail: str) -> Problem:
    """The body is not a JSON object."""
    return _bad_request("invalid_json", f"Invalid JSON: {detail}.", "request.json", None)


def type_invalid(param: str, expected: str, found: str) -> Problem:
    """A field holds a value of another type than the contract says."""
    message = f"Invalid type for '{param}': expected {expected}, found {found}."
    return _bad_request("invalid_type", message, "request.field.type", param)


def field_unknown(param: str, known: Iterable[str]) -> Problem:
    """A field that the contract does not name, where the policy refuses such fields."""
    names = sorted(known)
    message = f"Unknown parameter: expected one of {', '.join(names)}; found {shown(param)}.{_hint(param, names)}"
    return _bad_request("unknown_parameter", message, "request.field.unknown", param)


def field_missing(param: str, rule: str, *, expected: str | None = None) -> Problem:
    """A field that the contract requires is absent; `expected` words a choice of fields."""
    message = f"Missing required parameter: {expected or repr(param)}."
    return _bad_request("missing_required_parameter", message, rule, param)


def fields_conflict(param: str, other: str, rule: str) -> Problem:
    """Two fields that exclude one another were both given."""
    message = f"Conflicting parameters: expected either '{other}' or '{param}', found both."
    return _bad_request("conflicting_parameters", message, rule, param)


def value_invalid(param: str, expected: str, found: object, rule: str) -> Problem:
    """A field of the right type holds a value outside what the contract allows."""
    return _bad_request(
        "invalid_value", f"Invalid value for '{param}': expected {expected}, found {found}.", rule, param
    )


def model_invalid(found: str, expected: str, rule: str) -> Problem:
    """The model is not the one that this operation takes."""
    message = f"Invalid model: expected {expected!r}, found {shown(found)}."
    return _bad_request("invalid_model", message, rule, "model")


# -- sources of characters ---------------------------------------------------------------------------------------


def url_invalid(detail: str) -> Problem:
    """The url is not an absolute http(s) address, or describes no possible video."""
    return _bad_request("invalid_url", f"Invalid url: {detail}.", "character.source.url-form", "url")


def timestamps_invalid(detail: str, rule: str) -> Problem:
    """The timestamps name no span of the video."""
    return _bad_request("invalid_timestamps", f"Invalid timestamps: {detail}.", rule, "timestamps")


def processing_failed(detail: str, rule: str) -> Problem:
    """The source video could not be used."""
    return Problem(
        status=500,
        type=SERVER,
        code="processing_failed",
        message=f"Processing failed: {detail}.",
        rule=rule,
        param="url",
    )


def task_not_found(task_id: str, param: str, rule: str) -> Problem:
    """The task is unknown, another account's, or expired: all three look the same."""
    return _not_found("task_not_found", f"Task not found: {shown(task_id)}.", rule, param)


def task_not_completed(task_id: str, status: str, param: str, rule: str) -> Problem:
    """The task exists but has no video: it is still at work, or has failed."""
    message = f"Task not completed: {task_id} is {status}."
    return _bad_request("task_not_completed", message, rule, param)


def rate_limited(limit: int, retry_after: int) -> Problem:
    """The account has used up its creations of the last minute."""
    message = f"Rate limited: {limit} character creations per minute are allowed; try again in {retry_after} s."
    return Problem(
        status=429,
        type=RATE_LIMIT,
        code="rate_limit_exceeded",
        message=message,
        rule="limit.characters",
        retry_after=retry_after,
    )


# -- generations -------------------------------------------------------------------------------------------------


def character_not_found(character_id: str, param: str) -> Problem:
    """A mentioned character is unknown or another account's: both look the same."""
    message = f"Character not found: @{shown(character_id, quoted=False)}."
    return _not_found("character_not_found", message, "generation.mention.unknown", param)


def link_invalid() -> Problem:
    """The signature of a result link does not fit it."""
    return _link("link_invalid", "Link invalid: the signature does not fit.")


def link_expired() -> Problem:
    """The result link, or the result itself, is past its time."""
    return _link("link_expired", "Link expired.")


def _link(code: str, message: str) -> Problem:
    return Problem(status=403, type=PERMISSION, code=code, message=message, rule="generation.result.signed")


def range_unsatisfiable(rule: str) -> Problem:
    """The range of bytes that was asked for begins beyond the end of the clip."""
    return Problem(
        status=416,
        type=INVALID_REQUEST,
        code="range_not_satisfiable",
        message="Range not satisfiable: it begins beyond the end of the video.",
        rule=rule,
    )


# -- places that do not exist ------------------------------------------------------------------------------------


def path_unknown(path: str, *, rule: str = "protocol.path") -> Problem:
    """Nothing is served under this path."""
    return _not_found("not_found", f"Not found: {shown(path)}.", rule, None)


def method_not_allowed(method: str, allow: str, *, rule: str = "protocol.method") -> Problem:
    """The path exists, but not for this method."""
    message = f"Method not allowed: expected {allow}, found {shown(method, quoted=False)}."
    return Problem(status=405, type=INVALID_REQUEST, code="method_not_allowed", message=message, rule=rule, allow=allow)


def fault_unknown(name: str, known: Iterable[str]) -> Problem:
    """The `Prefer` header asks for a fault that there is not."""
    names = sorted(known)
    message = f"Unknown fault: expected one of {', '.join(names)}; found {shown(name)}.{_hint(name, names)}"
    return _bad_request("unknown_fault", message, "control", "Prefer")


def fault_misplaced(name: str, operation: str, found: str) -> Problem:
    """The `Prefer` header asks for a fault that this operation cannot be befallen by."""
    message = f"Misplaced fault: {shown(name)} befalls {operation} only; found {found}."
    return _bad_request("misplaced_fault", message, "control", "Prefer")


# -- the control plane -------------------------------------------------------------------------------------------


def control_value(param: str, expected: str, found: str) -> Problem:
    """A setting of the control plane is outside what makes sense."""
    return value_invalid(param, expected, found, "control")


def control_invalid(param: str, message: str) -> Problem:
    """A setting of the control plane is wrong; `message` says what was expected and found."""
    return _bad_request("invalid_value", f"Invalid value: {message}.", "control", param)


def control_not_found(kind: str, name: str, known: Iterable[str]) -> Problem:
    """The control plane was asked about something that is not there."""
    return _not_found("not_found", f"No such {kind}: {shown(name)}.{_hint(name, known)}", "control", None)


def control_conflict(what: str, expected: str, found: str) -> Problem:
    """What the control plane was asked for does not fit how things stand."""
    message = f"Conflict: {what}; expected {expected}, found {found}."
    return Problem(status=409, type=INVALID_REQUEST, code="conflict", message=message, rule="control")


def internal() -> Problem:
    """A fault of the mock itself, which no rule of the contract explains."""
    message = "Internal error: the mock itself failed; its log has the details."
    return Problem(status=500, type=SERVER, code="internal_error", message=message, rule="error.internal")


def shown(text: str, *, quoted: bool = True) -> str:
    """Return a user's text as it may stand in a message: short, printable, on one line."""
    short = text if len(text) <= 80 else text[:77] + "..."
    return repr(short) if quoted else short.encode("unicode_escape").decode("ascii")


def _hint(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
