"""Copies as they are made: what is linked, what is copied, and what is told."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import StartError, create_app
from media import sums, verified
from media.errors import StorageMissing
from media.storage import OpenFile
from models import DatabaseFault, SiteFact, Snapshot, Upload, Visibility, db
from models.site_fact import LAST_BACKUP
from services.backup import Backup, BackupRuns, NotABackup, Wishes, back_up, back_up_some, copy_in
from services.backup import files as backup_files
from services.backup.checks import BackupFull
from services.backup.folder import MARKER, BackupFolder
from services.backup.known import known_folder
from services.backup.lock import locked
from services.backup.making import Making
from services.backup.thin import WITHOUT_LINKS
from services.change import Wishes as Changes
from services.change import change
from services.data_folder import DATABASE
from services.site import Site
from tests.conftest import Person, path_of, sample, stored_files
from tests.crash.scenes import faults_of_copy


class Backups:
    """What a site's folder of backups is given, and gets."""

    def __init__(self, person: Person, path: Path) -> None:
        self.person, self.path = person, path
        self.site: Site = person.app.extensions["keepsake"]

    def make(self, **wishes: bool) -> Backup:
        return back_up(self.site, self.path, Wishes(**wishes))

    def stored(self, image: dict) -> Path:  # type: ignore[type-arg]
        return self.site.config.data / self.name(image)

    def name(self, image: dict) -> str:  # type: ignore[type-arg]
        return "public" + path_of(image["url"])

    def delete(self, image: dict) -> None:  # type: ignore[type-arg]
        client = self.person.app.test_client()
        assert client.delete(path_of(image["delete_url"])).status_code == 200


@pytest.fixture
def backups(ann: Person, tmp_path: Path) -> Iterator[Backups]:
    with ann.app.app_context():
        yield Backups(ann, tmp_path / "backup")


def test_a_copy_is_a_data_folder_with_a_list_that_others_read(backups: Backups) -> None:
    image = backups.person.uploaded("plain.jpg")
    (backups.site.config.data / "config.toml").write_text('SITE_NAME = "Ours"\n')
    done = backups.make()
    copy = done.copy.path
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", sums.LIST], cwd=copy, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout
    listed = dict(done.copy.sums())
    found = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    assert found == listed.keys() | {sums.LIST}
    assert {"secret_key", "config.toml", DATABASE, "public/.keepsake"} <= found
    assert listed[backups.name(image)] == sums.sum_of_path(backups.stored(image))
    modes = {name: (copy / name).stat().st_mode & 0o777 for name in ("", "private", "public")}
    assert (copy / sums.LIST).stat().st_mode & 0o777 == 0o600
    assert modes == {"": 0o700, "private": 0o700, "public": 0o755}
    assert backups.path.stat().st_mode & 0o777 == 0o700
    assert not (backups.site.config.data / "held").exists()
    assert not (backups.site.config.data / "copying").exists()
    assert faults_of_copy(copy, {"plain": "public"}) == []


def test_what_did_not_change_is_linked(backups: Backups) -> None:
    image = backups.person.uploaded("plain.jpg")
    first = backups.make()
    other = backups.person.uploaded("alpha.png")
    second = backups.make()
    same, new = backups.name(image), backups.name(other)
    assert (first.copy.path / same).samefile(second.copy.path / same)
    assert not (first.copy.path / new).exists() and (second.copy.path / new).exists()
    assert second.files == first.files + 2
    assert second.new_bytes < second.bytes and first.new_bytes == first.bytes
    assert dict(second.copy.sums()).items() >= {
        (name, digits) for name, digits in first.copy.sums() if name.startswith("public/images")
    }
    # what the site has is never a link to what the backup has
    assert not (second.copy.path / same).samefile(backups.stored(image))


def test_what_is_deleted_stays_in_the_copies_that_had_it(backups: Backups) -> None:
    image = backups.person.uploaded("plain.jpg")
    first = backups.make()
    backups.delete(image)
    second = backups.make()
    assert (first.copy.path / backups.name(image)).exists()
    assert second.files == 0 and not list(second.copy.path.rglob("plain*"))


def test_another_file_under_a_name_that_got_free(backups: Backups) -> None:
    """Of the same size, too."""
    one, two = (sample("pixel.png").read_bytes() + trailer for trailer in (b"1" * 9, b"2" * 9))
    image = backups.person.uploaded(one, filename="scan.png")
    stored = backups.stored(image)
    os.utime(stored, (stored.stat().st_mtime - 60,) * 2)  # a minute ago
    first = backups.make()
    backups.delete(image)
    again = backups.person.uploaded(two, filename="scan.png")
    assert again["url"] == image["url"]
    second, name = backups.make(), backups.name(image)
    assert (second.copy.path / name).read_bytes() == stored.read_bytes()
    assert not first.copy.path.joinpath(name).samefile(second.copy.path / name)


def test_another_file_under_a_name_that_gets_free_meanwhile(
    backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy has the one that its rows mean."""
    one, two = (sample("pixel.png").read_bytes() + trailer for trailer in (b"1" * 9, b"2" * 9))
    image = backups.person.uploaded(one, filename="scan.png")
    stored = backups.stored(image).read_bytes()
    take = Making.go_on

    def after_a_while(making: Making, is_over: Callable[[], bool]) -> bool:
        backups.delete(image)
        assert backups.person.uploaded(two, filename="scan.png")["url"] == image["url"]
        return take(making, is_over)

    monkeypatch.setattr(Making, "go_on", after_a_while)
    done = backups.make()
    assert done.faults == []
    assert (done.copy.path / backups.name(image)).read_bytes() == stored


def test_another_file_under_a_name_just_before_it_is_opened(
    backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (sample("pixel.png").read_bytes() + trailer for trailer in (b"1" * 9, b"2" * 9))
    image = backups.person.uploaded(one, filename="scan.png")
    stored, name = backups.stored(image).read_bytes(), backups.name(image)
    storage, swapped = backups.site.storage, list[str]()
    open_stored = storage.open

    def late(root: str, path: str) -> OpenFile:
        if f"{root}/{path}" == name and not swapped:
            swapped.append(name)
            backups.delete(image)
            assert backups.person.uploaded(two, filename="scan.png")["url"] == image["url"]
        return open_stored(root, path)

    monkeypatch.setattr(storage, "open", late)
    done = backups.make()
    assert swapped and done.faults == []
    assert (done.copy.path / name).read_bytes() == stored


def test_what_is_lost_here_stays_in_the_backup(backups: Backups) -> None:
    """The only good copy must not go at the moment when it is needed."""
    image = backups.person.uploaded("pixel.png")
    backups.make()
    public = backups.site.config.data / "public"
    public.rename(public.with_name("away"))
    with pytest.raises(StorageMissing):  # not mounted
        backups.make()
    public.with_name("away").rename(public)
    backups.stored(image).unlink()
    done = backups.make()
    assert done.missing == {image["id_encoded"]}
    assert done.faults == [f"missing: {backups.name(image)}"]
    kept = done.copy.path / backups.name(image)
    assert kept.read_bytes() == sample("pixel.png").read_bytes()
    assert SiteFact.read(LAST_BACKUP).endswith(" 1")
    assert known_folder(backups.path).faults == (f"missing: {backups.name(image)}",)


@pytest.mark.parametrize("cut", [False, True])
def test_a_damaged_file_here_does_not_replace_the_good_one(backups: Backups, cut: bool) -> None:
    image = backups.person.uploaded("plain.jpg")
    stored = backups.stored(image)
    whole = stored.read_bytes()
    backups.make()
    stored.write_bytes(whole[:-9] if cut else whole[:-9] + b"123456789")
    os.utime(stored, (stored.stat().st_mtime + 60,) * 2)
    done = backups.make()
    assert done.damaged == {image["id_encoded"]} and not done.missing
    assert (done.copy.path / backups.name(image)).read_bytes() == whole
    assert dict(done.copy.sums())[backups.name(image)] == hashlib.sha256(whole).hexdigest()


def test_a_damaged_file_of_which_there_is_no_other_is_kept_and_told(backups: Backups) -> None:
    image = backups.person.uploaded("plain.jpg")
    damaged = backups.stored(image).read_bytes()[:-9]
    backups.stored(image).write_bytes(damaged)
    for _ in range(2):  # as long as it is
        done = backups.make()
        assert done.damaged == {image["id_encoded"]}
        assert (done.copy.path / backups.name(image)).read_bytes() == damaged


def in_the_way(path: Path) -> None:
    path.unlink()
    path.mkdir()


def bad_block(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the first bytes works; a read of what comes then says EIO, as Linux does."""
    inode, read, at = path.stat().st_ino, io.FileIO.read, path.stat().st_size // 2

    class Bad(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if os.fstat(self.fileno()).st_ino != inode:
                return read(self, -1 if size is None else size)
            if self.tell() >= at:
                raise OSError(errno.EIO, "Input/output error")
            return read(self, at)

    monkeypatch.setattr("media.storage.disk.FileIO", Bad)


@pytest.mark.parametrize("has_before", [False, True])
@pytest.mark.parametrize("is_folder", [False, True])
def test_one_file_that_can_not_be_read_ends_no_backup(
    backups: Backups, monkeypatch: pytest.MonkeyPatch, has_before: bool, is_folder: bool
) -> None:
    """A disk that begins to die is when a copy is wanted most."""
    image, other = backups.person.uploaded("plain.jpg"), backups.person.uploaded("pixel.png")
    stored = backups.stored(image)
    whole = stored.read_bytes()
    if has_before:
        backups.make()
    in_the_way(stored) if is_folder else bad_block(stored, monkeypatch)
    for _ in range(2):
        # what is linked isn't read each day
        done = backups.make(all_again=True)
        is_read = not has_before or is_folder
        assert (done.damaged == {image["id_encoded"]}) is is_read and not done.missing
        listed = dict(done.copy.sums())
        assert all((done.copy.path / name).is_file() for name in listed)
        assert backups.name(other) in listed and (backups.name(image) in listed) is has_before
        if has_before:
            assert (done.copy.path / backups.name(image)).read_bytes() == whole
        else:
            assert not (done.copy.path / backups.name(image)).exists()


def test_a_file_of_the_copy_before_that_can_not_be_read_is_copied_anew(
    backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = backups.person.uploaded("plain.jpg")
    old, read_path = backups.make().copy.path / backups.name(image), verified.read_path

    def read(path: Path) -> verified.Read:
        if path == old:
            raise verified.Unreadable(errno.EIO, "Input/output error")
        return read_path(path)

    monkeypatch.setattr(verified, "read_path", read)
    done = backups.make(all_again=True)
    assert done.replaced == {backups.name(image)} and not done.damaged
    new = done.copy.path / backups.name(image)
    assert new.read_bytes() == old.read_bytes() and not new.samefile(old)


@pytest.mark.parametrize("name", ["plain.jpg", "gps-nikon.jpg", "still.bmp"])
@pytest.mark.parametrize("all_again", [False, True])
def test_a_damaged_file_is_told_each_time(backups: Backups, name: str, all_again: bool) -> None:
    """Also where it was scrubbed or converted, so that no row has its SHA-256."""
    image = backups.person.uploaded(name)
    stored = backups.stored(image)
    whole, times = stored.read_bytes(), stored.stat()
    damaged = whole[:-9] + b"123456789"
    stored.write_bytes(damaged)
    os.utime(stored, ns=(times.st_atime_ns, times.st_mtime_ns))
    copies = [backups.make(all_again=all_again) for _ in range(3)]
    assert [done.damaged for done in copies] == [{image["id_encoded"]}] * 3
    files = [done.copy.path / backups.name(image) for done in copies]
    assert files[0].read_bytes() == damaged and files[0].samefile(files[2])  # it needs no more room
    stored.write_bytes(whole)
    os.utime(stored, ns=(times.st_atime_ns, times.st_mtime_ns))
    mended = backups.make(all_again=all_again)
    assert not mended.damaged and not mended.replaced
    assert (mended.copy.path / backups.name(image)).read_bytes() == whole


def test_what_was_made_private_needs_no_more_room(backups: Backups) -> None:
    person = backups.person
    image = person.uploaded("plain.jpg")
    first = backups.make()
    upload = db.session.scalars(db.select(Upload)).one()
    change(backups.site, upload, Changes(visibility=Visibility.PRIVATE))
    second = backups.make()
    assert second.new_bytes < first.new_bytes - sample("plain.jpg").stat().st_size
    private = backups.name(image).replace("public/", "private/", 1)
    assert (second.copy.path / private).samefile(first.copy.path / backups.name(image))
    assert not (second.copy.path / backups.name(image)).exists()
    digits = hashlib.sha256(sample("plain.jpg").read_bytes()).hexdigest()
    assert dict(second.copy.sums())[private] == digits


def test_a_damaged_file_of_an_older_copy_is_copied_anew(backups: Backups) -> None:
    image = backups.person.uploaded("plain.jpg")
    first = backups.make().copy.path / backups.name(image)
    whole, times = first.read_bytes(), first.stat()
    first.write_bytes(whole[:-9] + b"123456789")
    os.utime(first, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert (linked := backups.make(all_again=True)).replaced == {backups.name(image)}
    assert (linked.copy.path / backups.name(image)).read_bytes() == whole
    assert first.read_bytes() != whole  # what it was linked to isn't written to


def test_all_that_is_linked_is_read_again_in_thirty_days(backups: Backups) -> None:
    names = [f"public/images/2026/11/{n}.jpg" for n in range(300)]
    day = datetime(2026, 11, 27, tzinfo=UTC).date()
    takers = [
        backup_files.Taker(backups.site.storage, backups.path, None, None, day + timedelta(n))  # type: ignore[arg-type]
        for n in range(backup_files.READ_AGAIN_DAYS)
    ]
    assert [sum(taker.is_due(name) for taker in takers) for name in names] == [1] * len(names)


def test_a_disk_without_links_has_two_whole_copies(
    backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    image = backups.person.uploaded("plain.jpg")
    copies = [backups.make() for _ in range(3)]
    assert not any(copy.links for copy in copies)
    assert [copy.path.exists() for copy in (done.copy for done in copies)] == [False, True, True]
    files = [done.copy.path / backups.name(image) for done in copies[1:]]
    assert files[0].read_bytes() == files[1].read_bytes() and not files[0].samefile(files[1])


def test_a_file_that_can_not_be_linked_costs_no_copy(
    backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as one that another user made; the disk has links all the same."""
    image = backups.person.uploaded("plain.jpg")
    link = os.link

    def refused(source: Path, target: Path) -> None:
        if source.name.endswith(".th.jpg"):
            raise PermissionError(1, "Operation not permitted")
        link(source, target)

    copies = [backups.make()]
    monkeypatch.setattr(os, "link", refused)
    copies += [backups.make(), backups.make()]
    assert all(done.links and done.copy.path.exists() for done in copies)
    files = [done.copy.path / backups.name(image) for done in copies]
    assert files[0].samefile(files[2])


def test_one_time_without_links_costs_no_copy(
    backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk may be mounted in another way for once."""
    copies = [backups.make() for _ in range(3)]
    monkeypatch.setattr("services.backup.making.can_link", lambda folder: False)
    copies.append(backups.make())
    assert [done.links for done in copies] == [True, True, True, False]
    assert sum(done.copy.path.exists() for done in copies) > WITHOUT_LINKS


def test_where_it_can_not_begin_nothing_is_held(
    backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = backups.person.uploaded("plain.jpg")
    for error in (DatabaseFault("has no room on its disk", is_full=True), OSError(5, "I/O error")):

        def take(cls: object, *paths: Path, error: Exception = error) -> Snapshot:
            raise error

        with monkeypatch.context() as patched:
            patched.setattr(Snapshot, "take", classmethod(take))
            with pytest.raises(OSError, match=r"full|I/O"):
                backups.make()
        assert not list(backups.path.glob("*.part"))
    backups.delete(image)
    assert not (backups.site.config.data / "held").exists()


def test_no_copy_is_made_of_a_damaged_database(
    backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor of one that was damaged since the copy was begun."""
    backups.person.uploaded("plain.jpg")
    good = backups.make().copy
    take = Snapshot.take.__func__  # type: ignore[attr-defined]

    def damaged(cls: object, source: Path, path: Path) -> Snapshot:
        snapshot: Snapshot = take(cls, source, path)
        spoil(path)
        return snapshot

    with monkeypatch.context() as patched:
        patched.setattr(Snapshot, "take", classmethod(damaged))
        with pytest.raises(NotABackup, match=r"damaged .* stay as they are"):
            backups.make()
    go_on = Making.go_on

    def spoilt(making: Making, is_over: Callable[[], bool]) -> bool:
        spoil(making.part / DATABASE)
        return go_on(making, is_over)

    monkeypatch.setattr(Making, "go_on", spoilt)
    with pytest.raises((NotABackup, DatabaseFault), match="damaged"):
        backups.make()
    assert BackupFolder(backups.path).copies() == [good]


def spoil(database: Path) -> None:
    """Pages in the middle of it, as a bad disk does."""
    with database.open("r+b") as file:
        file.seek(database.stat().st_size // 2 // 4096 * 4096)
        file.write(os.urandom(8 * 4096))


def test_it_goes_on_where_it_ended(backups: Backups, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.backup.making.FILES_AT_ONCE", 1)
    images = [backups.person.uploaded(name) for name in ("plain.jpg", "alpha.png", "pixel.png")]
    assert back_up_some(backups.site, backups.path, lambda: True) is None
    (part,) = backups.path.glob("*.part")
    copied = part / backups.name(images[0])
    inode = copied.stat().st_ino
    for image in images:  # held back for it
        backups.delete(image)
    assert back_up_some(backups.site, backups.path, lambda: True) is None
    done = backups.make()
    assert (done.copy.path / backups.name(images[0])).stat().st_ino == inode
    assert not done.faults and done.files == 8
    assert (
        faults_of_copy(done.copy.path, dict.fromkeys(("plain", "alpha", "pixel"), "public")) == []
    )
    assert stored_files(backups.person.app) == []
    assert not (backups.site.config.data / "held").exists()


def test_one_that_is_a_day_old_is_dropped(
    backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.backup.making.FILES_AT_ONCE", 1)
    image = backups.person.uploaded("plain.jpg")
    backups.person.uploaded("alpha.png")
    assert back_up_some(backups.site, backups.path, lambda: True) is None
    backups.delete(image)
    monkeypatch.setattr("services.backup.forgotten.KEPT_FOR", timedelta(0))
    done = backups.make()
    assert not list(done.copy.path.rglob("plain*")) and not done.faults
    assert not list(backups.path.glob("*.part"))


def test_one_at_a_time(backups: Backups, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backups.person.uploaded("plain.jpg")
    with locked(backups.site.config.data), pytest.raises(BackupRuns):
        backups.make()
    monkeypatch.setattr("services.backup.making.FILES_AT_ONCE", 1)
    assert back_up_some(backups.site, backups.path, lambda: True) is None
    with pytest.raises(BackupRuns, match="--drop"):
        back_up(backups.site, tmp_path / "other")
    assert back_up(backups.site, tmp_path / "other", Wishes(drop=True)).files
    assert not list(backups.path.glob("*.part"))
    assert backups.make().files


def test_a_disk_that_is_not_there(backups: Backups, tmp_path: Path) -> None:
    backups.person.uploaded("plain.jpg")
    backups.make()
    backups.path.rename(tmp_path / "unplugged")
    backups.path.mkdir()
    with pytest.raises(NotABackup, match="--new"):
        backups.make()
    assert list(backups.path.iterdir()) == []
    assert backups.make(begin_anew=True).files


@pytest.mark.parametrize("marker", [None, "", '{"format": 1', "[1]", '{"format": 1}'])
def test_without_its_marker_it_is_a_backup_all_the_same(
    backups: Backups, marker: str | None
) -> None:
    """One flipped bit must not be the end of all copies; whose they are their databases say."""
    backups.person.uploaded("plain.jpg")
    first, path = backups.make(), backups.path / MARKER
    path.unlink() if marker is None else path.write_text(marker)
    assert copy_in(backups.path) == first.copy
    assert BackupFolder(backups.path).site_id() == backups.site.id
    with pytest.raises(NotABackup, match="another site"):
        BackupFolder(backups.path).claim("other")
    second = backups.make()
    assert BackupFolder(backups.path).copies() == [second.copy, first.copy]
    assert second.new_bytes < first.new_bytes and '"made"' in path.read_text()


def test_too_little_space(backups: Backups, monkeypatch: pytest.MonkeyPatch) -> None:
    backups.person.uploaded("plain.jpg")
    first = backups.make()
    site = backups.site
    monkeypatch.setattr(site, "config", replaced(site.config, min_free_mb=10**9))
    with pytest.raises(BackupFull, match="Make room"):
        backups.make()
    assert [copy.path for copy in BackupFolder(backups.path).copies()] == [first.copy.path]
    assert not list(backups.path.glob("*.part")) and not (site.config.data / "held").exists()


def replaced(config: object, **values: object) -> object:
    from dataclasses import replace

    return replace(config, **values)  # type: ignore[type-var]


def flat(backups: Backups) -> Path:
    """As earlier versions made it."""
    done = backups.make()
    folder = backups.path.with_name("flat")
    done.copy.path.rename(folder)
    (folder / sums.LIST).unlink()
    return folder


@pytest.mark.parametrize("moved", [0, 2, 5])
def test_a_backup_of_an_earlier_version_is_adopted(backups: Backups, moved: int) -> None:
    """Whatever a kill left of it moved."""
    image = backups.person.uploaded("plain.jpg")
    folder = flat(backups)
    before = (folder / backups.name(image)).stat().st_ino
    if moved:
        target = folder / "2020-01-01T00-00-00Z.adopting"
        target.mkdir()
        for name in ("public", "private", "secret_key", "config.toml", DATABASE)[:moved]:
            if (folder / name).exists():
                (folder / name).rename(target / name)
        BackupFolder(folder).claim(backups.site.id)
        if moved < 5:
            os.utime(folder / DATABASE, (datetime(2020, 1, 1, tzinfo=UTC).timestamp(),) * 2)
    done = back_up(backups.site, folder)
    copies = BackupFolder(folder).copies()
    assert len(copies) == 2
    assert not (folder / "public").exists() and not (folder / DATABASE).exists()
    for copy in copies:
        assert (copy.path / backups.name(image)).stat().st_ino == before
    assert not done.faults
    assert faults_of_copy(copies[1].path, {"plain": "public"}) == []


def test_a_flat_backup_of_another_site(backups: Backups) -> None:
    backups.person.uploaded("plain.jpg")
    folder = flat(backups)
    (folder / "public/.keepsake").write_text("another")
    with pytest.raises(NotABackup, match="another site"):
        back_up(backups.site, folder)
    assert (folder / DATABASE).exists()


def test_versions_are_in_it(backups: Backups) -> None:
    """Every row has its files, whatever it is: asked of the copy's own database."""
    backups.person.uploaded("still.bmp")
    done = backups.make()
    rows = db.session.scalars(db.select(Upload)).all()
    names = {f"{root}/{path}" for row in rows for path, root in row.places.items()}
    assert names <= dict(done.copy.sums()).keys() and done.files == len(names)


def test_nothing_starts_on_a_copy(backups: Backups) -> None:
    """Who looks for a file in it would change what a restore brings back."""
    backups.person.uploaded("plain.jpg")
    copy = backups.make().copy.path
    before = stored_in(copy)
    for data in (copy, copy / "inside", backups.path):
        with pytest.raises(StartError, match="lies in the backup"):
            create_app({"DATA": data})
    assert stored_in(copy) == before


def stored_in(folder: Path) -> dict[Path, int]:
    return {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}
