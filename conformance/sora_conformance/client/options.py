"""Options: what the commands that judge clients have in common.

Owns their wording, and the reading of the file of expectations. What a run does with them is not its business.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from sora_conformance.expectations import Expectation, ExpectationError, load_expectations
from sora_conformance.mistakes import Mistake

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--strict", is_flag=True, help="Fail every broken MUST, also those that the guide does not state."),
    click.option("--rule", multiple=True, metavar="GLOB", help="Judge only rules that match; repeatable."),
    click.option(
        "--expect",
        type=click.Path(path_type=Path, dir_okay=False),
        help="TOML file of the deviations that are known of this client.",
    ),
    click.option(
        "--report-dir",
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder for the reports; made if need be.",
    ),
)


def judging_options(command: Decorated) -> Decorated:
    """Give a command the options `--strict`, `--rule`, `--expect` and `--report-dir`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def expectations_in(path: Path | None) -> tuple[Expectation, ...]:
    """Return the expectations in a file, none without one. Raises Mistake, naming the option, for a broken file."""
    try:
        return () if path is None else load_expectations(path)
    except ExpectationError as error:
        raise Mistake(f"--expect {error}") from None
