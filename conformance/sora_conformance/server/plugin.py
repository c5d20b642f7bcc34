"""The pytest plugin underneath a run: hands cases to the suite, and their lines to whoever asked for them.

Owns what passes between a run and pytest, also when pytest's work is spread over several processes. What a case does
and what is shown of it is not its business.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sora_conformance.budget import Budget, Limits
from sora_conformance.contract import Cost, load
from sora_conformance.expectations import Expectation, overlaid
from sora_conformance.ledger import Ledger
from sora_conformance.server.cases import Case
from sora_conformance.server.judge import Judge
from sora_conformance.server.layers import all_cases
from sora_conformance.server.stage import Stage
from sora_conformance.server.survey import Sightings
from sora_conformance.server.watch import MEMORY, watch
from sora_conformance.target import Target
from sora_conformance.verdicts import Line
from sora_conformance.wire import Wire

LINE = "sora_line"
"""The name under which a test's report carries its line."""

_SETTINGS = "sora_settings"
_SEEN = "sora_seen"
_KEY = pytest.StashKey["Errand"]()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a session needs to know, in a form that can be handed to another process.

    `cases` are ids, `budget` the file of the shared budget, `ledger` the file of the ledger, `seen` what other
    processes have seen before.
    """

    target: Target
    cases: tuple[str, ...]
    limits: Limits
    budget: str | None
    ledger: str | None
    seed: int
    strict: bool
    allow: tuple[Cost, ...]
    max_wait: float
    unfit: str | None
    lacks: dict[str, str] = {}
    expectations: tuple[Expectation, ...]
    seen: bytes | None = None


class Bench:
    """Where the cases of one process are tried."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        ledger = Ledger(None if settings.ledger is None else Path(settings.ledger))
        self.budget = Budget(settings.limits, file=None if settings.budget is None else Path(settings.budget))
        self._wire = Wire(settings.target, self.budget, ledger=ledger, max_wait=settings.max_wait)
        stage = Stage(self._wire, seed=settings.seed)
        if settings.seen is not None:
            stage.memory[MEMORY] = Sightings.decode(settings.seen)
        self._judge = Judge(
            stage,
            load(settings.target.dialect),
            strict=settings.strict,
            allow=settings.allow,
            unfit=settings.unfit,
            lacks=settings.lacks,
        )

    def line(self, case: Case) -> Line:
        """Try a case and return its line, with what is expected of it laid over."""
        return overlaid(self._judge.judge(case), self._settings.expectations)

    def seen(self) -> bytes:
        """Return what all exchanges of this process show, for the watch of another."""
        return watch(self._wire.exchanges, self._settings.target).encode()

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()
        self.budget.close()


class Errand:
    """A plugin object that carries the settings into a session and the lines out of it."""

    def __init__(self, settings: Settings, take: Callable[[Line], None] = lambda _: None) -> None:
        self.settings = settings
        self.seen: list[bytes] = []
        self._take = take

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Lay the settings where the session finds them."""
        config.stash[_KEY] = self

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hand on the line that a report carries."""
        if report.when == "call":
            for name, value in report.user_properties:
                if name == LINE:
                    self._take(msgspec.json.decode(str(value), type=Line))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - a type of pytest-xdist
        """Hand the settings to another process of the session."""
        node.workerinput[_SETTINGS] = msgspec.json.encode(self.settings).decode()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ANN401, ARG002 - as pytest-xdist names it
        """Take what another process of the session has seen."""
        seen = getattr(node, "workeroutput", {}).get(_SEEN)
        if seen is not None:
            self.seen.append(bytes.fromhex(seen))


def pytest_configure(config: pytest.Config) -> None:
    """Find the settings, and name the marker that the suite's tests bear."""
    config.addinivalue_line("markers", "rule(id): the rule of the contract that a case is for")
    handed = getattr(config, "workerinput", {}).get(_SETTINGS)
    if handed is not None:
        config.stash[_KEY] = Errand(msgspec.json.decode(handed, type=Settings))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each case."""
    if "case" not in metafunc.fixturenames:
        return
    settings = metafunc.config.stash[_KEY].settings
    wanted = set(settings.cases)
    # The cases of one survey belong to one process: it explores once for all of them.
    params = [
        pytest.param(
            case, id=case.id, marks=[pytest.mark.rule(case.rule), pytest.mark.xdist_group(case.group or case.id)]
        )
        for case in all_cases(settings.target.dialect)
        if case.id in wanted
    ]
    metafunc.parametrize("case", params)


@pytest.fixture(scope="session")
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Return the bench of this process."""
    bench = Bench(request.config.stash[_KEY].settings)
    yield bench
    output = getattr(request.config, "workeroutput", None)
    if output is not None:
        output[_SEEN] = bench.seen().hex()
    bench.close()
