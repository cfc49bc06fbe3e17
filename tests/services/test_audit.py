"""The audit log is written with the act, or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from models import AuditEntry, User, db, utcnow
from models.audit import Act
from models.role import Role
from services.quota import set_quota
from services.roles import LastAdmin, ban, lift_ban, set_role
from tests.conftest import existing, make_person


def entries() -> list[tuple[str, str, str, dict[str, Any]]]:
    rows = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id))
    return [(row.by, row.act, row.subject, row.detail) for row in rows]


def test_roles_and_bans_are_written_down(app: Flask) -> None:
    make_person(app, "boss", admin=True)
    make_person(app, "bob")
    with app.app_context():
        boss, bob = existing(User.by_name("boss")), existing(User.by_name("bob"))
        set_role(bob, Role.MANAGER, "boss")
        set_role(bob, Role.MANAGER, "boss")  # what is so already isn't written down
        for quota_mb in (7, 7, None, None):
            set_quota(bob, quota_mb, "boss")
        ban(bob, "boss")
        ban(bob, "boss")
        lift_ban(bob, "boss")
        lift_ban(bob, "boss")  # nothing to lift
        with pytest.raises(LastAdmin):
            ban(boss, "boss")
        assert entries() == [
            ("boss", "role", "bob", {"was": "user", "now": "manager"}),
            ("boss", "quota", "bob", {"was": None, "now": 7}),
            ("boss", "quota", "bob", {"was": 7, "now": None}),
            ("boss", "ban", "bob", {}),
            ("boss", "unban", "bob", {}),
        ]


def test_quotas_that_are_set_at_once_follow_one_another(app: Flask) -> None:
    make_person(app, "bob")

    def set_to(quota_mb: int) -> None:
        with app.app_context():
            set_quota(existing(User.by_name("bob")), quota_mb, "boss")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(set_to, range(12)))
    with app.app_context():
        details = [detail for _by, _act, _subject, detail in entries()]
        assert [one["was"] for one in details] == [None, *(one["now"] for one in details[:-1])]
        assert existing(User.by_name("bob")).quota_mb == details[-1]["now"]


def test_what_commands_do_for_others_is_written_down(app: Flask) -> None:
    make_person(app, "bob")
    run = app.test_cli_runner()
    key = run.invoke(args=["key", "create", "bob", "--label", "diary"]).output.split("_")[1]
    guest_key = run.invoke(args=["key", "guest"]).output
    assert run.invoke(args=["key", "revoke", key]).exit_code == 0
    assert run.invoke(args=["key", "revoke", key]).exit_code == 1
    album = run.invoke(args=["album", "create", "bob", "Secret garden"]).output.strip()
    with app.app_context():
        by = "The command line"
        assert entries() == [
            (by, "create_key", "bob", {"key": key, "scope": "upload"}),
            (by, "guest_key", "", {}),
            (by, "revoke_key", "bob", {"key": key}),
            (by, "create_album", album, {"owner": "bob"}),
        ]
        assert "garden" not in str(entries()) and guest_key.strip() not in str(entries())


def test_old_entries_go_in_the_order_of_their_ids(app: Flask) -> None:
    now = utcnow()
    with app.app_context():
        for days in (9, 8, 3, 7, 1):
            AuditEntry.add(Act.BAN, "boss", str(days), {})
            last = db.session.scalar(db.select(db.func.max(AuditEntry.id)))
            at = now - timedelta(days=days)
            db.session.execute(db.update(AuditEntry).where(AuditEntry.id == last).values(at=at))
        AuditEntry.forget_before(now - timedelta(days=5))
        assert [subject for _by, _act, subject, _detail in entries()] == ["3", "7", "1"]
        AuditEntry.forget_before(now)
        assert entries() == []
