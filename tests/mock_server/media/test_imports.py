import subprocess
import sys

import pytest

import sora_mock.media


def test_the_public_names_are_there():
    assert all(hasattr(sora_mock.media, name) for name in sora_mock.media.__all__)


@pytest.mark.parametrize("library", ["av", "PIL"])
def test_importing_loads_no_heavy_library(library):
    program = (
        f"import sora_mock.media as media, sys; media.Shelf(None, max_bytes=1); sys.exit({library!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
