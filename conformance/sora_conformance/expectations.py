"""Expectations: the deviations that a target is known for, written down with their reasons.

Owns the form of an expectation file, and what expectations add to verdicts. They are strict both ways: a deviation
that does not happen any more, or one that no case looks for, makes a run red, so that the file cannot rot.
"""

import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from sora_conformance.verdicts import DEVIATIONS, Line, Overlay, Verdict

_KNOWN = Path(__file__).parent / "known"


class ExpectationError(ValueError):
    """An expectation file cannot be used; the message names the file, the place in it and what is wrong."""


class Expectation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A known deviation: the cases of the rules that `rule` matches, or of them those that `case` matches, deviate.

    Both are patterns in which `*` stands for any text. `reason` says why. A `flaky` one may also pass.
    """

    rule: str
    reason: str
    case: str = "*"
    flaky: bool = False

    def covers(self, line: Line) -> bool:
        """Tell whether the expectation speaks of a line."""
        return fnmatchcase(line.rule, self.rule) and fnmatchcase(line.case, self.case)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    expect: tuple[Expectation, ...] = ()


def load_expectations(path: Path) -> tuple[Expectation, ...]:
    """Return the expectations in a TOML file; raise ExpectationError if it cannot be read or is broken."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).expect
    except OSError as error:
        raise ExpectationError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ExpectationError(f"{path}: {error}") from None
    for number, expectation in enumerate(found):
        for field in ("rule", "reason", "case"):
            if not getattr(expectation, field).strip():
                raise ExpectationError(f"{path}: expect[{number}].{field}: expected a text, found an empty one")
    return found


def known_server(dialect: str, name: Path) -> Path | None:
    """Return the file that comes with the suite for a server of that name, None where there is none."""
    file = _KNOWN / dialect / f"{name}.toml"
    return file if len(name.parts) == 1 and file.is_file() else None


def known_servers(dialect: str) -> tuple[str, ...]:
    """Return the names of the servers whose files come with the suite, sorted."""
    folder = _KNOWN / dialect
    return tuple(sorted(file.stem for file in folder.glob("*.toml"))) if folder.is_dir() else ()


def overlaid(line: Line, expectations: Iterable[Expectation]) -> Line:
    """Return the line with what the first expectation that covers it makes of its verdict.

    Only what was judged is touched: a case that was left out, or of which nothing can be said, neither meets nor
    belies an expectation, and a failure of the suite is never excused.
    """
    expectation = next((expectation for expectation in expectations if expectation.covers(line)), None)
    if expectation is None or line.verdict not in DEVIATIONS | {Verdict.PASS}:
        return line
    if expectation.flaky:
        overlay, note = Overlay.FLAKY, f"may deviate: {expectation.reason}"
    elif line.verdict is Verdict.PASS:
        overlay, note = Overlay.XPASS, f"expected to deviate, and does not: {expectation.reason}"
    else:
        overlay, note = Overlay.XFAIL, f"expected: {expectation.reason}"
    reason = note if line.reason is None else f"{line.reason} ({note})"
    return msgspec.structs.replace(line, overlay=overlay, reason=reason)


def unmatched(expectations: Iterable[Expectation], lines: Iterable[Line]) -> tuple[str, ...]:
    """Return, in words, the expectations that no case of the run is covered by."""
    kept = list(lines)
    return tuple(
        f"rule {expectation.rule!r}, case {expectation.case!r}: no case of this run matches"
        for expectation in expectations
        if not any(expectation.covers(line) for line in kept)
    )
