import ast
from pathlib import Path
from types import ModuleType

import pytest

from sora_conformance import reference

FOLDER = Path(reference.__file__).parent


def test_all_lists_every_public_name_in_order():
    public = {
        name
        for name, value in vars(reference).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert reference.__all__ == sorted(public)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.stem)
def test_it_can_be_copied_because_it_needs_nothing_else_of_ours(file):
    for node in ast.walk(ast.parse(file.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert not name.startswith(("sora_mock", "pytest_sora"))
            assert not name.startswith("sora_conformance") or name.startswith("sora_conformance.reference")
