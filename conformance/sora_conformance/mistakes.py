"""A user's mistakes on the command line.

Owns how they are told, and the exit code that says so.
"""

import click

EXIT_USAGE = 2


class Mistake(click.ClickException):
    """A user's mistake, told in one line."""

    exit_code = EXIT_USAGE

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        """Print the line to standard error."""
        click.echo(f"sora-conformance: {self.format_message()}", err=True)
