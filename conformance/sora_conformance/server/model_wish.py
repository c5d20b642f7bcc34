"""Wishes: what the model layer asks videos to show, and what a task has to say of it.

Owns which rule a wish is about, its body, and how a task repeats it. Whose characters it mentions is not its business.
"""

from typing import Any

import msgspec

from sora_conformance.server.stage import VIDEO_MODEL

_AREA = "generation.mention."


class Mention(msgspec.Struct, frozen=True):
    """A character's id in a text, which shows as `@` and the id."""

    name: str

    def __str__(self) -> str:
        return f"@{self.name}"


Text = tuple[str | Mention, ...]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """One text, or a storyboard of several; each scene lasts `seconds`."""

    texts: tuple[Text, ...]
    board: bool = False
    seconds: int = 2
    resolution: str = "480p"

    @property
    def mentions(self) -> tuple[str, ...]:
        """Return the ids in the order in which they stand, repetitions included."""
        return tuple(part.name for text in self.texts for part in text if isinstance(part, Mention))

    @property
    def names(self) -> tuple[str, ...]:
        """Return the distinct ids in the order of their first mention."""
        return tuple(dict.fromkeys(self.mentions))

    @property
    def rule(self) -> str:
        """Return the rule by which the wish is granted, where all characters are own ones."""
        if self.board:
            return "generation.scenes.mentions" if self.names else "generation.scenes.accepted"
        if any("@" in part for text in self.texts for part in text if isinstance(part, str)):
            return f"{_AREA}text"
        if not self.names:
            return "generation.prompt.plain"
        if len(self.names) > 3:
            return f"{_AREA}many"
        if len(self.mentions) > len(self.names):
            return f"{_AREA}repeated"
        if len(self.names) > 1:
            return f"{_AREA}several"
        return f"{_AREA}one" if isinstance(self.texts[0][0], Mention) else f"{_AREA}inside"

    def body(self) -> dict[str, Any]:
        """Return the body of the request."""
        prompts = ["".join(map(str, text)) for text in self.texts]
        if self.board:
            scenes = [{"prompt": prompt, "duration": self.seconds} for prompt in prompts]
            return {"model": VIDEO_MODEL, "scenes": scenes, "resolution": self.resolution}
        return {"model": VIDEO_MODEL, "prompt": prompts[0], "duration": self.seconds, "resolution": self.resolution}

    def unlike(self, reply: dict[str, Any]) -> list[str]:
        """Return where a task does not repeat what was asked for; scenes may have more fields than were sent."""
        wanted, found = self.body(), dict(reply)
        if self.board and isinstance(scenes := reply.get("scenes"), list):
            found["scenes"] = [
                {name: scene.get(name) for name in ("prompt", "duration")} if isinstance(scene, dict) else scene
                for scene in scenes
            ]
        names = [name for name in wanted if name != "model" and found.get(name) != wanted[name]]
        return [f"expected {name} as it was sent, found it otherwise" for name in names]

    def misjudged(self, reply: dict[str, Any]) -> list[str]:
        """Return what is wrong with how long a storyboard lasts."""
        wanted, found = self.seconds * len(self.texts), reply.get("duration")
        return [f"expected {wanted} s for {len(self.texts)} scenes, found {found!r}"] * (found != wanted)

    def miscounted(self, reply: dict[str, Any]) -> list[tuple[str, list[str]]]:
        """Return what a task's list of characters says, by the rules that it speaks of."""
        found = reply.get("characters")
        if not isinstance(found, list):
            return [(f"{_AREA}reported", [f"expected the characters that are mentioned, found {found!r}"])]
        counted = tuple(map(str, found))
        said = ["expected the distinct characters in the order of their first mention, found others"]
        notes = [(f"{_AREA}reported", said * (counted != self.names))]
        if len(self.mentions) > len(self.names):
            twice = ["expected a character that is mentioned twice to be one, found it twice"]
            notes.append((f"{_AREA}repeated", twice * (len(counted) > len(set(counted)))))
        missing = set(self.names) - set(counted)
        # Only a server that reports some of the characters tells by this that it has overlooked the others.
        if missing and counted:
            rule = "generation.scenes.mentions" if self.board else f"{_AREA}inside"
            notes.append((rule, ["expected every character that is mentioned to count, found some overlooked"]))
        return notes

    def __str__(self) -> str:
        if self.board:
            return f"a storyboard of {len(self.texts)} scenes"
        count = len(self.mentions)
        return f"a prompt with {count} mention{'' if count == 1 else 's'}" if count else "a prompt without mentions"
