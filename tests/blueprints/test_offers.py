"""Handing all files to another member: offered by one, accepted by the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from models import Offer, Upload, User, db
from models.offer import LIFETIME
from models.role import Role, State
from services import delete_account
from services.accounts import set_password
from services.quota import set_quota
from tests.blueprints.test_export import confirm
from tests.conftest import Person, csrf_token, existing, log_in, make_person


@pytest.fixture
def family(make_app: Callable[..., Flask]) -> dict[str, Person]:
    app = make_app()
    people = {name: make_person(app, name) for name in ("ann", "bob", "cleo")}
    people["ann"].uploaded("plain.jpg", title="Lake")
    for name, person in people.items():
        log_in(person.client, name)
        confirm(person)
    return people


def post(person: Person, path: str, **fields: str) -> Any:
    token = csrf_token(person.client.get("/settings").text)
    return person.client.post(path, data={"csrf_token": token, **fields})


def give(person: Person, taker: str = "bob", name: str = "ann") -> Any:
    return post(person, "/settings/data/give", taker=taker, name=name)


def answer(person: Person, word: str, giver: str = "ann") -> int:
    status: int = post(person, f"/settings/offers/{giver}/{word}").status_code
    return status


def owners(person: Person) -> set[str]:
    with person.app.app_context():
        return {existing(row.user).name for row in db.session.scalars(db.select(Upload))}


def test_both_are_told_what_goes_along(family: dict[str, Person]) -> None:
    """All of it: nothing is lost that nobody chose to delete."""
    ann, bob = family["ann"], family["bob"]
    form = ann.client.get("/settings/data/give").text
    assert "What is in your bin and old versions of replaced files go along." in form
    assert 'href="/bin"' in form
    give(ann)
    assert "old versions and what is in the bin" in bob.client.get("/settings").text
    image = ann.uploaded("plain.jpg")
    page = ann.client.get(f"/manage/{image['id_encoded']}/versions").text
    assert "unless you give somebody all of your files" in page


def test_nothing_changes_until_it_is_accepted(family: dict[str, Person]) -> None:
    ann, bob = family["ann"], family["bob"]
    assert "wants to give you" not in bob.client.get("/settings").text
    assert give(ann, " BOB ").status_code == 303
    assert "offered your files to bob" in ann.client.get("/settings/data").text
    for page in ("/settings", "/"):
        assert "ann wants to give you 1 file (" in bob.client.get(page).text
        assert "wants to give" not in family["cleo"].client.get(page).text
    assert owners(ann) == {"ann"}
    assert answer(family["cleo"], "accept") == 404 and owners(ann) == {"ann"}
    assert answer(bob, "accept") == 303 and owners(ann) == {"bob"}
    assert ann.client.get("/settings").status_code == 302  # logged out, and gone
    with ann.app.app_context():
        assert User.by_name("ann") is None and db.session.scalar(db.select(Offer)) is None
    assert "Lake" in bob.client.get("/mine").text
    assert answer(bob, "accept") == 404


def test_it_can_be_declined_and_withdrawn(family: dict[str, Person]) -> None:
    ann, bob = family["ann"], family["bob"]
    give(ann)
    assert answer(bob, "decline") == 303 and answer(bob, "accept") == 404
    give(ann)
    assert post(ann, "/settings/data/take-back").status_code == 303
    assert answer(bob, "accept") == 404 and owners(ann) == {"ann"}
    give(ann, "bob")
    give(ann, "cleo")  # instead
    assert answer(bob, "accept") == 404 and answer(family["cleo"], "accept") == 303


@pytest.mark.parametrize(
    ("taker", "name", "says"),
    [("nobody", "ann", "nobody else"), ("ann", "ann", "nobody else"), ("../x", "ann", "nobody"),
     ("bob", "bob", "not the name"), ("", "ann", "")],
)  # fmt: skip
def test_what_is_refused(taker: str, name: str, says: str, family: dict[str, Person]) -> None:
    refused = give(family["ann"], taker, name)
    assert refused.status_code == 400 and says in refused.text
    with family["ann"].app.app_context():
        assert db.session.scalar(db.select(Offer)) is None


def test_the_last_admin_stays_and_so_do_files_that_do_not_fit(family: dict[str, Person]) -> None:
    ann, bob = family["ann"], family["bob"]
    with ann.app.app_context():
        existing(User.by_name("ann")).role = Role.ADMIN
        db.session.commit()
    assert give(ann).status_code == 409
    with ann.app.app_context():
        existing(User.by_name("ann")).role = Role.USER
        db.session.commit()
    big = make_big(ann)
    give(ann)
    with ann.app.app_context():
        set_quota(existing(User.by_name("bob")), 1, "boss")
    assert big > 1_000_000 and answer(bob, "accept") == 507 and owners(ann) == {"ann"}


def make_big(person: Person) -> int:
    with person.app.app_context():
        row = existing(db.session.scalar(db.select(Upload)))
        row.size = 5_000_000
        db.session.commit()
        return int(row.size)


def test_offers_of_several_fit_together_or_not_at_all(
    family: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while the files of the first are on their way."""
    ann, bob, cleo = family.values()
    make_big(ann)
    cleo.uploaded("plain.jpg")
    with ann.app.app_context():
        assert existing(db.session.get(Upload, 2)).user_id == 3
        existing(db.session.get(Upload, 2)).size = 4_000_000
        db.session.commit()
        set_quota(existing(User.by_name("bob")), 8, "boss")
    give(ann)
    give(cleo, name="cleo")
    monkeypatch.setattr(delete_account, "SECONDS", -1.0)
    monkeypatch.setattr(delete_account, "BATCH", 0)
    assert answer(bob, "accept") == 303 and owners(ann) == {"ann", "cleo"}
    assert answer(bob, "accept", "cleo") == 507
    with ann.app.app_context():
        assert existing(User.by_name("cleo")).is_active


@pytest.mark.parametrize("by", ["time", "password"])
def test_an_offer_ends(by: str, family: dict[str, Person]) -> None:
    ann, bob = family["ann"], family["bob"]
    give(ann)
    assert "The offer ends" in ann.client.get("/settings/data").text
    with ann.app.app_context():
        if by == "time":
            existing(db.session.scalar(db.select(Offer))).created_at -= LIFETIME
            db.session.commit()
        else:
            site = ann.app.extensions["keepsake"]
            set_password(site.settings, existing(User.by_name("ann")), "a new long password")
    assert "wants to give" not in bob.client.get("/settings").text
    assert answer(bob, "accept") == 404 and owners(ann) == {"ann"}


def test_names_cannot_be_tried_one_after_the_other(family: dict[str, Person]) -> None:
    assert {give(family["ann"], f"nobody{n}").status_code for n in range(10)} == {400}
    refused = give(family["ann"])
    assert refused.status_code == 429 and refused.headers["Retry-After"]
    assert give(family["cleo"], name="cleo").status_code == 303


def test_a_ban_ends_an_offer(family: dict[str, Person]) -> None:
    give(family["ann"])
    with family["ann"].app.app_context():
        existing(User.by_name("ann")).state = State.BANNED
        db.session.commit()
    assert "wants to give" not in family["bob"].client.get("/").text
    assert answer(family["bob"], "accept") == 404 and owners(family["bob"]) == {"ann"}
