"""Multipart: a body of parts (RFC 7578), taken apart.

Owns the reading of parts, within bounds; long files go to disk as they are read. Must not know what the parts mean, nor
of requests.
"""

import logging
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

MOST_PARTS: Final = 100
MOST_TEXT: Final = 1_048_576
"""The most bytes that all texts together may have; pictures written as data URLs have a bound of their own."""

LONGEST_DATA_URL: Final = 20_971_520
LONGEST_NAME: Final = 200

_AT_ONCE: Final = 1_048_576
_ON_DISK_FROM: Final = 262_144
_BINARY: Final = ("image/", "video/", "audio/", "application/octet-stream")

# The parser would warn of every bad body, in a log that nobody asked for.
_SILENT: Final = logging.Logger("silent", logging.CRITICAL)


class MultipartError(ValueError):
    """The body is not what it is declared to be; `name` is the part at fault, if it has one."""

    def __init__(self, message: str, name: str | None = None) -> None:
        super().__init__(message)
        self.name = name


class FilePart(msgspec.Struct, frozen=True, kw_only=True):
    """A file in a form. `size` is in bytes; `content` is the bytes, or the file that has them until the answer."""

    name: str
    filename: str
    content_type: str
    size: int
    content: bytes | Path


class _Part:
    """One part on its way in; without a `filename` it is a text, else a file."""

    def __init__(self) -> None:
        self.header = bytearray()
        self.headers: dict[bytes, bytes] = {}
        self.value = bytearray()
        self.name = ""
        self.filename: str | None = None
        self.content_type = "text/plain"
        self.data = bytearray()
        self.size = 0
        self.path: Path | None = None
        self.file: BinaryIO | None = None

    @property
    def is_text(self) -> bool:
        """Tell whether the part is a text and not a file."""
        return self.filename is None

    @property
    def is_data_url(self) -> bool:
        """Tell whether the part is a text that holds a picture."""
        return self.is_text and self.data.startswith(b"data:")

    def write(self, path: Path) -> None:
        """Move what has come of a file to disk, to the path given the first time."""
        if self.file is None:
            self.path, self.file = path, path.open("wb", buffering=0)
        self.file.write(self.data)
        self.data.clear()

    def text(self) -> str:
        """Return the text, now that it is whole."""
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError:
            raise MultipartError("expected text in UTF-8, found other bytes", self.name) from None

    def whole_file(self) -> FilePart:
        """Return the file, now that it is whole."""
        content: bytes | Path = bytes(self.data)
        if self.file is not None and self.path is not None:
            self.write(self.path)
            self.file.close()
            content = self.path
        return FilePart(
            name=self.name,
            filename=self.filename or "",
            content_type=self.content_type,
            size=self.size,
            content=content,
        )


class Multipart:
    """Reads one body. `folder` is where long files go; without one, all stay in memory."""

    def __init__(self, boundary: bytes, folder: Path | None) -> None:
        self._folder = folder
        self._part = _Part()
        self._parts: list[tuple[str, str | FilePart]] = []
        self._room = MOST_TEXT
        self._room_for_urls = LONGEST_DATA_URL
        self._ended = False
        self._count = 0
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._take_name,
                    "on_header_value": self._take_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_headers,
                    "on_part_data": self._take_data,
                    "on_part_end": self._end,
                    "on_end": self._end_all,
                },
            )
        except FormParserError as error:
            raise MultipartError("expected a boundary of 1 to 70 characters, found a longer one") from error
        self._parser.logger = _SILENT

    def read(self, body: bytes | Path) -> list[tuple[str, str | FilePart]]:
        """Return names and values in order; raise MultipartError unless the body is whole and within bounds."""
        try:
            for piece in _pieces(body):
                self._parser.write(piece)
        except FormParserError as error:
            raise MultipartError(_worded(error, is_begun=self._count > 0)) from None
        finally:
            if self._part.file is not None:
                self._part.file.close()
        if not self._ended:
            raise MultipartError("expected the closing boundary at the end, found the body cut short")
        return self._parts

    # -- what the parser tells -----------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._count += 1
        if self._count > MOST_PARTS:
            raise MultipartError(f"expected at most {MOST_PARTS} parts, found more")
        self._part = _Part()

    def _take_name(self, data: bytes, start: int, end: int) -> None:
        self._part.header += data[start:end]

    def _take_value(self, data: bytes, start: int, end: int) -> None:
        self._part.value += data[start:end]

    def _end_header(self) -> None:
        part = self._part
        part.headers[bytes(part.header).lower()] = bytes(part.value)
        part.header.clear()
        part.value.clear()

    def _end_headers(self) -> None:
        part = self._part
        kind, options = parse_options_header(part.headers.get(b"content-disposition"))
        if kind != b"form-data" or not options.get(b"name"):
            raise MultipartError("expected a name for every part, as in 'Content-Disposition: form-data; name=\"…\"'")
        part.name = _readable(options[b"name"])
        if len(part.name) > LONGEST_NAME:
            raise MultipartError(f"expected names of at most {LONGEST_NAME} characters, found a longer one")
        declared, _ = parse_options_header(part.headers.get(b"content-type"))
        part.content_type = _readable(declared) or "text/plain"
        filename = options.get(b"filename")
        if filename is not None or part.content_type.startswith(_BINARY):
            part.filename = _readable(filename or b"")

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        part.size += end - start
        part.data += data[start:end]
        if part.is_text:
            self._check_text(part)
        elif self._folder is not None and len(part.data) > _ON_DISK_FROM:
            part.write(self._folder / f"part-{self._count}")

    def _check_text(self, part: _Part) -> None:
        if part.is_data_url:
            if part.size > self._room_for_urls:
                raise MultipartError(f"expected at most {LONGEST_DATA_URL} bytes of data URLs, found more", part.name)
        elif part.size > self._room:
            raise MultipartError(f"expected at most {MOST_TEXT} bytes of text in all fields, found more", part.name)

    def _end(self) -> None:
        part = self._part
        if part.is_text:
            self._room -= 0 if part.is_data_url else part.size
            self._room_for_urls -= part.size if part.is_data_url else 0
        self._parts.append((part.name, part.text() if part.is_text else part.whole_file()))

    def _end_all(self) -> None:
        self._ended = True


def _pieces(body: bytes | Path) -> Iterator[bytes]:
    with BytesIO(body) if isinstance(body, bytes) else body.open("rb") as file:
        while piece := file.read(_AT_ONCE):
            yield piece


def _readable(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _worded(error: FormParserError, *, is_begun: bool) -> str:
    text = str(error)
    if "Maximum header" in text:
        return "expected a few short headers in every part, found longer or more ones"
    if not is_begun:
        return "expected the body to begin with the declared boundary, found something else"
    return "expected parts between boundaries, each with headers and a blank line, found something else"
