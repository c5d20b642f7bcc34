"""The video host: source videos for servers on this machine that really fetch them.

Owns what each source is like, and a small HTTP server that hands them out while a run lasts. It keeps no key and looks
at none.
"""

import io
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

import msgspec

from sora_conformance.target import SOURCE_SECONDS

if TYPE_CHECKING:
    import av
    from PIL import Image

RATE = 4
"""Frames a second: enough to be a video."""

QUICK = {"preset": "ultrafast", "deadline": "realtime", "cpu-used": "8"}
"""What makes encoders hurry; each takes the words that it knows."""


class Clip(msgspec.Struct, frozen=True, kw_only=True):
    """What a source is like: its file's name, container and codec, its lines, and what asking for it is answered."""

    file: str
    container: str = "mp4"
    codec: str = "h264"
    height: int = 360
    status: HTTPStatus = HTTPStatus.OK
    whole: bool = True


CLIPS: Mapping[str, Clip] = {
    "video": Clip(file="hero.mp4"),
    "mov": Clip(file="hero.mov", container="mov"),
    "webm": Clip(file="hero.webm", container="webm", codec="vp8"),
    "small": Clip(file="hero-small.mp4", height=240),
    "signed": Clip(file="hero-signed.mp4?X-Amz-Expires=900&X-Amz-Signature=0a1b2c3d%2F4e"),
    "tall": Clip(file="hero-tall.mp4", height=1440),
    "avi": Clip(file="hero.avi", container="avi", codec="mpeg4"),
    "broken": Clip(file="hero-broken.mp4", whole=False),
    "private": Clip(file="hero-private.mp4", status=HTTPStatus.FORBIDDEN),
    "missing": Clip(file="hero-missing.mp4", status=HTTPStatus.NOT_FOUND),
}
"""The sources that can be made up. Whether a character is in sight is for no drawing to say."""


class VideoHost:
    """Serves the clips on a free loopback port, as long as the block lasts; each is made when first asked for."""

    def __init__(self) -> None:
        self._made: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._answer))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def sources(self) -> dict[str, str]:
        """Return the address of each source."""
        return {name: f"http://127.0.0.1:{self._server.server_port}/{clip.file}" for name, clip in CLIPS.items()}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, path: str) -> tuple[HTTPStatus, bytes]:
        # A signed address has to arrive with its query; the others have none.
        clip = next((clip for clip in CLIPS.values() if path == f"/{clip.file}"), None)
        if clip is None:
            return HTTPStatus.NOT_FOUND, b""
        if clip.status is not HTTPStatus.OK:
            return clip.status, b""
        with self._lock:
            if clip.file not in self._made:
                self._made[clip.file] = _drawn(clip) if clip.whole else b"\x00\x00\x00\x18ftypmp42" + bytes(2048)
            return HTTPStatus.OK, self._made[clip.file]


def _drawn(clip: Clip) -> bytes:
    """Return a clip in which a light figure walks over a dark ground."""
    import av  # here, because most runs need no clip

    file = io.BytesIO()
    with av.open(file, "w", format=clip.container) as container:
        stream = cast("av.VideoStream", container.add_stream(clip.codec, rate=RATE, options=QUICK))
        stream.width, stream.height, stream.pix_fmt = clip.height * 16 // 9 // 2 * 2, clip.height, "yuv420p"
        frames = round(SOURCE_SECONDS * RATE)
        for number in range(frames):
            picture = _picture(stream.width, stream.height, at=number / frames)
            frame: av.VideoFrame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def _picture(width: int, height: int, *, at: float) -> "Image.Image":
    """Return the ground with the figure on it; `at` is how far it has come, from 0 to 1."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (width, height), (24, 28, 40))
    pen = ImageDraw.Draw(picture)
    left, size = int(width * 0.9 * at), width // 16
    pen.ellipse((left, height // 4, left + size, height // 4 + size), fill=(236, 200, 160))
    pen.rectangle((left, height // 4 + size, left + size, height * 3 // 4), fill=(200, 60, 60))
    return picture


def _handler(answer: Callable[[str], tuple[HTTPStatus, bytes]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send(with_body=True)

        def do_HEAD(self) -> None:
            self._send(with_body=False)

        def _send(self, *, with_body: bool) -> None:
            status, body = answer(self.path)
            with suppress(ConnectionError):
                self.send_response(status)
                self.send_header("Content-Type", "video/mp4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if with_body:
                    self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
            """Keep quiet: what a server fetches is its own affair."""

    return Handler
