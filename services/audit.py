"""The audit log: what moderators did, and what commands did for them."""

from __future__ import annotations

from typing import Any

from models import Upload
from models.audit import Act, AuditEntry

__all__ = ["COMMAND", "PROVIDER", "Act", "record", "record_file"]

# Who does something, where it is no person; names have no spaces.
COMMAND, PROVIDER = "The command line", "A group of the provider"


def record(act: Act, by: str, subject: str = "", **detail: Any) -> None:
    """Write it down in the transaction of the act, which commits both or neither. ``by`` is who
    did it, ``subject`` the name or public id of what it was done to, ``detail`` what JSON can
    hold: nothing secret, and nothing that others keep private.
    """
    AuditEntry.add(act, by, subject, detail)


def record_file(act: Act, by: str, upload: Upload, **detail: Any) -> None:
    """The same of an act on somebody's file: its id, and whose it is ("" for a guest's)."""
    owner = upload.user.name if upload.user else ""
    record(act, by, upload.public_id, owner=owner, **detail)
