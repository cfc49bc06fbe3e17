"""Admins look after people: roles, bans, and who gets these pages."""

from __future__ import annotations

import re
import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import User, db
from models.role import Role, State
from services.accounts import AlreadySetUp, create_first_account
from tests.conftest import (
    PASSWORD,
    Person,
    confirm_log_in,
    csrf_token,
    existing,
    log_in,
    make_person,
)

PERSON = "/admin/people/bob"


@pytest.fixture
def boss(app: Flask) -> Person:
    return make_person(app, "boss", admin=True)


@pytest.fixture
def bob(boss: Person) -> Person:
    return make_person(boss.app, "bob")


def device(person: Person) -> FlaskClient:
    """Where the password was given again, a moment ago."""
    client = person.app.test_client()
    log_in(client, person.name)
    confirm_log_in(client)
    return client


def do(client: FlaskClient, path: str, **fields: str) -> int:
    data = {"csrf_token": csrf_token(client.get("/settings").text), **fields}
    return client.post(path, data=data).status_code


def user(person: Person) -> tuple[str, str]:
    with person.app.app_context():
        row = User.by_name(person.name)
        assert row
        return row.role, row.state


def is_in(client: FlaskClient) -> bool:
    return client.get("/settings").status_code == 200


def may_upload(person: Person) -> bool:
    answer = person.upload("plain.jpg")
    return bool(answer.status_code == 200)


def test_only_admins_get_the_pages(boss: Person, bob: Person) -> None:
    manager = make_person(boss.app, "meg", role=Role.MANAGER)
    for path in ("/admin/people", PERSON):
        assert device(boss).get(path).status_code == 200
        assert device(manager).get(path).status_code == 404
        assert device(bob).get(path).status_code == 404
        assert boss.app.test_client().get(path).status_code == 302
    for path, fields in ((f"{PERSON}/role", {"role": "admin"}), ("/admin/people/boss/ban", {})):
        for person in (manager, bob):
            assert do(device(person), path, **fields) == 404
    assert user(bob) == ("user", "active") and user(boss) == ("admin", "active")
    assert 'href="/admin"' in device(boss).get("/").text
    assert 'href="/admin"' not in device(manager).get("/").text


def test_the_list(boss: Person, bob: Person) -> None:
    bob.uploaded("plain.jpg")
    page = device(boss).get("/admin/people").text
    row = re.search(r"<span>bob</span>.*?</tr>", page, re.DOTALL)
    assert row and ">1</td>" in row[0] and "KB" in row[0] and "never" not in row[0]
    assert "<span>boss</span>" not in device(boss).get("/admin/people?q=bob").text.replace(
        "<span>boss</span></summary>", ""
    )
    assert "<span>bob</span>" not in device(boss).get("/admin/people?after=bob").text


def test_a_role_holds_at_once(boss: Person, bob: Person) -> None:
    admin, bobs = device(boss), device(bob)
    private = boss.uploaded("plain.jpg", visibility="private")
    edit = f"/manage/{private['id_encoded']}/edit"
    assert bobs.get(edit).status_code == 404
    assert do(admin, f"{PERSON}/role", role="manager") == 303
    assert bobs.get(edit).status_code == 403  # it is there, and opens by a button
    assert bobs.get("/admin/people").status_code == 404
    assert do(admin, f"{PERSON}/role", role="admin") == 303
    assert bobs.get("/admin/people").status_code == 200
    assert do(bobs, "/admin/people/boss/role", role="user") == 303
    assert admin.get("/admin/people").status_code == 404 and is_in(admin)
    assert do(bobs, f"{PERSON}/role", role="chief") == 400
    assert user(bob) == ("admin", "active")


def test_the_last_admin_stays(boss: Person, bob: Person) -> None:
    admin = device(boss)
    assert do(admin, "/admin/people/boss/role", role="user") == 409
    assert do(admin, "/admin/people/boss/ban") == 409
    chief = make_person(boss.app, "chief", admin=True)
    with boss.app.app_context():
        row = User.by_name("chief")
        assert row
        row.state = State.BANNED  # who can't log in looks after nothing
        db.session.commit()
    answer = do(admin, "/admin/people/boss/role", role="manager")
    assert answer == 409 and user(boss) == ("admin", "active") and user(chief)[0] == "admin"


def test_a_ban_ends_sessions_and_keys_at_once(boss: Person, bob: Person) -> None:
    admin, laptop, phone = device(boss), device(bob), device(bob)
    bob.uploaded("plain.jpg", title="Bob's")
    assert do(admin, f"{PERSON}/ban") == 303
    assert not is_in(laptop) and not is_in(phone) and not may_upload(bob)
    refused = log_in(boss.app.test_client(), "bob")
    assert refused.status_code == 403 and "Your account is banned." in refused.text
    assert "banned" not in log_in(boss.app.test_client(), "bob", "wrong").text
    assert do(admin, f"{PERSON}/unban") == 303
    assert not is_in(laptop) and is_in(device(bob)) and may_upload(bob)


def test_nobody_who_waits_is_let_in_by_lifting_a_ban(boss: Person, bob: Person) -> None:
    with bob.app.app_context():
        row = User.by_name("bob")
        assert row
        row.state = State.PENDING
        db.session.commit()
    assert do(device(boss), f"{PERSON}/unban") == 303
    assert user(bob) == ("user", "pending")


CHANGES = [
    ("role", {"role": "admin"}), ("reset-link", {}), ("reset-factors", {}), ("ban", {}),
    ("disconnect", {}), ("delete", {"name": "bob", "taker": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "fields"), CHANGES)
def test_what_lets_in_or_puts_out_asks_for_the_password_first(
    what: str, fields: dict[str, str], boss: Person, bob: Person
) -> None:
    """Then the page asks once more, without a script, too."""
    client, path = boss.app.test_client(), f"{PERSON}/{what}"
    log_in(client, "boss")
    token = {"csrf_token": csrf_token(client.get("/settings").text)}
    for answer in (client.get(path), client.post(path, data={**token, **fields})):
        assert answer.status_code == 303
        assert answer.location.startswith("/settings/confirm?next=/admin/people/bob/")
    assert user(bob) == ("user", "active") and "/reset/" not in client.get(PERSON).text
    form = {**token, "password": PASSWORD, "next": answer.location.partition("next=")[2]}
    question = client.get(client.post("/settings/confirm", data=form).location)
    assert question.status_code == 200 and (
        f'action="{path}"' in question.text or "taker" in fields
    )
    assert user(bob) == ("user", "active")
    assert client.post(path, data={**token, **fields}).status_code == 303


def test_a_role_is_asked_for_once_more_after_the_password(boss: Person, bob: Person) -> None:
    page = device(boss).get(f"{PERSON}/role?role=manager").text
    assert 'name="role" value="manager"' in page and "The role becomes: Manager." in page
    assert 'value="user"' in device(boss).get(f"{PERSON}/role?role=chief").text


def test_an_admin_deletes_somebody(boss: Person, bob: Person) -> None:
    admin, image = device(boss), bob.uploaded("plain.jpg")
    path = f"{PERSON}/delete"
    assert "with 1 file (" in admin.get(path).text
    for fields in (
        {},
        {"name": "boss"},
        {"name": "bob", "taker": "eve"},
        {"name": "bob", "taker": "bob"},
    ):
        assert do(admin, path, **fields) == 400
    assert do(admin, path, name="BOB ") == 303
    assert admin.get(PERSON).status_code == 404
    assert admin.get(image["path_viewer"]).status_code == 404
    assert do(admin, "/admin/people/boss/delete", name="boss") == 409


def test_an_admin_gives_the_files_of_somebody_to_another(boss: Person, bob: Person) -> None:
    make_person(boss.app, "eve")
    admin, image = device(boss), bob.uploaded("plain.jpg")
    assert do(admin, f"{PERSON}/delete", name="bob", taker="Eve") == 303
    assert "moved to eve" in admin.get("/admin/people").text
    assert "/user/eve" in admin.get(image["path_viewer"]).text
    assert admin.get(PERSON).status_code == 404


def test_who_waits_is_not_banned(boss: Person, bob: Person) -> None:
    """A lifted ban would let in who was never approved."""
    with bob.app.app_context():
        existing(User.by_name("bob")).state = State.PENDING
        db.session.commit()
    assert do(device(boss), f"{PERSON}/ban") == 409 and user(bob)[1] == "pending"
    run = boss.app.test_cli_runner().invoke
    assert run(args=["user", "ban", "bob"]).exit_code == 1
    assert run(args=["user", "reset-link", "bob"]).exit_code == 1
    page = device(boss).get(PERSON).text
    assert page.index("Approve bob") < page.index("<legend>Role")


def test_commands(boss: Person, bob: Person) -> None:
    run = boss.app.test_cli_runner().invoke
    assert "bob has the role manager" in run(args=["user", "promote", "bob", "manager"]).output
    assert user(bob)[0] == "manager"
    assert run(args=["user", "promote", "bob"]).exit_code == 0 and user(bob)[0] == "admin"
    assert run(args=["user", "demote", "bob"]).exit_code == 0 and user(bob)[0] == "user"
    for words in (["demote", "boss"], ["ban", "boss"]):
        result = run(args=["user", *words])
        assert result.exit_code == 1 and "only admin" in result.output
    phone = device(bob)
    assert run(args=["user", "ban", "bob"]).exit_code == 0 and not is_in(phone)
    assert "bob\tbanned" in run(args=["user", "list"]).output
    assert run(args=["user", "unban", "bob"]).exit_code == 0 and is_in(device(bob))
    assert "No user eve" in run(args=["user", "ban", "eve"]).output


def test_a_person_has_a_quota_of_their_own(boss: Person, bob: Person) -> None:
    admin = device(boss)
    page = admin.get(PERSON).text
    assert "Empty: as for all members (no limit). 0: no limit." in page and "0 B used" in page
    for text, quota in (("5000", 5000), ("0", 0), (" ", None), ("1", 1)):
        assert do(admin, f"{PERSON}/quota", quota=text) == 303
        with boss.app.app_context():
            assert db.session.scalar(db.select(User.quota_mb).where(User.name == "bob")) == quota
    page = admin.get(PERSON).text
    assert "0 B of 1 MB used" in page and re.search(r'name="quota"[^>]*value="1"', page)
    answer = admin.post(
        f"{PERSON}/quota", data={"csrf_token": csrf_token(page), "quota": "1.5 <GB>"}
    )
    assert answer.status_code == 400 and "Enter a whole number of MB" in answer.text
    assert 'value="1.5 &lt;GB&gt;"' in answer.text
    assert do(device(bob), f"{PERSON}/quota", quota="0") == 404


def test_the_set_up_link_makes_one_admin(app: Flask) -> None:
    """However many use it at once."""
    settings, outcomes = app.extensions["keepsake"].settings, list[str]()

    def set_up(name: str) -> None:
        with app.app_context():
            try:
                outcomes.append(create_first_account(settings, name, "correct horse").name)
            except AlreadySetUp:
                outcomes.append("")

    threads = [threading.Thread(target=set_up, args=(f"boss{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert [user.name for user in User.ordered()] == [name for name in outcomes if name]
    assert len(outcomes) == 4 and outcomes.count("") == 3
