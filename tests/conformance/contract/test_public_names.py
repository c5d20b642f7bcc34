from types import ModuleType

from sora_conformance import contract


def test_all_lists_every_public_name_in_order():
    public = {
        name for name, value in vars(contract).items() if not name.startswith("_") and not isinstance(value, ModuleType)
    }

    assert contract.__all__ == sorted(public)
