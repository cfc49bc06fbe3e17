"""Texts of the pages about accounts."""

from __future__ import annotations

from typing import NamedTuple

from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from models import User
from models.role import Role, State

ROLES = {Role.USER: _l("User"), Role.MANAGER: _l("Manager"), Role.ADMIN: _l("Admin")}
ROLE_HELP = {
    Role.USER: _l("Uploads, and has albums."),
    Role.MANAGER: _l("Also moderates: edits and deletes what others upload, tags and categories."),
    Role.ADMIN: _l("Also looks after people and the settings of this site."),
}
STATES = {
    State.ACTIVE: _l("Active"),
    State.PENDING: _l("Waits for approval"),
    State.BANNED: _l("Banned"),
    State.LEAVING: _l("Is being deleted"),
}
NO_LOG_IN = {  # what is said to who has the right password
    State.PENDING: _l("Your account waits for approval. Ask an admin of this site."),
    State.BANNED: _l("Your account is banned. Ask an admin of this site."),
    State.LEAVING: _l("Your account is being deleted."),
}
NO_QUOTA = _l("Enter a whole number of MB, such as 5000, or nothing.")
LAST_ADMIN = _l("This is the only admin. Make somebody else an admin first.")
FACTORS_RESET_WITHOUT_PASSWORD = _l(
    "The second factor and all passkeys are off. This account has no password: give its owner the "
    "link below, with which one is set."
)
DISCONNECTED_WITHOUT_PASSWORD = _l(
    "Disconnected. This account has no password: give its owner the link below, with which one is "
    "set."
)
NOT_THEIR_NAME = _l("This is not the name of this account.")
NO_TAKER = _l("Files can go to another person who can log in. Enter their name, or nothing.")
NO_ROOM = _l("The files don't fit into the space of who should get them.")
DELETE_YOURSELF = _l("Delete your own account in your settings, under “Your data”.")
STILL_WORKS = _l(
    "Log-ins elsewhere, passkeys and API keys still work. If somebody else may have used this "
    "account, look at them."
)
NOT_ONESELF = _l("You can't ban yourself.")
NO_RESET_LINK = {
    State.PENDING: _l("This account waits for approval. Approve it first."),
    State.BANNED: _l("This account is banned. Lift the ban first."),
    State.LEAVING: _l("This account is being deleted."),
}
BAN_WAITING = _l("This account waits for approval. Refuse it instead.")
NO_SIGN_UP = _l("Accounts are created by an admin here. Ask for one, or for an invitation.")
TOO_MANY_WAITING = _l("Too many people wait for approval already. Try again in some days.")
NOT_WAITING = _l("This account doesn't wait for approval any more.")
OWN_FACTORS = _l("Your own second factor is switched off in your settings.")
NO_SUCH_ACCOUNT = _l("There is no such account. It may have been deleted.")


def approved(user: User) -> str:
    return _("The account “%(name)s” is approved and can log in.", name=user.name)


def refused(user: User) -> str:
    return _("The account “%(name)s” is refused and deleted.", name=user.name)


def role_saved(user: User) -> str:
    role = str(ROLES[Role(user.role)])
    return _("The role of %(name)s is now: %(role)s.", name=user.name, role=role)


def banned(user: User) -> str:
    return _("You have banned %(name)s: logged out everywhere.", name=user.name)


def ban_lifted(user: User) -> str:
    return _("The ban of %(name)s is lifted.", name=user.name)


class Question(NamedTuple):
    title: str
    text: str
    button: str
    symbol: str = ""
    is_soft: bool = False


def ask_ban(user: User) -> Question:
    return Question(
        _("Ban %(name)s?", name=user.name),
        _(
            "%(name)s is logged out on all devices at once, and their keys are refused. Their "
            "files stay as they are. You can lift the ban at any time.",
            name=user.name,
        ),
        _("Ban"),
        "lock",
    )


def ask_factors(user: User) -> Question:
    return Question(
        _("Switch off the second factor of %(name)s?", name=user.name),
        _(
            "All passkeys end, too, and %(name)s is logged out on all devices. Make sure that it "
            "is really they who ask you.",
            name=user.name,
        ),
        _("Switch off"),
    )


def ask_disconnect(user: User, provider: str) -> Question:
    return Question(
        _("Disconnect %(name)s from %(provider)s?", name=user.name, provider=provider),
        _("Log-in there ends for %(name)s, and all devices are logged out.", name=user.name),
        _("Disconnect"),
        "x",
    )


def ask_reset_link(user: User) -> Question:
    return Question(
        _("Create a link for %(name)s?", name=user.name),
        _(
            "With it %(name)s sets a new password. It works once, for a day. Give it to nobody "
            "else.",
            name=user.name,
        ),
        _("Create link"),
        "link",
        is_soft=True,
    )


def ask_role(user: User, role: Role) -> Question:
    return Question(
        _("Change the role of %(name)s?", name=user.name),
        _("The role becomes: %(role)s.", role=str(ROLES[role])),
        _("Save"),
        "check",
        is_soft=True,
    )


def deleted(name: str) -> str:
    return _("The account “%(name)s” is deleted. Its files go within minutes.", name=name)


def given(name: str, taker: str) -> str:
    return _(
        "The account “%(name)s” is deleted. Its files are moved to %(taker)s within minutes.",
        name=name,
        taker=taker,
    )
