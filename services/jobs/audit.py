"""Forget what the audit log has kept for long."""

from __future__ import annotations

from models import AuditEntry, Payload, db, utcnow
from services.jobs import limits
from services.jobs.kind import Turn
from services.site import Site


def has_work(_site: Site) -> bool:
    return AuditEntry.knows_before(utcnow() - limits.AUDIT_FORGOTTEN_AFTER)


def run(_site: Site, _turn: Turn) -> Payload | None:
    AuditEntry.forget_before(utcnow() - limits.AUDIT_FORGOTTEN_AFTER)
    db.session.commit()
    return None
