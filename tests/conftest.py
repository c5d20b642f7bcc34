"""What all tests share: how Hypothesis runs, and with what a run begins."""

from pathlib import Path

import hypothesis

# A busy machine is slow for reasons that no test is about.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("steady")

LONGEST = Path(__file__).parent / "conformance" / "test_command.py"


def pytest_collection_modifyitems(items):
    # What takes longest comes first: one worker keeps it to itself, and nobody waits for it alone at the end.
    items.sort(key=lambda item: item.path != LONGEST)
