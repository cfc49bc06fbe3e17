"""API keys: made, used, ended."""

from __future__ import annotations

from typing import Unpack

from models import ApiKey, DatabaseFault, SiteFact, User, db
from models.api_key import KeyLimits
from models.site_fact import GUEST_KEY
from services.audit import Act, record


def issue_key(
    user: User,
    label: str = "",
    visibility: str | None = None,
    *,
    by: str = "",
    **limits: Unpack[KeyLimits],
) -> tuple[ApiKey, str]:
    """A new key and its text, which is shown once and not kept. ``by``, here and below, is who does
    it for somebody else, for the audit log.
    """
    key, text = ApiKey.issue(user, label, visibility, **limits)
    if by:
        record(Act.CREATE_KEY, by, user.name, key=key.public_id, scope=key.scope)
    db.session.commit()
    return key, text


def change_key(
    key: ApiKey, label: str, visibility: str | None, album_id: str | None, max_mb: int | None
) -> None:
    """What it may do and until when stays: a program would not know. So does the album that one is
    bound to which reads or changes things: without it, it would reach all of them.
    """
    key.label, key.visibility, key.max_mb = label, visibility or None, max_mb
    if not key.is_bound:
        key.album_id = album_id or None
    db.session.commit()


def issue_guest_key(by: str = "") -> str:
    """The site's guest key; the one before it ends."""
    text = SiteFact.issue_secret(GUEST_KEY, prefix="chv_guest_")
    if by:
        record(Act.GUEST_KEY, by)
    db.session.commit()
    return text


def use_key(text: str, address: str) -> ApiKey | None:
    """The key with this text, if it works now; that it was used, and from which IP address, is
    noted.
    """
    key = ApiKey.find(text)
    if key:
        key.touch(address)
        db.session.commit()
    return key


def note_refusal(key: ApiKey, message: str) -> None:
    """Remember, for the person who sets up a program with this key, why its upload was refused."""
    try:
        if key.refresh():  # else it ended meanwhile
            key.note_refusal(message)
        db.session.commit()
    except DatabaseFault:  # the disk is full, perhaps: the refusal itself is what counts
        db.session.rollback()


def revoke_key(public_id: str, user: User | None = None, *, by: str = "") -> bool:
    """End a key, if it is ``user``'s (None: anybody's); whether there was one."""
    owner = ApiKey.owner_name(public_id)
    is_gone = ApiKey.revoke(public_id, user)
    if is_gone and by:
        record(Act.REVOKE_KEY, by, owner, key=public_id)
    db.session.commit()
    return is_gone
