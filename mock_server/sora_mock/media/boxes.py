"""Boxes: what an MP4 or MOV file says of itself, read before a library believes it.

Owns the claims that would cost memory: how many samples there are, and compressed indexes. Must not know how anything
is decoded.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

_HOLDERS: Final = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"}
_COUNTED: Final = {b"stsz": 8, b"stz2": 8, b"trun": 4}  # where in the box the number of samples stands
_MOST_BOXES: Final = 100_000
_HEAD: Final = 8
_BRANDS: Final = 12


def is_boxed(file: BinaryIO) -> bool:
    """Tell whether a file begins like an MP4 or MOV file."""
    file.seek(0)
    return file.read(_HEAD)[4:] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp", b"moof"}


def is_quicktime(file: BinaryIO) -> bool:
    """Tell whether such a file is a MOV: it says so, or says nothing."""
    file.seek(0)
    head = file.read(_BRANDS)
    return head[4:8] != b"ftyp" or head[8:] == b"qt  "


def claimed_samples(file: BinaryIO, size: int) -> int:
    """Return how many samples a file of so many bytes claims to have; raise ValueError when that cannot be told."""
    total = 0
    for number, (kind, start, end) in enumerate(_boxes(file, 0, size)):
        if number > _MOST_BOXES:
            raise ValueError("too many boxes")
        if kind == b"cmov":
            raise ValueError("a compressed index")
        if kind in _COUNTED and end - start >= _COUNTED[kind] + 4:
            file.seek(start + _COUNTED[kind])
            total += int.from_bytes(file.read(4), "big")
    return total


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the kind of every box and where its content begins and ends, those inside of others included."""
    while end - start >= _HEAD:
        file.seek(start)
        length, kind = struct.unpack(">I4s", file.read(_HEAD))
        content = start + _HEAD
        if length == 1:
            length, content = int.from_bytes(file.read(8), "big"), content + 8
        elif length == 0:
            length = end - start
        # A box cut short by the end of the file is looked into as far as it goes.
        close = min(start + length, end)
        yield kind, content, close
        if kind in _HOLDERS:
            yield from _boxes(file, content, close)
        if length < _HEAD:
            return
        start += length
