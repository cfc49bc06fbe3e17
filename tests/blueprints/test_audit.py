"""The audit log: every act of an admin or a manager is in it, in words, for admins alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints import SITE_MAP
from blueprints.http.account_guards import account_admin, sure_admin
from blueprints.http.album_guards import album_moderator
from blueprints.http.audit_sentences import KNOWN, sentence
from blueprints.http.audit_words import ACTS
from blueprints.http.guards import admin, editor, inviter, moderator, upload_moderator
from blueprints.http.label_guards import curator, tagger
from blueprints.http.settings_guard import settings_admin
from config import as_text
from models import AuditEntry, Identity, Job, Reason, Report, Upload, User, Visibility, db, utcnow
from models.audit import PAGE_OF_LOG, Act
from models.role import Role, State
from services.audit import COMMAND, record
from services.categories import create_category
from services.invitations import invite
from services.jobs import audit as forgetting
from services.jobs.kind import Turn
from services.jobs.limits import AUDIT_FORGOTTEN_AFTER
from services.settings import DECLARED
from tests.blueprints.test_site_settings import fields
from tests.conftest import Person, confirm_log_in, csrf_token, existing, log_in, make_person, sample
from tests.words.test_pages import new_album

GUARDS = (
    account_admin, admin, album_moderator, curator, editor, inviter, moderator, settings_admin,
    sure_admin, tagger, upload_moderator,
)  # fmt: skip
ONLY_LOOKS = {"/admin/check"}  # asks the site from outside, and changes nothing
POSTS = [
    route
    for route in SITE_MAP
    if route.who in GUARDS and "POST" in route.methods.split() and route.rule not in ONLY_LOOKS
]
FIELDS: dict[str, dict[str, str]] = {  # what a form of such a route needs
    "/admin/people/<name>/role": {"role": "manager"},
    "/admin/people/<name>/quota": {"quota": "7"},
    "/admin/people/<name>/delete": {"name": "bob"},
    "/admin/invitations": {"role": "user", "days": "7", "uses": "1"},
    "/manage/<public_id>/edit": {"title": "Lake"},
    "/categories": {"name": "Hikes"},
    "/category/<url_key>/edit": {"name": "Travel"},
    "/tag/<name>/edit": {"name": "ocean"},
    "/admin/review": {"answer": "refuse", "sure": "1", "upload": "{id_encoded}"},
    "/admin/review/reports": {"answer": "hide", "report": "1"},
    "/admin/settings/<group>": {"site_name": "Ours"},
}


def connected(bob: User) -> None:
    Identity.add(bob, "https://id.example.org", "bob", "bob")


def in_state(state: State) -> Callable[[User], None]:
    def change(bob: User) -> None:
        bob.state = state

    return change


BEFORE: dict[str, Callable[[User], None]] = {  # what bob is until then
    "/admin/people/<name>/unban": in_state(State.BANNED),
    "/admin/people/<name>/approve": in_state(State.PENDING),
    "/admin/people/<name>/refuse": in_state(State.PENDING),
    "/admin/people/<name>/disconnect": connected,
}


ANEW = {  # the same again is another act
    "/admin/people/<name>/reset-link", "/admin/people/<name>/reset-factors",
    "/admin/people/<name>/disconnect", "/manage/<public_id>/delete-link", "/admin/invitations",
    "/admin/logo", "/admin/jobs/<job_id>/retry", "/admin/backup", "/admin/health/repair",
}  # fmt: skip


@pytest.fixture
def boss(app: Flask) -> Person:
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    confirm_log_in(boss.client)
    return boss


@pytest.fixture
def bob(boss: Person) -> Person:
    return make_person(boss.app, "bob")


def post(client: FlaskClient, path: str, **given: Any) -> Any:
    return client.post(path, data={**given, "csrf_token": csrf_token(client.get("/").text)})


def entries(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        rows = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id))
        return [(row.by, row.act, row.subject) for row in rows]


@contextmanager
def request_of(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.parametrize("rule", sorted({route.rule for route in POSTS}))
def test_every_act_of_a_moderator_is_written_down(rule: str, boss: Person, bob: Person) -> None:
    """By kind of guard: a route that is new is tried here, too."""
    image = bob.uploaded("pixel.png", tags="sea", visibility=Visibility.PUBLIC)
    hidden = bob.uploaded("pixel.png", visibility=Visibility.PRIVATE, title="Diary")
    log_in(bob.client, "bob")
    album = new_album(bob, "private")
    with boss.app.app_context():
        create_category("Trips")
        invite(None, lasts=timedelta(days=1))
        db.session.execute(db.delete(AuditEntry))
        Job.add("tag_names", {"tag": 0, "after": 0})
        db.session.execute(db.update(Job).values(run_at=None))
        invitation = db.session.scalar(db.text("SELECT public_id FROM invitation"))
        job = db.session.scalar(db.select(Job.id))
        if rule == "/admin/review":
            waits = {"is_approved": False, "visibility": "private", "waits_as": "public"}
            db.session.execute(db.update(Upload).values(waits))
        if rule == "/admin/review/reports":
            upload = existing(Upload.find_any(image["id_encoded"]))
            Report.add(upload, None, "somebody", Reason.OTHER, "")
        if change := BEFORE.get(rule):
            change(existing(User.by_name("bob")))
        db.session.commit()
    opens = rule.endswith("/open")
    public_id = invitation if "invitations" in rule else (hidden if opens else image)["id_encoded"]
    values = {"name": "sea" if "/tag/" in rule else "bob", "url_key": "trips", "slug": album}
    values["group"] = "general"
    path = rule
    for name, value in {**values, "public_id": public_id, "job_id": str(job)}.items():
        path = path.replace(f"<{name}>", value)
    shown = fields(boss.client.get(path).text) if rule.endswith("<group>") else {}
    given: dict[str, Any] = {
        name: value.format(**image) for name, value in FIELDS.get(rule, {}).items()
    }
    if rule == "/admin/backup":
        site = boss.app.extensions["keepsake"]
        site.config = replace(site.config, backup_folder="/mnt/backup")
    if rule.startswith("/admin/logo"):
        logo = {"source": sample("plain.jpg").open("rb")}
        given |= logo if rule == "/admin/logo" else {}
        if not given:
            assert post(boss.client, "/admin/logo", **logo).status_code == 303
    answer = post(boss.client, path, **shown | given)
    assert answer.status_code == (200 if rule == "/admin/review" else 303), (
        path,
        answer.text[:2000],
    )
    written = entries(boss.app)
    assert written and {by for by, _, _ in written} == {"boss"}
    with request_of(boss.app):
        for entry in db.session.scalars(db.select(AuditEntry)):
            told = sentence(entry)
            assert "Diary" not in told and not told.startswith(entry.act), told
    if rule not in ANEW:
        post(boss.client, path, **shown | given)
        assert entries(boss.app) == written


def test_what_one_does_with_ones_own_is_not_written_down(boss: Person) -> None:
    image = boss.uploaded("pixel.png")["id_encoded"]
    for what in ("edit", "delete-link", "open", "delete"):
        post(boss.client, f"/manage/{image}/{what}", title="Lake")
    assert entries(boss.app) == []


def test_acts_and_their_words(boss: Person) -> None:
    assert set(Act) == set(ACTS) == KNOWN
    with request_of(boss.app):
        for act in Act:  # of a version that wrote other details
            assert sentence(AuditEntry(act=act, subject="bob", detail={"x": 1}))
        assert sentence(AuditEntry(act="fly", subject="bob", detail={})) == "fly bob"


def test_the_page_has_the_latest_first_and_goes_on(boss: Person) -> None:
    with boss.app.app_context():
        for number in range(PAGE_OF_LOG + 5):
            record(Act.BAN, "boss" if number % 2 else COMMAND, f"person{number}")
        db.session.commit()
    page = boss.client.get("/admin/log").text
    last = PAGE_OF_LOG + 4
    assert (
        page.index(f"person{last}.") < page.index(f"person{last - 1}.") and "person4." not in page
    )
    rest = boss.client.get("/admin/log?before=6").text
    assert "person4." in rest and "person5." not in rest and "Next page" not in rest
    mine = boss.client.get("/admin/log?by=boss&act=ban").text
    assert "person3." in mine and "person4." not in mine
    assert boss.client.get("/admin/log?by=The+command+line").text.count("The command line") > 20
    assert "No such entries" in boss.client.get("/admin/log?act=unban").text
    assert boss.client.get("/admin/log?before=x").status_code == 400


def test_the_log_is_for_admins(app: Flask, boss: Person, bob: Person) -> None:
    meg = make_person(app, "meg", role=Role.MANAGER)
    for person in (meg, bob):
        log_in(person.client, person.name)
        assert person.client.get("/admin/log").status_code == 404
    assert app.test_client().get("/admin/log").status_code == 302


def test_times_are_in_ones_own_zone(boss: Person) -> None:
    with boss.app.app_context():
        record(Act.BAN, "boss", "bob")
        at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
        db.session.execute(db.update(AuditEntry).values(at=at))
        existing(User.by_name("boss")).time_zone = "Europe/Berlin"
        db.session.commit()
    assert "2 Jul 2026, 00:30:00 CEST" in boss.client.get("/admin/log").text


def test_entries_outlive_accounts_and_end_after_two_years(boss: Person, bob: Person) -> None:
    post(boss.client, "/admin/people/bob/quota", quota="7")
    post(boss.client, "/admin/people/bob/delete", name="bob")
    acts = [act for _, act, _ in entries(boss.app)]
    assert acts == ["quota", "delete_account"]
    site = boss.app.extensions["keepsake"]
    with boss.app.app_context():
        assert not forgetting.has_work(site)
        first = db.session.scalar(db.select(db.func.min(AuditEntry.id)))
        old = utcnow() - AUDIT_FORGOTTEN_AFTER - timedelta(days=1)
        db.session.execute(db.update(AuditEntry).where(AuditEntry.id == first).values(at=old))
        assert forgetting.has_work(site)
        forgetting.run(site, Turn({}, lambda: False))
    assert [act for _, act, _ in entries(boss.app)] == ["delete_account"]


def test_commands_are_written_down(boss: Person, bob: Person) -> None:
    run = boss.app.test_cli_runner().invoke
    for command in (
        ("user", "ban", "bob"),
        ("user", "unban", "bob"),
        ("user", "promote", "bob", "manager"),
        ("user", "quota", "bob", "5"),
        ("user", "reset-link", "bob"),
        ("user", "reset-factors", "bob"),
        ("category", "create", "Trips"),
        ("user", "delete", "bob", "--yes"),
    ):
        assert run(args=command).exit_code == 0, command
    person = ("user", "create", "carl", "--password-stdin")
    assert run(args=person, input="correct horse stapler\n").exit_code == 0
    password = ("user", "password", "carl", "--password-stdin")
    assert run(args=password, input="another horse stapler\n").exit_code == 0
    written = entries(boss.app)
    assert {by for by, _, _ in written} == {COMMAND}
    assert [act for _, act, _ in written] == [
        "ban", "unban", "role", "quota", "reset_link", "reset_factors", "create_category",
        "delete_account", "create_account", "password",
    ]  # fmt: skip
    assert "stapler" not in str(written)


def test_visibility_is_told_with_what_it_was(boss: Person, bob: Person) -> None:
    image = bob.uploaded("pixel.png", visibility=Visibility.PUBLIC)["id_encoded"]
    post(boss.client, f"/manage/{image}/edit", visibility="members", title="Diary")
    page = boss.client.get("/admin/log").text
    assert f"Edited the file {image} of bob: title, who can see it." in page
    assert "before: Public, now: Members" in page and "Diary" not in page
    post(boss.client, f"/manage/{image}/edit", visibility="members", title="Diary")
    assert len(entries(boss.app)) == 1  # nothing has changed


@pytest.mark.parametrize("name", DECLARED)
def test_settings_are_told_as_their_page_shows_them(boss: Person, name: str) -> None:
    """Of each that can be on, be chosen, or be none, no word of how it is stored."""
    declared = DECLARED[name]
    values = {False, True} if isinstance(declared.default, bool) else {*declared.choices}
    with request_of(boss.app):
        for value in {declared.default, *values}:
            detail = {"was": as_text(value), "now": as_text(declared.default)}
            told = sentence(AuditEntry(act=Act.SETTING, subject=name, detail=detail))
            assert name not in told and "“”" not in told
            assert not values or "“" + as_text(value) + "”" not in told
    with request_of(boss.app):
        logo = {"was": "", "now": "aB3dE6gH9jK2mN5p-512x256"}
        told = sentence(AuditEntry(act=Act.SETTING, subject="LOGO", detail=logo))
        assert told == "Changed the logo of the site."


def test_a_job_that_is_tried_again_is_named(boss: Person) -> None:
    with request_of(boss.app):
        for subject, told in (("mail", "Retried 1 job: Send mail."), ("", "Retried 1 job.")):
            entry = AuditEntry(act=Act.RETRY_JOBS, subject=subject, detail={"count": 1})
            assert sentence(entry) == told
