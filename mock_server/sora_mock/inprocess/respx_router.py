"""A router for respx that answers by a stage.

Owns the addresses it answers for, and the mocker by which respx reaches below httpx2. It must not know what is
answered.
"""

from collections.abc import Mapping
from typing import Any

import httpcore2
import httpx
import httpx2
import respx
from respx.mocks import HTTPCoreMocker, Mocker
from respx.models import AllMockedAssertionError

from sora_mock.inprocess import for_httpx, for_httpx2
from sora_mock.inprocess.stage import Stage
from sora_mock.links import BASE as FILES

NEXT = "httpcore2"

if NEXT not in Mocker.registry:  # another plugin may have told respx of it

    class HTTPCore2Mocker(HTTPCoreMocker):
        """What respx does below httpx, below httpx2."""

        name = NEXT
        targets = [target.replace("httpcore.", f"{NEXT}.") for target in HTTPCoreMocker.targets]  # noqa: RUF012 - respx's

        @classmethod
        def from_sync_httpx_response(
            cls, httpx_response: httpx.Response, target: object, **kwargs: object
        ) -> httpcore2.Response:
            """Return the response as httpcore2 has it."""
            del target, kwargs
            return httpcore2.Response(
                status=httpx_response.status_code,
                headers=httpx_response.headers.raw,
                content=httpx_response.stream,
                extensions=httpx_response.extensions,
            )


class StageRouter(respx.MockRouter):
    """Answers requests below the base URLs as those below their paths here, and those to the result links beside them.

    Any other request is left to other routers; if there is none, it fails, or passes on unless `refuse`.
    """

    def __init__(self, stage: Stage, using: str, *, bases: Mapping[str, str], refuse: bool) -> None:
        super().__init__(assert_all_called=False, using=using)
        self._addresses = [(httpx.URL(base.rstrip("/")), path) for base, path in bases.items()]
        self._refuse = refuse
        library: Any = for_httpx2 if using == NEXT else for_httpx
        self._request: Any = httpx2.Request if using == NEXT else httpx.Request
        self._sync = library.Transport(stage)
        self._async = library.AsyncTransport(stage)

    def handler(self, request: httpx.Request) -> httpx.Response:
        """Return the mock's response."""
        request.read()
        return _as_respx_has_it(self._sync.handle_request(self._addressed(request)))

    async def async_handler(self, request: httpx.Request) -> httpx.Response:
        """Return the mock's response, without blocking the event loop."""
        await request.aread()
        return _as_respx_has_it(await self._async.handle_async_request(self._addressed(request)))

    def _addressed(self, request: httpx.Request) -> Any:  # noqa: ANN401 - either library's
        """Return the request with the path that the contract gives it."""
        target = self._target(request.url)
        if target is None:
            if self._refuse:
                raise AllMockedAssertionError(
                    f"{request.method} {request.url} is below none of "
                    + ", ".join(str(base) for base, _ in self._addresses)
                )
            raise respx.models.PassThrough("not the mock's", request=request, origin=respx.Route())
        return self._request(
            request.method,
            str(request.url.copy_with(raw_path=target)),
            headers=request.headers.raw,
            content=request.content,
            extensions=request.extensions,
        )

    def _target(self, url: httpx.URL) -> bytes | None:
        for base, inner in self._addresses:
            if (url.scheme, url.netloc) != (base.scheme, base.netloc):
                continue
            path, prefix = url.raw_path, base.raw_path.rstrip(b"/")
            if path.startswith(FILES.encode() + b"/"):
                return path
            if path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in {b"", b"/", b"?"}:
                return inner.encode() + path[len(prefix) :]
        return None


def _as_respx_has_it(response: httpx.Response | httpx2.Response) -> httpx.Response:
    return httpx.Response(
        response.status_code,
        headers=response.headers.raw,
        stream=response.stream,  # type: ignore[arg-type] # whoever reads it is of its own library
        extensions=response.extensions,
    )
