"""Uploads that wait for approval: who sees them, what changes that, and what doesn't."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from blueprints.documents.export import of_upload
from blueprints.http.addresses import Addresses
from blueprints.http.share_address import share_token
from models import (
    Album,
    AlbumMember,
    AuditEntry,
    Contents,
    Notice,
    Reason,
    Refusal,
    Report,
    TagTally,
    Upload,
    User,
    Visibility,
    Visitor,
    db,
    utcnow,
)
from models.album_access import AlbumVisibility
from models.role import Role, State
from models.upload.search_query import SearchQuery, Term
from models.waiting import Waiting, what_waits
from services import albums, review
from services.change import Wishes, change
from services.changes import begin, undo, work_a_while
from services.delete_album import delete_album
from services.keys import issue_guest_key
from services.reports import hide, send_report
from services.review import Outcome
from services.settings.change import change as set_settings
from services.share_links import share_album
from services.site import Site
from tests.blueprints.test_adding import Guest
from tests.conftest import csrf_token, existing, make_person, path_of, sample


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(
        REVIEW="guests,members", GUEST_UPLOADS="true", EXPLORE="everyone", MIN_FREE_MB=0
    )


class Family:
    """Ann, whose uploads wait, and meg, who moderates."""

    def __init__(self, app: Flask) -> None:
        self.ann = make_person(app, "ann")
        self.meg = make_person(app, "meg", role=Role.MANAGER)
        self.bob = make_person(app, "bob")
        self.site: Site = app.extensions["keepsake"]

    def user(self, name: str) -> User:
        return existing(User.by_name(name))

    def send(self, name: str = "alpha.png", **fields: str) -> Upload:
        """What ann sends."""
        image = self.ann.uploaded(name, **fields)
        return self.of(image["id_encoded"])

    def of(self, public_id: str) -> Upload:
        db.session.expire_all()
        return existing(Upload.find_any(public_id))

    def waits(self) -> Waiting:
        return what_waits(Visitor(self.user("meg")))

    def approve(self, upload: Upload) -> bool:
        return review.approve(self.site, upload, self.user("meg"))

    def sees(self, name: str | None, upload: Upload) -> bool:
        visitor = Visitor(self.user(name)) if name else Visitor.GUEST
        return Upload.find(upload.public_id, visitor) is not None

    def seers(self, upload: Upload) -> list[str | None]:
        return [name for name in ("ann", "meg", "bob", None) if self.sees(name, upload)]

    def roots(self, upload: Upload) -> set[str]:
        data = self.site.config.data
        return {
            root
            for root in ("public", "private")
            for path in upload.files
            if (data / root / path).exists()
        }


@pytest.fixture
def family(app: Flask) -> Any:
    with app.app_context():
        yield Family(app)


def test_what_waits_is_its_owners_and_moderators(family: Family) -> None:
    answer = family.ann.upload("alpha.png", visibility="public", tags="sea", title="Lake")
    image = answer.json["image"]
    assert answer.status_code == 200 and image["is_approved"] == 0
    assert answer.json["success"]["message"] == "file uploaded, waiting for approval"
    upload = family.of(image["id_encoded"])
    assert family.seers(upload) == ["ann", "meg"]
    assert family.roots(upload) == {"private"}
    for name in ("meg", "bob"):
        visitor = Visitor(family.user(name))
        lake = SearchQuery((Term("words", "lake"),))
        listed = Upload.page(visitor), Upload.page(visitor, query=lake), Upload.popular(visitor)
        assert not any(listed) and TagTally.of(visitor, "sea") == 0
    assert family.waits() == Waiting(uploads=1)

    assert family.approve(upload)
    assert family.seers(upload) == ["ann", "meg", "bob", None]
    assert family.roots(upload) == {"public"} and upload.visibility == "public"
    assert [one.id for one in Upload.page(Visitor.GUEST)] == [upload.id]
    assert TagTally.of(Visitor.GUEST, "sea") == 1
    assert family.waits() == Waiting()
    entry = existing(db.session.scalar(db.select(AuditEntry)))
    assert (entry.by, entry.act, entry.subject) == ("meg", "approve_upload", upload.public_id)
    assert not family.approve(upload)  # no longer waits


def test_whose_uploads_wait(make_app: Callable[..., Flask]) -> None:
    app = make_app(GUEST_UPLOADS="true", MIN_FREE_MB=0)
    ann, meg = make_person(app, "ann"), make_person(app, "meg", role=Role.MANAGER)
    for groups, waiting in {
        "": "",
        "guests": "guest",
        "members": "ann",
        "guests,members": "guest ann",
    }.items():
        with app.app_context():
            set_settings(app.extensions["keepsake"].store, {"REVIEW": groups})
        said = {
            "ann": ann.uploaded("alpha.png")["is_approved"],
            "meg": meg.uploaded("alpha.png")["is_approved"],
            "guest": sent_by_a_guest(app)["is_approved"],
        }
        assert {name for name, is_approved in said.items() if not is_approved} == set(
            waiting.split()
        )


def sent_by_a_guest(app: Flask) -> dict[str, Any]:
    client = app.test_client()
    token = csrf_token(client.get("/").text)
    source = (io.BytesIO(sample("alpha.png").read_bytes()), "a.png")
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    answer = client.post("/upload", data={"source": source}, headers=headers)
    image: dict[str, Any] = existing(answer.json)["image"]
    return image


def test_guests_are_told_before_they_send(app: Flask) -> None:
    for groups, is_told in (("guests", True), ("members", False)):
        with app.app_context():
            set_settings(app.extensions["keepsake"].store, {"REVIEW": groups})
        page = app.test_client().get("/").text
        assert ("Others see it once a moderator approves it." in page) == is_told


def test_what_guests_programs_send_is_moderators_alone_until_approved(family: Family) -> None:
    """Nobody is logged in there; its delete link works all the same."""
    client, source = family.ann.app.test_client(), sample("alpha.png").read_bytes()
    sent = {"key": issue_guest_key(), "source": (io.BytesIO(source), "a.png")}
    image = existing(client.post("/api/1/upload", data=sent).json)["image"]
    upload = family.of(image["id_encoded"])
    assert image["is_approved"] == 0 and family.seers(upload) == ["meg"]
    assert client.get(path_of(image["url"])).status_code == 404
    assert family.waits().uploads == 1
    assert client.delete(path_of(image["delete_url"])).status_code == 200
    assert family.waits().uploads == 0


def test_a_changed_visibility_publishes_nothing(family: Family) -> None:
    upload = family.send(visibility="unlisted")
    for visibility in (Visibility.PUBLIC, Visibility.MEMBERS):
        change(family.site, upload, {"visibility": visibility})
        assert (upload.visibility, upload.waits_as) == ("private", visibility)
        assert family.roots(upload) == {"private"}
        assert family.seers(upload) == ["ann", "meg"]
    change(family.site, upload, {"visibility": Visibility.PRIVATE})
    assert not upload.waits and family.seers(upload) == ["ann"]


def test_private_ones_are_nobody_elses_until_they_are_shown(family: Family) -> None:
    upload = family.send(visibility="private")
    assert not upload.waits and family.seers(upload) == ["ann"]
    assert family.waits() == Waiting()
    change(family.site, upload, {"visibility": Visibility.UNLISTED})
    assert upload.waits and family.seers(upload) == ["ann", "meg"]
    change(family.site, upload, {"title": "Lake"})
    assert upload.waits_as == "unlisted"


def test_what_was_private_waits_for_nothing_once_nobody_waits(family: Family) -> None:
    private, waiting = family.send(visibility="private"), family.send(visibility="unlisted")
    set_settings(family.site.store, {"REVIEW": ""})
    with family.ann.app.app_context():
        for upload, is_open in ((private, True), (waiting, False)):
            row = family.of(upload.public_id)
            change(family.site, row, {"visibility": Visibility.PUBLIC})
            assert row.is_open == is_open and row.waits != is_open


def waits_for(person: User) -> tuple[int, int]:
    """Uploads to approve, and reports."""
    waits = what_waits(Visitor(person))
    return waits.uploads, waits.reports


def test_nobody_decides_on_their_own(family: Family) -> None:
    """But where nobody else could: then without the names of who reported it."""
    upload = family.of(family.meg.uploaded("alpha.png", visibility="public")["id_encoded"])
    meg, bob = family.user("meg"), family.user("bob")
    for role, state, is_decided in (
        (Role.USER, State.ACTIVE, True),
        (Role.MANAGER, State.BANNED, True),
        (Role.MANAGER, State.ACTIVE, False),
        (Role.ADMIN, State.ACTIVE, False),
    ):
        bob.role, bob.state = role, state
        send_report(upload, bob, "bob", Reason.OTHER, "")
        row = existing(db.session.scalar(db.select(Report.id)))
        assert [one.id for one in Report.page(meg.id)] == [row] * is_decided
        assert (Report.find(row, meg.id) is not None) == is_decided
        assert waits_for(meg) == (0, int(is_decided))
        assert waits_for(bob) == (0, int(bob.is_moderator))
        if is_decided:
            continue
        assert hide(family.site, upload, bob)
        assert Upload.waiting_for_approval(meg.id) == []
        assert Upload.those_waiting([upload.public_id], meg.id) == []
        assert waits_for(meg) == (0, 0)
        assert waits_for(bob) == (1, 0)
        assert Upload.those_waiting([upload.public_id], bob.id) == [upload]
        assert review.approve(family.site, upload, bob)


@pytest.mark.parametrize("groups", ["", "guests,members"])
def test_what_a_moderator_hid_comes_back_by_a_moderator_alone(family: Family, groups: str) -> None:
    """By no way that its owner has, whoever's uploads are reviewed."""
    set_settings(family.site.store, {"REVIEW": groups})
    album = albums.create_album(
        family.site.settings, family.user("ann"), "Lake", {"visibility": AlbumVisibility.PRIVATE}
    )
    for owner in ("ann", "meg"):
        family.user(owner).role = Role.ADMIN  # whose own are never reviewed
        db.session.commit()
        person = family.ann if owner == "ann" else family.meg
        upload = family.of(person.uploaded("alpha.png", visibility="public")["id_encoded"])
        assert hide(family.site, upload, family.user("bob"))
        mine: list[Wishes] = [{"albums": [album]}] if owner == "ann" else []
        for wishes in (*SHOWN_AGAIN, *mine):
            change(family.site, upload, wishes)
            upload = family.of(upload.public_id)
            assert not upload.is_open and not family.sees("bob", upload), wishes
            assert family.roots(upload) == {"private"}
        if mine:
            albums.change_album(album, {"visibility": AlbumVisibility.PUBLIC})
            assert shown_in(album) == [] and not family.sees(None, family.of(upload.public_id))
        change(family.site, upload, {"visibility": Visibility.PUBLIC})
        assert review.approve(family.site, upload, family.user("bob"))
        assert family.sees(None, upload) and not upload.is_hidden
        change(family.site, upload, {"visibility": Visibility.PRIVATE})
        change(family.site, upload, {"visibility": Visibility.PUBLIC})
        assert family.sees(None, family.of(upload.public_id))


SHOWN_AGAIN: list[Wishes] = [
    {"visibility": Visibility.PUBLIC},
    {"visibility": Visibility.PRIVATE},
    {"visibility": Visibility.UNLISTED},
    {"visibility": Visibility.PRIVATE, "expires_at": utcnow() + timedelta(days=1)},
    {"expires_at": None, "visibility": Visibility.MEMBERS},
    {"visibility": Visibility.PRIVATE},
]


def test_an_export_says_where_it_comes(family: Family) -> None:
    album = albums.create_album(
        family.site.settings, family.user("ann"), "Lake", {"visibility": AlbumVisibility.PUBLIC}
    )
    upload = family.send(album_id=album.public_id)
    document = of_upload(upload, "alpha.png", Addresses("http://localhost"))
    assert (document["albums"], document["albums_once_approved"]) == ([], [album.public_id])


def test_an_album_shows_it_once_it_is_approved(family: Family) -> None:
    album = albums.create_album(
        family.site.settings, family.user("ann"), "Lake", {"visibility": AlbumVisibility.PUBLIC}
    )
    upload = family.send(album_id=album.public_id)
    assert upload.waits_as == "public" and shown_in(album) == []
    assert Album.wished_for(upload.id) == [album] and count_of(album) == 0
    family.approve(upload)
    assert shown_in(album) == [upload.public_id] and count_of(album) == 1
    assert Album.wished_for(upload.id) == [] and upload.visibility == "public"


def told() -> list[tuple[str, str, int]]:
    """To whom, by whom, how many."""
    rows = db.session.execute(select(Notice, User).join(User, User.id == Notice.user_id))
    return sorted((user.name, notice.by_name, notice.count) for notice, user in rows)


@pytest.mark.parametrize("visibility", ["members", "private"])
def test_members_of_an_album_are_told_once_others_may_see_it(
    family: Family, visibility: str
) -> None:
    """Ann's is bob's album, which is open to more than its members, or to them alone."""
    bob, ann = family.user("bob"), family.user("ann")
    wishes = albums.AlbumWishes(visibility=AlbumVisibility(visibility))
    album = albums.create_album(family.site.settings, bob, "Lake", wishes)
    make_person(family.ann.app, "cleo")
    for name in ("ann", "cleo"):
        db.session.add(
            AlbumMember(album_id=album.id, user_id=family.user(name).id, may_add=name == "ann")
        )
    db.session.commit()
    upload = family.send()
    albums.add_to_album(ann, album, [upload.public_id])
    assert upload.waits and told() == [] and shown_in(album) == []
    assert family.approve(upload) and shown_in(album) == [upload.public_id]
    assert told() == [("bob", "ann", 1), ("cleo", "ann", 1)]
    hide(family.site, family.of(upload.public_id), family.user("meg"))
    assert shown_in(album) == []
    assert family.approve(family.of(upload.public_id)) and shown_in(album) == [upload.public_id]
    assert told() == [("bob", "ann", 1), ("cleo", "ann", 1)]


def test_what_a_sender_sent_is_told_without_a_name(family: Family) -> None:
    wishes = albums.AlbumWishes(visibility=AlbumVisibility.PUBLIC)
    album = albums.create_album(family.site.settings, family.user("ann"), "Lake", wishes)
    db.session.add(AlbumMember(album_id=album.id, user_id=family.user("bob").id))
    db.session.commit()
    link = share_album(family.user("ann"), album, share_token, {"may_add": True})
    Guest(family.ann.app, f"/s/{share_token(link.public_id)}").sent()
    assert told() == [("ann", "Tom", 1)] and shown_in(album) == []
    upload = existing(db.session.scalar(select(Upload)))
    assert family.approve(family.of(upload.public_id)) and len(shown_in(album)) == 1
    assert told() == [("ann", "Tom", 1), ("bob", "", 1)]


def test_what_waits_goes_with_its_album_where_that_is_wanted(family: Family) -> None:
    for with_uploads, left in ((False, 1), (True, 0)):
        album = albums.create_album(
            family.site.settings, family.user("ann"), "Lake", {"visibility": AlbumVisibility.PUBLIC}
        )
        upload = family.send(album_id=album.public_id)
        assert delete_album(family.site, album, with_uploads=with_uploads)
        assert (Upload.find_any(upload.public_id) is not None) == bool(left)
        assert family.waits().uploads == 1  # what was kept


def test_an_album_with_a_password_shows_private_ones_once_they_are_approved(family: Family) -> None:
    wishes = albums.AlbumWishes(visibility=AlbumVisibility.PASSWORD, password="lighthouse")
    album = albums.create_album(family.site.settings, family.user("ann"), "Lake", wishes)
    answer = family.ann.upload("alpha.png", album_id=album.public_id)
    upload = family.of(answer.json["image"]["id_encoded"])
    assert answer.json["image"]["is_approved"] == 0 and upload.waits_as == "private"
    assert family.seers(upload) == ["ann", "meg"] and shown_in(album) == []
    family.approve(upload)
    assert shown_in(album) == [upload.public_id] and upload.visibility == "private"
    assert family.seers(upload) == ["ann"] and family.roots(upload) == {"private"}


def test_a_private_album_has_private_ones_until_others_may_open_it(family: Family) -> None:
    ann = family.user("ann")
    album = albums.create_album(
        family.site.settings, ann, "Lake", {"visibility": AlbumVisibility.PRIVATE}
    )
    uploads = [family.send(album_id=album.public_id) for _ in range(3)]
    family.user("ann").role = Role.MANAGER
    approved = family.send(album_id=album.public_id)
    family.user("ann").role = Role.USER
    db.session.commit()
    assert len(shown_in(album)) == 4 and family.waits().uploads == 0

    albums.change_album(album, {"visibility": AlbumVisibility.MEMBERS})
    assert shown_in(album) == [approved.public_id] and count_of(album) == 1
    assert family.waits().uploads == 3
    albums.change_album(album, {"visibility": AlbumVisibility.PRIVATE})
    assert len(shown_in(album)) == 4 and family.waits().uploads == 0

    albums.change_album(album, {"visibility": AlbumVisibility.UNLISTED})
    first = family.of(uploads[0].public_id)
    change(family.site, first, {"visibility": Visibility.PRIVATE})
    assert first.waits_as == "private"  # its album shows it to others
    Album.remove(album.id, [first.id])
    db.session.commit()
    assert not family.of(first.public_id).waits
    second = family.of(uploads[1].public_id)
    assert family.approve(second) and second.public_id in shown_in(album)
    Album.delete_row(album)
    db.session.commit()
    assert family.waits().uploads == 0


def shown_in(album: Album) -> list[str]:
    db.session.refresh(album)
    return Contents(album).public_ids()


def count_of(album: Album) -> int:
    db.session.refresh(album)
    return album.upload_count


def test_what_could_not_be_cleaned_waits_for_nothing(family: Family) -> None:
    from tests.test_side_doors import film_that_stays_private

    image = family.ann.uploaded(film_that_stays_private(), "film.mp4", visibility="public")
    upload = family.of(image["id_encoded"])
    assert upload.leftovers and not upload.waits and family.seers(upload) == ["ann"]


def test_what_is_refused_is_gone_and_its_owner_told(family: Family) -> None:
    upload = family.send(visibility="public", title="Lake")
    public_id, files = upload.public_id, upload.files
    meg = family.user("meg")
    assert review.refuse(family.site, upload, meg)
    assert Upload.find_any(public_id) is None
    assert not any(
        (family.site.config.data / root / path).exists()
        for root in ("public", "private")
        for path in files
    )
    told = Refusal.told_to(Visitor(family.user("ann")))
    assert [one.name for one in told] == ["Lake"]
    assert Refusal.told_to(Visitor(meg)) == [] == Refusal.told_to(Visitor.GUEST)
    assert Refusal.told_to(Visitor(guest="another")) == []
    review.forget_refusals(Visitor(family.user("ann")), told[-1].id - 1)
    assert Refusal.told_to(Visitor(family.user("ann")))
    review.forget_refusals(Visitor(family.user("ann")), told[-1].id)
    assert Refusal.told_to(Visitor(family.user("ann"))) == []
    acts = [(one.act, one.subject, one.detail) for one in db.session.scalars(db.select(AuditEntry))]
    assert acts == [("refuse_upload", public_id, {"owner": "ann"})]


def test_what_is_approved_meanwhile_is_not_refused(family: Family) -> None:
    upload = family.send(visibility="public")
    assert family.approve(upload)
    assert not review.refuse(family.site, upload, family.user("meg"))
    assert family.roots(family.of(upload.public_id)) == {"public"}
    assert db.session.scalar(db.select(Refusal)) is None


def test_one_that_fails_keeps_no_other_one(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads = [family.send(visibility="public", title=f"Lake {n}") for n in range(3)]
    move, storage = family.site.storage.move, family.site.storage

    def fail(paths: list[str], old: str, new: str) -> None:
        if paths == uploads[1].files:
            raise OSError("disk")
        move(paths, old, new)

    monkeypatch.setattr(storage, "move", fail)
    family.approve(family.of(uploads[2].public_id))
    done = review.decide(family.site, uploads, family.user("meg"), is_approved=True)
    assert [one.outcome for one in done] == [Outcome.APPROVED, Outcome.FAILED, Outcome.NO_LONGER]
    assert family.waits().uploads == 1 and family.roots(family.of(uploads[1].public_id)) == {
        "private"
    }


def test_what_waits_for_an_album_waits_in_the_bin_too(family: Family) -> None:
    """Its album forgets it meanwhile, whatever becomes of the album, and then waits for it again;
    nothing takes in what is away.
    """
    ann = family.user("ann")
    album = albums.create_album(
        family.site.settings, ann, "Lake", {"visibility": AlbumVisibility.PUBLIC}
    )
    upload = family.send(visibility="public", album_id=album.public_id)
    assert album.ids_that_wait() == [upload.public_id]
    change_of = work_a_while(family.site, begin(ann, "bin", {}, [upload.id]))
    assert change_of.done == 1 and album.ids_that_wait() == []
    albums.change_album(album, {"visibility": AlbumVisibility.PRIVATE})
    albums.add_to_album(ann, album, [upload.public_id])
    album.refresh()
    assert album.upload_count == 0
    albums.change_album(album, {"visibility": AlbumVisibility.PUBLIC})
    undo(change_of)
    assert work_a_while(family.site, change_of).done == 1
    assert album.ids_that_wait() == [upload.public_id]
    assert family.approve(family.of(upload.public_id))
    album.refresh()
    assert album.upload_count == 1 and family.sees(None, upload)
