"""Copies that are made while people upload, delete, rotate and hide: each is the site at one
moment.
"""

from __future__ import annotations

import hashlib
import random
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models import Snapshot, Upload, Visibility, db
from services.backup import Backup, BackupFolder, back_up, back_up_some
from services.backup.checks import BackupFull
from services.bin import delete_own
from services.change import Wishes as Changes
from services.change import change
from services.remove import remove
from services.rotate import rotate
from services.site import Site
from tests.conftest import Person, lacks, path_of
from tests.crash.scenes import faults


def check(done: Backup) -> None:
    """Every row of the copy has its files, and they are what it says."""
    assert done.faults == []
    snapshot = Snapshot(done.copy.database)
    for _, files in snapshot.files(0, 10_000):
        for one in files:
            data = (done.copy.path / one.root / one.path).read_bytes()
            assert len(data) == one.size, one
            assert one.md5 in ("", hashlib.md5(data).hexdigest()), one
    snapshot.close()


def test_people_go_on(ann: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.backup.making.FILES_AT_ONCE", 1)
    site: Site = ann.app.extensions["keepsake"]
    for _ in range(6):
        ann.uploaded("orientation-6.jpg")
    over, failures, counts = threading.Event(), list[BaseException](), dict[str, int]()
    acts: list[Callable[[Upload], Any]] = [
        lambda upload: remove(site, upload),
        lambda upload: rotate(site, upload, 1),
        lambda upload: change(site, upload, Changes(visibility=Visibility.PRIVATE)),
        lambda upload: change(site, upload, Changes(visibility=Visibility.UNLISTED)),
        lambda upload: upload.user and delete_own(site, upload, upload.user),
    ]

    def act(number: int) -> None:
        chance = random.Random(number)
        while not over.is_set():
            try:
                if number == 0:
                    ann.uploaded("orientation-6.jpg", filename=f"{chance.randrange(4)}.jpg")
                    counts["uploads"] = counts.get("uploads", 0) + 1
                    continue
                with ann.app.app_context():
                    rows = db.session.scalars(db.select(Upload).where(Upload.binned_at.is_(None)))
                    if some := rows.all():
                        chance.choice(acts)(chance.choice(some))
                        counts["acts"] = counts.get("acts", 0) + 1
            except Exception as error:  # what the other thread just deleted
                failures.append(error)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        with ann.app.app_context():
            for _ in range(4):
                while (done := back_up_some(site, tmp_path / "backup", lambda: True)) is None:
                    pass
                check(done)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert counts["uploads"] > 2 and counts["acts"] > 2, failures


@pytest.fixture
def fat(tmp_path: Path) -> Iterator[Path]:
    """A disk of a camera: no hard links, no modes, times of two seconds."""
    image, top = tmp_path / "image", tmp_path / "fat"
    with image.open("wb") as file:
        file.truncate(64 << 20)
    top.mkdir()
    try:
        subprocess.run(["/usr/sbin/mkfs.vfat", str(image)], check=True, capture_output=True)
        mount = ["mount", "-o", "loop,utf8", str(image), str(top)]
        subprocess.run(mount, check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("no mkfs.vfat, no loop devices, or a kernel without FAT")
    try:
        yield top
    finally:
        subprocess.run(["umount", "-l", str(top)], check=True)


def test_a_disk_with_fat(ann: Person, fat: Path, tmp_path: Path) -> None:
    for name in ("plain.jpg", "still.bmp"):
        ann.uploaded(name)
    with ann.app.app_context():
        site = ann.app.extensions["keepsake"]
        copies = [back_up(site, fat / "backup") for _ in range(3)]
    assert not copies[0].links and copies[2].faults == []
    assert [done.copy.path.exists() for done in copies] == [False, True, True]
    check(copies[2])
    subprocess.run(["cp", "-r", copies[2].copy.path, tmp_path / "restored"], check=True)
    assert faults(tmp_path / "restored", {"plain": "public", "still": "public"}, {}) == []


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB."""
    top = tmp_path / "small"
    top.mkdir()
    try:
        mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(top)]
        subprocess.run(mount, check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        lacks("the right to mount a tmpfs")
    try:
        yield top
    finally:
        subprocess.run(["umount", "-l", str(top)], check=True)


def test_the_disk_of_the_backup_gets_full_in_the_middle(
    ann: Person, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else fills it, after it was asked for room. What is deleted meanwhile is held."""
    monkeypatch.setattr("services.backup.making.FILES_AT_ONCE", 1)
    monkeypatch.setattr("services.backup.making.check_space", lambda *_: None)
    site: Site = ann.app.extensions["keepsake"]
    images = [ann.uploaded("plain.jpg", filename=f"{number}.jpg") for number in range(6)]
    with ann.app.app_context():
        first = back_up(site, small / "backup")
        for _ in range(6):
            ann.uploaded("orientation-6.jpg")
        assert back_up_some(site, small / "backup", lambda: True) is None
        with pytest.raises(OSError, match="No space"):
            (small / "others").write_bytes(bytes(32 << 20))
        for _ in range(2):
            with pytest.raises(BackupFull, match=r"copies there are whole.*Make room"):
                back_up(site, small / "backup")
            assert BackupFolder(small / "backup").copies() == [first.copy]
        check(first)
        assert ann.app.test_client().delete(path_of(images[5]["delete_url"])).status_code == 200
        (small / "others").unlink()
        done = back_up(site, small / "backup")
        check(done)
        stored = "public" + path_of(images[5]["url"])
        assert (done.copy.path / stored).exists() and not (site.config.data / stored).exists()
    assert not (site.config.data / "held").exists() and not list((small / "backup").glob("*.part"))


def test_the_disk_of_the_site_is_full(
    ann: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the copy has so far is written there: no copy can be made, and the reason is told."""
    site: Site = ann.app.extensions["keepsake"]
    ann.uploaded("plain.jpg")
    full = "CREATE TABLE other (one INTEGER); PRAGMA max_page_count = 1;"
    monkeypatch.setattr("models.copy_list.TABLES", full)
    done = ann.app.test_cli_runner().invoke(args=["backup", str(tmp_path / "backup")])
    assert done.exit_code == 1 and isinstance(done.exception, SystemExit)
    assert str(site.config.data / "copying") in done.output and "Traceback" not in done.output
    assert not (site.config.data / "held").exists()
    assert not list((tmp_path / "backup").glob("*.part"))
