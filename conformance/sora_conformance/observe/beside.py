"""The mock beside a command: a process of its own, reached over HTTP alone.

Owns its start and its end, and the reading of what an account holds once the command is through. It must not know what
went over the wire.
"""

import os
import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import IO, Any, Self

import httpx2

from sora_conformance.client.bodies import fields_of
from sora_conformance.mistakes import EXIT_USAGE, Mistake
from sora_conformance.observe.traffic import Made, bare, source_of
from sora_conformance.operations import GENERATIONS

START_SECONDS = 30.0
"""How long the mock may take to start."""

END_SECONDS = 2.0
"""How long it may take to end."""

LAST_LINES = 12
"""How many of the last lines that it wrote to standard error are told."""

_READY = re.compile(rb"sora-mock is serving http://127\.0\.0\.1:(\d+)(/\S*)\n")
_READ_SECONDS = 30.0


class MockFailed(Exception):  # noqa: N818 - it is the mock that failed
    """The mock did not start, or is gone; the text says how, with what it said last."""


class Beside:
    """A mock as a child process, for the length of a `with` block; `scenario` is a name, or the path of a TOML file.

    Raises Mistake for a scenario that there is not, and MockFailed where the mock does not start.
    """

    def __init__(self, scenario: str | None = None) -> None:
        self._scenario = scenario
        self._last: deque[str] = deque(maxlen=LAST_LINES)
        self._ready = threading.Event()
        self._line: re.Match[bytes] | None = None

    def __enter__(self) -> Self:
        options = [] if self._scenario is None else [f"--scenario={self._scenario}"]
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            # Without -P a module in the current folder could stand in the place of one of the mock's.
            [sys.executable, "-P", "-m", "sora_mock", "serve", "--host", "127.0.0.1", "--port", "0", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # What is set for other mocks of the user's has no say here.
            env={name: value for name, value in os.environ.items() if not name.startswith("SORA_MOCK_")},
            # A group of its own: what a terminal sends to all is for us to pass on.
            process_group=0,
        )
        self._readers = [
            threading.Thread(target=read, args=(pipe,), daemon=True)
            for read, pipe in ((self._read_lines, self._process.stdout), (self._read_log, self._process.stderr))
        ]
        for reader in self._readers:
            reader.start()
        try:
            self._ready.wait(START_SECONDS)
            if self._line is None:
                raise self._not_started()
        except BaseException:
            self._end()
            raise
        self.port = int(self._line[1])
        self.base_path = self._line[2].decode()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def state(self, key: str, operations: Collection[str]) -> tuple[Made, ...]:
        """Return what some operations made in the account that a key opens, in the order of their creation.

        Raises MockFailed.
        """
        account = f"http://127.0.0.1:{self.port}/_mock/accounts/self"
        try:
            with httpx2.Client(
                headers={"authorization": f"Bearer {key}"}, timeout=_READ_SECONDS, trust_env=False
            ) as client:
                state = client.get(f"{account}/state").raise_for_status().json()
                entries = []
                for operation in operations:
                    journal = client.get(f"{account}/journal", params={"operation": operation})
                    entries += journal.raise_for_status().json()["entries"]
        except (httpx2.HTTPError, ValueError) as error:
            raise MockFailed(f"the mock does not say what it holds: {error}{self._said_last()}") from None
        videos = {} if GENERATIONS.isdisjoint(operations) else state["generations"]
        held = {**state["characters"], **{name: video["created_at"] for name, video in videos.items()}}
        return made_of(held, entries, videos)

    def _not_started(self) -> Exception:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
        self._readers[1].join(END_SECONDS)
        if self._process.returncode == EXIT_USAGE and self._scenario is not None:
            said = self._last[-1].removeprefix("sora-mock: ") if self._last else self._scenario
            return Mistake(f"--scenario: {said}")
        return MockFailed(f"the mock did not start{self._said_last()}")

    def _said_last(self) -> str:
        return f"; it said last: {' | '.join(self._last)}" if self._last else ""

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join(END_SECONDS)
        for pipe in (self._process.stdout, self._process.stderr):
            pipe.close()  # type: ignore[union-attr]

    def _read_lines(self, pipe: IO[bytes]) -> None:
        for line in pipe:
            self._line = self._line or _READY.fullmatch(line)
            if self._line:
                self._ready.set()
        self._ready.set()

    def _read_log(self, pipe: IO[bytes]) -> None:
        for line in iter(lambda: pipe.readline(65536), b""):
            self._last.append(line.decode("utf-8", "replace").rstrip()[:300])


def made_of(held: dict[str, int], entries: list[dict[str, Any]], videos: Collection[str] = ()) -> tuple[Made, ...]:
    """Return what an account holds, each with what it was made from according to the journal.

    `held` are the instants of its creation, in milliseconds, by ids, of which `videos` are those of videos; `entries`
    the creations. What a fault withheld was done all the same; where it has spoiled a reply so that no id stands in it,
    the instant tells what it was about.
    """
    sources: dict[str, str] = {}
    spoiled = []
    names = {bare(name): name for name in held}
    for entry in entries:
        reply = entry["withheld"] or entry["reply"]
        if not 200 <= (reply["status"] or 0) < 300:
            continue
        told = _id_in(reply["body"])
        if told is None:
            spoiled.append(entry)
        # What is not held any more was deleted.
        elif (found := names.get(bare(told))) is not None:
            sources[found] = _source(entry["request"])
    for entry in spoiled:
        instant = round(datetime.fromisoformat(entry["virtual_time"]).timestamp() * 1000)
        same = (name for name, at in held.items() if at == instant and name not in sources)
        found = next(same, None)
        if found is not None:
            sources[found] = _source(entry["request"])
    order = sorted(held, key=held.__getitem__)
    return tuple(Made(id=name, source=sources.get(name, ""), video=name in videos) for name in order)


def _source(request: dict[str, Any]) -> str:
    """Return what a request in the journal makes something of: JSON stands there as it is, a form as its text."""
    said = request["body"]
    if isinstance(said, str):
        said = fields_of(request["headers"].get("content-type", ""), said.encode())
    return source_of(said, request["path"])


def _id_in(body: Any) -> str | None:  # noqa: ANN401 - JSON
    """Return the id in the body of a reply, also where it is only the beginning of a JSON text."""
    if isinstance(body, dict):
        return next((body[name] for name in ("character_id", "id") if isinstance(body.get(name), str)), None)
    match = re.search(r'"(?:character_id|id)"\s*:\s*"([^"\\]+)"', body) if isinstance(body, str) else None
    return match[1] if match else None
