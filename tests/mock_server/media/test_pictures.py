import base64
import zlib
from io import BytesIO

import pytest
from PIL import Image

from sora_mock.media import UploadError, content_of, look_into_image
from sora_mock.media.pictures import still


def picture(kind="PNG", size=(8, 6)):
    out = BytesIO()
    Image.new("RGB", size).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_a_picture_tells_its_size_and_format(kind):
    assert look_into_image(picture(kind.upper())) == (8, 6, kind)


@pytest.mark.parametrize("content", [b"", b"x", b"<svg/>", picture("GIF"), picture("BMP"), picture("TIFF")])
def test_other_files_are_refused(content):
    with pytest.raises(UploadError, match="expected a JPEG, PNG or WebP picture"):
        look_into_image(content)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_cut_short_is_refused(kind):
    data = picture(kind, (200, 200))
    with pytest.raises(UploadError, match="expected a"):
        look_into_image(data[: len(data) - len(data) // 3])


@pytest.mark.parametrize("size", [(4097, 1), (1, 5000), (60_000, 2), (9_500, 9_500), (30_000, 30_000)])
def test_a_picture_too_large_is_refused_before_it_is_decoded(size):
    data = bytearray(picture("PNG", (8, 8)))
    data[16:24] = size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big")
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    with pytest.raises(UploadError, match=r"at most 4096 pixels a side|damaged"):
        look_into_image(bytes(data))


@pytest.mark.parametrize(
    "url",
    [
        "data:image/png;base64," + base64.b64encode(b"picture").decode(),
        "data:image/png;name=a.png;base64,cGljdHVyZQ%3D%3D",
        "data:IMAGE/webp,pict%75re",
    ],
)
def test_a_data_url_is_read(url):
    assert content_of(url) == b"picture"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("data:text/plain,hello", "data URL of a picture"),
        ("data:,hello", "data URL of a picture"),
        ("data:image/png;base64", "data URL of a picture"),
        ("https://a/b.png", "data URL of a picture"),
        ("data:image/png;base64,!!!!", "expected Base64"),
        ("data:image/png;base64,abc", "expected Base64"),
        ("data:image/png;base64,é", "expected Base64"),
        ("data:image/png;" + "a" * 2_000 + ",x", "data URL of a picture"),
        ("data:image/png;base64," + "A" * 20_971_520, "at most 20971520 characters"),
    ],
)
def test_a_bad_data_url_is_refused(url, message):
    with pytest.raises(UploadError, match=message):
        content_of(url)


@pytest.mark.parametrize(
    ("kind", "mode", "colour", "seen"),
    [
        ("PNG", "1", 1, (255, 255, 255)),
        ("PNG", "L", 100, (100, 100, 100)),
        ("PNG", "LA", (100, 128), (50, 50, 50)),
        ("PNG", "RGB", (200, 10, 30), (200, 10, 30)),
        ("PNG", "RGBA", (200, 10, 30, 0), (0, 0, 0)),
        ("PNG", "I;16", 100 * 256, (100, 100, 100)),
        ("JPEG", "L", 100, (100, 100, 100)),
        ("JPEG", "RGB", (200, 10, 30), (200, 10, 30)),
        ("JPEG", "CMYK", (55, 255, 255, 0), (200, 0, 0)),
        ("WEBP", "RGB", (200, 10, 30), (200, 10, 30)),
        ("WEBP", "RGBA", (200, 10, 30, 255), (200, 10, 30)),
    ],
)
def test_whatever_is_accepted_can_be_seen(tmp_path, kind, mode, colour, seen):
    path = tmp_path / "sent"
    Image.new(mode, (64, 48), colour).save(path, kind)
    assert look_into_image(path.read_bytes()) == (64, 48, kind.lower())
    picture = still(path, (64, 48))
    assert (picture.mode, picture.size) == ("RGB", (64, 48))
    assert all(abs(found - meant) <= 4 for found, meant in zip(picture.getpixel((30, 20)), seen, strict=True))


def test_a_palette_is_resolved_and_its_clear_colour_is_black(tmp_path):
    picture = Image.new("P", (8, 8), 1)
    picture.putpalette([255, 0, 0, 0, 200, 0])
    picture.paste(0, (0, 0, 4, 8))
    picture.save(tmp_path / "sent", "PNG", transparency=0)
    seen = still(tmp_path / "sent", (8, 8))
    assert (seen.getpixel((1, 1)), seen.getpixel((6, 1))) == ((0, 0, 0), (0, 200, 0))


def test_a_picture_of_another_form_is_cropped_to_its_middle(tmp_path):
    wide = Image.new("RGB", (300, 100), (0, 0, 200))
    wide.paste((200, 0, 0), (100, 0, 200, 100))
    wide.save(tmp_path / "sent", "PNG")
    seen = still(tmp_path / "sent", (100, 100))
    assert (seen.size, seen.getcolors()) == ((100, 100), [(10_000, (200, 0, 0))])
