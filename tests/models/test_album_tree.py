"""Albums in albums: how deep, in which, and who is shown what is above and below."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from models import Album, AlbumVisibility, User, Visitor, album_tree, db
from models.album_listing import albums_of_others, own_albums
from models.album_tree import MAX_CHILDREN, BadParent, Tree, children, parents
from services.albums import change_album
from tests.conftest import make_person
from tests.models.test_albums import album, put_in, user
from tests.models.test_listing import NOW, plans

LEVELS = list(AlbumVisibility)


@pytest.fixture
def chain(app: Flask) -> Flask:
    """Five of ann's below each other: 1 is on top."""
    make_person(app, "ann")
    make_person(app, "bob")
    with app.app_context():
        for number in range(1, 6):
            Album.create(user(), f"Album {number}", "public").parent_id = number - 1 or None
            db.session.commit()
    return app


def possible(number: int = 0) -> list[int]:
    return [node.id for node, _ in Tree(user(), album(number) if number else None).parents()]


def names(found: list[Album]) -> list[int]:
    return [one.id for one in found]


def test_five_below_each_other_and_no_circle(chain: Flask) -> None:
    with chain.app_context():
        assert possible() == [1, 2, 3, 4]
        assert possible(1) == [] and possible(5) == [1, 2, 3, 4] and possible(3) == [1, 2]
        for number, parent in ((1, 1), (1, 5), (2, 5), (5, 5), (1, 99)):
            with pytest.raises(BadParent):
                change_album(album(number), {"parent_id": parent, "name": "Lost"})
            db.session.expire_all()
            assert album(number).name == f"Album {number}"
            assert album(number).parent_id == (number - 1 or None)
        Album.create(user("bob"), "Bob's")
        db.session.commit()
        with pytest.raises(BadParent):
            change_album(album(6), {"parent_id": 1})  # another one's
        change_album(album(3), {"parent_id": None})
        assert (
            possible(1) == [3, 4, 5]
            and possible(3) == [1, 2]
            and names(parents(album(5), guest())) == [3, 4]
        )


def guest() -> Visitor:
    return Visitor.GUEST


def test_an_album_has_so_many_and_no_more(chain: Flask) -> None:
    with chain.app_context():
        for number in range(MAX_CHILDREN - 1):
            Album.create(user(), f"More {number}").parent_id = 1
        db.session.commit()
        assert 1 not in possible() and possible(2) == [1]
        with pytest.raises(BadParent):
            change_album(album(5), {"parent_id": 1})
        assert len(children(album(1), Visitor(user()))) == MAX_CHILDREN


def test_what_is_in_a_deleted_album_moves_up(chain: Flask) -> None:
    with chain.app_context():
        album(2).delete_row()
        db.session.commit()
        db.session.expire_all()
        assert album(3).parent_id == 1
        album(1).delete_row()
        db.session.commit()
        db.session.expire_all()
        assert album(3).parent_id is None and album(4).parent_id == 3


def shown(above: AlbumVisibility, below: AlbumVisibility, visitor: Visitor) -> tuple[bool, bool]:
    """Whether the page of the upper shows the lower, and the other way round."""
    album(1).visibility, album(2).visibility = above, below
    db.session.commit()
    return names(children(album(1), visitor)) == [2], names(parents(album(2), visitor)) == [1]


@pytest.mark.parametrize("above", LEVELS)
@pytest.mark.parametrize("below", LEVELS)
def test_who_is_shown_what(above: AlbumVisibility, below: AlbumVisibility, chain: Flask) -> None:
    listed: dict[str, set[str]] = {
        "": {"public"}, "bob": {"public", "members"}, "ann": {*LEVELS},
    }  # fmt: skip
    with chain.app_context():
        for name, some in listed.items():
            visitor = Visitor(user(name)) if name else guest()
            is_below = below in some or (below == "unlisted" and above not in ("public", "members"))
            assert shown(above, below, visitor) == (is_below, above in some)


def test_an_opened_password_shows_both_ways(chain: Flask) -> None:
    with chain.app_context():
        for number in (1, 2):
            album(number).set_password("lighthouse")
        visitor = Visitor(opened=frozenset({str(album(1).password_key)}))
        password, members = AlbumVisibility.PASSWORD, AlbumVisibility.MEMBERS
        assert shown(password, members, visitor) == (False, True)
        assert shown(password, password, visitor) == (False, True)  # each has its own
        both = Visitor(opened=visitor.opened | {str(album(2).password_key)})
        assert shown(password, password, both) == (True, True)


def test_lists_have_what_is_on_top(chain: Flask) -> None:
    for number in (1, 2, 3):
        put_in(chain, number)
    with chain.app_context():
        assert names(own_albums(Visitor(user()))) == [1]
        assert names(albums_of_others(guest())) == [1]
        album(1).visibility = "members"
        db.session.commit()
        assert names(albums_of_others(guest())) == [2]
        assert names(albums_of_others(Visitor(user("bob")))) == [1]


def test_each_query_reads_what_it_gives(chain: Flask) -> None:
    with chain.app_context():
        five, ann = album(5), user()
        for query in (
            lambda: parents(five, guest()),
            lambda: children(five, guest()),
            lambda: list(Tree(ann, five).parents()),
        ):
            with plans(chain) as found:
                query()
            for steps in found:
                assert not [step for step in steps if step.startswith("SCAN album")], steps


def test_a_user_without_albums(app: Flask) -> None:
    make_person(app, "ann")
    with app.app_context():
        ann = User.by_name("ann")
        assert ann and list(Tree(ann).parents()) == []


def test_the_latest_albums_are_offered_with_what_they_are_in(
    chain: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the one that is wanted, however old it is."""
    monkeypatch.setattr(album_tree, "MAX_OFFERED", 1)
    with chain.app_context():
        for number, row in enumerate(db.session.scalars(db.select(Album).order_by(Album.id))):
            row.changed_at = NOW - timedelta(days=number)
        album(3).changed_at = NOW + timedelta(days=1)
        other = Album.create(user(), "Other")
        other.changed_at = NOW - timedelta(days=99)
        db.session.commit()
        assert [node.id for node, _ in Tree(user()).parents()] == [1, 2, 3]
        found = [node.id for node, _ in Tree(user(), None, other.id).parents()]
        assert found == [1, 2, 3, other.id]
        assert [node.id for node, _ in Tree(user(), album(5)).parents()] == [1, 2, 3, 4]
