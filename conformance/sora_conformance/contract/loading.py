"""The contract of a dialect, loaded from the data beside this module.

Owns where a dialect's files lie and when they are read: the rules at once, the API description only when somebody
asks for it, because reading it takes a YAML parser that most callers can do without. It judges nothing.
"""

import difflib
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from sora_conformance.contract.errors import ErrorKind, parse_errors
from sora_conformance.contract.rulebook import ContractError, parse_rulebook
from sora_conformance.contract.rules import Rule


class Contract(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What one dialect of the API promises.

    `version` is the edition of the contract, `base_path` what its paths begin with, without a slash at the end;
    `rules` are in the order of their file.
    """

    dialect: str
    version: str
    base_path: str
    rules: tuple[Rule, ...]

    @cached_property
    def openapi(self) -> dict[str, Any]:
        """The OpenAPI 3.1 description, parsed once and shared: copy it before changing it.

        Raises ContractError if the file is broken.
        """
        return _parse_openapi(self.dialect)

    @cached_property
    def errors(self) -> tuple[ErrorKind, ...]:
        """The kinds of errors, in the order of their file, read once. Raises ContractError if the file is broken."""
        text = (_home() / self.dialect / "errors.toml").read_text(encoding="utf-8")
        return parse_errors(text, file=f"{self.dialect}/errors.toml")

    @cached_property
    def _by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def rule(self, rule_id: str) -> Rule:
        """Return the rule with this id; raise KeyError, with the nearest id that exists, if there is none."""
        try:
            return self._by_id[rule_id]
        except KeyError:
            near = difflib.get_close_matches(rule_id, self._by_id, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise KeyError(f"no rule {rule_id!r} in the {self.dialect} contract{hint}") from None


def dialects() -> tuple[str, ...]:
    """Return the names of the dialects whose contracts can be loaded, sorted."""
    return tuple(sorted(entry.name for entry in _home().iterdir() if (entry / "rules.toml").is_file()))


def load(dialect: str = "guide") -> Contract:
    """Return the contract of a dialect; the same one each time.

    Raises LookupError for a dialect that does not exist, naming those that do, and ContractError for broken data.
    """
    return _load(dialect)


@cache
def _load(dialect: str) -> Contract:
    known = dialects()
    if dialect not in known:
        raise LookupError(f"unknown dialect {dialect!r}; expected one of {', '.join(known)}")
    file = f"{dialect}/rules.toml"
    book = parse_rulebook((_home() / dialect / "rules.toml").read_text(encoding="utf-8"), file=file)
    if book.dialect != dialect:
        raise ContractError(f"{file}: dialect: expected {dialect!r}, the name of its folder, found {book.dialect!r}")
    return Contract(dialect=dialect, version=book.contract_version, base_path=book.base_path, rules=book.rules)


def _parse_openapi(dialect: str) -> dict[str, Any]:
    import yaml  # here, because importing the contract must not cost a YAML parser

    file = f"{dialect}/openapi.yaml"
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader  # libyaml takes a tenth of the time
    try:
        text = (_home() / dialect / "openapi.yaml").read_text(encoding="utf-8")
        description = yaml.load(text, Loader=loader)  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        raise ContractError(f"{file}: not valid YAML: {error}") from None
    if not isinstance(description, dict):
        raise ContractError(f"{file}: expected a mapping at the top")
    return description


def _home() -> Traversable:
    return resources.files("sora_conformance.contract")
