"""Each named query of uploads finds its rows by an index, and none sorts more than it gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from models import (
    Album,
    ApiKey,
    Category,
    Email,
    Invitation,
    OneTimeLink,
    Tag,
    TagTally,
    Upload,
    User,
    Visitor,
    db,
    filed,
    utcnow,
)  # fmt: skip
from models.accounts import is_room_to_wait, waiting
from models.album_listing import all_own, parents_of
from models.known_damage import KnownDamage
from models.notice_list import news
from models.one_time_link import LinkKind
from models.role import Role
from models.upload.library import ORDERS, Place
from models.upload.search_query import SearchQuery, Span, Term, with_tag
from models.waiting import what_waits
from tests.conftest import make_person
from tests.models.test_listing import plans

DAY = timedelta(days=1)
PATHS = ["images/2026/11/25/a.png", "images/2026/11/25/a.th.png"]


WORDS = SearchQuery((Term("words", "sea"), Term("words", "holidaymakers")))
ALL_FIELDS = SearchQuery(
    (
        *(Term(field, "x") for field in ("tag", "category", "album", "camera", "phrase")),
        Term("user", "ann"),
        Term("kind", "video"),
        Term("format", "mp4"),
        Term("nsfw", is_excluded=True),
        Term("visibility", "public"),
        Term("words", "sea", is_excluded=True),
    ),
    since=utcnow() - DAY,
    until=utcnow(),
    taken=Span(utcnow() - 400 * DAY, utcnow()),
)


def admin(user: User) -> User:
    user.role = Role.ADMIN
    return user


def an_upload(user: User) -> Upload:
    return Upload(user_id=user.id, rank=7)


QUERIES: dict[str, Callable[[User], Any]] = {
    "page of a guest": lambda user: Upload.page(Visitor.GUEST, before=7),
    "page of a member": lambda user: Upload.page(Visitor(user), before=7),
    "a tag": lambda user: Upload.page(Visitor(user), query=with_tag("sea"), before=7),
    "words": lambda user: Upload.page(Visitor(user), query=WORDS, before=7),
    "all fields": lambda user: Upload.page(Visitor(user), query=ALL_FIELDS, before=7),
    "page of one's own": lambda user: Upload.page(
        Visitor(user), query=with_tag("sea"), only_own=True, before=7
    ),
    "find own": lambda user: Upload.find_own("abcdefgh", user.id, 7),
    "some own": lambda user: Upload.some_own(["abcdefgh", "bcdefghi"], user.id),
    "find shareable": lambda user: Upload.find_shareable(user.id, ["abcdefgh", "bcdefghi"]),
    "load details": lambda user: Upload.load_details([Upload(id=1), Upload(id=2)]),
    "sent from": lambda user: Upload.sent_from("browser", Place(utcnow(), 7)),
    "has sent": lambda user: Upload.has_sent("browser"),
    "give to": lambda user: Upload.give_to(user, "browser"),
    "some of": lambda user: Upload.some_of(user.id, 7, 5),
    "give some": lambda user: Upload.give_some(user.id, user.id, 5),
    "all of": lambda user: Upload.all_of(user, 7, 5),
    "sent by": lambda user: Upload.sent_by(user.id, [4, 6], ORDERS["views"]),
    "newest of": lambda user: Upload.newest_of(user, 5),
    "find": lambda user: Upload.find("abcdefgh", Visitor(user)),
    "find of an admin": lambda user: Upload.find("abcdefgh", Visitor(admin(user))),
    "find any": lambda user: Upload.find_any("abcdefgh"),
    "deletable": lambda user: Upload.deletable("abcdefgh", "0" * 48),
    "beside": lambda user: an_upload(user).beside(Visitor.GUEST),
    "beside one's own": lambda user: an_upload(user).beside(Visitor(user)),
    "newest without tile": lambda user: Upload.newest_without_tile(100),
    "newest without preview": lambda user: Upload.newest_without_preview(),
    "newest without preview below": lambda user: Upload.newest_without_preview(100),
    "needs no preview": lambda user: Upload.needs_no_preview("abcdefgh"),
    "expired": lambda user: Upload.expired(100),
    "expired, the rest": lambda user: Upload.expired(100, (utcnow(), 7)),
    "row ids of": lambda user: Upload.row_ids_of(user, ["abcdefgh", "bcdefghi"]),
    "reload": lambda user: Upload.reload(7),
    "exists": lambda user: Upload.exists("abcdefgh"),
    "at path": lambda user: Upload.at_path(PATHS[0], Visitor(user)),
    "homes": lambda user: Upload.homes(PATHS),
    "is name public": lambda user: Upload.is_name_public("2026/11/25", "a"),
    "files in": lambda user: Upload.files_in("2026/11/25"),
    "ids of": lambda user: Upload.ids_of(PATHS),
    "first with a key": lambda user: Upload.first_with(ApiKey.issue(user, "k")[0], user),
    "received from a user": lambda user: Upload.received_from(user, None, DAY),
    "received from a guest": lambda user: Upload.received_from(None, "hash", DAY),
    "sent before": lambda user: Upload.sent_before(user, None, "0" * 32, DAY),
    "of bytes": lambda user: Upload.of_bytes("0" * 64, user, None, 5),
    "of bytes of a guest": lambda user: Upload.of_bytes("0" * 64, None, "browser", 5),
    "is there": lambda user: Upload.is_there(7),
    "knows guests": lambda user: Upload.knows_guests(DAY),
    "forget guests": lambda user: Upload.forget_guests(DAY),
    "letters of public": lambda user: Upload.letters_of_public(),
    "public beginning": lambda user: Upload.public_beginning("a", 70),
    "popular": lambda user: Upload.popular(Visitor(user), Place(3, 7)),
    "videos": lambda user: Upload.videos(Visitor(user), Place(7, 7)),
    "animations": lambda user: Upload.animations(Visitor(user)),
    "random": lambda user: Upload.random(Visitor(user), "m", Place("n", 7)),
    "waiting for approval": lambda user: Upload.waiting_for_approval(user.id, Place(utcnow(), 7)),
    "those waiting": lambda user: Upload.those_waiting(["abcdefgh"], user.id),
    "what waits": lambda user: what_waits(Visitor(admin(user))),
    "what is new": lambda user: what_waits(Visitor(user)),
    "news": lambda user: news(Visitor(user), Place(utcnow(), 7)),
    "add views": lambda user: Upload.add_views({"abcdefgh": 1}),
    "versions of": lambda user: Upload.versions_of(7),
    "version": lambda user: Upload.version(7, "abcdefgh"),
    "of replaced": lambda user: Upload.of_replaced(PATHS[0], Visitor(user)),
    "put off": lambda user: Upload.put_off(["abcdefgh"], utcnow(), 7),
    "own ids": lambda user: Upload.own_ids(user.id, ["abcdefgh", "bcdefghi"], is_there=True),
    "public ids": lambda user: Upload.public_ids([7, 8]),
    "all of person": lambda user: Upload.all_of_person(user.id, 20),
    "chosen": lambda user: Upload.chosen(["abcdefgh", "bcdefghi"], user.id),
    "in bin": lambda user: Upload.in_bin(user.id, Place(utcnow(), 7)),
    "in bin of": lambda user: Upload.in_bin_of(user.id, ["abcdefgh"]),
    "find binned": lambda user: Upload.find_binned("abcdefgh", user.id),
    "binned with": lambda user: Upload.binned_with("0" * 64, user.id),
    "was open to": lambda user: Upload.was_open_to(Visitor(user), "abcdefgh"),
    "was open at": lambda user: Upload.was_open_at(Visitor(user), PATHS[0]),
    "rows in bin": lambda user: Upload.rows_in_bin(user.id, utcnow(), 20),
    "binned before": lambda user: Upload.binned_before(utcnow(), 20),
    "binned and over": lambda user: Upload.binned_and_over(utcnow(), 20),
    "load": lambda user: Upload.load([7, 8]),
}  # fmt: skip

INDEXES_OF_EXPLORE = {
    "popular": "ix_upload_popular",
    "videos": "ix_upload_videos",
    "animations": "ix_upload_animations",
    "random": "ix_upload_by_chance",
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_reads_what_it_gives(name: str, app: Flask) -> None:
    make_person(app, "ann")
    with app.app_context():
        user = User.by_name("ann")
        assert user
        db.session.add(Category(name="x", url_key="x"))
        Album.create(user, "x")
        Tag.named(["sea", "x"])
        with plans(app) as found:
            QUERIES[name](user)
        db.session.rollback()
    steps = [step for plan in found for step in plan]
    queue = "SCAN upload USING INDEX ix_upload_waiting"  # which has nothing else
    scans = [step for step in steps if step.startswith("SCAN upload ") and step != queue]
    assert steps and not scans, steps
    reads = [step for step in steps if step.startswith("SEARCH upload ") or step == queue]
    without = ("first with a key",)
    assert name in without or reads or "VIRTUAL TABLE" in str(steps), steps
    sorts = "USE TEMP B-TREE FOR ORDER BY"
    merged = ("sent by", *INDEXES_OF_EXPLORE)
    # a file has ten versions at most, and few of the bin are of the same bytes
    sorted_here = ("ids of", "versions of", "binned with", *merged)
    assert sorts not in steps or name in sorted_here


@pytest.mark.parametrize("name", INDEXES_OF_EXPLORE)
def test_a_part_of_explore_is_read_in_its_order(name: str, app: Flask) -> None:
    make_person(app, "ann")
    with app.app_context():
        user = User.by_name("ann")
        assert user
        with plans(app) as found:
            QUERIES[name](user)
    for plan in found:
        index = f"USING INDEX {INDEXES_OF_EXPLORE[name]} (visibility=?"
        parts = [at for at, step in enumerate(plan) if index in step]
        assert len(parts) == 2, plan  # what is public, and what is for members
        assert not [at for at in parts if plan[at + 1].startswith("USE TEMP")], plan


WITHOUT_WHAT_IS_AWAY: dict[str, tuple[Callable[[User], Any], str]] = {
    "page of a member": (lambda user: Upload.page(Visitor(user), before=7), "user_id_rank"),
    "beside one's own": (lambda user: an_upload(user).beside(Visitor(user)), "user_id_rank"),
    "all of a person": (lambda user: Upload.all_of_person(user.id, 9), "user_id_rank"),
    "newest of": (lambda user: Upload.newest_of(user, 5), "own"),
}


@pytest.mark.parametrize("name", WITHOUT_WHAT_IS_AWAY)
def test_what_somebody_has_is_read_without_what_is_away(name: str, app: Flask) -> None:
    """Thousands may just have been put into the bin: they are the newest."""
    make_person(app, "ann")
    query, index = WITHOUT_WHAT_IS_AWAY[name]
    with app.app_context():
        made = "SELECT sql FROM sqlite_master WHERE name = :name"
        sql = db.session.execute(db.text(made), {"name": f"ix_upload_{index}"}).scalar_one()
        assert sql.endswith("WHERE binned_at IS NULL AND version_of_id IS NULL")
        user = User.by_name("ann")
        assert user
        with plans(app) as found:
            query(user)
    steps = [step for plan in found for step in plan]
    of_person = [step for step in steps if "(user_id=?" in step]
    assert of_person and all(f" ix_upload_{index} " in step for step in of_person), steps
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps


def test_a_bin_is_emptied_by_its_indexes(app: Flask) -> None:
    with app.app_context(), plans(app) as found:
        Upload.binned_before(utcnow(), 5)
        Upload.binned_and_over(utcnow(), 5)
    assert found == [
        ["SEARCH upload USING COVERING INDEX ix_upload_bin (binned_at<?)"],
        ["SEARCH upload USING COVERING INDEX ix_upload_ends_at (ends_at<?)"],
    ]


@pytest.mark.parametrize("name", ORDERS)
def test_a_library_is_read_in_its_order(name: str, app: Flask) -> None:
    """Of each shelf no more than a page, and only these are sorted."""
    make_person(app, "ann")
    order = ORDERS[name]
    value = utcnow() if order.is_of_dates else "a" if order.column == "name_key" else 7
    with app.app_context():
        visitor = Visitor(User.by_name("ann"))
        for is_backwards in (False, True):
            for after in (None, Place(value, 7)):
                with plans(app) as found:
                    Upload.sent_by(
                        visitor.user_id, [4, 6], order, after=after, is_backwards=is_backwards
                    )
                (steps,) = found
                sign = "<" if order.is_descending != is_backwards else ">"
                below = f" AND ({order.column},rank){sign}(?,?)" if after else ""
                index = f"SEARCH upload USING {{}}INDEX ix_upload_shelf_{order.column} "
                reads = [
                    step.replace("COVERING ", "") for step in steps if "ix_upload_shelf" in step
                ]
                assert reads == [f"{index.format('')}(user_id=? AND shelf=?{below})"] * 2
                assert len([step for step in steps if "TEMP B-TREE" in step]) <= 2


OF_DOCTOR: dict[str, Callable[[], Any]] = {
    "filed after": lambda: filed.filed_after(7, 9),
    "filed": lambda: filed.filed(7),
    "rows of": lambda: filed.rows_of(["abcdefgh", "bcdefghi"]),
    "originals": lambda: filed.originals(7),
    "told": lambda: filed.told(["abcdefgh"]),
    "totals": lambda: filed.totals(7),
    "open rows": lambda: KnownDamage.open_rows(7, 9),
    "end of": lambda: KnownDamage.end_of([7, 9], utcnow()),
    "end unseen": lambda: KnownDamage.end_unseen(utcnow()),
    "forget damage": lambda: KnownDamage.forget(utcnow()),
    "open damage": lambda: KnownDamage.page(is_open=True),
    "ended damage": lambda: KnownDamage.page(is_open=False),
    "counts of damage": KnownDamage.counts,
    "count of lost": lambda: db.session.scalar(KnownDamage.count_of_lost()),
}


@pytest.mark.parametrize("name", OF_DOCTOR)
def test_the_doctor_reads_by_an_index(name: str, app: Flask) -> None:
    """Its turns come between those of people, in a library of any size."""
    with app.app_context():
        with plans(app) as found:
            OF_DOCTOR[name]()
        db.session.rollback()
    steps = [step for plan in found for step in plan]
    # what has a bracket or "CONSTANT" are the values that were given
    assert steps and not [step for step in steps if re.match(r"SCAN (?!CONSTANT|\()", step)], steps


ABOUT_PEOPLE: dict[str, tuple[Callable[[], Any], str]] = {
    "waiting": (waiting, "ix_user_waiting"),
    "is room to wait": (is_room_to_wait, "ix_user_waiting"),
    "reached by": (lambda: Email.reached_by("ann@example.org"), "ix_email_address"),
    "invitation": (
        lambda: Invitation.find("x" * 43, members_invite=True),
        "sqlite_autoindex_invitation_2",
    ),
    "link": (
        lambda: OneTimeLink.find("x" * 43, LinkKind.RESET),
        "sqlite_autoindex_one_time_link_1",
    ),
}


@pytest.mark.parametrize("name", ABOUT_PEOPLE)
def test_a_query_about_people_reads_what_it_gives(name: str, app: Flask) -> None:
    query, index = ABOUT_PEOPLE[name]
    with app.app_context(), plans(app) as found:
        query()
    (steps,) = found
    assert index in str(steps), steps
    assert name == "reached by" or "TEMP B-TREE" not in str(steps), steps  # few
    tables = ("user", "email", "invitation", "one_time_link")
    assert not [step for step in steps if step in {f"SCAN {table}" for table in tables}], steps


OF_PROGRAMS: dict[str, tuple[Callable[[User], Any], str]] = {
    "albums": (
        lambda user: all_own(user, Place(utcnow(), 7), 5),
        "ix_album_user_id_changed_at (user_id=? AND changed_at<?)",
    ),
    "parents of albums": (lambda user: parents_of([Album(id=1, parent_id=2)]), "PRIMARY KEY"),
    "put into albums": (lambda user: Album.put(1, [2, 3]), "ix_album_upload_upload_id"),
    "tags": (
        lambda user: TagTally.own_page(user.id, "a", 5),
        "PRIMARY KEY (user_id=? AND audience=? AND key>?)",
    ),
    "tag": (
        lambda user: TagTally.own(user.id, "sea"),
        "PRIMARY KEY (user_id=? AND audience=? AND key=?)",
    ),
}


@pytest.mark.parametrize("name", OF_PROGRAMS)
def test_what_programs_ask_reads_what_it_gives(name: str, app: Flask) -> None:
    make_person(app, "ann")
    query, index = OF_PROGRAMS[name]
    with app.app_context():
        user = User.by_name("ann")
        assert user
        with plans(app) as found:
            query(user)
        db.session.rollback()
    steps = [step for plan in found for step in plan]
    assert index in str(steps), steps
    assert not [step for step in steps if step in ("SCAN album", "SCAN tag_tally", "SCAN tag")]


def test_no_trigger_reads_a_whole_table(app: Flask) -> None:
    """Each runs under the write lock, and others wait for it."""
    with app.app_context():
        triggers = db.session.execute(
            db.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        assert len(triggers) > 20
        for name, sql in triggers:
            body = sql.partition("BEGIN")[2].rpartition("END")[0]
            for statement in body.split(";"):
                if not statement.strip() or "RAISE(" in statement:
                    continue
                alone = re.sub(r"\b(new|old)\.\w+", "7", statement).replace(":", "\\:")
                plan = db.session.execute(db.text("EXPLAIN QUERY PLAN " + alone))
                steps = [row[3] for row in plan]
                tables = ("upload", "album_upload", "album_wish", "album", "tag", "upload_tag")
                scans = {f"SCAN {table}" for table in tables}
                assert not scans.intersection(steps), (name, steps)


def test_every_query_is_here() -> None:
    """Those of the class itself; what only a start or a walk over all asks is not."""
    whole = {"one_file_of_each_root", "folders", "by_row", "all_on_shelves", "all_found"}
    carrying = {"carry_away", "bring_back"}
    conditions = {
        "alive", "openable_by", "decided_by", "listed_to", "listed_by_index",
        "listed_visibilities", "named_as", "shown_visibilities",
        "sent_as_guest", "none_named_as", "new_public_id", "hits", "meant_for",
    }  # fmt: skip
    queries = {
        name
        for part in Upload.__mro__
        if part.__module__.startswith("models.upload")
        for name, method in vars(part).items()
        if isinstance(method, classmethod | staticmethod) and not name.startswith("_")
    }
    assert queries - whole - carrying - conditions == {
        "waiting_for_approval", "count_of_waiting", "those_waiting",
        "page", "newest_of", "sent_by", "find", "find_any", "newest_without_tile",
        "deletable", "expired", "row_ids_of", "reload", "exists", "at_path", "homes",
        "is_name_public", "files_in",
        "ids_of", "first_with", "received_from", "sent_before", "is_there", "of_bytes",
        "knows_guests",
        "forget_guests", "add_views", "all_of", "some_of", "give_some",
        "sent_from", "has_sent", "give_to", "find_own", "some_own", "find_shareable",
        "load_details",
        "newest_without_preview", "needs_no_preview",
        "letters_of_public", "public_beginning", "popular", "videos", "animations", "random",
        "versions_of", "version", "of_replaced", "put_off", "own_ids", "public_ids",
        "all_of_person", "chosen", "in_bin", "in_bin_of", "find_binned", "binned_with",
        "was_open_to", "was_open_at", "rows_in_bin", "binned_before", "binned_and_over",
        "load",
    }  # fmt: skip
