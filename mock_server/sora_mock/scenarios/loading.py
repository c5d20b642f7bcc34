"""Where scenarios come from: the drills that come with the mock, and files.

Owns the names. What a text says is read elsewhere.
"""

import difflib
from importlib.resources import files
from pathlib import Path

from sora_mock.engine.scenario import Scenario
from sora_mock.scenarios.reading import ScenarioError, parse

SUFFIX = ".toml"


def names() -> tuple[str, ...]:
    """Return the names of the built-in drills, in alphabetical order."""
    found = (file.name for file in (files("sora_mock.scenarios") / "drills").iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX)))


def builtin(name: str) -> Scenario:
    """Return a built-in drill; raise ScenarioError for a name that there is not."""
    known = names()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ScenarioError(f"unknown scenario: expected one of {', '.join(known)}; found {name!r}{hint}")
    text = (files("sora_mock.scenarios") / "drills" / (name + SUFFIX)).read_text(encoding="utf-8")
    return parse(text, origin=name + SUFFIX)


def load(name_or_path: str | Path) -> Scenario:
    """Return a built-in drill by its name, or the scenario in a TOML file by its path.

    A text is a path if it ends in `.toml` or has a separator in it. Raises ScenarioError, in one line, for what is not
    there, cannot be read, or is no scenario.
    """
    path = Path(name_or_path)
    if isinstance(name_or_path, str) and path.suffix != SUFFIX and path.name == name_or_path:
        return builtin(name_or_path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path}: expected UTF-8; found the byte 0x{error.object[error.start]:02x}") from error
    return parse(text, origin=str(path))
