import io

import pytest
from PIL import Image

from sora_conformance.budget import Budget, Limits
from sora_conformance.server.relay_pictures import REDIRECTS, fetched, flaw
from sora_conformance.server.stage import Stage
from sora_conformance.target import Target
from sora_conformance.wire import Wire
from tests.conformance.servers import answering


def picture(kind):
    file = io.BytesIO()
    Image.effect_noise((64, 64), 80).convert("RGB").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["WEBP", "JPEG", "PNG", "GIF"])
def test_a_picture_of_any_kind_opens(kind):
    assert flaw(picture(kind)) is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "found no picture, but b''"),
        (b"<h1>Sora</h1>", "found no picture"),
        (picture("PNG")[:200], "cannot be opened"),
        (picture("JPEG")[:400], "cannot be opened"),
    ],
)
def test_what_is_no_picture_is_told(content, words):
    assert words in flaw(content)


def got(answer, path):
    asked = []

    def noted(method, path, headers, body):
        asked.append((path, headers.get("authorization")))
        return answer(path)

    with answering(noted) as url, Wire(Target(url=url, api_key="sk-a", dialect="relay"), Budget(Limits())) as wire:
        return fetched(Stage(wire), url.removesuffix("/v1/sora") + path), asked


def test_a_picture_is_fetched_without_a_key():
    reply, asked = got(lambda _: (200, {}, b"x"), "/a.webp?s=1")
    assert (reply.status, asked) == (200, [("/a.webp?s=1", None)])


def test_redirects_are_followed_but_not_for_ever():
    reply, asked = got(lambda path: (302, {"Location": f"{path}x"}, b""), "/a")
    assert reply.status == 302
    assert [path for path, _ in asked] == ["/a" + "x" * number for number in range(REDIRECTS + 1)]


def test_a_redirect_to_nowhere_is_the_answer():
    reply, asked = got(lambda _: (304, {}, b""), "/a")
    assert (reply.status, len(asked)) == (304, 1)
