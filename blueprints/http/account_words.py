"""Texts of the pages about accounts."""

from __future__ import annotations

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
STILL_WORKS = _l(
    "Passkeys and API keys still work. If somebody else may have used this account, look at them."
)
NOT_ONESELF = _l("You can't ban yourself.")
NO_RESET_LINK = _l("Only who can log in can get a link. Lift the ban first.")
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
