"""The adapter of a variant: `python -m tests.clients.adapter NAME`.

Owns nothing: the variant's change is made, and the reference client's own adapter serves what it has become.
"""

import sys

from sora_conformance.specimens import reference_adapter
from tests.clients.registry import VARIANTS


def command(name: str) -> tuple[str, ...]:
    """Return the command that puts a variant under test, from the root of the repository."""
    return (sys.executable, "-m", "tests.clients.adapter", name)


def main(name: str) -> None:
    """Make the change of a variant, and serve it."""
    VARIANTS[name].change()
    reference_adapter.main()


if __name__ == "__main__":
    main(sys.argv[1])
