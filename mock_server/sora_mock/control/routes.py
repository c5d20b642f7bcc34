"""The table of the control plane: what can be asked of it, at which path, and about whom.

Owns paths and methods, and what every answer has in common. What a request leads to is told by its route.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, get_args

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sora_mock.control import about_routes, accounts_routes, journal_routes, stage_routes, webhooks_routes
from sora_mock.control.answers import answered, refused
from sora_mock.control.ask import Ask
from sora_mock.control.desk import Desk
from sora_mock.engine import problems
from sora_mock.engine.commands import Outcome
from sora_mock.engine.problems import Refused
from sora_mock.exchange import Exchange

_log = logging.getLogger("sora_mock")

Handler = Callable[[Ask], Awaitable[Any]]

OF_ALL: dict[str, dict[str, Handler]] = {
    "/health": {"GET": about_routes.health},
    "/metrics": {"GET": about_routes.show_metrics},
    "/openapi.json": {"GET": about_routes.show_openapi},
    "/scenarios": {"GET": stage_routes.list_scenarios},
    "/accounts": {"GET": accounts_routes.list_accounts, "POST": accounts_routes.open_account},
}
"""What concerns the mock as a whole."""

OF_ONE: dict[str, dict[str, Handler]] = {
    "": {"GET": accounts_routes.show_account, "DELETE": accounts_routes.delete_account},
    "/state": {"GET": accounts_routes.export_state, "PUT": accounts_routes.import_state},
    "/webhooks": {
        "GET": webhooks_routes.list_webhooks,
        "POST": webhooks_routes.add_webhook,
        "DELETE": webhooks_routes.remove_webhooks,
    },
    "/webhooks/{webhook_id}": {"DELETE": webhooks_routes.remove_webhook},
}
"""What concerns one account, below `/accounts/{account}`."""

OF_BOTH: dict[str, dict[str, Handler]] = {
    "/reset": {"POST": accounts_routes.reset},
    "/settings": {"GET": accounts_routes.show_settings, "PATCH": accounts_routes.change_settings},
    "/clock": {
        "GET": stage_routes.show_clock,
        "PATCH": stage_routes.move_clock,
        "POST": stage_routes.move_clock,
    },
    "/faults": {
        "GET": stage_routes.list_faults,
        "POST": stage_routes.add_fault,
        "DELETE": stage_routes.remove_faults,
    },
    "/faults/{name:path}": {"GET": stage_routes.show_fault, "DELETE": stage_routes.remove_fault},
    "/scenarios/playing": {
        "GET": stage_routes.list_playing,
        "POST": stage_routes.start_scenario,
        "DELETE": stage_routes.stop_scenarios,
    },
    "/scenarios/playing/{name}": {"DELETE": stage_routes.stop_scenario},
    **{
        f"/generations/{{task_id}}/{outcome}": {"POST": stage_routes.settling(outcome)} for outcome in get_args(Outcome)
    },
    "/journal": {"GET": journal_routes.show_journal, "DELETE": journal_routes.clear_journal},
    "/journal/stream": {"GET": journal_routes.follow_journal},
}
"""What concerns one account, below `/accounts/{account}`, or all of them, without that."""


def control_routes(exchange: Exchange) -> list[Route]:
    """Return the routes below `/_mock` for one mock."""
    desk = Desk(exchange.understudy, exchange.journal)
    table = OF_ALL | OF_BOTH | {f"/accounts/{{account}}{path}": methods for path, methods in (OF_ONE | OF_BOTH).items()}
    return [Route(path, _endpoint(desk, methods), methods=list(methods)) for path, methods in table.items()]


def _endpoint(desk: Desk, methods: dict[str, Handler]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        handler = methods["GET" if request.method == "HEAD" else request.method]
        try:
            return answered(await handler(Ask(desk, request)))
        except Refused as refusal:
            return refused(refusal.problem)
        except ClientDisconnect:
            return Response(status_code=204)
        except Exception:  # noqa: BLE001 - the last resort: a bug must not look like a broken connection
            _log.exception("%s %s failed", request.method, request.url.path)
            return refused(problems.internal())

    return endpoint
