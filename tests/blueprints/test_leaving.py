"""Deleting one's own account: asked twice, with the password."""

from __future__ import annotations

from models import Upload, User, db
from models.role import Role
from tests.blueprints.test_export import confirm
from tests.conftest import Person, csrf_token, existing, log_in, make_person

PATH = "/settings/data/delete"


def leave(person: Person, name: str) -> tuple[int, str]:
    token = csrf_token(person.client.get("/settings").text)
    answer = person.client.post(PATH, data={"csrf_token": token, "name": name})
    return answer.status_code, answer.text


def exists(person: Person) -> bool:
    with person.app.app_context():
        return User.by_name(person.name) is not None


def test_not_without_the_password_nor_without_the_name(ann: Person) -> None:
    log_in(ann.client)
    assert leave(ann, "ann")[0] == 303 and exists(ann)  # to the password
    confirm(ann)
    status, text = leave(ann, "bob")
    assert status == 400 and "not the name" in text and 'value="bob"' in text and exists(ann)
    assert leave(ann, "")[0] == 400 and exists(ann)


def test_it_is_gone_and_logged_out(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    log_in(ann.client)
    confirm(ann)
    assert "Enter “ann”." in ann.client.get(PATH).text
    assert leave(ann, " ANN ")[0] == 303 and not exists(ann)
    page = ann.client.get("/")
    assert "Your account is deleted." in page.text and "Log in" in page.text
    assert ann.client.get(image["path_viewer"]).status_code == 404
    with ann.app.app_context():
        assert db.session.scalar(db.select(Upload)) is None


def test_the_last_admin_stays(ann: Person) -> None:
    with ann.app.app_context():
        existing(User.by_name("ann")).role = Role.ADMIN
        db.session.commit()
    log_in(ann.client)
    confirm(ann)
    status, text = leave(ann, "ann")
    assert status == 409 and "only admin" in text and exists(ann)
    make_person(ann.app, "bob", admin=True)
    assert leave(ann, "ann")[0] == 303 and not exists(ann)
