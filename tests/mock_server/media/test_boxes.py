from io import BytesIO

import pytest

from sora_mock.media.boxes import claimed_samples, is_boxed, is_quicktime


def box(kind, *content):
    content = b"".join(content)
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def number(value):
    return value.to_bytes(4, "big")


def claimed(data):
    return claimed_samples(BytesIO(data), len(data))


def table(count):
    return box(b"stbl", box(b"stsz", number(0), number(1), number(count)))


def in_track(content):
    return box(b"moov", box(b"trak", box(b"mdia", box(b"minf", content))))


def test_samples_are_counted_over_all_tracks_and_fragments():
    fragment = box(b"moof", box(b"traf", box(b"trun", number(0), number(4))))
    assert claimed(box(b"ftyp", b"isom") + in_track(table(2)) + in_track(table(3)) + fragment) == 9


def test_boxes_of_64_bits_and_up_to_the_end_are_looked_into():
    inner = in_track(table(5))[8:]
    wide = number(1) + b"moov" + (16 + len(inner)).to_bytes(8, "big") + inner
    assert claimed(wide + number(0) + b"moov" + inner) == 10


@pytest.mark.parametrize("data", [b"", b"abc", number(3) + b"free", box(b"moov", number(2) + b"trak"), box(b"stsz")])
def test_a_file_cut_short_claims_nothing(data):
    assert claimed(data) == 0


def test_a_compressed_index_is_not_believed():
    with pytest.raises(ValueError, match="compressed"):
        claimed(box(b"moov", box(b"cmov")))


def test_boxes_without_end_are_not_read():
    with pytest.raises(ValueError, match="too many"):
        claimed(box(b"free") * 100_002)


@pytest.mark.parametrize(
    ("data", "boxed", "quicktime"),
    [
        (box(b"ftyp", b"isom"), True, False),
        (box(b"ftyp", b"qt  "), True, True),
        (box(b"moov"), True, True),
        (b"RIFF....AVI ", False, True),
        (b"", False, True),
    ],
)
def test_kinds_are_told_by_the_beginning(data, boxed, quicktime):
    assert (is_boxed(BytesIO(data)), is_quicktime(BytesIO(data))) == (boxed, quicktime)
