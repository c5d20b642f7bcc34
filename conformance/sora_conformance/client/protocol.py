"""The adapter protocol: the lines that pass between the judge and a client under test.

Owns the messages of both directions, as JSON objects one to a line, and every complaint about one that is none. It
starts no process and keeps no time.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec

PROTOCOL = 1
"""The version of the protocol."""

MAX_LINE = 1024 * 1024
"""The longest line in bytes."""

CallId = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class Operation(StrEnum):
    """What a client can be asked to do."""

    CREATE_FROM_URL = "create_from_url"
    CREATE_FROM_TASK = "create_from_task"
    GENERATE = "generate"
    WAIT = "wait"
    CREATE_VIDEO = "create_video"
    CREATE_CHARACTER = "create_character"
    REMIX = "remix"
    EDIT = "edit"
    EXTEND = "extend"
    RETRIEVE = "retrieve"
    LIST = "list"
    DOWNLOAD = "download"
    DELETE = "delete"


class ErrorKind(StrEnum):
    """What a client says went wrong."""

    RATE_LIMITED = "rate_limited"
    INVALID_REQUEST = "invalid_request"
    AUTH = "auth"
    NOT_FOUND = "not_found"
    SERVER = "server"
    TIMEOUT = "timeout"
    TRANSPORT = "transport"
    PROTOCOL = "protocol"
    LOCAL_VALIDATION = "local_validation"
    CANCELLED = "cancelled"
    OTHER = "other"


class Capability(StrEnum):
    """What a client can do beyond the operations; one with `single_try` never tries again what was refused."""

    ASYNC = "async"
    CONCURRENT = "concurrent"
    CANCEL = "cancel"
    CUSTOM_CA = "custom_ca"
    CUSTOM_TIMEOUT = "custom_timeout"
    LOG_CAPTURE = "log_capture"
    SINGLE_TRY = "single_try"


# -- from the judge ---------------------------------------------------------------------------------------------------


class Hello(msgspec.Struct, frozen=True, tag_field="cmd", tag="hello"):
    """Opens the talk."""

    protocol: int = PROTOCOL


class Call(msgspec.Struct, frozen=True, kw_only=True, tag_field="cmd", tag="call"):
    """Asks for one operation; its arguments are those of the operation's name.

    Of the guide and of relays: `create_from_url {url, timestamps}` and `create_from_task {task_id}` give a
    `character_id`; `generate {character_ids, scenario, duration?, resolution?}` gives a `task_id`; `wait {task_id}`
    gives one too.

    Of the Videos API: `create_video {prompt, seconds, size, character_ids?}` gives a `video_id`, as do `remix
    {video_id, prompt}`, `edit {video_id, prompt}`, `extend {video_id, prompt, seconds}`, `retrieve {video_id}`, `wait
    {video_id}` and `delete {video_id}`; `create_character {name, video}`, where `video` is the path of a file to
    upload, gives a `character_id`; `list {}` gives `video_ids`, those of the first page; `download {video_id}` gives
    `bytes`, how many there were. `seconds` is a text such as `"8"`.

    `api_key` is the key to use, None to give none at all; `timeout_s` is how long one request may take, None for the
    client's own limit.
    """

    id: CallId
    op: Operation
    args: dict[str, Any]
    base_url: str
    api_key: str | None
    timeout_s: float | None = None


class Cancel(msgspec.Struct, frozen=True, tag_field="cmd", tag="cancel"):
    """Asks to end a call at once; it is answered all the same, with an error of kind `cancelled`."""

    id: CallId


class Stop(msgspec.Struct, frozen=True, tag_field="cmd", tag="stop"):
    """Ends the talk; the adapter exits."""


Request = Hello | Call | Cancel | Stop

# -- from the client --------------------------------------------------------------------------------------------------


class About(msgspec.Struct, frozen=True, kw_only=True):
    """Which client it is; `issues` is where its mistakes can be told."""

    name: str
    version: str = ""
    language: str = ""
    issues: str | None = None


class Greeting(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `hello`. Unknown words in `capabilities` are ignored."""

    protocol: Literal[1]
    client: About
    operations: tuple[Operation, ...]
    capabilities: tuple[str, ...] = ()


class ClientError(msgspec.Struct, frozen=True, kw_only=True, rename={"class_": "class"}):
    """How a call failed, as the client's own error has it; `class` is its name, `retry_after` in seconds."""

    kind: ErrorKind
    message: str = ""
    status: int | None = None
    class_: str | None = None
    retry_after: float | None = None


class Ok(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="ok"):
    """The call succeeded; `value` is what the operation gives."""

    id: CallId
    value: dict[str, Any]


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="error"):
    """The call was made and failed."""

    id: CallId
    error: ClientError


class Unsupported(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="unsupported"):
    """The client cannot do what was asked for."""

    id: CallId


class Skipped(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="skipped"):
    """The adapter leaves the call out, for a reason of its own."""

    id: CallId
    message: str = ""
    issue_url: str | None = None


class HarnessError(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="harness_error"):
    """The adapter itself failed; never the client's fault, and never excused."""

    id: CallId
    message: str = ""


Answer = Ok | Failed | Unsupported | Skipped | HarnessError

_greeting = msgspec.json.Decoder(Greeting)
_answer = msgspec.json.Decoder(Answer)


class Garbled(ValueError):  # noqa: N818 - a word for what was heard
    """A line is no message of the protocol; the text says why."""


def line_of(message: Request) -> bytes:
    """Return a message as a line."""
    return msgspec.json.encode(message) + b"\n"


def greeting_in(line: bytes) -> Greeting:
    """Return the greeting in a line; raise Garbled if it is none."""
    found: Greeting = _read(_greeting, line)
    return found


def answer_in(line: bytes) -> Answer:
    """Return the answer in a line; raise Garbled if it is none."""
    found: Answer = _read(_answer, line)
    return found


def _read(decoder: Any, line: bytes) -> Any:  # noqa: ANN401 - whichever message the decoder is for
    try:
        return decoder.decode(line)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        shown = line[:120].decode("utf-8", "replace").rstrip()
        raise Garbled(f"expected a message of the protocol, found {shown!r}: {error}") from None


def schema() -> dict[str, Any]:
    """Return the JSON Schema of all messages: `judge` for those that an adapter reads, `client` for those it writes."""
    (judge, greeting, answer), definitions = msgspec.json.schema_components(
        [Request, Greeting, Answer], ref_template="#/$defs/{name}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"The adapter protocol of sora-conformance, version {PROTOCOL}",
        "$defs": {**definitions, "judge": judge, "client": {"anyOf": [greeting, answer]}},
        "anyOf": [{"$ref": "#/$defs/judge"}, {"$ref": "#/$defs/client"}],
    }
