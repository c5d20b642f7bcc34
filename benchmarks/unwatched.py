"""A mock without a journal, to know what the journal costs: `python -m benchmarks.unwatched --port N`.

Owns the one change to the mock. Nobody would serve it.
"""

import click

from sora_mock import Policy, Settings, create_app
from sora_mock.journal import Journal
from sora_mock.server import bind, serve


class NoJournal(Journal):
    """Remembers nothing."""

    def record(self, *_: object, **__: object) -> None:
        """Let the exchange pass."""


@click.command()
@click.option("--port", type=int, required=True)
def main(port: int) -> None:
    """Serve until told to stop."""
    app = create_app(Settings(policy=Policy(creations_per_minute=100_000_000)))
    app.exchange.journal = NoJournal()
    with bind("127.0.0.1", port) as listener:
        serve(app, listener, log_level="warning", ready=lambda: None)


if __name__ == "__main__":
    main()
