"""A session: the cases of a run, tried by pytest.

Owns how pytest is called, so that nothing of the caller's own tests (plugins, settings, environment) has a say, and
the two parts of a run that is spread over processes: first what can run side by side, then the rest alone.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from sora_conformance.server import plugin
from sora_conformance.server.cases import Case
from sora_conformance.server.plugin import Errand, Settings
from sora_conformance.server.survey import Sightings
from sora_conformance.verdicts import Line

HERE = Path(__file__).parent


def try_cases(cases: tuple[Case, ...], settings: Settings, take: Callable[[Line], None], *, workers: int) -> bool:
    """Try the cases, and hand each line to `take` as it comes; return whether nobody interrupted it.

    With several workers, the cases that may run beside others are spread over so many processes.
    """
    if workers < 2:
        return _session(Errand(_of(settings, cases), take), workers=0)
    beside = tuple(case for case in cases if not case.alone)
    errand = Errand(_of(settings, beside), take)
    if beside and not _session(errand, workers=workers):
        return False
    seen = Sightings.decode(*errand.seen).encode() if errand.seen else None
    alone = _of(settings, tuple(case for case in cases if case.alone))
    return _session(Errand(msgspec.structs.replace(alone, seen=seen), take), workers=0)


def _of(settings: Settings, cases: tuple[Case, ...]) -> Settings:
    return msgspec.structs.replace(settings, cases=tuple(case.id for case in cases))


def _session(errand: Errand, *, workers: int) -> bool:
    """Let pytest try the cases; what goes wrong inside of it shows in the lines that never come."""
    if not errand.settings.cases:
        return True
    arguments = [
        f"--rootdir={HERE}",
        f"--config-file={HERE / 'pytest.ini'}",
        "--import-mode=importlib",
        "--disable-plugin-autoload",
        "--capture=no",
        "-pno:terminal",
        "-pno:cacheprovider",
        f"-p{plugin.__name__}",
    ]
    if workers:
        arguments += ["-pxdist", f"-n{workers}", "--dist=loadgroup", "--max-worker-restart=0"]
    with _own_environment():
        code = pytest.main([*arguments, str(HERE / "suite.py")], plugins=[errand])
    return code != pytest.ExitCode.INTERRUPTED


@contextmanager
def _own_environment() -> Iterator[None]:
    """Keep what the caller has set for pytest out of a session."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PYTEST_")}
    try:
        yield
    finally:
        os.environ.update(kept)
