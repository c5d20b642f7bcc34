import pytest

from sora_conformance.target import Target


@pytest.mark.parametrize(
    ("dialect", "url", "videos"),
    [
        ("guide", "http://a.example/v1/sora", "http://a.example/v1/sora"),
        ("openai", "http://a.example/v1", "http://a.example/v1"),
        ("relay", "http://a.example:81/sora/v1", "http://a.example:81/v1"),
        ("relay", "https://a.example/tenant/sora/v1", "https://a.example/tenant/v1"),
        ("relay", "https://a.example/cameo", "https://a.example/cameo/v1"),
    ],
)
def test_the_videos_of_a_relay_are_beside_its_base(dialect, url, videos):
    assert Target(url=url, api_key="sk-a", dialect=dialect).videos == videos
