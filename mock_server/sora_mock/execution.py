"""The command `sora-mock exec`: any command, with a mock of its own beside it.

Owns the environment that the command runs in, the signals on their way to it, and its exit code. The mock is served by
a thread of this process.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Unpack

import click

from sora_mock.mistakes import EXIT_USAGE, Mistake
from sora_mock.options import Choices, mistakes_told, mock_options, settings_of

EXIT_NOT_EXECUTABLE = 126
EXIT_NOT_FOUND = 127
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
OF_TERMINAL = {signal.SIGINT, signal.SIGQUIT}
"""Signals that a terminal sends to the command as well as to us."""


@click.command("exec", context_settings={"ignore_unknown_options": False})
@mock_options
@click.option("--key", envvar="SORA_API_KEY", help="The key that the command uses. Default: one that any mock takes.")
@click.argument("argv", metavar="-- COMMAND…", nargs=-1, required=True, type=click.UNPROCESSED)
def command(*, key: str | None, argv: tuple[str, ...], **choices: Unpack[Choices]) -> None:
    """Run COMMAND with a mock of its own, and pass on its exit code.

    The mock serves on a free port of this machine as long as the command runs. The command finds it by SORA_BASE_URL,
    SORA_API_KEY and SORA_MOCK_URL; OpenAI's clients find it by OPENAI_BASE_URL and OPENAI_API_KEY.
    """
    from sora_mock.dialects.guide import BASE
    from sora_mock.dialects.openai.paths import BASE as OPENAI_BASE
    from sora_mock.engine.problems import Refused
    from sora_mock.local import API_KEY, LocalServer

    with mistakes_told():
        server = LocalServer(settings_of(choices))
    key = key or API_KEY
    variables = {
        "SORA_BASE_URL": server.origin + BASE,
        "SORA_API_KEY": key,
        "SORA_MOCK_URL": server.origin,
        "OPENAI_BASE_URL": server.origin + OPENAI_BASE,
        "OPENAI_API_KEY": key,
    }
    try:
        server.call(lambda: server.desk.understudy.caller(f"Bearer {key}"))
        code = run(argv, os.environ | variables)
    except Refused as refused:
        raise Mistake("--key: expected a key that opens an account, see --keys") from refused
    finally:
        server.close()
    sys.exit(code)


def run(argv: tuple[str, ...], environment: dict[str, str]) -> int:
    """Run a command to its end and return its exit code as a shell would: 128 and the signal that ended it."""
    try:
        process = subprocess.Popen(argv, env=environment)  # noqa: S603 - the user's own command
    except FileNotFoundError:
        click.echo(f"sora-mock: {argv[0]}: command not found", err=True)
        return EXIT_NOT_FOUND
    except OSError as error:
        click.echo(f"sora-mock: {argv[0]}: {error.strerror or error}", err=True)
        return EXIT_NOT_EXECUTABLE
    except ValueError as error:
        click.echo(f"sora-mock: {argv[0]!r}: {error}", err=True)
        return EXIT_USAGE
    with _forwarded(process):
        code = process.wait()
    return 128 - code if code < 0 else code


@contextmanager
def _forwarded(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Pass signals on to a process while the block lasts, but for those that its terminal has sent it already."""

    def forward(number: int, _: FrameType | None) -> None:
        if number not in OF_TERMINAL or not _in_foreground():
            process.send_signal(number)

    before = {number: signal.signal(number, forward) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _in_foreground() -> bool:
    """Tell whether this process is one that its terminal sends signals to."""
    try:
        with open(os.ctermid(), "rb", buffering=0) as terminal:  # noqa: PTH123 - a device, not a file
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False
