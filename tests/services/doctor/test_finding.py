"""What the doctor finds of damage that was done by hand, and that it changes nothing."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert

from media.storage.disk import DiskStorage
from models import Journal, Upload, db
from services.data_folder import DATABASE
from services.doctor import files
from services.jobs import limits
from tests.services.doctor.conftest import SENT, Ward
from tests.services.doctor.harm import cut, flip, sql

LONG_AGO = time.time() - 2 * limits.GRACE_SECONDS


def test_a_healthy_site(ward: Ward) -> None:
    before = ward.sums()
    found = ward.doctor(status=0)
    assert found["findings"] == [] and found["is_well"]
    assert (found["uploads"], found["files"]) == (len(SENT), len(ward.files()))
    assert ward.sums() == before


def test_bins_and_versions_are_looked_at(ward: Ward) -> None:
    sql(ward, "UPDATE upload SET binned_at = '2026-01-01 00:00:00' WHERE id = 1")
    flip(ward.file("plain.jpg"))
    assert ward.found() == [("changed", ward.name(ward.file("plain.jpg")))]


@pytest.mark.parametrize("name", SENT)
@pytest.mark.parametrize("harm", [flip, cut], ids=["bit", "cut"])
def test_a_file_that_changed(ward: Ward, name: str, harm: Callable[[Path], None]) -> None:
    path = ward.file(name)
    harm(path)
    before = ward.sums()
    assert ("changed", ward.name(path)) in ward.found()
    assert len(ward.found()) == 1
    assert ward.sums() == before


def test_a_sent_file_that_changed(ward: Ward) -> None:
    path = ward.sent_file("still.bmp")
    flip(path)
    assert ward.found() == [("changed", ward.name(path))]


def test_what_was_blanked_is_part_of_what_was_sent(ward: Ward) -> None:
    """Without it, nobody gets back what they sent."""
    sql(
        ward,
        "UPDATE scrubbing SET originals = (SELECT originals FROM scrubbing AS other "
        "WHERE other.upload_id <> scrubbing.upload_id LIMIT 1)",
        "UPDATE upload SET scrubbed_size = (SELECT length(originals) FROM scrubbing "
        "WHERE upload_id = upload.id) WHERE scrubbed_size > 0",
    )
    found = ward.found()
    assert {damage for damage, _ in found} == {"changed"} and len(found) == 2


def test_two_files_that_changed_places(ward: Ward) -> None:
    one, other = ward.file("plain.jpg"), ward.file("gps-nikon.jpg")
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
    assert ward.found() == sorted(("changed", ward.name(path)) for path in (one, other))


def test_files_that_are_missing(ward: Ward) -> None:
    path, sent, thumb = (
        ward.file("plain.jpg"), ward.sent_file("still.bmp"), ward.file("clip.mp4", "thumb"),
    )  # fmt: skip
    for one in (path, sent, thumb):
        one.unlink()
    assert ward.found() == sorted(
        [("missing", ward.name(path)), ("missing", ward.name(sent)), ("broken", ward.name(thumb))]
    )


@pytest.mark.parametrize("kind", ["thumb", "medium"])
def test_a_derivative_that_is_cut(ward: Ward, kind: str) -> None:
    path = ward.file("iphone.heic", kind)
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[: size // 2] + bytes(size - size // 2))
    assert ward.found() == [("broken", ward.name(path))]


def test_a_file_in_the_wrong_folder(ward: Ward) -> None:
    path = ward.file("plain.jpg")
    other = ward.data / "private" / path.relative_to(ward.data / "public")
    other.parent.mkdir(parents=True, exist_ok=True)
    path.rename(other)
    assert ward.found() == [("too_open", ward.name(other)), ("wrong_folder", ward.name(other))]
    path.write_bytes(other.read_bytes())
    assert ward.found() == [("wrong_folder", ward.name(other))]


def test_files_without_a_row(ward: Ward) -> None:
    folder = ward.file("plain.jpg").parent
    old, young = folder / "old.jpeg", folder / "young.jpeg"
    far = ward.data / "private/images/2020/01/01/far.th.jpeg"
    far.parent.mkdir(parents=True)
    for path in (old, young, far):
        path.write_bytes(b"x")
    (ward.data / "public/notes.txt").write_text("not ours")
    (folder / "link").symlink_to(old)
    ward.site.storage = DiskStorage(ward.data, lambda path: path.stat().st_mtime)
    for path in (old, far):
        os.utime(path, (LONG_AGO, LONG_AGO))
    assert ward.found() == sorted(
        [
            ("not_ours", "public/notes.txt"),
            ("not_ours", ward.name(folder / "link")),
            ("without_row", ward.name(old)),
            ("without_row", ward.name(far)),
        ]
    )


def test_private_files_that_others_may_read(ward: Ward) -> None:
    path = ward.sent_file("still.bmp")
    path.chmod(0o644)
    ward.file("plain.jpg").chmod(0o666)
    assert ward.found() == sorted(
        [("too_open", ward.name(path)), ("too_open", ward.name(ward.file("plain.jpg")))]
    )


def test_a_second_name_of_a_file(ward: Ward, tmp_path: Path) -> None:
    """Whoever writes to the one writes to the other."""
    os.link(ward.file("plain.jpg"), tmp_path / "other")
    assert ward.found() == [("link", ward.name(ward.file("plain.jpg")))]


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE tally SET uploads = uploads + 1", "tally"),
        ("DELETE FROM tag_tally", "tag_tally"),
        ("UPDATE kind_tally SET files = files - 1", "kind_tally"),
        ("UPDATE space SET bytes = 0 WHERE holder > 0", "space"),
        ("UPDATE flow SET freed = freed + 5", "flow"),
        ("INSERT INTO twin VALUES (1, 'none', 1)", "twin"),
        ("UPDATE upload SET likes = 3 WHERE id = 1", "hearts"),
        ("UPDATE upload SET scrubbed_size = 1 WHERE id = 1", "kept bytes"),
        ("UPDATE album SET upload_count = 7", "files of albums"),
    ],
)
def test_a_count_that_is_wrong(ward: Ward, statement: str, name: str) -> None:
    ward.album()
    sql(ward, statement)
    assert ward.found() == [("count", name)]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM upload_fts WHERE rowid = (SELECT max(rank) FROM upload)",
        "DELETE FROM upload_fts_data WHERE id > 10",
        "UPDATE upload_fts_content SET c2 = 'another text'",
    ],
    ids=["a row", "the index", "texts"],
)
def test_an_index_of_words_that_is_broken(ward: Ward, statement: str) -> None:
    sql(ward, statement)
    assert ward.found() == [("words", "upload_fts")]


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("INSERT INTO heart VALUES (1, 99, '2026-01-01')", "heart → upload"),
        ("UPDATE album SET cover_id = 99", "covers of albums"),
        ("UPDATE album SET parent_id = 99", "albums above"),
        ("UPDATE user SET portrait = 'gone'", "portraits"),
        ("INSERT INTO job (kind, payload, tries) VALUES ('polka', '{}', 0)", "job polka"),
    ],
)
def test_a_row_that_refers_to_nothing(ward: Ward, statement: str, name: str) -> None:
    ward.album()
    with contextlib.closing(sqlite3.connect(ward.data / DATABASE)) as database:
        database.execute(statement)  # as a program that doesn't watch over keys
        database.commit()
    assert ward.found() == [("reference", name)]


def test_what_somebody_works_on_is_not_reported(ward: Ward) -> None:
    path = ward.file("plain.jpg")
    path.rename(path.with_name("on-its-way"))
    with ward.ann.app.app_context():
        named = "images/" + ward.name(path).partition("/images/")[2]
        db.session.execute(insert(Journal), [{"path": named, "process": ward.site.running.id}])
        db.session.commit()
    assert ward.found() == []
    with ward.ann.app.app_context():
        Journal.strike([named])
        db.session.commit()
    assert ward.found() == [("missing", ward.name(path))]


def test_what_was_deleted_since_its_row_was_read_is_not_reported(ward: Ward) -> None:
    from models.filed import filed

    with ward.ann.app.app_context():
        upload = filed(1)
        assert upload
        for part in upload.parts:
            (ward.data / part.root / part.path).unlink()
        assert files.examine(ward.site, upload, lambda count: None)
        db.session.get_one(Upload, 1).delete_row()
        db.session.commit()
        assert files.examine(ward.site, upload, lambda count: None) == []


def test_a_quick_look_reads_no_file(ward: Ward) -> None:
    flip(ward.file("plain.jpg"))
    cut(ward.file("clip.mp4"))
    assert ward.found("--quick") == [("changed", ward.name(ward.file("clip.mp4")))]


def test_without_its_disk_it_says_so(ward: Ward) -> None:
    (ward.data / "public").rename(ward.data / "away")
    ward.doctor(status=2)
