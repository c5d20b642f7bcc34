"""The operations of each contract: their names, and where they stand below the base address.

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
"""Method and path of each operation of the guide, by name."""

VIDEO_ROUTES: dict[str, tuple[str, str]] = {
    "createVideo": ("POST", "/videos"),
    "listVideos": ("GET", "/videos"),
    "retrieveVideo": ("GET", "/videos/{video_id}"),
    "deleteVideo": ("DELETE", "/videos/{video_id}"),
    "downloadVideo": ("GET", "/videos/{video_id}/content"),
    "remixVideo": ("POST", "/videos/{video_id}/remix"),
    "editVideo": ("POST", "/videos/edits"),
    "extendVideo": ("POST", "/videos/extensions"),
    "createVideoCharacter": ("POST", "/videos/characters"),
    "retrieveVideoCharacter": ("GET", "/videos/characters/{character_id}"),
    "listModels": ("GET", "/models"),
    "retrieveModel": ("GET", "/models/{model}"),
}
"""The same for the Videos API. No name is one of the guide's."""

RELAY_ROUTES: dict[str, tuple[str, str]] = {"createRelayCharacter": ("POST", "/characters")}
"""The same for a relay, which makes its videos by the Videos API beside its base."""

ROUTES_OF = {"guide": ROUTES, "openai": VIDEO_ROUTES, "relay": RELAY_ROUTES}
"""The operations of each dialect."""

GENERATIONS = frozenset({"createGeneration", "createVideo", "remixVideo", "editVideo", "extendVideo"})
"""The operations that make a video."""

CREATIONS = (GENERATIONS - {"createGeneration"}) | {"createCharacter", "createVideoCharacter", "createRelayCharacter"}
"""The operations that make what costs something, and that are not to be done twice: the guide speaks of characters."""

_NOT_AN_ID = "(?!(?:edits|extensions|characters)(?:/|$))"
"""What stands where ids of videos do and is none."""


def _form(path: str) -> re.Pattern[str]:
    below = _NOT_AN_ID if path.startswith("/videos/{") else ""
    return re.compile(re.sub(r"\\\{\w+\\\}", f"{below}[^/]+", re.escape(path)))


_FORMS = {
    dialect: tuple((name, method, _form(path)) for name, (method, path) in routes.items())
    for dialect, routes in ROUTES_OF.items()
}


def operation_of(method: str, path: str, dialect: str = "guide") -> str | None:
    """Return the operation that a method and a path below the base ask for, None for none."""
    bare = path.partition("?")[0]
    return next((name for name, verb, form in _FORMS[dialect] if verb == method and form.fullmatch(bare)), None)
