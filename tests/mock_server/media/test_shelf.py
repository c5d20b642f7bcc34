import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sora_mock.media import Begun, Edited, Picture, Shelf, Thumbnail, Upload, inspect

PATIENCE = 10  # seconds until a test that hangs is given up


class Kitchen:
    """Stands in for the renderer: writes files of `size` bytes, counts them, and waits or fails when told to."""

    def __init__(self, size=100):
        self.size = size
        self.made = []
        self.failures = []
        self.sources = []
        self.at_work = threading.Event()
        self.may_finish = threading.Event()
        self.may_finish.set()

    def __call__(self, clip, path, *, source, stopped):
        path.write_bytes(b"x" * self.size)
        self.made.append(clip)
        self.sources.append(source and source.read_bytes())
        self.at_work.set()
        while not self.may_finish.wait(0.001):
            if stopped():
                raise InterruptedError
        if self.failures:
            raise self.failures.pop()


@pytest.fixture
def kitchen():
    return Kitchen()


@pytest.fixture
def shelf(tmp_path, kitchen):
    shelf = Shelf(tmp_path, max_bytes=1_000, render=kitchen)
    yield shelf
    kitchen.may_finish.set()
    shelf.close()


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, PATIENCE))


async def working(kitchen):
    await asyncio.to_thread(kitchen.at_work.wait, PATIENCE)


def test_a_real_clip_is_rendered(tmp_path, clip_with):
    shelf = Shelf(tmp_path, max_bytes=10**6)
    try:
        assert inspect(run(shelf.file(clip_with()))).task_id == "task_0"
    finally:
        shelf.close()


def test_without_a_directory_it_finds_a_place_of_its_own(clip_with, kitchen):
    shelf = Shelf(None, max_bytes=1_000, render=kitchen)
    folder = run(shelf.file(clip_with())).parent
    shelf.close()
    assert (folder.name.startswith("sora-mock-"), folder.exists()) == (True, False)


def test_nothing_is_made_before_it_is_needed(tmp_path, shelf):
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_missing_is_made(tmp_path, clip_with, kitchen):
    shelf = Shelf(tmp_path / "deep" / "down", max_bytes=1_000, render=kitchen)
    assert run(shelf.file(clip_with())).is_file()
    shelf.close()


def test_the_second_time_nothing_is_rendered(shelf, kitchen, clip_with):
    assert run(shelf.file(clip_with())) == run(shelf.file(clip_with()))
    assert len(kitchen.made) == 1


def test_concurrent_demands_share_one_render(shelf, kitchen, clip_with):
    async def ask():
        return await asyncio.gather(*(shelf.file(clip_with()) for _ in range(20)))

    assert len(set(run(ask()))) == 1
    assert len(kitchen.made) == 1


def test_demands_from_several_event_loops_share_one_render(shelf, kitchen, clip_with):
    with ThreadPoolExecutor(8) as threads:
        paths = list(threads.map(lambda _: run(shelf.file(clip_with())), range(8)))
    assert (len(set(paths)), len(kitchen.made)) == (1, 1)


def test_different_clips_have_different_files(shelf, clip_with):
    assert run(shelf.file(clip_with(seed=1))) != run(shelf.file(clip_with(seed=2)))


def test_the_event_loop_stays_free_while_rendering(shelf, kitchen, clip_with):
    async def ask():
        kitchen.may_finish.clear()
        asked = asyncio.create_task(shelf.file(clip_with()))
        await working(kitchen)
        kitchen.may_finish.set()  # only reached if rendering does not hold up the loop
        return await asked

    assert run(ask()).is_file()


def test_files_take_no_more_room_than_allowed(tmp_path, shelf, clip_with):
    async def ask():
        for seed in range(25):
            await shelf.file(clip_with(seed=seed))

    run(ask())
    assert sum(path.stat().st_size for path in files_in(tmp_path)) == 1_000


def test_concurrent_demands_keep_the_bound_too(tmp_path, shelf, clip_with):
    async def ask():
        await asyncio.gather(*(shelf.file(clip_with(seed=seed)) for seed in range(25)))

    run(ask())
    assert sum(path.stat().st_size for path in files_in(tmp_path)) <= 1_000


def test_the_longest_unused_goes_first(shelf, kitchen, clip_with):
    async def ask():
        for seed in [*range(10), 0, 10, 0]:
            await shelf.file(clip_with(seed=seed))

    run(ask())
    assert [clip.seed for clip in kitchen.made] == list(range(11))


def test_the_latest_is_kept_however_large(tmp_path, clip_with):
    shelf = Shelf(tmp_path, max_bytes=0, render=Kitchen())
    first, second = run(shelf.file(clip_with(seed=1))), run(shelf.file(clip_with(seed=2)))
    assert (first.exists(), second.exists()) == (False, True)
    shelf.close()


def test_what_was_removed_is_rendered_again(tmp_path, clip_with, kitchen):
    shelf = Shelf(tmp_path, max_bytes=0, render=kitchen)
    for seed in (1, 2, 1):
        assert run(shelf.file(clip_with(seed=seed))).is_file()
    shelf.close()
    assert [clip.seed for clip in kitchen.made] == [1, 2, 1]


def test_an_open_file_can_be_read_after_its_removal(tmp_path, clip_with):
    shelf = Shelf(tmp_path, max_bytes=0, render=Kitchen())
    with run(shelf.file(clip_with(seed=1))).open("rb") as file:
        run(shelf.file(clip_with(seed=2)))
        assert len(file.read()) == 100
    shelf.close()


def test_a_held_file_stays(tmp_path, clip_with):
    shelf = Shelf(tmp_path, max_bytes=0, render=Kitchen())

    async def hold():
        async with shelf.hold(clip_with(seed=1)) as path:
            await shelf.file(clip_with(seed=2))
            return path.exists(), path

    stayed, path = run(hold())
    assert (stayed, path.exists()) == (True, False)
    shelf.close()


def test_everybody_who_waited_finds_the_file(tmp_path, clip_with):
    shelf = Shelf(tmp_path, max_bytes=0, render=Kitchen(), workers=4)

    async def ask(seed):
        return (await shelf.file(clip_with(seed=seed))).exists()

    async def ask_all():
        return await asyncio.gather(*(ask(seed % 5) for seed in range(40)))

    assert all(run(ask_all()))
    shelf.close()


def test_a_file_that_cannot_be_removed_stays_and_counts(tmp_path, clip_with, monkeypatch):
    shelf = Shelf(tmp_path, max_bytes=0, render=Kitchen())
    path = run(shelf.file(clip_with(seed=1)))

    def refuse(*args, **kwargs):
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(type(path), "unlink", refuse)
        run(shelf.file(clip_with(seed=2)))
    assert path.exists()
    run(shelf.file(clip_with(seed=3)))
    assert not path.exists()
    shelf.close()


def test_a_file_removed_by_others_is_rendered_again(shelf, clip_with):
    run(shelf.file(clip_with())).unlink()
    assert run(shelf.file(clip_with())).is_file()


def test_a_directory_removed_by_others_is_made_again(shelf, clip_with):
    path = run(shelf.file(clip_with()))
    path.unlink()
    path.parent.rmdir()
    assert run(shelf.file(clip_with())).is_file()


def test_a_clip_rendered_again_looks_unchanged(shelf, clip_with):
    path = run(shelf.file(clip_with()))
    before = path.stat().st_mtime
    path.unlink()
    assert run(shelf.file(clip_with())).stat().st_mtime == before


def test_a_waiter_that_leaves_does_not_take_the_render_along(shelf, kitchen, clip_with):
    async def ask():
        kitchen.may_finish.clear()
        leaver = asyncio.create_task(shelf.file(clip_with()))
        stayer = asyncio.create_task(shelf.file(clip_with()))
        await working(kitchen)
        leaver.cancel()
        await asyncio.wait([leaver])
        kitchen.may_finish.set()
        return leaver.cancelled(), await stayer

    left, path = run(ask())
    assert (left, path.is_file(), len(kitchen.made)) == (True, True, 1)


def test_a_render_that_everybody_left_is_still_good(shelf, kitchen, clip_with):
    async def leave():
        kitchen.may_finish.clear()
        leaver = asyncio.create_task(shelf.file(clip_with()))
        await working(kitchen)
        leaver.cancel()
        await asyncio.wait([leaver])

    run(leave())
    kitchen.may_finish.set()
    assert run(shelf.file(clip_with())).is_file()
    assert len(kitchen.made) == 1


def test_a_failure_reaches_everybody_who_waits(shelf, kitchen, clip_with):
    kitchen.failures = [OSError("disk full")]

    async def ask():
        kitchen.may_finish.clear()
        asked = [asyncio.create_task(shelf.file(clip_with())) for _ in range(3)]
        await working(kitchen)
        kitchen.may_finish.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    assert [str(outcome) for outcome in run(ask())] == ["disk full"] * 3


def test_a_failure_leaves_nothing_behind(tmp_path, shelf, kitchen, clip_with):
    kitchen.failures = [OSError("disk full")]
    with pytest.raises(OSError, match="disk full"):
        run(shelf.file(clip_with()))
    assert files_in(tmp_path) == []


def test_after_a_failure_it_is_tried_again(shelf, kitchen, clip_with):
    kitchen.failures = [OSError("disk full")]
    with pytest.raises(OSError, match="disk full"):
        run(shelf.file(clip_with()))
    assert run(shelf.file(clip_with())).is_file()


def test_a_place_that_cannot_be_written_is_a_failure_like_others(tmp_path, clip_with, kitchen):
    (tmp_path / "file").touch()
    shelf = Shelf(tmp_path / "file", max_bytes=1_000, render=kitchen)
    with pytest.raises(OSError, match="file"):
        run(shelf.file(clip_with()))
    shelf.close()


def test_closing_removes_the_directory(tmp_path, shelf, clip_with):
    run(shelf.file(clip_with()))
    shelf.close()
    assert list(tmp_path.iterdir()) == []


def test_closing_stops_what_is_rendered(tmp_path, shelf, kitchen, clip_with):
    async def ask():
        kitchen.may_finish.clear()
        asked = [asyncio.create_task(shelf.file(clip_with(seed=seed))) for seed in range(3)]
        await working(kitchen)
        shelf.close()
        return await asyncio.gather(*asked, return_exceptions=True)

    assert [str(outcome) for outcome in run(ask())] == ["The shelf is closed"] * 3
    assert (len(kitchen.made), list(tmp_path.iterdir())) == (1, [])


def test_closing_twice_is_fine(shelf):
    shelf.close()
    shelf.close()


def test_a_closed_shelf_gives_nothing(shelf, clip_with):
    shelf.close()
    with pytest.raises(RuntimeError, match="closed"):
        run(shelf.file(clip_with()))


def test_a_forgotten_shelf_removes_its_directory(tmp_path, clip_with):
    shelf = Shelf(tmp_path, max_bytes=1_000, render=Kitchen())
    run(shelf.file(clip_with()))
    shelf._executor.shutdown()  # whose thread may still be putting its tools away
    del shelf
    assert list(tmp_path.iterdir()) == []


def test_what_a_piece_is_made_of_is_made_before_it(shelf, kitchen, clip_with):
    edit = Edited(clip=clip_with(seed=1), source=clip_with())
    run(shelf.file(Thumbnail(source=edit)))
    assert kitchen.made == [clip_with(), edit, Thumbnail(source=edit)]
    assert kitchen.sources == [None, b"x" * 100, b"x" * 100]


def test_a_piece_that_is_there_needs_no_source(shelf, kitchen, clip_with):
    piece = Thumbnail(source=clip_with())
    run(shelf.file(piece))
    run(shelf.file(clip_with())).unlink()
    run(shelf.file(piece))
    assert len(kitchen.made) == 2


def test_a_source_stays_until_all_is_made_of_it(tmp_path, clip_with):
    kitchen = Kitchen(size=100)
    shelf = Shelf(tmp_path, max_bytes=0, render=kitchen, workers=2)

    async def ask():
        await asyncio.gather(*(shelf.file(Edited(clip=clip_with(seed=seed), source=clip_with())) for seed in range(8)))

    run(ask())
    assert [content for content in kitchen.sources if content is not None] == [b"x" * 100] * 8
    shelf.close()


def test_a_source_stays_though_whoever_asked_has_left(tmp_path, clip_with):
    kitchen = Kitchen()
    shelf = Shelf(tmp_path, max_bytes=0, render=kitchen)
    piece = Edited(clip=clip_with(seed=1), source=clip_with())

    async def ask():
        await shelf.file(clip_with())
        kitchen.at_work.clear()
        kitchen.may_finish.clear()
        leaver = asyncio.create_task(shelf.file(piece))
        await working(kitchen)
        leaver.cancel()
        await asyncio.gather(leaver, return_exceptions=True)
        kitchen.may_finish.set()
        return await shelf.file(piece)

    assert run(ask()).is_file()
    assert [name for name, _ in shelf._held.items()] == []
    shelf.close()


@pytest.mark.parametrize("as_file", [True, False])
def test_an_upload_is_given_as_it_came(tmp_path, shelf, kitchen, as_file):
    content = b"a video"
    if as_file:
        content = tmp_path / "sent.mp4"
        content.write_bytes(b"a video")
    upload = Upload(digest="0" * 64, duration=1, width=16, height=16)
    run(shelf.keep(content, upload))
    assert run(shelf.file(upload)).read_bytes() == b"a video"
    assert kitchen.made == []


def test_a_picture_is_what_is_made_of_it(shelf, kitchen, clip_with):
    picture = Picture(digest="0" * 64, width=16, height=16)
    run(shelf.keep(b"a picture", picture))
    run(shelf.file(Begun(clip=clip_with(), source=picture)))
    assert kitchen.sources == [b"a picture"]


def test_an_upload_that_was_thrown_away_is_replaced(shelf, kitchen):
    upload = Upload(digest="0" * 64, duration=1, width=16, height=16)
    run(shelf.keep(b"a video", upload))
    run(shelf.file(upload)).unlink()
    assert run(shelf.file(upload)).read_bytes() == b"x" * 100


def test_a_closed_shelf_keeps_nothing(shelf):
    shelf.close()
    with pytest.raises(RuntimeError, match="closed"):
        run(shelf.keep(b"a video", Upload(digest="0" * 64, duration=1, width=16, height=16)))
