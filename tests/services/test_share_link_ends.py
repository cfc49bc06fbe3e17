"""When a share link ends because of what happens to its owner, its album or its tag."""

from __future__ import annotations

import pytest

from models import Album, ShareLink, Tag, Upload, User, contents_of, db
from models.role import State
from services import delete_album as deleting
from services.delete_account import delete_account
from services.delete_album import delete_album
from services.share_links import restore_link, revoke_link, share_album, share_files, share_tag
from services.tags import delete_tag, edit_tag
from tests.conftest import Person, existing, make_person

TOKEN = "secret of {}".format  # of a public id


@pytest.fixture
def bob(ann: Person) -> Person:
    return make_person(ann.app, "bob")


def user(name: str) -> User:
    return existing(User.by_name(name))


def link_to_album(name: str = "ann") -> ShareLink:
    album = Album.create(user(name), "Lake")
    db.session.commit()
    return share_album(user(name), album, TOKEN, {})


def link_to_tag(key: str, name: str = "ann") -> ShareLink:
    return share_tag(user(name), existing(Tag.find(key)), TOKEN, {})


def works(link_id: str) -> bool:
    db.session.expire_all()
    return ShareLink.find(TOKEN(link_id)) is not None


def titles(link_id: str) -> list[str]:
    """Of what is under it; nothing if it has ended."""
    db.session.expire_all()
    link = ShareLink.find(TOKEN(link_id))
    return sorted(one.title or "" for one in contents_of(link).page()) if link else []


# --- its owner


@pytest.mark.parametrize("state", [State.BANNED, State.PENDING, State.LEAVING])
def test_links_of_somebody_who_cannot_log_in_do_not_open(state: State, ann: Person) -> None:
    with ann.app.app_context():
        link_id = link_to_album().public_id
        user("ann").state = state
        db.session.commit()
        assert not works(link_id)
        user("ann").state = State.ACTIVE
        db.session.commit()
        assert works(link_id)


@pytest.mark.parametrize("is_given", [False, True])
def test_links_go_with_the_account(is_given: bool, ann: Person, bob: Person) -> None:
    """Also where its files and albums are another's from then on: it wasn't them who shared."""
    image = ann.uploaded("pixel.png")["id_encoded"]
    with ann.app.app_context():
        ids = [link_to_album().public_id]
        ids.append(share_files(user("ann"), [image], TOKEN, {}).public_id)
        others = link_to_album("bob").public_id
        to = user("bob") if is_given else None
        assert delete_account(ann.app.extensions["keepsake"], user("ann"), "ann", to)
        assert not any(works(one) for one in ids) and works(others)
        assert db.session.query(ShareLink).count() == 1
        assert db.session.query(Upload).count() == db.session.query(Album).count() - 1 == is_given


# --- its album


def test_an_album_takes_its_links_along(ann: Person) -> None:
    with ann.app.app_context():
        link = link_to_album()
        link_id = link.public_id
        assert delete_album(ann.app.extensions["keepsake"], existing(link.album))
        assert not works(link_id) and db.session.query(ShareLink).count() == 0


def test_one_that_is_being_deleted_opens_no_more(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though it takes a while."""
    monkeypatch.setattr(deleting, "SECONDS", -1.0)
    with ann.app.app_context():
        link = link_to_album()
        link_id = link.public_id
        ann.uploaded("pixel.png", album_id=existing(link.album).public_id)
        db.session.expire_all()
        assert not delete_album(
            ann.app.extensions["keepsake"], existing(link.album), with_uploads=True
        )
        assert db.session.query(ShareLink).count() == 1 and not works(link_id)


def test_what_is_deleted_or_taken_out_is_under_no_link(ann: Person) -> None:
    ids = [ann.uploaded("pixel.png", title=name)["id_encoded"] for name in "abc"]
    with ann.app.app_context():
        to_album = link_to_album()
        Album.append(existing(to_album.album_id), Upload.row_ids_of(user("ann"), ids))
        db.session.commit()
        to_files = share_files(user("ann"), ids, TOKEN, {}).public_id
        link_id, album_id = to_album.public_id, existing(to_album.album_id)
        assert titles(link_id) == titles(to_files) == ["a", "b", "c"]
        Album.remove(album_id, Upload.row_ids_of(user("ann"), ids[:1]))
        existing(Upload.find_any(ids[1])).delete_row()
        db.session.commit()
        assert titles(link_id) == ["c"] and titles(to_files) == ["a", "c"]


# --- its tag


def test_a_tag_that_is_renamed_keeps_its_links(ann: Person) -> None:
    ann.uploaded("pixel.png", tags="sea", title="a")
    with ann.app.app_context():
        link_id = link_to_tag("sea").public_id
        edit_tag(existing(Tag.find("sea")), "Ocean", "")
        assert titles(link_id) == ["a"]
        assert existing(ShareLink.find(TOKEN(link_id))).name == "Ocean"


def test_links_follow_a_tag_into_another_one(ann: Person, bob: Person) -> None:
    """Of somebody who has nothing with the other one, so that they show the same as before."""
    ann.uploaded("pixel.png", tags="sea", title="a")
    bob.uploaded("pixel.png", tags="ocean", title="b")
    with ann.app.app_context():
        of_ann, of_bob = (
            link_to_tag(key, name).public_id for key, name in (("sea", "ann"), ("ocean", "bob"))
        )
        edit_tag(existing(Tag.find("sea")), "ocean", "", merges=True)
        assert (titles(of_ann), titles(of_bob)) == (["a"], ["b"])


@pytest.mark.parametrize("is_known", [True, False])
def test_a_link_that_would_show_more_is_revoked(is_known: bool, ann: Person, bob: Person) -> None:
    """Whichever tag it is to. Its owner can turn it on again, and sees then what it is to."""
    ann.uploaded("pixel.png", tags="sea", title="a", visibility="private")
    ann.uploaded("pixel.png", tags="attic", title="secret", visibility="private")
    bob.uploaded("pixel.png", tags="sea", title="b")
    with ann.app.app_context():
        ids = [link_to_tag(key).public_id for key in ("sea", "attic")]
        of_bob = link_to_tag("sea", "bob").public_id
        edit_tag(existing(Tag.find("sea")), "attic", "", merges=True, is_known=is_known)
        assert not any(works(one) for one in ids) and titles(of_bob) == ["b"]
        for one in ids:
            restore_link(existing(ShareLink.find_of(user("ann"), one)))
            assert titles(one) == ["a", "secret"]


def test_a_tag_that_is_deleted_ends_its_links(ann: Person) -> None:
    ann.uploaded("pixel.png", tags="sea", title="a")
    with ann.app.app_context():
        link_id = link_to_tag("sea").public_id
        delete_tag(existing(Tag.find("sea")))
        assert not works(link_id)


def test_a_tag_that_is_being_deleted_opens_no_more(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann.uploaded("pixel.png", tags="sea", title="a")
    monkeypatch.setattr("services.tags.move_some", lambda row: False)
    with ann.app.app_context():
        link_id = link_to_tag("sea").public_id
        delete_tag(existing(Tag.find("sea")))
        assert db.session.query(ShareLink).count() == 1 and not works(link_id)


def test_a_link_that_is_revoked_shows_nothing_until_it_is_turned_on(ann: Person) -> None:
    image = ann.uploaded("pixel.png", title="a")["id_encoded"]
    with ann.app.app_context():
        link_id = share_files(user("ann"), [image], TOKEN, {}).public_id
        for act, shown in ((revoke_link, []), (restore_link, ["a"])):
            act(existing(ShareLink.find_of(user("ann"), link_id)))
            assert titles(link_id) == shown
