"""Processes: the adapters of a run, one for each environment that cases ask for.

Owns when a process is started, who shares it and when it is ended. One that has failed is left, and the next case gets
a new one; what it said on standard error is kept. Which case is tried is not its business.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sora_conformance.client.adapter import Adapter, AdapterFailed, Misdeed
from sora_conformance.client.protocol import Greeting

HELLO_SECONDS = 20.0
"""How long a client may take to start."""

MAX_FAILED = 6
"""After how many processes that failed in a row no further one is started."""

Env = tuple[tuple[str, str], ...]


class _Process:
    def __init__(self, adapter: Adapter, greeting: Greeting) -> None:
        self.adapter = adapter
        self.greeting = greeting
        self.users = 0
        self.retired = False


class Processes:
    """The adapters of a run. `environment` is what all have; a case may overlay it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = command
        self._environment = dict(environment)
        self._lock = threading.RLock()
        self._current: dict[Env, _Process] = {}
        self._running: list[Adapter] = []
        self._logs: list[str] = []
        self._failed: list[AdapterFailed] = []
        self._closed = False

    def greeting(self) -> Greeting:
        """Return what the client says of itself. Raises AdapterFailed."""
        process = self._take((), alone=False)
        self._give_back(process, ended=False)
        return process.greeting

    @contextmanager
    def lent(self, overlay: Mapping[str, str], *, alone: bool = False) -> Iterator[Adapter]:
        """Lend an adapter that has said hello; `alone` nobody else gets the same. Raises AdapterFailed.

        One that has failed by the end, or that `retire` was called for, is not lent again.
        """
        env: Env = tuple(sorted(overlay.items()))
        process = self._take(env, alone=alone)
        try:
            yield process.adapter
            process.adapter.check()
        except AdapterFailed as failure:
            self._note(process, failure)
            raise
        else:
            self._failed.clear()
        finally:
            self._give_back(process, ended=alone)

    def retire(self, adapter: Adapter) -> None:
        """Lend an adapter to nobody any more; it is ended once the last of its cases is over."""
        with self._lock:
            for env, process in list(self._current.items()):
                if process.adapter is adapter:
                    process.retired = True
                    del self._current[env]

    @property
    def logs(self) -> tuple[str, ...]:
        """Return what the processes that have ended wrote to standard error."""
        return tuple(self._logs)

    def close(self, *, at_once: bool = False) -> None:
        """End all processes; `at_once`, the calls that are under way fail. May be repeated."""
        with self._lock:
            self._closed = True
            self._current.clear()
            left = list(self._running)
        for adapter in left if at_once else ():
            adapter.kill()
        for adapter in left:
            self._end(adapter)

    def _take(self, env: Env, *, alone: bool) -> _Process:
        with self._lock:
            if len(self._failed) >= MAX_FAILED or self._closed:
                raise self._failed[-1] if self._failed else AdapterFailed(Misdeed.DIED, "the run was ended")
            process = None if alone else self._current.get(env)
            if process is None:
                process = self._start(env)
                if not alone:
                    self._current[env] = process
            process.users += 1
            return process

    def _start(self, env: Env) -> _Process:
        whole = {**self._environment, **dict(env)}
        try:
            adapter = Adapter(self._command, env={name: value for name, value in whole.items() if value})
        except AdapterFailed as failure:
            self._failed.append(failure)
            raise
        self._running.append(adapter)
        try:
            return _Process(adapter, adapter.hello(seconds=HELLO_SECONDS))
        except AdapterFailed as failure:
            self._failed.append(failure)
            self._end(adapter)
            raise

    def _note(self, process: _Process, failure: AdapterFailed) -> None:
        with self._lock:
            if not process.retired:
                self._failed.append(failure)
            process.retired = True
        self.retire(process.adapter)

    def _give_back(self, process: _Process, *, ended: bool) -> None:
        with self._lock:
            process.users -= 1
            over = process.users == 0 and (process.retired or ended)
        if over:
            self._end(process.adapter)

    def _end(self, adapter: Adapter) -> None:
        with self._lock:
            if adapter not in self._running:
                return
            self._running.remove(adapter)
        adapter.stop()
        self._logs.append(adapter.log)
