"""Invitations: made, used, revoked."""

from __future__ import annotations

from datetime import timedelta

from models import Arrival, Invitation, User, begin_write, db
from models.role import Role
from services.audit import COMMAND, Act, record
from services.passkey_answers import Asked, BadPasskey, verify_new
from services.passkeys import add as add_passkey
from services.reset import LinkEnded
from services.settings import Settings


def invitations_work(settings: Settings) -> bool:
    return settings.sign_up != "off"


def may_invite(settings: Settings, user: User | None) -> bool:
    return user is not None and (user.is_admin or settings.members_invite)


def may_give(user: User | None, role: Role) -> bool:
    """Whether an invitation of this user may make somebody that. Without a user: on the command
    line.
    """
    return role == Role.USER or user is None or user.is_admin


def invite(
    creator: User | None, *, lasts: timedelta, uses: int = 1, role: Role = Role.USER, note: str = ""
) -> str:
    """The token of a new invitation."""
    assert may_give(creator, role) and (uses == 1 or role != Role.ADMIN)
    made, token = Invitation.issue(creator, lasts=lasts, uses=uses, role=role, note=note)
    if creator is None or creator.is_moderator:
        db.session.flush()
        by = creator.name if creator else COMMAND
        record(Act.INVITE, by, made.public_id, role=role, uses=uses, days=lasts.days)
    db.session.commit()
    return token


def accept(settings: Settings, invitation: Invitation, name: str, password: str) -> User:
    """The new account. Raises AccountFault, or LinkEnded where it was used up or revoked
    meanwhile; nothing is used then.
    """
    user = User.create(name, password, site_name=settings.site_name, role=Role(invitation.role))
    begin_write()  # behind the hash, which takes long
    try:
        user.check_still_free()
        _use(settings, invitation, user)
    except (ValueError, LinkEnded):
        db.session.rollback()
        raise
    return user


def accept_with_passkey(
    settings: Settings, invitation: Invitation, name: str, device: str, answer: str, asked: Asked
) -> User:
    """As `accept`, of somebody who has no password. Raises BadPasskey, too."""
    new = verify_new(answer, asked, is_alone=True)
    begin_write()
    try:
        user = User.create_without_password(name)
        user.role = Role(invitation.role)
        add_passkey(user, device, new, asked)
        _use(settings, invitation, user)
    except (ValueError, LinkEnded, BadPasskey):
        db.session.rollback()
        raise
    return user


def _use(settings: Settings, invitation: Invitation, user: User) -> None:
    if not invitation.take(members_invite=settings.members_invite):
        raise LinkEnded()
    db.session.add(Arrival(user=user, invitation_id=invitation.id))
    db.session.commit()


def revoke(public_id: str, creator: User | None = None, moderator: str = "") -> bool:
    """Of anybody, or of ``creator``. Whether there was such a one that wasn't revoked.
    ``moderator``: who does it, for the audit log, unless it is a member with an invitation of
    their own.
    """
    is_ended = Invitation.revoke(public_id, creator)
    if is_ended and moderator:
        record(Act.REVOKE_INVITATION, moderator, public_id)
    db.session.commit()
    return is_ended
