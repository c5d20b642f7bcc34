"""Raw exchanges: bytes on a connection of their own, for what no HTTP library would send.

Owns the socket and the reading of a single reply. It must not know what the bytes mean to the contract.
"""

import socket
import ssl
import time
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

from sora_conformance.exchanges import Exchange, Failure, Headers, Sent


def exchange(url: str, data: bytes, *, timeout: float, operation: str | None = None) -> Exchange:
    """Send `data` to the server of `url`, and return what came back within `timeout` seconds.

    A connection that the server ends without a reply is an exchange with a failure.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    start = time.perf_counter()
    status: int | None = None
    headers: Headers = ()
    body, failure, detail = b"", None, ""
    try:
        with _connected(host, port, secure=parts.scheme == "https", timeout=timeout) as connection:
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(data)
            status, headers, body = _reply(connection)
    except TimeoutError:
        failure, detail = Failure.TIMEOUT, f"no reply within {timeout:g} s"
    except ConnectionRefusedError as error:
        failure, detail = Failure.REFUSED, str(error)
    except HTTPException as error:
        failure, detail = Failure.BROKEN, f"the server hung up: {type(error).__name__}"
    except OSError as error:
        failure, detail = Failure.BROKEN, str(error)
    return Exchange(
        operation=operation,
        sent=_sent(data, url),
        status=status,
        headers=headers,
        body=body,
        failure=failure,
        detail=detail,
        seconds=time.perf_counter() - start,
    )


def _connected(host: str, port: int, *, secure: bool, timeout: float) -> socket.socket:
    connection = socket.create_connection((host, port), timeout=timeout)
    if not secure:
        return connection
    try:
        return ssl.create_default_context().wrap_socket(connection, server_hostname=host)
    except BaseException:
        connection.close()
        raise


def _reply(connection: socket.socket) -> tuple[int, Headers, bytes]:
    with HTTPResponse(connection) as reply:
        reply.begin()
        return reply.status, tuple((name.lower(), value) for name, value in reply.getheaders()), reply.read()


def _sent(data: bytes, url: str) -> Sent:
    """Return what was sent as far as it can be told apart into line, headers and body."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, _, rest = lines[0].partition(" ")
    path = rest.partition(" ")[0]
    headers = tuple(
        (name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])
    )
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    return Sent(method=method[:40], url=origin + path if path.startswith("/") else url, headers=headers, body=body)
