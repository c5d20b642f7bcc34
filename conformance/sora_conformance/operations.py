"""The operations of the guide's contract: their names, and where they stand below the base address.

Owns the way from a method and a path to a name. The API description has the same; this is the short form that costs no
parsing, and a test compares the two.
"""

import re

ROUTES: dict[str, tuple[str, str]] = {
    "createCharacter": ("POST", "/characters"),
    "createGeneration": ("POST", "/generations"),
    "retrieveGeneration": ("GET", "/generations/{task_id}"),
    "downloadGeneration": ("GET", "/generations/{task_id}/content"),
}
"""Method and path of each operation, by name."""

_FORMS = tuple(
    (name, method, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))))
    for name, (method, path) in ROUTES.items()
)


def operation_of(method: str, path: str) -> str | None:
    """Return the operation that a method and a path below the base ask for, None for none."""
    bare = path.partition("?")[0]
    return next((name for name, verb, form in _FORMS if verb == method and form.fullmatch(bare)), None)
