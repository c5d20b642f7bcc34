"""References: the `$ref`s of an API description, followed within it.

Owns the reading of JSON pointers. It knows nothing of what the description says.
"""

from collections.abc import Mapping
from typing import Any


def resolve(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what `node` stands for: the end of its chain of `$ref`s, or itself when it is none.

    Raises LookupError, naming the reference, for one that leads out of the document or nowhere.
    """
    while (reference := node.get("$ref")) is not None:
        node = _follow(document, reference)
    return node


def _follow(document: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    if not reference.startswith("#/"):
        raise LookupError(f"reference {reference!r} leads out of the document")
    place: Mapping[str, Any] | None = document
    for part in reference.removeprefix("#/").split("/"):
        found = place.get(part.replace("~1", "/").replace("~0", "~")) if place else None
        place = found if isinstance(found, Mapping) else None
    if place is None:
        raise LookupError(f"reference {reference!r} leads nowhere")
    return place
