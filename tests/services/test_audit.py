"""The audit log is written with the act, or not at all."""

from __future__ import annotations

import pytest
from flask import Flask

from models import AuditEntry, User, db
from models.role import Role
from services.roles import LastAdmin, ban, lift_ban, set_role
from tests.conftest import existing, make_person


def entries() -> list[tuple[str, str, str, dict[str, str]]]:
    rows = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id))
    return [(row.by, row.act, row.subject, row.detail) for row in rows]


def test_roles_and_bans_are_written_down(app: Flask) -> None:
    make_person(app, "boss", admin=True)
    make_person(app, "bob")
    with app.app_context():
        boss, bob = existing(User.by_name("boss")), existing(User.by_name("bob"))
        set_role(bob, Role.MANAGER, "boss")
        ban(bob, "boss")
        lift_ban(bob, "boss")
        lift_ban(bob, "boss")  # nothing to lift
        with pytest.raises(LastAdmin):
            ban(boss, "boss")
        assert entries() == [
            ("boss", "role", "bob", {"was": "user", "now": "manager"}),
            ("boss", "ban", "bob", {}),
            ("boss", "unban", "bob", {}),
        ]
