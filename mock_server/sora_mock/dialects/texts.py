"""Texts: what a fault can look for in the body of any dialect's request.

Owns the choice of how a body is read for that. It refuses nothing: a body that cannot be read has no texts.
"""

from sora_mock.dialects import fields
from sora_mock.dialects.forms import form_of
from sora_mock.engine.problems import Refused
from sora_mock.wire import Request

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def texts_of(request: Request, name: str) -> tuple[str, ...]:
    """Return the texts in a field of a request's body, those inside `scenes` included; none when it has none."""
    if not request.headers.get("content-type", "").lower().startswith(_FORMS):
        return fields.texts_of(request, name)
    try:
        value = form_of(request).values.get(name)
    except Refused:
        return ()
    return (value,) if isinstance(value, str) else ()
