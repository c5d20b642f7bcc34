"""Pointing: what stands at a JSON pointer (RFC 6901) in a document."""

from typing import Any

from sora_conformance.server.matching import ABSENT


def at(document: Any, pointer: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return what stands at `pointer`, ABSENT when nothing does."""
    for word in pointer.split("/")[1:]:
        name = word.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and name in document:
            document = document[name]
        elif isinstance(document, list) and name.isdigit() and int(name) < len(document):
            document = document[int(name)]
        else:
            return ABSENT
    return document
