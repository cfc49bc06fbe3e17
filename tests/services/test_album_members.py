"""Members of albums: who sees and adds what, from when until when, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from models import Album, AlbumMember, Contents, Job, Notice, Upload, User, Visitor, db
from models.album_listing import all_shared, choosable, shared_albums
from models.album_uploads import album_wish
from models.role import Role, State
from models.upload.search_query import SearchQuery, Term
from server.worker import Worker
from services import album_members as recipe
from services.album_members import (
    AlreadyMember,
    NotToBeNamed,
    TooManyMembers,
    end_membership,
    let_add,
    name_member,
    take_along,
)
from services.albums import add_to_album, put_into_albums
from services.delete_account import delete_account
from services.delete_album import delete_album
from services.errors import NoLongerThere
from services.review import approve
from services.share_links import revoke_link, share_album
from tests.conftest import Person, existing, make_person
from tests.services.test_sent_into_album import sent_while

NAMES = ("ann", "bob", "carol")


class Family:
    """Ann has an album, which is private, with a file of hers in it."""

    def __init__(self, app: Flask) -> None:
        self.app, self.site = app, app.extensions["keepsake"]
        self.people = {name: make_person(app, name) for name in NAMES}
        with app.app_context():
            album = Album.create(self.user("ann"), "Holiday")
            db.session.commit()
            self.album_id = album.public_id
        self.of_ann = self.send("ann", album_id=self.album_id)

    def user(self, name: str) -> User:
        return existing(User.by_name(name))

    @property
    def album(self) -> Album:
        db.session.expire_all()
        return existing(Album.find_closed(self.album_id))

    def send(self, name: str, **fields: str) -> str:
        return str(self.people[name].uploaded("pixel.png", **fields)["id_encoded"])

    def name(self, name: str, *, may_add: bool = True) -> None:
        name_member(self.album, self.user(name), may_add=may_add)

    def sees(self, name: str) -> bool:
        found = Album.find(self.album_id, Visitor(self.user(name)))
        listed = {one.public_id for one in shared_albums(Visitor(self.user(name)))}
        assert (found is not None and name != "ann") == (self.album_id in listed)
        return found is not None

    def inside(self) -> set[str]:
        return set(Contents(self.album).public_ids())

    def row(self, public_id: str) -> Upload:
        db.session.expire_all()
        return existing(Upload.find_any(public_id))


@pytest.fixture
def family(app: Flask) -> Family:
    return Family(app)


@pytest.fixture
def reviewed(make_app: Callable[..., Flask]) -> Family:
    """Where what members send waits for approval."""
    family = Family(make_app(REVIEW="guests,members"))
    make_person(family.app, "meg", role=Role.MANAGER)
    return family


def test_a_member_sees_a_private_album_until_removed(family: Family) -> None:
    with family.app.app_context():
        assert not family.sees("bob")
        family.name("bob", may_add=False)
        assert family.sees("bob") and not family.sees("carol")
        assert [one.kind for one in db.session.query(Notice)] == ["invited"]
        assert end_membership(family.album, family.user("bob"))
        assert not family.sees("bob") and db.session.query(Notice).count() == 0
        assert not end_membership(family.album, family.user("bob"))


def test_who_can_be_named(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    with family.app.app_context():
        carol = family.user("carol")
        carol.state = State.BANNED
        db.session.commit()
        for nobody in (None, carol, family.user("ann")):
            with pytest.raises(NotToBeNamed):
                name_member(family.album, nobody, may_add=True)
        family.name("bob")
        with pytest.raises(AlreadyMember):
            family.name("bob")
        carol.state = State.ACTIVE
        db.session.commit()
        for limit in ("MAX_MEMBERS", "MAX_SHARED"):
            with monkeypatch.context() as patched:
                patched.setattr(recipe, limit, 1 if limit == "MAX_MEMBERS" else 0)
                with pytest.raises(TooManyMembers):
                    family.name("carol")
        album = family.album
        delete_album(family.site, album)
        with pytest.raises(NoLongerThere):
            name_member(album, family.user("carol"), may_add=True)


def test_what_a_member_adds_stays_theirs(family: Family) -> None:
    with family.app.app_context():
        family.name("bob")
        sent = family.send("bob", album_id=family.album_id)
        later = family.send("bob", visibility="private")
        add_to_album(family.user("bob"), family.album, [later, family.of_ann])
        assert family.inside() == {family.of_ann, sent, later}
        for public_id in (sent, later):
            upload = family.row(public_id)
            assert upload.user_id == family.user("bob").id and upload.visibility == "private"
            assert not upload.is_openable_by(Visitor(family.user("ann")))


def test_who_may_only_see_adds_by_no_way(family: Family) -> None:
    with family.app.app_context():
        family.name("bob", may_add=False)
        bob, own = family.user("bob"), family.send("bob")
        refused = family.people["bob"].upload("pixel.png", album_id=family.album_id)
        assert refused.status_code == 400 and refused.json["error"]["message"] == "Album not found"
        add_to_album(bob, family.album, [own])
        ids = [family.album_id]
        put_into_albums(family.site.settings, bob, family.row(own), chosen=ids, of=ids)
        Album.append(family.album.id, [family.row(own).id])
        db.session.commit()
        assert family.inside() == {family.of_ann} and choosable(bob) == []
        assert let_add(family.album, bob, may_add=True)
        assert [one.public_id for one in choosable(bob)] == ids
        put_into_albums(family.site.settings, bob, family.row(own), chosen=ids, of=ids)
        assert family.inside() == {family.of_ann, own}
        assert let_add(family.album, bob, may_add=False)  # what is in it stays
        put_into_albums(family.site.settings, bob, family.row(own), chosen=ids, of=ids)
        assert family.inside() == {family.of_ann, own}
        put_into_albums(family.site.settings, bob, family.row(own), chosen=[], of=ids)
        assert family.inside() == {family.of_ann}
    assert not let_add_of_nobody(family)


def let_add_of_nobody(family: Family) -> bool:
    with family.app.app_context():
        return let_add(family.album, family.user("carol"), may_add=True)


def test_removed_while_uploading(family: Family) -> None:
    """The album is left out; the upload stays, for its owner alone."""
    with family.app.app_context():
        family.name("bob")

        def remove(_app: Flask) -> None:
            end_membership(family.album, family.user("bob"))

        upload = sent_while(family.people["bob"], family.album_id, remove)
        assert (upload.visibility, upload.album_count) == ("private", 0)
        assert family.inside() == {family.of_ann}


def test_whoever_goes_takes_their_files_along(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    with family.app.app_context():
        for name in ("bob", "carol"):
            family.name(name)
        of_bob = [family.send("bob", album_id=family.album_id) for _ in range(3)]
        of_carol = family.send("carol", album_id=family.album_id)
        monkeypatch.setattr(recipe, "BATCH", 2)
        monkeypatch.setattr(recipe, "SECONDS", -1.0)  # as if it took long
        assert end_membership(family.album, family.user("bob"))
        assert not family.sees("bob") and set(of_bob) < family.inside()
        Worker(family.app, family.site).run_due([recipe.LEFT])
        assert family.inside() == {family.of_ann, of_carol} and Job.of_kind(recipe.LEFT) == []
        assert all(family.row(one) for one in of_bob)


def test_files_are_looked_for_while_others_write(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large album takes long. What was given to somebody else meanwhile stays in it."""
    with family.app.app_context():
        family.name("bob")
        given, taken = (family.send("bob", album_id=family.album_id) for _ in range(2))
        look = Album.ids_of_person

        def look_and_give(*args: Any) -> list[int]:
            driver: Any = db.session.connection().connection.driver_connection
            assert not driver.in_transaction
            found = look(*args)
            is_given = db.update(Upload).where(Upload.public_id == given)
            db.session.execute(is_given.values(user_id=family.user("carol").id))
            db.session.commit()
            return found

        monkeypatch.setattr(Album, "ids_of_person", look_and_give)
        assert end_membership(family.album, family.user("bob"))
        assert given in family.inside() and taken not in family.inside()


def test_a_member_again_keeps_what_is_in_it(family: Family) -> None:
    with family.app.app_context():
        family.name("bob")
        sent = family.send("bob", album_id=family.album_id)
        assert take_along(family.album_id, family.user("bob").id, lambda: False)
        assert take_along(family.album_id, family.user("ann").id, lambda: False)
        assert take_along("nothing0", family.user("bob").id, lambda: False)
        assert family.inside() == {family.of_ann, sent}


def test_an_album_that_is_deleted_leaves_files_of_members(family: Family) -> None:
    with family.app.app_context():
        family.name("bob")
        sent = family.send("bob", album_id=family.album_id)
        album = family.album
        assert album.how_many_go() == 1 and album.has_of_others()
        link = share_album(family.user("ann"), album, lambda one: one * 3, {})
        album.close()
        db.session.commit()
        db.session.refresh(link)
        assert not family.sees("bob") and link.is_revoked
        assert delete_album(family.site, family.album, with_uploads=True)
        assert db.session.query(AlbumMember).count() == 0
        assert Upload.find_any(family.of_ann) is None and family.row(sent).album_count == 0


@pytest.mark.parametrize("taker", ["ann", "carol", "nobody", "member"])
def test_an_account_that_ends_takes_its_files_out(family: Family, taker: str) -> None:
    """But where they go to somebody who has the album, or is a member of it."""
    with family.app.app_context():
        family.name("bob")
        if taker == "member":
            family.name("carol", may_add=False)
        sent = family.send("bob", album_id=family.album_id)
        name = {"member": "carol", "nobody": ""}.get(taker, taker)
        to = family.user(name) if name else None
        assert delete_account(family.site, family.user("bob"), "bob", to)
        is_kept = taker in ("ann", "member")
        assert family.inside() == ({family.of_ann, sent} if is_kept else {family.of_ann})
        assert (Upload.find_any(sent) is None) == (to is None)
        assert family.sees("carol") == (taker == "member")


def test_an_owner_who_ends_leaves_files_of_others(family: Family) -> None:
    with family.app.app_context():
        for name in ("bob", "carol"):
            family.name(name)
        sent = family.send("bob", album_id=family.album_id)
        assert delete_account(family.site, family.user("ann"), "ann", family.user("bob"))
        members = AlbumMember.of(family.album.id)
        assert [one.user.name for one in members] == ["carol"]
        assert family.album.user.name == "bob" and family.inside() == {family.of_ann, sent}
        assert delete_account(family.site, family.user("bob"), "bob")
        assert Album.find_closed(family.album_id) is None
        assert all_shared(family.user("carol")) == []


def put_in_what_waits(family: Family) -> str:
    """A file of ann's that she alone sees, in her private album."""
    waits = family.send("ann", album_id=family.album_id)
    assert not family.row(waits).is_approved and waits in family.inside()
    return waits


def wishes() -> int:
    return db.session.query(album_wish).count()


def test_what_waits_is_in_no_album_that_has_members(reviewed: Family) -> None:
    family = reviewed
    with family.app.app_context():
        approve(family.site, family.row(family.of_ann), family.user("meg"))
        waits = put_in_what_waits(family)
        family.name("bob")
        family.name("carol")
        assert waits not in family.inside() and family.row(waits).waits_as == "private"
        sent = family.send("bob", album_id=family.album_id)
        assert sent not in family.inside() and wishes() == 3
        end_membership(family.album, family.user("carol"))
        assert waits not in family.inside()
        assert approve(family.site, family.row(sent), family.user("meg"))
        assert sent in family.inside() and family.row(sent).visibility == "private"
        end_membership(family.album, family.user("bob"))
        assert waits in family.inside() and family.row(waits).waits_as is None
        assert sent not in family.inside() and wishes() == 0


@pytest.mark.parametrize("end", ["revoked", "deleted"])
def test_what_waits_is_in_no_album_that_has_a_link(reviewed: Family, end: str) -> None:
    family = reviewed
    with family.app.app_context():
        waits = put_in_what_waits(family)
        link = share_album(family.user("ann"), family.album, lambda one: one * 3, {})
        family.name("bob")
        assert waits not in family.inside() and wishes() == 2
        end_membership(family.album, family.user("bob"))
        assert waits not in family.inside()  # the link is still there
        if end == "revoked":
            revoke_link(link)
        else:
            db.session.delete(link)
            db.session.commit()
        assert waits in family.inside() and wishes() == 0


def test_accounts_and_albums_that_end_close_what_they_opened(reviewed: Family) -> None:
    family = reviewed
    with family.app.app_context():
        waits = put_in_what_waits(family)
        family.name("bob")
        assert waits not in family.inside()
        assert delete_account(family.site, family.user("bob"), "bob")
        assert waits in family.inside()  # no member is left
        family.name("carol")
        assert delete_album(family.site, family.album)
        assert wishes() == 0 and family.row(waits).waits_as is None


def shows(family: Family) -> Any:
    return Album.is_shown_by_one(family.row(family.of_ann).id)


def test_an_album_with_members_or_links_shows_what_is_in_it(family: Family) -> None:
    """So that what is reported there reaches moderators."""
    with family.app.app_context():
        assert not shows(family)
        family.name("bob", may_add=False)
        assert shows(family)
        end_membership(family.album, family.user("bob"))
        link = share_album(family.user("ann"), family.album, lambda one: one * 3, {})
        assert shows(family)
        revoke_link(link)
        assert not shows(family)


def test_albums_of_others_are_no_defaults(family: Family) -> None:
    """Of a person, or of a key: what goes there by itself goes to an album of one's own."""
    bob: Person = family.people["bob"]
    with family.app.app_context():
        family.name("bob")
        family.user("bob").default_album = family.album_id
        db.session.commit()
        sent = str(bob.uploaded("pixel.png")["id_encoded"])
        assert sent not in family.inside()


def test_the_album_is_found_by_its_name(family: Family) -> None:
    """By members: what they find in it is theirs, or listed to them anyway."""
    with family.app.app_context():
        family.name("bob")
        of_bob = family.send("bob", album_id=family.album_id)
        shown = family.send("ann", visibility="public")
        add_to_album(family.user("ann"), family.album, [shown])
        for name, expected in {"bob": {of_bob, shown}, "carol": set(), "ann": None}.items():
            visitor = Visitor(family.user(name))
            found = Album.ids_named(["holiday"], visitor)["holiday"]
            assert found == ([] if name == "carol" else [family.album.id])
            if expected is not None:
                query = SearchQuery((Term("album", "holiday"),))
                assert {one.public_id for one in Upload.page(visitor, query=query)} == expected
        end_membership(family.album, family.user("bob"))
        assert Album.ids_named(["holiday"], Visitor(family.user("bob"))) == {"holiday": []}
