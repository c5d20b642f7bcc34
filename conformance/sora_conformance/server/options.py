"""The options of the commands that judge servers.

Owns their names, environment variables and reading, and the defaults that depend on where the target is.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict, TypeVar
from urllib.parse import urlsplit

import click

from sora_conformance.budget import Limits
from sora_conformance.contract import Cost
from sora_conformance.expectations import ExpectationError, known_server, known_servers, load_expectations
from sora_conformance.mistakes import Mistake
from sora_conformance.operations import ROUTES_OF
from sora_conformance.run import Terms
from sora_conformance.server.features import FEATURES_OF
from sora_conformance.target import BAD_KEY, DEFAULT_KEY, SOURCE_SECONDS, SOURCES, Target

F = TypeVar("F", bound=Callable[..., Any])

LEDGER = "ledger.jsonl"
"""The ledger's name in a report folder."""

LOOSE_LEDGER = "sora-conformance-ledger.jsonl"
"""Where the ledger is kept when nobody asked for reports, and the target is not this machine."""


class Choices(TypedDict):
    """What was chosen, by the options' names."""

    dialect: str
    strict: bool
    allow: str | None
    bad_key: str
    max_calls: int | None
    max_characters: int | None
    max_generations: int | None
    rule: tuple[str, ...]
    expect: Path | None
    seed: int
    source: tuple[str, ...]
    video_length: float | None
    features: str | None
    timeout: float
    max_wait: float
    workers: int
    report_dir: Path | None


_COUNT = click.IntRange(0)
_OPTIONS = (
    click.option(
        "--dialect", type=click.Choice(tuple(ROUTES_OF)), default="guide", show_default=True, help="The contract."
    ),
    click.option("--strict", is_flag=True, help="Fail every broken MUST, also those that the guide does not state."),
    click.option(
        "--allow",
        metavar="CLASSES",
        help="What may be spent, of character, generation, burst; comma-separated. Default: everything on this "
        "machine, nothing elsewhere.",
    ),
    click.option("--bad-key", default=BAD_KEY, show_default=True, help="A key that the server has to refuse."),
    click.option("--max-calls", type=_COUNT, help="The most calls in all."),
    click.option("--max-characters", type=_COUNT, help="The most characters to make. They stay for ever."),
    click.option("--max-generations", type=_COUNT, help="The most videos to start."),
    click.option("--rule", multiple=True, metavar="GLOB", help="Judge only rules that match; repeatable."),
    click.option(
        "--expect",
        type=click.Path(path_type=Path, dir_okay=False),
        help="TOML file of the deviations that are known of this server, or the name of one that comes with the suite.",
    ),
    click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help="Fixes all chances."),
    click.option(
        "--source",
        multiple=True,
        metavar="NAME=URL",
        help=f"A source video that the server can fetch, of {', '.join(SOURCES)}; repeatable.",
    ),
    click.option("--video-length", type=click.FloatRange(8), help="The length in seconds of the source 'video'."),
    click.option(
        "--features",
        metavar="NAMES",
        help="What a server offers; comma-separated. Default: it is asked. "
        + " ".join(f"Of the dialect {name}: {', '.join(features)}." for name, features in FEATURES_OF.items()),
    ),
    click.option(
        "--timeout", type=click.FloatRange(0.1), default=60.0, show_default=True, help="Seconds a reply may take."
    ),
    click.option(
        "--max-wait",
        type=click.FloatRange(0),
        default=180.0,
        show_default=True,
        help="Seconds to wait, in all, for a server whose clock cannot be advanced.",
    ),
    click.option("--workers", type=_COUNT, default=0, help="Try cases side by side in so many processes."),
    click.option(
        "--report-dir",
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder for the reports; made if need be.",
    ),
)


def server_options(function: F) -> F:
    """Give a command the options."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def target_of(
    url: str, api_key: str | None, second_api_key: str | None, choices: Choices, *, is_called: bool = True
) -> Target:
    """Return the target that was named; one that is not going to be called needs no key. Raises Mistake."""
    address = _address(url)
    sources = _sources(choices["source"])
    target = Target(
        url=address,
        api_key=api_key or DEFAULT_KEY,
        second_api_key=second_api_key or None,
        bad_key=choices["bad_key"],
        dialect=choices["dialect"],
        sources=sources,
        video_seconds=_video_seconds(sources, choices["video_length"]),
        features=_features(choices["features"], choices["dialect"]),
        timeout=choices["timeout"],
    )
    if is_called and not api_key and not target.local:
        raise Mistake("--api-key: expected a key for a server elsewhere; SORA_API_KEY is read too")
    if target.second_api_key == target.api_key:
        raise Mistake("--second-api-key: expected the key of another account, found the first key again")
    for name, key in (("--api-key", target.api_key), ("--second-api-key", target.second_api_key or "")):
        if not key.isascii() or not key.isprintable() or " " in key:
            raise Mistake(f"{name}: expected printable ASCII without spaces")
    return target


def terms_of(target: Target, choices: Choices) -> Terms:
    """Return the terms that were chosen. Raises Mistake for what cannot be."""
    file = choices["expect"]
    try:
        expectations = () if file is None else load_expectations(known_server(target.dialect, file) or file)
    except ExpectationError as error:
        names = known_servers(target.dialect)
        known = f" (known by name: {', '.join(names)})" if names and file is not None and not file.exists() else ""
        raise Mistake(f"--expect {error}{known}") from None
    folder = choices["report_dir"]
    return Terms(
        allow=_allowed(choices["allow"], target),
        limits=Limits(
            calls=choices["max_calls"], characters=choices["max_characters"], generations=choices["max_generations"]
        ),
        strict=choices["strict"],
        patterns=choices["rule"],
        expectations=expectations,
        seed=choices["seed"],
        max_wait=choices["max_wait"],
        workers=choices["workers"],
        ledger=folder / LEDGER if folder is not None else None if target.local else Path(LOOSE_LEDGER),
    )


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host:
        raise Mistake(f"URL: expected the base address, such as http://127.0.0.1:8000/v1/sora, found {url!r}")
    if parts.username is not None or parts.query or parts.fragment:
        raise Mistake("URL: expected an address without user, query and fragment")
    return url.rstrip("/")


def _sources(pairs: tuple[str, ...]) -> dict[str, str]:
    sources = {}
    for pair in pairs:
        name, _, url = pair.partition("=")
        if name not in SOURCES or not url.startswith(("http://", "https://")):
            raise Mistake(f"--source: expected NAME=URL with NAME of {', '.join(SOURCES)}, found {pair!r}")
        sources[name] = url
    return sources


def _video_seconds(sources: dict[str, str], length: float | None) -> float | None:
    if length is not None or "video" in sources:
        return length
    return SOURCE_SECONDS


def _features(text: str | None, dialect: str) -> frozenset[str] | None:
    if text is None:
        return None
    known = FEATURES_OF.get(dialect, ())
    if not known:
        raise Mistake(f"--features: expected with --dialect {' or '.join(FEATURES_OF)} only, found {dialect}")
    names = {word.strip() for word in text.split(",") if word.strip()}
    unknown = sorted(names - set(known))
    if unknown:
        raise Mistake(f"--features: expected some of {', '.join(known)}, found {unknown[0]!r}")
    return frozenset(names)


def _allowed(text: str | None, target: Target) -> tuple[Cost, ...]:
    if text is None:
        return tuple(Cost) if target.local else (Cost.FREE,)
    names = {word.strip() for word in text.split(",") if word.strip()}
    unknown = sorted(names - set(Cost))
    if unknown:
        raise Mistake(f"--allow: expected some of {', '.join(Cost)}, found {unknown[0]!r}")
    return tuple(cost for cost in Cost if cost is Cost.FREE or cost in names)
