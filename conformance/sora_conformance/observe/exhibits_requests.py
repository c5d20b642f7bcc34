"""Exhibits of requests: what they say, and what they carry.

Owns the looks at single requests: those that a staged client gets too, and those that need to know what else this
traffic handed out. It is pure.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from sora_conformance.client.arrivals import Arrival, Place
from sora_conformance.client.canaries import VEIL, Canaries
from sora_conformance.client.dialects import Dialect
from sora_conformance.client.dialects.guide import CHARACTERS, GENERATIONS
from sora_conformance.client.looks import Look, exclusive
from sora_conformance.client.watch import bearer, header_only
from sora_conformance.observe.asked import End, end_of
from sora_conformance.observe.scene import Exhibit, Scene, Shown

_SIGNED_SPAN = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")
_WORD = re.compile(r"[\w-]+")
_NO_KEY = re.compile(r"(?i:bearer)\s*(?i:none|null|undefined|nil|false)?\s*")


def _look(look: Look) -> Exhibit:
    def exhibit(scene: Scene) -> Iterator[Shown]:
        for arrival in scene.arrivals:
            if look.concerns(arrival) and not (look.rule == "client.body.timestamps-text" and _is_wrong_span(arrival)):
                yield Shown([arrival], _at(scene, arrival, look.look(arrival)))

    return exhibit


def _at(scene: Scene, arrival: Arrival, findings: Iterable[str]) -> list[str]:
    """Return findings with the request that they are about."""
    since = arrival.at - scene.arrivals[0].at
    return [f"{arrival.method} {arrival.path[:80]} at {since:.2f} s: {finding}" for finding in findings]


def _exclusive(scene: Scene) -> Iterator[Shown]:
    for arrival in scene.arrivals:
        if arrival.place is Place.PROXY:
            yield Shown([arrival], _at(scene, arrival, exclusive(arrival)))


def _said(arrival: Arrival) -> dict[str, Any]:
    """Return what a request says, nothing if it asks for nothing or its body is no object."""
    mine = arrival.place is Place.STAGE and arrival.method == "POST"
    return arrival.fields if mine and isinstance(arrival.fields, dict) else {}


def _is_wrong_span(arrival: Arrival) -> bool:
    """Tell whether timestamps have their form, and name what no video can have."""
    span = _said(arrival).get("timestamps")
    found = _SIGNED_SPAN.fullmatch(span) if isinstance(span, str) else None
    return found is not None and not 0 <= float(found[1]) < float(found[2])


def _timestamps_checked(scene: Scene) -> Iterator[Shown]:
    for arrival in filter(_is_wrong_span, scene.arrivals):
        finding = f"expected {arrival.fields['timestamps']!r} not to be sent, found it sent"
        yield Shown([arrival], _at(scene, arrival, [finding]))


def _bearer(scene: Scene) -> Iterator[Shown]:
    key = scene.traffic.key
    for arrival in scene.arrivals:
        value = arrival.header("authorization")
        # Who tries what comes of a wrong key sends it as a right one is sent.
        another = value is not None and re.fullmatch(r"Bearer \S+", value) and value != f"Bearer {key}"
        if arrival.place in {Place.STAGE, Place.BESIDE} and not another:
            yield Shown([arrival], _at(scene, arrival, bearer(arrival, key)))


def _missing_key(scene: Scene) -> Iterator[Shown]:
    for arrival in scene.arrivals:
        value = arrival.header("authorization")
        if value is not None and _NO_KEY.fullmatch(value):
            yield Shown([arrival], _at(scene, arrival, [f"expected no request without a key, found {value.strip()!r}"]))


def _header_only(scene: Scene) -> Iterator[Shown]:
    keys = Canaries({scene.traffic.key: VEIL})
    for arrival in scene.arrivals:
        yield Shown([arrival], _at(scene, arrival, header_only(arrival, keys)))


def _key_hidden(scene: Scene) -> Iterator[Shown]:
    leaked = [f"expected no key in what the command prints, found it on {name}" for name in scene.traffic.ended.leaked]
    if leaked or scene.arrivals:
        yield Shown((), leaked)


def _not_fetched(scene: Scene) -> Iterator[Shown]:
    keys = Canaries({scene.traffic.key: VEIL})
    for arrival in scene.arrivals:
        url = _said(arrival).get("url")
        if not isinstance(url, str) or not url.startswith(f"{scene.traffic.origin}/"):
            continue
        path = urlsplit(url).path
        fetches = [one for one in scene.traffic.arrivals if one.method in {"GET", "HEAD"} and one.path == path]
        taken = [one for one in fetches if keys.within(str(one.headers))]
        yield Shown(taken or [arrival], _at(scene, arrival, [f"fetched {one.path} with the key" for one in taken[:1]]))


def _unicode(scene: Scene) -> Iterator[Shown]:
    for arrival in scene.arrivals:
        foreign = [text for text in _texts(_said(arrival)) if not text.isascii()]
        if foreign:
            yield Shown([arrival], _at(scene, arrival, [word for text in foreign for word in _spoiled(text)]))


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _spoiled(text: str) -> Iterator[str]:
    if "\ufffd" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        yield f"expected text as it was given, found {text[:60]!a} with signs that stand for lost ones"
    for encoding in ("latin-1", "cp1252"):
        try:
            meant = text.encode(encoding).decode()
        except UnicodeError:
            continue
        yield f"expected text as it was given, found {text[:60]!r}, which is {meant[:60]!r} encoded twice"
        return


def _mentions(scene: Scene) -> Iterator[Shown]:
    made = [one for one in scene.arrivals if one.path == CHARACTERS and one.answered and end_of(one) is End.DONE]
    to_come = deque(sorted(made, key=lambda one: one.done))
    handed: dict[str, str] = {}
    for arrival in scene.arrivals:
        while to_come and to_come[0].done <= arrival.at:
            name = to_come.popleft().answered or ""
            handed[name.lower()] = name
        named = [prompt for prompt in _prompts(arrival) if any(_names_in(prompt, handed))]
        if named:
            yield Shown(
                [arrival], _at(scene, arrival, [word for prompt in named for word in _misnamed(prompt, handed)])
            )


def _prompts(arrival: Arrival) -> list[str]:
    said = _said(arrival) if arrival.path == GENERATIONS else {}
    scenes = said.get("scenes")
    parts = [said, *(scenes if isinstance(scenes, list) else [])]
    return [part["prompt"] for part in parts if isinstance(part, dict) and isinstance(part.get("prompt"), str)]


def _names_in(prompt: str, handed: Mapping[str, str]) -> Iterator[re.Match[str]]:
    """Yield where the names of characters stand that the client had got, in whatever case of letters."""
    return (word for word in _WORD.finditer(prompt) if word[0].lower() in handed)


def _misnamed(prompt: str, handed: Mapping[str, str]) -> Iterator[str]:
    for name in _names_in(prompt, handed):
        if prompt[max(0, name.start() - 1) : name.start()] != "@":
            yield f"expected '@{name[0]}', found it without the sign in {prompt[:60]!r}"
        elif name[0] != handed[name[0].lower()]:
            yield f"expected '@{handed[name[0].lower()]}' as it was received, found '@{name[0]}'"
    if not prompt.startswith("@"):
        yield f"expected the mention at the start, found {prompt[:60]!r}"


REQUESTS: dict[str, Exhibit] = {
    "client.base-url.exclusive": _exclusive,
    "client.body.timestamps-checked": _timestamps_checked,
    "client.body.unicode": _unicode,
    "client.auth.bearer": _bearer,
    "client.auth.missing-key": _missing_key,
    "client.auth.header-only": _header_only,
    "client.auth.key-hidden": _key_hidden,
    "client.source.not-fetched": _not_fetched,
    "client.mention.verbatim": _mentions,
}
"""The exhibits of every dialect, by rule."""


def looks_of(dialect: Dialect) -> dict[str, Exhibit]:
    """Return the exhibits of what a dialect looks for in each request, by rule."""
    return {look.rule: _look(look) for look in dialect.looks}
