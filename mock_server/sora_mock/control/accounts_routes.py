"""The control plane's routes about accounts: who there is, what an account has, and what is settled for it.

Owns the reading of these requests. What they do is the desk's.
"""

import msgspec
from starlette.responses import Response

from sora_mock.control.answers import JSON, Made
from sora_mock.control.ask import MAX_STATE, Ask
from sora_mock.control.orders import AccountOrder, SettingsOrder
from sora_mock.control.views import AccountView, SettingsView
from sora_mock.engine.state import Account
from sora_mock.visit import HOUSE


async def list_accounts(ask: Ask) -> dict[str, list[AccountView]]:
    """Answer every account."""
    await ask.nothing()
    return {"accounts": ask.desk.accounts()}


async def open_account(ask: Ask) -> Made:
    """Let a key open an account."""
    order = await ask.body(AccountOrder)
    ask.desk.open_account(order.account, order.key, tier=order.tier)
    return Made(ask.desk.account(order.account))


async def show_account(ask: Ask) -> AccountView:
    """Answer one account in numbers."""
    await ask.nothing()
    return ask.desk.account(ask.account)


async def delete_account(ask: Ask) -> None:
    """Forget an account and the keys that were opened for it."""
    await ask.nothing()
    ask.desk.delete_account(ask.account)


async def reset(ask: Ask) -> None:
    """Forget what has happened to an account, or to all."""
    await ask.nothing()
    ask.desk.reset(None if ask.account == HOUSE else ask.account)


async def export_state(ask: Ask) -> Response:
    """Answer the whole state of an account."""
    await ask.nothing()
    return Response(msgspec.json.encode(ask.desk.export_state(ask.account)), media_type=JSON)


async def import_state(ask: Ask) -> None:
    """Give an account a whole state."""
    ask.query()
    ask.desk.import_state(ask.account, await ask.body(Account, limit=MAX_STATE))


async def show_settings(ask: Ask) -> SettingsView:
    """Answer what is settled."""
    await ask.nothing()
    return ask.desk.settings(ask.account)


async def change_settings(ask: Ask) -> SettingsView:
    """Settle something another way."""
    order = await ask.body(SettingsOrder)
    ask.desk.configure(ask.account, order.texts(), seed=order.seed)
    return ask.desk.settings(ask.account)
