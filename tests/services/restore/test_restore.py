"""What a backup has comes back, into an empty folder or over what is there; what was there stays
beside it; a damaged copy changes nothing.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tracemalloc
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app import StartError
from media import sums
from media.storage.running import Running
from models import Upload, UserSession, db
from models.user import User
from services.backup import BackupFolder, Copy, copy_in
from services.data_folder import DATABASE
from services.restore import checked, put, stage, unfinished
from services.restore.progress import Silent
from tests.crash.scenes import delete, faults, furnish, open_site, site_at, upload
from tests.services.restore.copies import files, flat_copy, make_copy, of_site, restore

STATE = {"one": "public", "two": "private"}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A folder with a site and a backup of it, made once; what the acts need to know."""
    place = tmp_path_factory.mktemp("furnished")
    facts = furnish(place / "data")
    make_copy(place / "data", place / "backup")
    return place, facts


@pytest.fixture
def facts(furnished: tuple[Path, dict[str, Any]]) -> dict[str, Any]:
    return {**furnished[1], "delete": dict(furnished[1]["delete"])}


@pytest.fixture
def data(furnished: tuple[Path, dict[str, Any]], tmp_path: Path) -> Path:
    return Path(shutil.copytree(furnished[0] / "data", tmp_path / "data"))


@pytest.fixture
def copy(furnished: tuple[Path, dict[str, Any]], tmp_path: Path) -> Copy:
    return copy_in(Path(shutil.copytree(furnished[0] / "backup", tmp_path / "backup")))


def go_on(data: Path, facts: dict[str, Any]) -> None:
    """After the backup."""
    with site_at(data) as app:
        delete("one")(app, facts)
        upload("three")(app, facts)


def before_of(data: Path) -> Path:
    (found,) = data.glob("before-restore-*")
    return found


@pytest.mark.parametrize("named", ["backup", "copy", "flat"])
def test_into_an_empty_folder(copy: Copy, named: str, tmp_path: Path) -> None:
    folder = {"backup": copy.path.parent, "copy": copy.path}.get(named)
    data, was = tmp_path / "new" / "data", files(copy.path)
    done = restore(data, folder or flat_copy(copy, tmp_path / "flat"))
    assert done.exit_code == 0, done.output
    assert of_site(data) == of_site(copy.path) and files(copy.path) == was
    assert (data / "secret_key").read_bytes() == (copy.path / "secret_key").read_bytes()
    assert not list(data.glob("before-*")) and not (data / "restore").exists()
    assert faults(data, STATE, {}) == []


def test_over_the_site_as_it_is_now(data: Path, copy: Copy, facts: dict[str, Any]) -> None:
    go_on(data, facts)
    now, stays = of_site(data), next((data / "private").rglob("two.png"))
    inode, new = stays.stat().st_ino, set(now) - set(of_site(copy.path))
    assert new
    refused = restore(data, copy.path, answer="n\n")
    assert refused.exit_code == 1 and "holds a site" in refused.output
    assert of_site(data) == now and not (data / "restore").exists()
    done = restore(data, copy.path, answer="y\n")
    assert done.exit_code == 0, done.output
    assert "Everybody has to log in again" in done.output
    before = before_of(data)
    assert of_site(before) == {path: now[path] for path in new}
    assert (before / DATABASE).exists() and before.stat().st_mode & 0o777 == 0o700
    assert stays.stat().st_ino == inode  # what is the same isn't copied
    assert of_site(data) == of_site(copy.path)
    assert faults(data, STATE, {}) == []


def test_nothing_is_shared_with_the_backup(data: Path, copy: Copy) -> None:
    shutil.rmtree(data)
    assert restore(data, copy.path).exit_code == 0
    inodes = [
        {path.stat().st_ino for path in folder.rglob("*") if path.is_file()}
        for folder in (data, copy.path)
    ]
    assert inodes[0].isdisjoint(inodes[1])


def test_while_a_server_runs(data: Path, copy: Copy) -> None:
    app = open_site(data)
    now = files(data)
    done = restore(data, copy.path, "--yes")
    assert done.exit_code == 1 and "Stop it" in done.output and files(data) == now
    app.extensions["keepsake"].running.leave()
    assert restore(data, copy.path, "--yes").exit_code == 0


def test_no_server_starts_meanwhile(data: Path, copy: Copy) -> None:
    shutil.rmtree(data)
    unfinished.check(data)
    with Running(data).exclusive():
        assert "is running" in restore(data, copy.path).output
    assert of_site(data) == {}


def damage(copy: Copy, name: str) -> str:
    path = next(copy.path.rglob(name))
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    return path.relative_to(copy.path).as_posix()


def test_a_damaged_file_changes_nothing(data: Path, copy: Copy, facts: dict[str, Any]) -> None:
    go_on(data, facts)
    path, now = damage(copy, "one.png"), files(data)
    (lost,) = copy.path.rglob("two.th.*")
    lost.unlink()
    checked = restore(data, copy.path, "--check")
    assert checked.exit_code == 1 and path in checked.output and files(data) == now
    shutil.rmtree(data / "private")  # else the site's own is taken
    now = files(data)
    done = restore(data, copy.path, "--yes")
    assert done.exit_code == 1 and f"damaged or missing: {path}" in done.output
    after = files(data)
    assert {name: after[name] for name in now} == now
    assert {name.partition("/")[0] for name in set(after) - set(now)} == {"restore"}
    done = restore(data, copy.path, "--yes", "--damaged")
    assert done.exit_code == 0, done.output
    missing = {path, lost.relative_to(copy.path).as_posix()}
    assert (
        of_site(copy.path).keys() - of_site(data).keys()
        == missing - {lost.relative_to(copy.path).as_posix()} - of_site(data).keys()
    )


def test_a_file_that_the_site_has_makes_up_for_a_damaged_one(data: Path, copy: Copy) -> None:
    damage(copy, "two.png")
    done = restore(data, copy.path, "--yes")
    assert done.exit_code == 0, done.output
    assert faults(data, STATE, {}) == []


@pytest.mark.parametrize("how", ["cut", "flip", "other", "later"])
def test_a_database_that_is_no_good(how: str, data: Path, copy: Copy) -> None:
    now, database = files(data), copy.database
    if how == "cut":
        os.truncate(database, 9000)
    elif how == "flip":
        content = bytearray(database.read_bytes())
        content[8192:12288] = bytes(4096)
        database.write_bytes(content)
    elif how == "other":
        database.unlink()
        with closing(sqlite3.connect(database)) as other, other:
            other.execute("CREATE TABLE site_fact (name, value)")
    else:
        with closing(sqlite3.connect(database)) as later, later:
            later.execute("UPDATE alembic_version SET version_num = '9999'")
    done = restore(data, copy.path, "--yes")
    assert done.exit_code == 1 and files(data) == now
    assert ("later version" if how == "later" else "older copy") in done.output


@pytest.mark.parametrize(
    "path", ["public/../../x", "/etc/passwd", "locks/a", "private/./a", "public/a\0b", "public//a"]
)
def test_a_list_that_leads_elsewhere(path: str, data: Path, copy: Copy) -> None:
    now = files(data)
    with (copy.path / sums.LIST).open("a") as file:
        file.write(sums.line(path, "0" * 64))
    done = restore(data, copy.path, "--yes")
    assert done.exit_code == 1 and "no file of a site" in done.output and files(data) == now


def test_without_its_list(data: Path, copy: Copy) -> None:
    (copy.path / sums.LIST).unlink()
    done = restore(data, copy.path, "--yes")
    assert done.exit_code == 1 and "no SHA256SUMS" in done.output


def test_a_symbolic_link_is_no_file_of_a_copy(data: Path, copy: Copy, tmp_path: Path) -> None:
    shutil.rmtree(data)
    path = next(copy.path.rglob("one.png"))
    path.rename(tmp_path / "one.png")
    path.symlink_to(tmp_path / "one.png")
    done = restore(data, copy.path)
    assert done.exit_code == 1 and "one.png" in done.output


@pytest.mark.parametrize("what", ["link", "pipe"])
def test_what_leads_elsewhere_or_never_answers(
    what: str, data: Path, copy: Copy, tmp_path: Path
) -> None:
    """A folder that is a link, in a copy with or without a list; a file that is a pipe."""
    shutil.rmtree(data)
    if what == "link":
        (copy.path / "public/images").rename(tmp_path / "elsewhere")
        (copy.path / "public/images").symlink_to(tmp_path / "elsewhere")
    else:
        path = next(copy.path.rglob("one.png"))
        path.unlink()
        os.mkfifo(path)
    done = restore(data, copy.path, "--check")
    assert done.exit_code == 1 and "one.png" in done.output
    if what == "link":
        (copy.path / sums.LIST).unlink()
        done = restore(data, copy.path.rename(tmp_path / "flat"), "--yes")
        assert done.exit_code == 1 and "one.png" in done.output and not (data / DATABASE).exists()


def test_a_copy_without_sums_of_which_a_file_cant_be_read(
    data: Path, copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flat, now = flat_copy(copy, tmp_path / "flat"), of_site(data)
    bad = next(path for path in of_site(flat) if path.endswith("one.png"))

    def pieces(file: Any, progress: Any) -> Any:
        if Path(f"/proc/self/fd/{file.fileno()}").readlink() == flat / bad:
            raise checked.Unreadable("Input/output error")
        return real(file, progress)

    real = checked.pieces
    for module in (checked, stage):
        monkeypatch.setattr(module, "pieces", pieces)
    assert bad in restore(data, flat, "--check").output
    done = restore(data, flat, "--yes")
    assert done.exit_code == 1 and bad in done.output and of_site(data) == now
    assert not (data / unfinished.MARKER).exists()
    done = restore(data, flat, "--yes", "--damaged")
    assert done.exit_code == 0, done.output
    assert of_site(data).keys() == now.keys() - {bad}


def test_a_copy_that_came_back_with_other_modes(copy: Copy, tmp_path: Path) -> None:
    for path in copy.path.rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    data = tmp_path / "new"
    assert restore(data, copy.path).exit_code == 0
    modes = {path: (data / path).stat().st_mode & 0o777 for path in files(data)}
    assert {modes[path] for path in modes if path.startswith("public/")} == {0o644}
    assert {modes[path] for path in modes if path.startswith("private/images")} == {0o600}
    assert modes["secret_key"] == modes[DATABASE] == 0o600
    folders = {name: (data / name).stat().st_mode & 0o777 for name in ("private", "public")}
    assert folders == {"private": 0o700, "public": 0o700}
    with site_at(data):
        assert (data / "public").stat().st_mode & 0o777 == 0o755


def test_of_another_site(copy: Copy, tmp_path: Path) -> None:
    furnish(tmp_path / "other")
    asked = restore(tmp_path / "other", copy.path, answer="n\n")
    assert asked.exit_code == 1 and "another site" in asked.output
    assert restore(tmp_path / "other", copy.path, "--yes").exit_code == 0
    assert faults(tmp_path / "other", STATE, {}) == []


def test_over_a_database_that_is_no_more(data: Path, copy: Copy) -> None:
    """Damaged, with a log beside it; its secret empty, and the marks of its roots gone."""
    (data / DATABASE).write_bytes(b"x" * 5000)
    (data / f"{DATABASE}-wal").write_bytes(b"w" * 5000)
    (data / "secret_key").write_bytes(b"")
    for mark in data.glob("*/.keepsake"):
        mark.unlink()
    assert restore(data, copy.path, "--yes").exit_code == 0
    assert not (data / f"{DATABASE}-wal").exists()
    assert (before_of(data) / f"{DATABASE}-wal").read_bytes() == b"w" * 5000
    assert faults(data, STATE, {}) == []


def test_a_backup_that_is_being_made_is_none_of_the_restored_site(data: Path, copy: Copy) -> None:
    for name in ("copying/files.sqlite3", "held/public/images/x.png"):
        (data / name).parent.mkdir(parents=True)
        (data / name).write_text(name)
    assert restore(data, copy.path, "--yes").exit_code == 0
    assert not (data / "copying").exists() and not (data / "held").exists()
    assert (before_of(data) / "held/public/images/x.png").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_from_a_disk_that_is_read_only(copy: Copy, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    how = ["mount", "--bind", "-o", "ro", str(copy.path.parent), str(away)]
    if subprocess.run(how, capture_output=True).returncode:
        pytest.skip("no mount here")
    try:
        with pytest.raises(OSError, match="Read-only"):
            (away / "x").touch()
        assert restore(tmp_path / "new", away, "--check").exit_code == 0
        assert restore(tmp_path / "new", away).exit_code == 0
    finally:
        subprocess.run(["umount", "-l", away], check=True)
    assert faults(tmp_path / "new", STATE, {}) == []


def test_the_settings_of_this_machine_stay(data: Path, copy: Copy, facts: dict[str, Any]) -> None:
    (data / "config.toml").write_text("port = 8001\n")
    config = copy.path / "config.toml"
    config.write_text("port = 8002\n")
    with (copy.path / sums.LIST).open("a") as file:
        file.write(sums.line(config.name, sums.sum_of_path(config)))
    done = restore(data, copy.path, "--yes")
    assert done.exit_code == 0 and "config-of-copy.toml" in done.output
    assert (data / "config.toml").read_text() == "port = 8001\n"
    assert (data / "config-of-copy.toml").read_text() == "port = 8002\n"
    shutil.rmtree(data)
    assert restore(data, copy.path).exit_code == 0
    assert (data / "config.toml").read_text() == "port = 8002\n"


def test_sessions_of_then_have_ended(data: Path, tmp_path: Path) -> None:
    with site_at(data):
        user = db.session.scalars(db.select(User)).one()
        token = UserSession.begin(user, "browser")
        db.session.commit()
    copy = make_copy(data, tmp_path / "backup")
    assert restore(data, copy.path, "--yes").exit_code == 0
    with site_at(data):
        assert UserSession.find(token) is None
        assert db.session.scalars(db.select(Upload.name).order_by(Upload.id)).all() == [
            "one", "two",
        ]  # fmt: skip


def test_too_little_room(data: Path, copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    now = files(data)
    monkeypatch.setattr("services.restore.stage.MARGIN", 10**18)
    done = restore(data, copy.path, "--yes")
    assert done.exit_code == 1 and "are needed" in done.output and files(data) == now


def test_a_large_copy_needs_little_memory(data: Path, copy: Copy) -> None:
    """A path of each file would be 400 bytes; a small machine has a million of them."""
    checked.check(copy, Silent())  # what is imported once isn't counted
    with (copy.path / sums.LIST).open("a") as file:
        file.writelines(
            sums.line(f"public/images/2026/11/27/number-{number}.jpg", "0" * 64)
            for number in range(40_000)
        )
    (data / stage.FOLDER).mkdir()
    shutil.copy(copy.path / sums.LIST, data / stage.FOLDER)
    tracemalloc.start()
    try:
        plan = stage.compare(checked.check(copy, Silent()), data, Silent())
        shutil.copy(copy.database, data / stage.FOLDER)
        put.mark(data, copy.path, "before-restore-x")
        assert put.put_in_place(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert plan.new > 40_000 and peak < 10_000_000, peak


@pytest.mark.parametrize("where", ["inside", "around", "itself"])
def test_a_backup_in_the_data_folder(where: str, data: Path, copy: Copy, tmp_path: Path) -> None:
    folder = {"inside": data / "backup", "around": tmp_path / "all", "itself": data}[where]
    if where != "itself":
        shutil.copytree(copy.path, folder)
    into = folder / "data" if where == "around" else data
    done = restore(into, folder, "--yes")
    assert done.exit_code == 1 and "lie in each other" in done.output


def test_a_folder_that_is_half_restored_is_no_site(data: Path, copy: Copy) -> None:
    (data / unfinished.MARKER).write_text('{"folder": "/mnt/backup/x", "before": "before-x"}')
    with pytest.raises(StartError, match="restore /mnt/backup/x"):
        open_site(data)


def test_check_says_that_all_is_well(data: Path, copy: Copy) -> None:
    now = files(data)
    done = restore(data, copy.path.parent, "--check")
    assert done.exit_code == 0 and "is whole: the database and" in done.output
    assert files(data) == now


def test_a_copy_in_the_backup_is_no_data_folder(copy: Copy, tmp_path: Path) -> None:
    """Who mixes up the two folders; and nothing starts there."""
    older = Path(shutil.copytree(copy.path, copy.path.parent / "2026-01-01T00-00-00Z"))
    for data in (older, copy.path.parent / "inside"):
        was = files(copy.path.parent)
        done = restore(data, copy.path, "--yes")
        assert done.exit_code == 1 and "lies in the backup" in done.output
        with pytest.raises(StartError, match="lies in the backup"):
            open_site(data)
        assert files(copy.path.parent) == was


def test_on_a_new_machine_the_backup_is_to_be_taken_over(
    data: Path, copy: Copy, tmp_path: Path
) -> None:
    done = restore(tmp_path / "new", copy.path.parent)
    assert done.exit_code == 0 and f"backup --take-over {copy.path.parent}" in done.output
    writer = data / "backup_writer"
    writer.write_text(f"{BackupFolder(copy.path.parent).writer()} {data}\n")
    done = restore(data, copy.path.parent, "--yes")
    assert done.exit_code == 0 and "take-over" not in done.output


def test_another_copy_than_that_of_the_restore_that_was_stopped(
    data: Path, copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, status in ((tmp_path / "nothing", 1), (copy.path.parent, 0), (copy.path, 0)):
        with monkeypatch.context() as patched:
            patched.setattr("services.restore.put.put_in_place", lambda data: 1 / 0)
            assert restore(data, copy.path, "--yes").exception
        done = restore(data, folder)
        assert (done.exit_code, "was not restored" in done.output) == (status, bool(status))
        assert not (data / unfinished.MARKER).exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_root_leaves_of_a_restore_that_was_refused(data: Path, copy: Copy) -> None:
    shutil.rmtree(data)
    data.mkdir()
    os.chown(data, 4711, 4712)
    damage(copy, "one.png")
    assert restore(data, copy.path, "--yes").exit_code == 1
    owners = {(path.stat().st_uid, path.stat().st_gid) for path in data.rglob("*")}
    assert owners == {(4711, 4712)}


def test_no_backup_at_all(tmp_path: Path) -> None:
    done = restore(tmp_path / "data", tmp_path / "nothing")
    assert done.exit_code == 1 and "holds no backup" in done.output
    assert not (tmp_path / "data").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_root_restores_belongs_to_who_has_the_folder(data: Path, copy: Copy) -> None:
    shutil.rmtree(data)
    data.mkdir()
    os.chown(data, 4711, 4712)
    assert restore(data, copy.path).exit_code == 0
    owners = {(path.stat().st_uid, path.stat().st_gid) for path in data.rglob("*")}
    assert owners == {(4711, 4712)}
