"""A receiver of webhooks on a loopback port, which remembers what it was sent."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

PATIENCE = 20.0


class Arrival(msgspec.Struct):
    """One request: its headers, by names in small letters, and its body."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self):
        return msgspec.json.decode(self.body)


class Receiver:
    """Answers with the given statuses in turn, then with 204; a status of 0 hangs up without an answer."""

    def __init__(self, *statuses: int) -> None:
        self.arrivals: list[Arrival] = []
        self._statuses = list(statuses)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                status = receiver._statuses.pop(0) if receiver._statuses else 204
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.arrivals.append(Arrival(headers, body))
                if status == 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                if status == 302:
                    self.send_header("location", receiver.url + "/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815 - the library names it

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def wait_for(self, number: int) -> list[Arrival]:
        """Return the arrivals once there are so many."""
        until(lambda: len(self.arrivals) >= number)
        return self.arrivals

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def until(condition) -> None:
    """Wait for what comes from another thread; fail when it does not."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.005)
