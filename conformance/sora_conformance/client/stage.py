"""The stage: a staged server on loopback ports, with a seat for each case and traps around it.

Owns its addresses, the thread whose loop serves them, and the end of both. What a request gets is not its business.
"""

import asyncio
import ssl
import threading
import traceback
from collections.abc import Callable
from contextlib import ExitStack, suppress
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from sora_conformance.client.arrivals import Arrival, Place
from sora_conformance.client.blackhole import Blackhole
from sora_conformance.client.dialects import GUIDE, Dialect
from sora_conformance.client.listening import Reception
from sora_conformance.client.script import Script
from sora_conformance.client.seats import Origins, Seat
from sora_conformance.client.serving import House
from sora_conformance.server.footage import clip

END_SECONDS = 5.0
"""How long the thread, or the replies of a seat, may take to end."""


class Stage:
    """A staged server for many cases at once, for the length of a `with` block.

    `dialect` is what it speaks. `errors` is what went wrong with the stage itself: no client is to be judged where it
    is not empty.
    """

    def __init__(self, dialect: Dialect = GUIDE) -> None:
        self.dialect = dialect
        self.errors: list[str] = []
        self._house = House(dialect)
        self._exits = ExitStack()
        self._reception = Reception(self._house, self.errors)
        self._blackhole: Blackhole | None = None
        self._making = threading.Lock()
        self._clip: Path | None = None

    def __enter__(self) -> Self:
        with ExitStack() as exits:
            folder = exits.enter_context(resources.as_file(resources.files(__package__) / "certificates"))
            self.ca_file: Path = folder / "ca.pem"
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(folder / "localhost-not-secret.pem")
            self.origins = Origins(
                stage=f"http://127.0.0.1:{self._reception.listen(exits, Place.STAGE)}",
                secure=f"https://localhost:{self._reception.listen(exits, Place.STAGE, tls=tls)}",
                video=f"http://127.0.0.1:{self._reception.listen(exits, Place.VIDEO)}",
                # Another name, not only another port: for many clients only that is another host.
                elsewhere=f"http://localhost:{self._reception.listen(exits, Place.ELSEWHERE)}",
                proxy=f"http://127.0.0.1:{self._reception.listen(exits, Place.PROXY)}",
            )
            self._exits = exits.pop_all()
        runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = runner.get_loop()
        self._loop.set_exception_handler(self._mishap)
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._run, args=(runner,), name="stage", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for seat in list(self._house.seats.values()):
            seat.close()
        self._call(self._ended.set)
        self._thread.join(END_SECONDS)
        if self._thread.is_alive():
            self.errors.append(f"the stage's thread has not ended within {END_SECONDS:g} s")
        self._exits.close()

    # -- for the judge -----------------------------------------------------------------------------------------------

    def open(self, script: Script) -> Seat:
        """Return a seat for a case. Raises ValueError for a script that cannot be performed."""
        seat = Seat(script, self.origins, self.dialect, close=self._close)
        self._house.seats[seat.token] = seat
        return seat

    @property
    def strays(self) -> tuple[Arrival, ...]:
        """Return what arrived and belongs to no open seat; `case` is the token in its address, if there is one."""
        return self._house.strays.arrivals

    @property
    def proxy_url(self) -> str:
        """Return the address of the proxy; a seat's own also says whose a request is."""
        return self.origins.proxy

    @property
    def video_url(self) -> str:
        """Return the address of the video's host."""
        return self.origins.video

    @property
    def elsewhere_url(self) -> str:
        """Return the address of the other host."""
        return self.origins.elsewhere

    @property
    def clip(self) -> Path:
        """Return the path of a video to upload, which is there for as long as the stage is."""
        with self._making:
            if self._clip is None:
                folder = self._exits.enter_context(TemporaryDirectory(prefix="sora-conformance-"))
                self._clip = Path(folder) / "clip.mp4"
                self._clip.write_bytes(clip(1280, 720, 3.0))
        return self._clip

    def https_url(self, seat: Seat) -> str:
        """Return a seat's base address with TLS; only who trusts `ca_file` may talk to it."""
        return seat.https_url

    def blackhole_url(self, seat: Seat) -> str | None:
        """Return a base address that no connection reaches; None where this system has no such thing."""
        if self._blackhole is None:
            self._blackhole = self._exits.enter_context(Blackhole())
        port = self._blackhole.port
        return None if port is None else f"http://127.0.0.1:{port}{seat.path}"

    def _close(self, seat: Seat) -> None:
        if self._house.seats.pop(seat.token, None) is None:
            return
        self._call(seat.end)
        if not seat.wait_ended(END_SECONDS):
            self.errors.append(f"a reply to case {seat.token} has not ended within {END_SECONDS:g} s")

    def _call(self, function: Callable[[], None]) -> None:
        # Where the loop is closed already, something has gone wrong, and stands in the errors.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function)

    # -- in the thread -----------------------------------------------------------------------------------------------

    def _run(self, runner: asyncio.Runner) -> None:
        try:
            with runner:
                runner.run(self._reception.work(self._ended))
        except Exception:  # noqa: BLE001 - a thread has nobody to raise it to
            self.errors.append(traceback.format_exc())

    def _mishap(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self.errors.append(f"{context['message']}: {error!r}")
