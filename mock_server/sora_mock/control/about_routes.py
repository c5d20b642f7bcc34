"""The control plane's routes about the mock as a whole: how it is, in numbers, and what can be asked of it.

Owns the reading of these requests. The libraries that write the longer answers are loaded when first needed.
"""

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from starlette.responses import Response

from sora_mock.control.answers import JSON
from sora_mock.control.ask import Ask
from sora_mock.control.views import HealthView


async def health(ask: Ask) -> HealthView:
    """Answer what the mock is."""
    return ask.desk.health()


async def show_metrics(ask: Ask) -> Response:
    """Answer the mock's numbers in Prometheus' form."""
    from sora_mock.control.metrics import CONTENT_TYPE, metrics

    await ask.nothing()
    return Response(metrics(ask.desk), headers={"content-type": CONTENT_TYPE})


async def show_openapi(ask: Ask) -> Response:
    """Answer the description of the control plane."""
    await ask.nothing()
    return Response(msgspec.json.encode(description()), media_type=JSON)


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI document of the control plane, parsed once and shared: copy it before changing it."""
    import yaml

    text = (files("sora_mock.control") / "openapi.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.safe_load(text)
    return document
