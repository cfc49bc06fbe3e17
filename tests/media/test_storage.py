"""What every storage does (`media.storage.Storage`), asked of each that there is."""

from __future__ import annotations

import inspect
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from media.errors import StorageFull, StorageMissing
from media.storage import PRIVATE, PUBLIC, ROOTS, Space, Storage
from media.storage.disk import DiskStorage
from media.storage.held import Held

STORAGES: dict[str, Callable[[Path], Storage]] = {"disk": DiskStorage}
A, B, C = (f"images/2026/11/25/{name}.jpeg" for name in "abc")


@pytest.fixture(params=STORAGES.values(), ids=list(STORAGES))
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    storage: Storage = request.param(tmp_path)
    storage.prepare()
    storage.mark("me", {})
    return storage


def publish(storage: Storage, root: str, **files: str) -> None:
    """Files by the letter of their path."""
    storage.publish(
        root,
        [(temp(storage, text), f"images/2026/11/25/{name}.jpeg") for name, text in files.items()],
    )


def temp(storage: Storage, text: str = "data") -> Path:
    path = storage.temp.path / os.urandom(4).hex()
    path.write_text(text)
    return path


def content(storage: Storage, root: str, path: str) -> str:
    with storage.open(root, path).file as file:
        return (file.read() or b"").decode()


def contents(storage: Storage) -> dict[tuple[str, str], str]:
    return {
        (root, path): content(storage, root, path)
        for folder in storage.folders()
        for root, path in storage.list(folder)
    }


def test_publish_takes_temp_files_and_open_gives_them(storage: Storage) -> None:
    first = temp(storage, "first")
    assert not storage.holds_any([B])
    storage.publish(PUBLIC, [(first, B)])
    assert not first.exists() and storage.holds_any([A, B]) and not storage.holds_any([A])
    file, size, modified_ns = storage.open(PUBLIC, B)
    with file:
        assert (file.read(), size) == (b"first", 5)
        assert file.seek(2) == 2 and file.read(2) == b"rs"
    assert storage.last_touched(PUBLIC, B) > modified_ns / 1e9 - 0.001 > 1_600_000_000
    with pytest.raises(FileNotFoundError):
        storage.open(PRIVATE, B)


def test_what_is_published_again_is_another_version(storage: Storage) -> None:
    publish(storage, PUBLIC, a="one")
    before = storage.open(PUBLIC, A)
    publish(storage, PUBLIC, a="three")
    after = storage.open(PUBLIC, A)
    with before.file, after.file:
        assert before[1:] != after[1:]
        assert before.file.read() == b"one"  # who reads it already gets all of it
    assert content(storage, PUBLIC, A) == "three"


@pytest.mark.parametrize(
    "path", ["../secret_key", "images/../../secret_key", "/etc/passwd", "a\0b", "", "."]
)
def test_no_path_leaves_its_root(storage: Storage, path: str) -> None:
    published = temp(storage)
    for ask in (
        lambda: storage.open(PUBLIC, path),
        lambda: storage.publish(PUBLIC, [(published, path)]),
        lambda: storage.move([path], PUBLIC, PRIVATE),
        lambda: storage.withdraw(PUBLIC, [path]),
        lambda: storage.delete([path]),
        lambda: storage.last_touched(PUBLIC, path),
    ):
        with pytest.raises(ValueError):
            ask()
    assert published.exists()


def test_move_brings_what_is_there_over_what_was(storage: Storage) -> None:
    publish(storage, PUBLIC, a="a", b="b")
    publish(storage, PRIVATE, b="old")
    storage.move([A, B, C], PUBLIC, PRIVATE)
    assert contents(storage) == {(PRIVATE, A): "a", (PRIVATE, B): "b"}


def test_withdraw_leaves_what_is_home_already(storage: Storage) -> None:
    publish(storage, PUBLIC, a="a", b="stray")
    publish(storage, PRIVATE, b="home")
    for _ in range(2):
        storage.withdraw(PUBLIC, [A, B, C])
        assert contents(storage) == {(PRIVATE, A): "a", (PRIVATE, B): "home"}


def test_delete_takes_a_path_out_of_both_roots(storage: Storage) -> None:
    publish(storage, PUBLIC, a="a", b="b", c="c")
    publish(storage, PRIVATE, b="b")
    for _ in range(2):
        storage.delete([A, B, "images/2026/11/26/d.jpeg"])
        assert contents(storage) == {(PUBLIC, C): "c"} and not storage.holds_any([A, B])


def test_folders_and_files_are_listed_in_order(storage: Storage) -> None:
    names = ["2025/12/31", "2026/01/01", "2026/01/02", "2026/10/01"]
    for name in reversed(names):
        for root in ROOTS:
            storage.publish(root, [(temp(storage), f"images/{name}/{n}.png") for n in "ba"])
    assert list(storage.folders()) == names
    assert list(storage.folders("2026/01/01")) == names[2:]
    assert list(storage.list(names[0])) == [
        (root, f"images/{names[0]}/{n}.png") for root in ROOTS for n in "ab"
    ]
    assert list(storage.list("2030/01/01")) == []


def test_tidying_leaves_files(storage: Storage) -> None:
    publish(storage, PUBLIC, a="a")
    storage.publish(PUBLIC, [(temp(storage), "images/2020/01/01/x.png")])
    storage.delete(["images/2020/01/01/x.png"])
    storage.tidy(older_than=-60)
    assert contents(storage) == {(PUBLIC, A): "a"}
    publish(storage, PRIVATE, b="b")
    assert content(storage, PRIVATE, B) == "b"


def test_the_mark_tells_whose_files_these_are(storage: Storage) -> None:
    storage.check("me")
    with pytest.raises(StorageMissing):
        storage.check("another")
    storage.mark("another", {})
    storage.check("me")


def test_a_new_storage_that_should_have_files_is_not_claimed(tmp_path: Path) -> None:
    for make in STORAGES.values():
        storage = make(tmp_path)
        storage.prepare()
        storage.mark("me", {PUBLIC: A})
        with pytest.raises(StorageMissing):
            storage.check("me")


def test_a_healthy_storage(storage: Storage) -> None:
    storage.check_writable()
    storage.try_writing()
    assert contents(storage) == {}
    storage.space().check(min_free_bytes=1)
    with pytest.raises(StorageFull):
        storage.space().check(1 << 60)


def test_names_may_be_short_where_they_are_counted() -> None:
    Space(1000).check(1000)
    Space(1000, 200).check(1000)
    for short in (Space(999), Space(1000, 199)):
        with pytest.raises(StorageFull):
            short.check(1000)


def test_temp_files_that_nobody_works_on(storage: Storage) -> None:
    temp(storage)
    assert not storage.temp.has_leftovers(60) and storage.temp.remove_leftovers(60) == 0
    assert storage.temp.has_leftovers(0) and storage.temp.remove_leftovers(0) == 1
    storage.temp.path.rmdir()
    assert not storage.temp.has_leftovers(0)
    storage.temp.prepare()
    publish(storage, PUBLIC, a="a")


@pytest.mark.parametrize("make", STORAGES.values(), ids=list(STORAGES))
def test_no_path_of_a_file_leaves_the_room(make: type) -> None:
    said = {
        name: inspect.signature(method).return_annotation
        for name, method in inspect.getmembers(make, inspect.isfunction)
        if not name.startswith("_")
    }
    assert said["open"] == "OpenFile"
    assert not [name for name, returned in said.items() if "Path" in str(returned)]
    assert {name for name in dir(Storage) if not name.startswith("_")} == said.keys()


def test_what_is_removed_while_it_is_held(storage: Storage) -> None:
    """It is gone from both roots at once, and there to copy: the first one under a name."""
    publish(storage, PUBLIC, a="before")
    storage.hold()
    storage.delete([A, C])
    publish(storage, PUBLIC, a="after", b="stray")
    publish(storage, PRIVATE, b="home")
    storage.delete([A])
    storage.withdraw(PUBLIC, [B])
    assert contents(storage) == {(PRIVATE, B): "home"} and not storage.holds_any([A])
    assert [held(storage, PUBLIC, path) for path in (A, B, C)] == ["before", "stray", ""]
    assert held(storage, PRIVATE, A) == ""
    assert time.time() - (storage.held_since() or 0) < 60
    storage.let_go()
    storage.let_go()
    assert storage.held_since() is None
    assert held(storage, PUBLIC, A) == ""
    storage.withdraw(PRIVATE, [B])
    storage.delete([B])
    assert held(storage, PUBLIC, B) == "" and contents(storage) == {}


def test_what_was_held_before_is_let_go_of(storage: Storage) -> None:
    publish(storage, PUBLIC, a="first")
    storage.hold()
    storage.delete([A])
    storage.hold()
    assert held(storage, PUBLIC, A) == ""
    publish(storage, PUBLIC, a="second")
    storage.delete([A])
    assert held(storage, PUBLIC, A) == "second"


def held(storage: Storage, root: str, path: str) -> str:
    """ "" for nothing."""
    try:
        opened = storage.open_held(root, path)
    except FileNotFoundError:
        return ""
    with opened.file as file:
        return (file.read() or b"").decode()


def test_what_is_removed_as_holding_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is gone, and makes no folder in which nobody would look for it."""
    holder, file, move = Held(tmp_path / "held"), tmp_path / "a.jpg", os.replace

    def late(source: Path, target: str, **handle: int) -> None:
        holder.end()
        move(source, target, **handle)

    holder.begin()
    file.touch()
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", late)
        holder.remove(file, PUBLIC, "images/2026/11/27/a.jpg")
    assert list(tmp_path.iterdir()) == []
    holder.begin()
    assert holder.since()
