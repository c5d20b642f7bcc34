import json
import os
import subprocess
import sys
import threading

import pytest

from sora_conformance.reference import Character, Library, LibraryError, LocalValidationError

SOURCE = {"url": "https://a/b.mp4", "timestamps": "5,8"}


def character(number=0):
    return Character(character_id=f"char_{number}", created_at=1700000000 + number)


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "characters.json")


def test_a_library_without_a_file_is_empty(library):
    assert library.get("hero") is None
    assert library.names() == library.entries() == ()
    assert not library.path.exists()


def test_what_was_recorded_is_found_by_another_process_later(library):
    entry = library.record("hero", character(), SOURCE)
    again = Library(library.path).get("hero")
    assert again == entry
    assert (again.character_id, again.source, again.created_at) == ("char_0", SOURCE, 1700000000)


def test_the_first_of_a_name_stays_and_no_later_one_is_lost(library):
    for number, name in enumerate(["hero", "villain", "hero"]):
        library.record(name, character(number), SOURCE)
    assert library.get("hero").character_id == "char_0"
    assert library.names() == ("hero", "villain")
    assert [entry.character_id for entry in library.entries()] == ["char_0", "char_1", "char_2"]


def test_the_file_is_readable_for_people_and_for_nobody_else(library):
    library.record("Held 角色", character(), SOURCE)
    text = library.path.read_text(encoding="utf-8")
    assert "Held 角色" in text
    assert text.count("\n") > 5
    assert library.path.stat().st_mode & 0o077 == 0


def test_threads_that_record_at_once_lose_nothing(library):
    threads = [
        threading.Thread(target=library.record, args=(f"name {number}", character(number), SOURCE))
        for number in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(library.names()) == 20


WRITER = """
import sys
from sora_conformance.reference import Character, Library
for number in range(20):
    Library(sys.argv[1]).record(f"{sys.argv[2]} {number}", Character(character_id=f"char_{number}"), {})
"""


def test_processes_that_record_at_once_lose_nothing(library):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(library.path), name]) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert len(library.names()) == 40


@pytest.mark.parametrize("step", ["fsync", "replace", "fdopen"])
def test_a_crash_while_writing_leaves_the_old_file_whole(library, step, monkeypatch):
    library.record("hero", character(), SOURCE)
    before = library.path.read_bytes()

    def crash(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, step, crash)
    with pytest.raises(KeyboardInterrupt):
        library.record("villain", character(1), SOURCE)
    monkeypatch.undo()
    assert library.path.read_bytes() == before
    assert sorted(file.name for file in library.path.parent.iterdir()) == ["characters.json", "characters.json.lock"]
    assert library.record("villain", character(1), SOURCE).character_id == "char_1"


KILLED = """
import os, sys
from sora_conformance.reference import Character, Library
os.fsync = lambda _: os.kill(os.getpid(), 9)
Library(sys.argv[1]).record("villain", Character(character_id="char_1"), {})
"""


def test_a_writer_that_is_killed_harms_nobody(library):
    library.record("hero", character(), SOURCE)
    assert subprocess.run([sys.executable, "-c", KILLED, str(library.path)], check=False).returncode == -9
    assert library.names() == ("hero",)
    library.record("villain", character(1), SOURCE)
    assert library.names() == ("hero", "villain")


def test_an_id_that_cannot_be_written_down_is_in_the_error(library, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LibraryError, match=r"No space left on device.*char_0") as caught:
        library.record("hero", character(), SOURCE)
    assert caught.value.character == character()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"characters": [{}]}', '{"version": 2}', "\udc80"])
def test_a_file_that_is_something_else_is_left_alone(library, content):
    library.path.write_text(content, errors="surrogateescape")
    before = library.path.read_bytes()
    for use in (library.names, lambda: library.check("hero"), lambda: library.record("hero", character(), SOURCE)):
        with pytest.raises(LibraryError, match=r"characters\.json"):
            use()
    assert library.path.read_bytes() == before


def test_a_folder_is_no_library(tmp_path):
    with pytest.raises(LibraryError, match="directory"):
        Library(tmp_path).names()


@pytest.mark.parametrize("name", ["", " ", None])
def test_a_name_is_a_text_that_is_not_empty(library, name):
    with pytest.raises(LocalValidationError, match="name"):
        library.check(name)


def test_a_check_proves_that_it_can_be_written_and_changes_nothing(library):
    library.record("hero", character(), SOURCE)
    before = json.loads(library.path.read_text())
    library.check("villain")
    assert json.loads(library.path.read_text()) == before


def test_it_tells_where_it_is(library):
    assert str(library.path) in repr(library)
