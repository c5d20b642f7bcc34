import pytest

from sora_conformance.observe.traffic import source_of


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ({"url": "https://a.test/a.mp4", "timestamps": "1,3"}, "https://a.test/a.mp4 1,3"),
        ({"from_task": "task_1", "timestamps": "1,3"}, "task task_1"),
        ({"prompt": "A boat", "seconds": "8"}, "A boat"),
        ({"name": "Otto"}, "Otto"),
        ({"url": 1, "timestamps": 2}, ""),
        ("not json", ""),
        (None, ""),
    ],
)
def test_a_source_is_what_was_asked_for(said, source):
    assert source_of(said) == source
