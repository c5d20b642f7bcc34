"""Pictures: whether some bytes are a picture that can be shown, and where an address leads to.

Owns the opening of pictures, which loads Pillow on first use, and the following of redirects, as browsers do. Whose
picture it is, nobody can tell from the bytes.
"""

import io
from urllib.parse import urljoin

from sora_conformance.exchanges import Exchange, Party
from sora_conformance.server.stage import Stage

REDIRECTS = 3
"""How often a picture may be somewhere else."""


def fetched(stage: Stage, link: str) -> Exchange:
    """Fetch what is at an address, without a key."""
    for _ in range(REDIRECTS):
        reply = stage.wire.call("GET", link, party=Party.NOBODY)
        place = reply.header("location")
        if reply.status not in range(300, 400) or place is None:
            return reply
        link = urljoin(link, place)
    return stage.wire.call("GET", link, party=Party.NOBODY)


def flaw(content: bytes) -> str | None:
    """Return why bytes are no picture, None when they are one."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
    except UnidentifiedImageError:
        return f"found no picture, but {content[:12]!r}"
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        return f"found one that cannot be opened ({type(error).__name__}: {error})"
    return None
