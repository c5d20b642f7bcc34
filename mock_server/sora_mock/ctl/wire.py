"""How a subcommand of `sora-mock ctl` talks to the mock, and prints.

Owns the client's making and the wording of whatever goes wrong on the way. It knows no subcommand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec

import click
import msgspec

from sora_mock.mistakes import Mistake

if TYPE_CHECKING:
    from sora_mock.control.client import Client

P = ParamSpec("P")


class Wire(msgspec.Struct, frozen=True):
    """Where the mock is, and who asks about whom."""

    url: str
    key: str | None
    account: str
    token: str | None

    @contextmanager
    def client(self) -> Iterator[Client]:
        """Return a client; whatever goes wrong with it becomes one line."""
        import httpx2

        from sora_mock.control.client import Client, ControlError

        try:
            with Client(self.url, key=self.key, account=self.account, token=self.token) as client:
                yield client
        except ControlError as error:
            raise Mistake(error.message) from error
        except (httpx2.TransportError, httpx2.InvalidURL, UnicodeError) as error:
            raise Mistake(f"cannot reach a mock at {self.url}: {error}") from error


def talking(run: Callable[Concatenate[Client, P], object]) -> Callable[P, None]:
    """Make a subcommand of a function that asks a client; what it returns is printed as JSON."""

    @click.pass_obj
    @wraps(run)
    def talk(wire: Wire, /, *args: P.args, **kwargs: P.kwargs) -> None:
        with wire.client() as client:
            result = run(client, *args, **kwargs)
        if result is not None:
            show(result)

    return talk


def check_one(client: Client, group: str) -> None:
    """Raise Mistake when a subcommand that is about one account was given none."""
    if client.account == "*":
        raise Mistake(f"{group}: expected one account, by --key or --account")


def show(value: object) -> None:
    """Print a value as JSON, to be read by people and programs alike."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def write(file: Path, content: bytes) -> None:
    """Write a file; - is standard output."""
    if str(file) == "-":
        click.echo(content)
        return
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Mistake(f"{file}: {error.strerror or error}") from error
