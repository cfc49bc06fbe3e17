"""A site of every earlier version, with rows and files in it: it starts, and its addresses answer
as before.
"""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models import (
    Album,
    AlbumMember,
    ApiKey,
    Contents,
    Contribution,
    Count,
    Heart,
    Notice,
    OpenedAsModerator,
    ShareLink,
    TagTally,
    Tally,
    Twin,
    Upload,
    User,
    Visitor,
    connector,
    db,
)
from models.album_contents import ORDERS
from models.link_contents import contents_of
from models.notice_list import news
from models.space import GUESTS
from models.upload.library import name_key
from models.upload.search_query import SearchQuery, Term
from models.upload.shelf import IN_BIN
from server.worker import Worker
from services.album_members import end_membership, name_member
from services.changes import begin, undo, work_a_while
from services.data_folder import DATABASE
from services.hearts import give_heart, take_heart_back
from services.jobs import previews
from services.notices import tell_added
from services.quota import Room, rooms
from services.settings import Settings, reset
from services.share_links import (
    delete_link,
    restore_link,
    revoke_link,
    share_album,
    share_files,
    share_tag,
)
from tests.conftest import existing
from tests.crash.old import REVISIONS, furnish_old, version_and_schema
from tests.crash.scenes import delete, faults, site_at, upload
from tests.models.test_flow import same as counts_agree
from tests.models.test_library import counted, tally
from tests.models.test_space import by_hand, stored

BEGIN = datetime(1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_site_of_an_earlier_version(revision: str, blank_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    facts = furnish_old(data, revision)
    assert version_and_schema(data / "keepsake.sqlite3")[0] == revision
    assert faults(data, {"one": "public", "two": "private"}, {}) == []
    with site_at(data) as app:
        client = app.test_client()
        listed = {row.name for row in Upload.page(Visitor.GUEST)}
        # all that was not private was listed to everybody
        assert listed == ({"one"} if revision < "0012" else set())
        for row in db.session.scalars(db.select(Upload)):
            assert row.rank == (row.created_at - BEGIN) // timedelta(microseconds=1)
            assert row.name_key == name_key(row.title or row.name)
            assert client.get(f"/image/{row.public_id}", follow_redirects=True).status_code == 200
        assert Worker(app, app.extensions["keepsake"]).run_due(["tiles"]) == (
            {"tiles": None} if revision < "0016" else {}
        )
        with_tile = db.select(Upload.name).where(Upload.tile_size > 0)
        assert db.session.scalars(with_tile).all() == ["two"]
        db.session.expire_all()  # the worker has a session of its own
        for person in User.ordered():
            assert tally(Visitor(person)) == counted(Visitor(person))
        assert stored() == by_hand()
        counts_agree()
        delete("one")(app, facts)
        upload("three", visibility="public")(app, facts)  # the key still works
        assert db.session.scalars(db.select(User.visibility)).all() == [None]  # as the site says
        assert db.session.scalars(db.select(ApiKey.visibility)).all() == [None]
        limits = (ApiKey.scope, ApiKey.expires_at, ApiKey.album_id, ApiKey.max_mb)
        assert db.session.execute(db.select(*limits)).all() == [("upload", None, None, None)]
        # the index of words, too
        words = SearchQuery((Term("words", "hre"),))
        assert [row.name for row in Upload.page(Visitor.GUEST, query=words)] == ["three"]
        owner = Visitor(User.by_name("ann"))
        of_old = SearchQuery((Term("file", "two.png", format="png"),))
        assert [row.name for row in Upload.page(owner, query=of_old)] == ["two"]
    assert faults(data, {"two": "private", "three": "public"}, {}) == []
    assert version_and_schema(data / DATABASE) == version_and_schema(blank_data / DATABASE)
    assert (data / "keepsake.sqlite3").stat().st_mode & 0o777 == 0o600


def test_old_files_that_are_large_wait_for_a_preview(tmp_path: Path) -> None:
    data = tmp_path / "data"
    furnish_old(data, "0020")
    with contextlib.closing(sqlite3.connect(data / DATABASE)) as database, database:
        database.execute(
            "UPDATE upload SET width = 4000, height = 3000, size = 2000000 WHERE name = 'one'"
        )
    with site_at(data) as app:
        sizes = db.select(Upload.name, Upload.preview_size).order_by(Upload.name)
        assert db.session.execute(sizes).all() == [("one", 0), ("two", None)]
        assert previews.has_work(app.extensions["keepsake"])
        for person in User.ordered():
            assert tally(Visitor(person)) == counted(Visitor(person))


def test_old_albums_open_to_no_more_people_than_any_file_in_them(tmp_path: Path) -> None:
    """And keep their order; what could not be cleaned is in none."""
    data = tmp_path / "data"
    furnish_old(data, "0020")
    albums = {1: "public", 2: "members", 3: "private", 4: "", 5: "uncleanable"}
    with contextlib.closing(sqlite3.connect(data / DATABASE)) as database, database:
        one, two = (row for (row,) in database.execute("SELECT id FROM upload ORDER BY id"))
        for album, visibility in albums.items():
            database.execute(
                "INSERT INTO album (id, public_id, user_id, name, created_at) "
                "VALUES (?, ?, 1, 'Old', '2025-11-26 08:00:00.000000')",
                (album, f"album{album:03}"),
            )
            if visibility:
                database.execute("INSERT INTO album_upload VALUES (?, ?, 2)", (album, one))
        _copy_of(database, two, "members", 2, None)
        _copy_of(database, two, "private", 3, None)
        _copy_of(database, two, "private", 5, "place")
        database.execute("UPDATE upload SET visibility = 'public' WHERE id = ?", (one,))
    with site_at(data):
        found = {album.id: album for album in db.session.scalars(db.select(Album))}
        levels = {number: album.visibility for number, album in found.items()}
        assert levels == {1: "unlisted", 2: "members", 3: "private", 4: "private", 5: "unlisted"}
        assert {number: album.upload_count for number, album in found.items()} == {
            1: 1, 2: 2, 3: 2, 4: 0, 5: 1,
        }  # fmt: skip
        for album in found.values():
            assert album.changed_at == datetime(2025, 11, 26, 8, tzinfo=UTC)
            for sort in ORDERS:
                album.sort = sort
                assert len(Contents(album).page()) == album.upload_count
        found[2].sort = "hand"
        Album.append(2, [two])
        names = [shown.upload.name for shown in Contents(found[2]).page()]
        assert names == ["members", "one", "two"]


def test_old_admins_and_bans_stay(tmp_path: Path) -> None:
    data = tmp_path / "data"
    furnish_old(data, "0033")
    with contextlib.closing(sqlite3.connect(data / DATABASE)) as database, database:
        people = [("bob", 0, 0), ("eve", 0, 1), ("fay", 1, 1)]
        for name, is_admin, is_banned in people:
            database.execute(
                "INSERT INTO user (name, password_hash, is_admin, is_banned, created_at) "
                "VALUES (?, '-', ?, ?, '2025-11-26 08:00:00.000000')",
                (name, is_admin, is_banned),
            )
        database.execute(
            "INSERT INTO opened_as_admin (user_id, name, public_id, at) "
            "VALUES (1, 'ann', 'abcdefgh', '2025-11-26 08:00:00.000000')"
        )
    with site_at(data):
        assert {user.name: (user.role, user.state) for user in User.ordered()} == {
            "ann": ("admin", "active"), "bob": ("user", "active"), "eve": ("user", "banned"),
            "fay": ("admin", "banned"),
        }  # fmt: skip
        assert [row.name for row in OpenedAsModerator.of("abcdefgh")] == ["ann"]


def test_old_files_count_with_what_was_taken_out_of_them(tmp_path: Path) -> None:
    """Those of guests, too; and quotas hold."""
    data = tmp_path / "data"
    furnish_old(data, "0037")
    with contextlib.closing(connector(data / DATABASE)()) as database, database:
        database.execute("UPDATE upload SET user_id = NULL WHERE name = 'two'")
        database.execute("DELETE FROM scrubbing")
        database.execute("INSERT INTO scrubbing SELECT id, zeroblob(id * 1000) FROM upload")
    with site_at(data):
        rows = db.session.scalars(db.select(Upload).order_by(Upload.name)).all()
        assert [row.scrubbed_size for row in rows] == [row.id * 1000 for row in rows]
        assert stored() == by_hand() and stored()[GUESTS] > rows[1].id * 1000
        person = User.by_name("ann")
        assert person and rooms(Settings(), person).own == Room(stored()[person.id], 0)


def _copy_of(
    database: sqlite3.Connection, row: int, visibility: str, album: int, leftovers: str | None
) -> None:
    """Of an upload, first in an album."""
    columns = [
        name
        for _, name, *_ in database.execute("PRAGMA table_info(upload)")
        if name not in ("id", "public_id", "name", "visibility", "leftovers", "rank")
    ]
    some, name = ", ".join(columns), f"{visibility}{album if leftovers else ''}"
    number = database.execute(
        f"INSERT INTO upload (public_id, name, visibility, leftovers, rank, {some}) "  # noqa: S608
        f"SELECT ?, ?, ?, ?, rank + ?, {some} FROM upload WHERE id = ?",
        (f"old{name}", name, visibility, leftovers, album, row),
    ).lastrowid
    database.execute("INSERT INTO album_upload VALUES (?, ?, 1)", (album, number))


def test_old_uploads_keep_their_order(tmp_path: Path) -> None:
    """Of many years, some of one moment, some at the end of a second."""
    moments = [
        datetime(2026, 1, 1, 0, 0, 59, 999_600), datetime(2024, 1, 1, 0, 0, 59, 123_456),
        datetime(2026, 1, 1, 0, 1), datetime(1969, 12, 31, 23, 59, 59, 999_999),
        datetime(2024, 1, 1, 0, 0, 59, 123_456), datetime(2024, 1, 1, 0, 0, 59, 123_457),
        datetime(9998, 12, 31, 23, 59, 59, 999_999), datetime(1826, 1, 1),
    ]  # fmt: skip
    data = tmp_path / "data"
    furnish_old(data, "0013")
    with contextlib.closing(sqlite3.connect(data / DATABASE)) as database, database:
        columns = [
            name
            for _, name, *_ in database.execute("PRAGMA table_info(upload)")
            if name not in ("id", "public_id", "name", "created_at")
        ]
        some = ", ".join(columns)
        for n, moment in enumerate(moments):
            database.execute(
                f"INSERT INTO upload (public_id, name, created_at, {some}) "  # noqa: S608
                f"SELECT ?, ?, ?, {some} FROM upload WHERE name = 'one'",
                (f"old{n}", f"old{n}", f"{moment:%Y-%m-%d %H:%M:%S.%f}".zfill(26)),
            )
        database.execute("DELETE FROM upload WHERE name IN ('one', 'two')")
    with site_at(data):
        rows = list(db.session.scalars(db.select(Upload).order_by(Upload.rank)))
        assert [row.name for row in rows] == [
            f"old{n}" for n in sorted(range(len(moments)), key=lambda n: (moments[n], n))
        ]
        at = [(row.created_at - BEGIN) // timedelta(microseconds=1) for row in rows]
        assert [row.rank - at for row, at in zip(rows, at, strict=True)] == [0, 0, 0, 1, 1, 0, 0, 0]


def test_old_albums_and_tags_are_found(tmp_path: Path) -> None:
    """By search, and counted, though nobody has touched them since."""
    data = tmp_path / "data"
    furnish_old(data, "0025")
    with contextlib.closing(connector(data / DATABASE)()) as database, database:
        database.execute("UPDATE upload SET visibility = 'public', expires_at = NULL")
        for row, name in ((1, "Übersee"), (2, "Home")):
            database.execute(
                "INSERT INTO album (id, public_id, user_id, name, created_at, visibility) "
                "VALUES (?, ?, 1, ?, '2026-01-01 00:00:00.000000', 'public')",
                (row, f"album{row}", name),
            )
            database.execute("INSERT INTO tag (id, name, key) VALUES (?, ?, ?)", (row, name, name))
            ids = [one for (one,) in database.execute("SELECT id FROM upload ORDER BY id")]
            for upload_id in ids[:row]:
                database.execute(
                    "INSERT INTO album_upload (album_id, upload_id, position) VALUES (?, ?, 1)",
                    (row, upload_id),
                )
                database.execute("INSERT INTO upload_tag VALUES (?, ?)", (upload_id, row))
    with site_at(data):
        for value, names in {"ubersee": ["one"], "HOME": ["two", "one"]}.items():
            query = SearchQuery((Term("album", value),))
            assert [row.name for row in Upload.page(Visitor.GUEST, query=query)] == names
        tags = {one.name: one.uploads for one in TagTally.page(Visitor.GUEST)}
        assert tags == {"Übersee": 1, "Home": 2}


def test_hidden_file_names_stay_hidden(tmp_path: Path) -> None:
    """NEUTRAL_NAMES became FILE_NAMES."""
    for value, names in (("true", "random"), ("false", "original")):
        data = tmp_path / value
        furnish_old(data, "0051")
        with contextlib.closing(sqlite3.connect(data / DATABASE)) as old, old:
            old.execute("INSERT INTO setting (name, value) VALUES ('NEUTRAL_NAMES', ?)", (value,))
        with site_at(data) as app:
            store = app.extensions["keepsake"].store
            assert store.refresh().file_names == names
            assert store.origin("FILE_NAMES") == "database"
            reset(store, ["FILE_NAMES"])
            assert store.refresh().file_names == "original"


def test_old_uploads_are_approved(tmp_path: Path) -> None:
    """And stay in their albums, whoever may open these."""
    data = tmp_path / "data"
    furnish_old(data, "0051")
    with contextlib.closing(connector(data / DATABASE)()) as database, database:
        database.execute(
            "INSERT INTO album (id, public_id, user_id, name, created_at, visibility) "
            "VALUES (1, 'album1', 1, 'Lake', '2026-01-01 00:00:00.000000', 'private')"
        )
        database.execute(
            "INSERT INTO album_upload (album_id, upload_id, position) SELECT 1, id, id FROM upload"
        )
    with site_at(data):
        assert all(
            row.is_approved and not row.waits for row in db.session.scalars(db.select(Upload))
        )
        album = existing(Album.find_closed("album1"))
        album.visibility = "public"
        db.session.commit()
        assert len(Contents(album).public_ids()) == 2
        assert Upload.waiting_for_approval(0) == []


def test_what_was_hidden_stays_hidden(tmp_path: Path) -> None:
    """Until a moderator shows it: what was hidden before that was marked."""
    data = tmp_path / "data"
    furnish_old(data, "0057")
    with contextlib.closing(connector(data / DATABASE)()) as database, database:
        database.execute("UPDATE upload SET is_approved = 0, visibility = 'private'")
        database.execute(
            "INSERT INTO audit_entry (at, by, act, subject, detail) SELECT "
            "'2026-11-26 16:00:00.000000', 'meg', 'hide_upload', public_id, '{}' "
            "FROM upload WHERE name = 'one'"
        )
    with site_at(data):
        rows = db.session.scalars(db.select(Upload).order_by(Upload.name))
        assert [(row.name, row.is_hidden) for row in rows] == [("one", True), ("two", False)]


def test_what_links_have_received_is_counted(tmp_path: Path) -> None:
    """Also what came before anybody counted."""
    data = tmp_path / "data"
    furnish_old(data, "0063")
    with contextlib.closing(connector(data / DATABASE)()) as database, database:
        database.execute(
            "INSERT INTO share_link (id, public_id, token_hash, user_id, kind, created_at) "
            "VALUES (1, 'link1', 'x', 1, 'files', '2026-11-26 16:00:00.000000')"
        )
        database.execute(
            "INSERT INTO contribution (upload_id, link_id, name, browser, at) "
            "SELECT id, 1, 'Tom', 'x', '2026-11-26 16:00:00.000000' FROM upload"
        )
    with site_at(data):
        link = existing(db.session.get(ShareLink, 1))
        rows = db.session.scalars(db.select(Upload)).all()
        assert (link.added_files, link.added_bytes) == (2, sum(row.size for row in rows))
        rows[0].delete_row()
        db.session.commit()
        link.refresh()
        assert (link.added_files, link.added_bytes) == (1, rows[1].size)


def test_nothing_of_a_link_that_is_gone_waits_for_ever(tmp_path: Path) -> None:
    """Of one that went before the update, and of one that goes after it."""
    data = tmp_path / "data"
    furnish_old(data, "0065")
    with contextlib.closing(connector(data / DATABASE)()) as database, database:
        database.execute(
            "INSERT INTO share_link (id, public_id, token_hash, user_id, kind, created_at) "
            "VALUES (1, 'link1', 'x', 1, 'files', '2026-11-26 16:00:00.000000')"
        )
        database.execute(
            "INSERT INTO contribution (upload_id, link_id, name, browser, at, is_waiting) "
            "SELECT id, iif(name = 'one', 1, NULL), 'Tom', 'x', '2026-11-26 16:00:00.000000', 1 "
            "FROM upload"
        )
    waits = db.select(Upload.name).join(Contribution).where(Contribution.is_waiting)
    with site_at(data):
        link = existing(db.session.get(ShareLink, 1))
        assert (link.form_hash, link.is_revoked_by_merge) == (None, False)
        assert list(db.session.scalars(waits)) == ["one"]
        delete_link(link)
        assert list(db.session.scalars(waits)) == []


def test_old_files_of_the_same_bytes_are_listed(tmp_path: Path) -> None:
    """Those of one person alone."""
    data = tmp_path / "data"
    furnish_old(data, "0066")
    with contextlib.closing(connector(data / DATABASE)()) as database, database:
        database.execute("UPDATE upload SET source_sha256 = 'same', expires_at = NULL")
    with site_at(data) as app:
        ann = existing(User.by_name("ann"))
        groups = Twin.page(ann.id)
        files = Twin.files(ann.id, groups)
        assert {sha256: len(some) for sha256, some in files.items()} == {"same": 2}
        rows = Twin.surplus(ann.id, 9)
        change = work_a_while(app.extensions["keepsake"], begin(ann, "merge", {}, rows))
        assert (len(rows), change.done, Twin.page(ann.id)) == (1, 1, [])


def _with_an_unapproved_file(data: Path, revision: str) -> None:
    """The file "one" waits, is in ann's private album with "two", and both have a tag; bob is
    there, too.
    """
    furnish_old(data, revision)
    with contextlib.closing(connector(data / DATABASE)()) as database, database:
        database.execute(
            "INSERT INTO user (name, password_hash, created_at) "
            "VALUES ('bob', '-', '2026-11-26 16:00:00.000000')"
        )
        database.execute(
            "INSERT INTO album (id, public_id, user_id, name, created_at, visibility) "
            "VALUES (1, 'album1', 1, 'Lake', '2026-01-01 00:00:00.000000', 'private')"
        )
        database.execute("INSERT INTO tag (id, name, key) VALUES (1, 'lake', 'lake')")
        database.execute("UPDATE upload SET expires_at = NULL, visibility = 'private'")
        database.execute("UPDATE upload SET is_approved = 0 WHERE name = 'one'")
        database.execute("INSERT INTO upload_tag SELECT id, 1 FROM upload")
        database.execute(
            "INSERT INTO album_upload (album_id, upload_id, position) SELECT 1, id, id FROM upload"
        )


def _in_album() -> list[str]:
    album = existing(Album.find_closed("album1"))
    album.refresh()
    shown = [one.upload.name for one in Contents(album).page()]
    assert album.upload_count == len(shown)
    return sorted(shown)


def _ann() -> User:
    return existing(User.by_name("ann"))


def test_an_old_file_that_waits_is_kept_from_members(tmp_path: Path) -> None:
    """An album that was its owner's alone gets a member: what isn't approved waits outside, and
    comes back once nobody else sees it.
    """
    data = tmp_path / "data"
    _with_an_unapproved_file(data, "0060")
    with site_at(data):
        album, bob = existing(Album.find_closed("album1")), existing(User.by_name("bob"))
        assert _in_album() == ["one", "two"]
        name_member(album, bob, may_add=True)
        assert Album.find("album1", Visitor(bob))
        assert _in_album() == ["two"]
        one = db.session.scalars(db.select(Upload).where(Upload.name == "one")).one()
        assert existing(album).ids_that_wait() == [one.public_id]
        assert end_membership(album, bob)
        assert _in_album() == ["one", "two"]


def test_an_old_file_that_waits_is_kept_from_links(tmp_path: Path) -> None:
    """To an album, to chosen files and to a tag."""
    data = tmp_path / "data"
    _with_an_unapproved_file(data, "0059")
    with site_at(data):
        ann, album = _ann(), existing(Album.find_closed("album1"))
        assert _in_album() == ["one", "two"]
        rows = db.session.scalars(db.select(Upload).order_by(Upload.name)).all()
        ids, (tag,) = [row.public_id for row in rows], rows[0].tags
        links = [
            share_album(ann, album, str, {}),
            share_files(ann, ids, str, {}),
            share_tag(ann, tag, str, {}),
        ]
        for link in links:
            assert [row.name for row in contents_of(link).page()] == ["two"]
            assert contents_of(link).find(rows[0].id) is None
        assert _in_album() == ["two"]
        revoke_link(links[0])
        assert _in_album() == ["one", "two"]
        restore_link(links[0])
        assert _in_album() == ["two"]
        delete_link(links[0])
        assert _in_album() == ["one", "two"]


def test_old_albums_tell_what_is_new(tmp_path: Path) -> None:
    """Of an album of before notifications, to those who are members of it then."""
    data = tmp_path / "data"
    _with_an_unapproved_file(data, "0061")
    with contextlib.closing(connector(data / DATABASE)()) as database, database:
        database.execute(
            "INSERT INTO album_member (album_id, user_id, may_add, added_at) "
            "SELECT 1, id, 1, '2026-11-26 16:00:00.000000' FROM user WHERE name = 'bob'"
        )
    with site_at(data):
        bob, album = existing(User.by_name("bob")), existing(Album.find_closed("album1"))
        assert existing(AlbumMember.find(album.id, bob.id)).may_add
        assert news(Visitor(bob)) == []
        tell_added(album, _ann(), list(db.session.scalars(db.select(Upload.id))))
        db.session.commit()
        (told,) = db.session.scalars(db.select(Notice)).all()
        assert (told.user_id, told.album_id, told.count) == (bob.id, 1, 1)  # "one" waits
        assert len(news(Visitor(bob))) == 1


def test_old_files_are_liked(tmp_path: Path) -> None:
    """What was counted before hearts stays, and each heart is one more, until its giver goes."""
    data = tmp_path / "data"
    _with_an_unapproved_file(data, "0062")
    with contextlib.closing(connector(data / DATABASE)()) as database, database:
        database.execute("UPDATE upload SET likes = 3 WHERE name = 'one'")
    with site_at(data):
        bob = existing(User.by_name("bob"))
        rows = db.session.scalars(db.select(Upload).order_by(Upload.name)).all()
        for row in rows:
            give_heart(row, bob)
            give_heart(row, bob)
        assert [row.likes for row in rows] == [4, 1]
        take_heart_back(rows[1], bob)
        assert [row.likes for row in rows] == [4, 0]
        db.session.execute(db.delete(User).where(User.id == bob.id))
        db.session.commit()
        db.session.expire_all()
        assert [row.likes for row in rows] == [3, 0]


def test_old_hearts_are_in_the_order_in_which_they_were_given(tmp_path: Path) -> None:
    data = tmp_path / "data"
    furnish_old(data, "0064")
    with contextlib.closing(connector(data / DATABASE)()) as database, database:
        for name, hour in (("two", 16), ("one", 17)):
            database.execute(
                "INSERT INTO heart (user_id, upload_id, at) SELECT 1, id, ? FROM upload "
                "WHERE name = ?",
                (f"2026-11-26 {hour}:00:00.000000", name),
            )
    with site_at(data):
        (first, place), (second, _) = Heart.page_of(Visitor(_ann()))
        assert [first.name, second.name] == ["one", "two"]
        assert [row.name for row, _ in Heart.page_of(Visitor(_ann()), place)] == ["two"]
        assert (first.likes, second.likes) == (1, 1)


def test_old_files_go_to_the_bin_and_back(tmp_path: Path) -> None:
    """Their counts stay, and follow them there and back; so do changes of several at once."""
    data = tmp_path / "data"
    _with_an_unapproved_file(data, "0066")
    with site_at(data) as app:
        ann, site = _ann(), app.extensions["keepsake"]
        rows = list(db.session.scalars(db.select(Upload.id).order_by(Upload.name)))
        before = _counts(ann), _in_album()
        assert before[1] == ["one", "two"] and Tally.away(ann.id, IN_BIN)[0] == 0
        change = work_a_while(site, begin(ann, "bin", {}, rows[:1]))
        assert (change.state, change.done, change.failed) == ("done", 1, 0)
        assert _in_album() == ["two"] and sum(one.uploads for one in _counts(ann)) == 1
        assert Tally.away(ann.id, IN_BIN)[0] == 1
        undo(change)
        assert work_a_while(site, change).state == "undone"
        assert (_counts(ann), _in_album()) == before
        assert [tag.name for tag in Upload.load(rows)[0].tags]


def _counts(user: User) -> list[Count]:
    return sorted(Tally.of(user.id, "received_at"))


def test_what_has_an_end_in_an_old_bin_keeps_it(tmp_path: Path) -> None:
    """It stood among what a file comes back with."""
    data = tmp_path / "data"
    _with_an_unapproved_file(data, "0069")
    with contextlib.closing(connector(data / DATABASE)()) as database, database:
        database.execute(
            "UPDATE upload SET binned_at = '2026-11-26 16:00:00.000000', "
            "expires_at = '1970-01-01 00:00:00.000000', "
            "binned = '{\"ends\": \"2099-01-02T03:04:05+00:00\"}' WHERE name = 'two'"
        )
    with site_at(data) as app:
        ann, site = _ann(), app.extensions["keepsake"]
        (two,) = Upload.in_bin(ann.id)
        assert two.ends_at == datetime(2099, 1, 2, 3, 4, 5, tzinfo=UTC)
        assert work_a_while(site, begin(ann, "restore", {}, [two.id])).done == 1
        back = existing(Upload.by_row(two.id))
        assert back.expires_at == datetime(2099, 1, 2, 3, 4, 5, tzinfo=UTC)
