"""What is asked about share links, what was sent by them, ZIPs and hearts reads what it gives: by
an index, whatever else is there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from models import Album, Heart, ShareKind, ShareLink, Tag, Upload, User, Visitor, db, utcnow
from models.heart import albums_that_show
from models.link_contents import contents_of
from models.link_listing import all_links, first_files, how_many_files, how_many_links, own_links
from models.notice import Notice
from models.notice_list import News, those_with_waiting
from models.sent_files import (
    count_of_waiting,
    find_sent,
    has_sent_bytes,
    sent_from,
    shown_to_owner,
    those_waiting,
    waiting_for_owner,
)
from models.upload.library import Place
from models.zipped import ZipSource
from tests.conftest import existing, make_person
from tests.models.test_listing import plans

ONE_UPLOAD = "SEARCH upload USING INTEGER PRIMARY KEY (rowid=?)"
IN_ORDER = {  # what each kind of link is read from, first
    ShareKind.FILES: "SEARCH share_link_upload USING INDEX ix_share_link_upload_link_id_position",
    ShareKind.ALBUM: "SEARCH album_upload USING INDEX ix_album_upload_",
    ShareKind.TAG: "SCAN upload_fts VIRTUAL TABLE",
}


def make_link(user: User, kind: ShareKind) -> ShareLink:
    link = ShareLink(public_id=kind, token_hash=kind, user_id=user.id, kind=kind)
    if kind == ShareKind.ALBUM:
        link.album = Album.create(user, "Holiday")
    if kind == ShareKind.TAG:
        (link.tag,) = Tag.named(["sea"])
    db.session.add(link)
    db.session.flush()
    return link


def steps_of(app: Flask, query: Callable[[], Any]) -> list[list[str]]:
    with plans(app) as found:
        query()
    assert found
    return found


def check(steps: list[str]) -> None:
    """The rows that a limit has let through may be counted; the index of words is one."""
    scans = [step for step in steps if step.startswith("SCAN ")]
    few = ("SCAN anon_", "SCAN CONSTANT ROW", "SCAN upload_fts VIRTUAL TABLE")
    assert not [step for step in scans if not step.startswith(few)], steps
    assert not [step for step in steps if "TEMP B-TREE" in step], steps


CONTENTS: dict[str, Callable[[ShareLink], Any]] = {
    "page": lambda link: contents_of(link).page(),
    "newest": lambda link: contents_of(link).newest(5),
    "files of a ZIP": lambda link: ZipSource.of_link(link).files(20),
}
OF_ONE: dict[str, Callable[[ShareLink], Any]] = {
    "find": lambda link: contents_of(link).find(7),
    "place": lambda link: contents_of(link).page(7),
    "place before": lambda link: contents_of(link).page(before=7),
    "beside": lambda link: contents_of(link).beside(Upload(id=7, rank=7)),
    "still": lambda link: db.session.execute(ZipSource.of_link(link).still(), {"one": 7}),
}
COUNTS: dict[str, Callable[[ShareLink], Any]] = {
    "count": lambda link: contents_of(link).count(),
    "bulk": lambda link: ZipSource.of_link(link).bulk(20),
}


@pytest.mark.parametrize("kind", ShareKind)
def test_what_is_under_a_link_is_read_from_its_index(kind: ShareKind, app: Flask) -> None:
    make_person(app, "ann")
    with app.app_context():
        link = make_link(existing(User.by_name("ann")), kind)
        for name, query in (CONTENTS | OF_ONE | COUNTS).items():
            for steps in steps_of(app, lambda query=query: query(link)):  # type: ignore[misc]
                check(steps)
                assert name not in CONTENTS or steps[0].startswith(IN_ORDER[kind]), (name, steps)
                # of a file that is named, its row
                assert name not in OF_ONE or ONE_UPLOAD in steps or len(steps) == 1, (name, steps)


LISTS: dict[str, tuple[Callable[[User, ShareLink], Any], str]] = {
    "own": (lambda user, link: own_links(user, 7), "ix_share_link_user_id_id (user_id=? AND id<?)"),
    "own to an album": (
        lambda user, link: own_links(user, 7, link.album),
        "ix_share_link_album_id (album_id=? AND rowid<?)",
    ),
    "all": (lambda user, link: all_links(user), "ix_share_link_user_id_id (user_id=?)"),
    "how many": (lambda user, link: how_many_links(user), "ix_share_link_user_id_id (user_id=?)"),
    "how many to an album": (
        lambda user, link: how_many_links(user, link.album),
        "ix_share_link_album_id (album_id=?)",
    ),
    "how many files": (lambda user, link: how_many_files([_to_files(link)]), "(link_id=?)"),
    "first files": (
        lambda user, link: first_files([_to_files(link)]),
        "ix_share_link_upload_link_id_position (link_id=?)",
    ),
    "sent from a browser": (
        lambda user, link: sent_from(link, "b", 7),
        "ix_contribution_link_id_browser_upload_id (link_id=? AND browser=? AND upload_id<?)",
    ),
    "find sent": (lambda user, link: find_sent(link, "b", 7), ONE_UPLOAD),
    "shown to the owner": (
        lambda user, link: shown_to_owner(link, 7),
        "ix_contribution_link_id_upload_id (link_id=? AND upload_id<?)",
    ),
    "waiting for the owner": (
        lambda user, link: waiting_for_owner(link, 7),
        "ix_contribution_waiting (link_id=? AND upload_id<?)",
    ),
    "how many wait": (
        lambda user, link: count_of_waiting(link),
        "ix_contribution_waiting (link_id=?)",
    ),
    "those with waiting": (
        lambda user, link: those_with_waiting([_news(user, link)]),
        "ix_contribution_waiting (link_id=?)",
    ),
    "those waiting": (lambda user, link: those_waiting(link, ["a", "b"]), "(public_id=?)"),
    "has sent bytes": (
        lambda user, link: has_sent_bytes(link, "b", "0" * 32, timedelta(days=1)),
        "ix_upload_user_id_received_at (user_id=? AND received_at>?)",
    ),
    "give": (lambda user, link: Heart.give(user.id, 7), ONE_UPLOAD),
    "take back": (
        lambda user, link: Heart.take_back(user.id, 7),
        "sqlite_autoindex_heart_1 (user_id=? AND upload_id=?)",
    ),
    "is given": (
        lambda user, link: Heart.is_given(user.id, 7),
        "sqlite_autoindex_heart_1 (user_id=? AND upload_id=?)",
    ),
    "givers": (
        lambda user, link: Heart.givers(Upload(id=7, user_id=user.id), Visitor(user)),
        "ix_heart_upload_id (upload_id=?)",
    ),
    "last between": (
        lambda user, link: Heart.last_between(user.id, user.id),
        "ix_heart_user_id_at (user_id=?)",
    ),
    "liked": (
        lambda user, link: Heart.page_of(Visitor(user), Place(utcnow(), 7)),
        "ix_heart_user_id_at (user_id=? AND (at,upload_id)<(?,?))",
    ),
    "albums that show": (
        lambda user, link: albums_that_show([7, 8], Visitor(user)),
        "ix_album_upload_upload_id (upload_id=?)",
    ),
    "files of the ZIP of an album": (
        lambda user, link: ZipSource.of_album(existing(link.album), Visitor(user)).files(20),
        IN_ORDER[ShareKind.ALBUM],
    ),
    "still in the ZIP of an album": (
        lambda user, link: db.session.execute(
            ZipSource.of_album(existing(link.album), Visitor(user)).still(), {"one": 7}
        ),
        "sqlite_autoindex_album_upload_1 (album_id=? AND upload_id=?)",
    ),
}


def _to_files(link: ShareLink) -> ShareLink:
    return ShareLink(id=link.id, kind=ShareKind.FILES)


def _news(user: User, link: ShareLink) -> News:
    return News(Notice(user_id=user.id, link_id=link.id), None)


@pytest.mark.parametrize("name", LISTS)
def test_a_query_reads_what_it_gives(name: str, app: Flask) -> None:
    make_person(app, "ann")
    query, index = LISTS[name]
    with app.app_context():
        user = existing(User.by_name("ann"))
        link = make_link(user, ShareKind.ALBUM)
        found = steps_of(app, lambda: query(user, link))
        db.session.rollback()
    for steps in found:
        check(steps)
    assert index in str(found), found
