"""The options that every command has which starts a mock.

Owns their names, environment variables and reading. What a mock does with its settings is not its business.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import click

from sora_mock.mistakes import Mistake

if TYPE_CHECKING:
    from sora_mock.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


class Choices(TypedDict):
    """What was chosen, by the options' names."""

    state: Path | None
    seed: int | None
    latency: str
    keys: Path | None
    knobs: tuple[str, ...]
    scenario: str | None


_OPTIONS = (
    click.option(
        "--state",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="SORA_MOCK_STATE",
        help="SQLite file that keeps all accounts over restarts. Default: memory.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(0, 2**63 - 1),
        envvar="SORA_MOCK_SEED",
        help="Fixes all ids and chances. Default: the state file's own, or 0.",
    ),
    click.option(
        "--latency",
        default="instant",
        show_default=True,
        envvar="SORA_MOCK_LATENCY",
        help="'instant', 'documented', or KIND=DISTRIBUTION,… with KIND url, task or generation and DISTRIBUTION in "
        "seconds: 3, 10..30 or lognormal(60;0.5).",
    ),
    click.option(
        "--keys",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="SORA_MOCK_KEYS",
        help="TOML file of the accounts and keys that are let in. Default: any key opens its own account.",
    ),
    click.option(
        "--set",
        "knobs",
        multiple=True,
        metavar="KNOB=VALUE",
        envvar="SORA_MOCK_SET",
        help="Settle an open point of the contract another way; repeatable.",
    ),
    click.option(
        "--scenario",
        metavar="NAME_OR_FILE",
        envvar="SORA_MOCK_SCENARIO",
        help="Let a drill, or the scenario in a TOML file, play for all accounts; see 'sora-mock scenarios'.",
    ),
)


def mock_options(function: F) -> F:
    """Give a command the options."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def settings_of(choices: Choices) -> "Settings":
    """Return the settings that were chosen; to be called where `mistakes_told`."""
    from sora_mock.engine.latency import parse_latency
    from sora_mock.engine.policy import Policy, check_knobs, with_knobs
    from sora_mock.scenarios import load
    from sora_mock.settings import Settings

    knobs = _pairs(choices["knobs"])
    check_knobs(knobs)
    return Settings(
        seed=choices["seed"],
        policy=with_knobs(Policy(latency=parse_latency(choices["latency"])), knobs),
        state=choices["state"],
        keys=choices["keys"],
        scenario=None if choices["scenario"] is None else load(choices["scenario"]),
    )


@contextmanager
def mistakes_told() -> Iterator[None]:
    """Tell in one line what keeps a mock from being made of the settings and from being served."""
    from sora_mock.engine.latency import LatencyError
    from sora_mock.engine.policy import PolicyError
    from sora_mock.engine.problems import Refused
    from sora_mock.keys import KeysError
    from sora_mock.log import StateError
    from sora_mock.scenarios import ScenarioError
    from sora_mock.server import BindError

    try:
        yield
    except (LatencyError, PolicyError, KeysError, StateError, ScenarioError, Refused, BindError) as error:
        raise Mistake(str(error)) from error


def _pairs(knobs: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for knob in knobs:
        name, equals, value = knob.partition("=")
        if not equals:
            raise Mistake(f"--set {knob}: expected KNOB=VALUE")
        pairs[name] = value
    return pairs
