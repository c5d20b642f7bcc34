import asyncio
import threading

import pytest

from sora_mock.aside import aside
from sora_mock.inprocess.driving import by_hand


def test_work_is_done_in_another_thread():
    assert asyncio.run(aside(threading.get_ident)) != threading.get_ident()


def test_without_an_event_loop_too():
    assert by_hand(aside(divmod, 7, 2), threading.Lock()) == (3, 1)


def test_what_goes_wrong_is_told():
    with pytest.raises(ZeroDivisionError):
        asyncio.run(aside(divmod, 7, 0))
