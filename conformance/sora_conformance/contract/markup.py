"""Markup: HTML made from text, with the escaping done once and here.

Owns tags, tables and the little notation that descriptions use. It knows nothing of contracts: text that is not marked
as markup is escaped, whatever it says.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape

_CODE = re.compile(r"`([^`]+)`")


class Html(str):
    """Text that is markup already, and is not escaped again."""

    __slots__ = ()


def tag(name: str, *children: str, **attributes: str) -> Html:
    """Return an element. Children are escaped unless they are Html; `class_` and the like lose their underscore."""
    written = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{written}>{join(children)}</{name}>")


def join(parts: Iterable[str], *, between: str = "") -> Html:
    """Return the parts one after the other; those that are not Html are escaped."""
    return Html(between.join(part if isinstance(part, Html) else escape(part) for part in parts))


def inline(text: str) -> Html:
    """Return a text in which what stands between backticks is set as code."""
    pieces = _CODE.split(text)
    return join(tag("code", piece) if number % 2 else piece for number, piece in enumerate(pieces))


def prose(text: str) -> Html:
    """Return a text as paragraphs, which blank lines separate."""
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
    return join(tag("p", inline(part)) for part in paragraphs if part)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    """Return a table whose cells carry their column's name, so that a narrow screen can show rows as cards."""
    body = [tag("tr", *(_cell(name, cell) for name, cell in zip(head, row, strict=True))) for row in rows]
    columns = (tag("th", name, scope="col") for name in head)
    return tag("table", tag("thead", tag("tr", *columns)), tag("tbody", *body))


def _cell(column: str, content: str) -> Html:
    return Html(f'<td data-label="{escape(column)}">{join([content])}</td>')
