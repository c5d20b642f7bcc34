"""The traffic of a command: all that it sent, what it was answered, and how it ended.

Owns the form in which a run is handed to the rules. It is data only: who heard the traffic and who judges it is not
its business.
"""

import re
from typing import Any, Literal

import msgspec

from sora_conformance.client.arrivals import Arrival
from sora_conformance.client.dialects import Dialect

_REMIX = re.compile(r"/videos/([^/]+)/remix$")

Misdeed = Literal["not started", "killed", "flood", "timeout"]
"""What a command may have done so that nothing can be said of its traffic."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How a command ended.

    `exit_code` is its own, None where it has none; `signal` the name of the one that it died of. `misdeed` is what
    keeps it from being judged, if anything, and `detail` tells it in words. `last` are the last lines that it printed;
    `leaked` the streams ("stdout", "stderr") in which its key stood, in whatever form.
    """

    exit_code: int | None
    signal: str | None = None
    misdeed: Misdeed | None = None
    detail: str = ""
    last: str = ""
    leaked: tuple[str, ...] = ()
    seconds: float = 0.0


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A character that the account holds after the command's end, or a `video`.

    `source` names what it was made from, so that two of the same source are told as such.
    """

    id: str
    source: str
    video: bool = False


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """What one command did.

    `dialect` is the one that it is judged in. `arrivals` are its requests in the order in which they began. `key` is
    the bearer key that it was given, `origin` the address that it was told to send to, without a path, and `scenario`
    the one that the mock played, if any. `began` and `finished` are when the command was started and when the last of
    its traffic was over, in seconds of the clock of the arrivals.
    """

    dialect: Dialect
    arrivals: tuple[Arrival, ...]
    key: str
    ended: Ended
    made: tuple[Made, ...]
    began: float
    finished: float
    origin: str
    scenario: str | None


def bare(name: str) -> str:
    """Return an id without the word before it, which is another in another dialect."""
    return name.rpartition("_")[2]


def source_of(said: Any, path: str = "") -> str:  # noqa: ANN401 - whatever a client sends
    """Return what a creation was asked from: a task, an address with its timestamps, or what it calls it.

    Of what is made from a video, that is named too, in the body or in the path. It is empty where nothing of that is
    told.
    """
    if not isinstance(said, dict):
        return ""
    if isinstance(said.get("from_task"), str):
        return f"task {said['from_task']}"
    words = [said[name] for name in ("url", "timestamps", "prompt", "name") if isinstance(said.get(name), str)]
    video, remixed = said.get("video"), _REMIX.search(path)
    if isinstance(video, dict) and isinstance(video.get("id"), str):
        words.append(video["id"])
    if remixed:
        words.append(remixed[1])
    return " ".join(words)
