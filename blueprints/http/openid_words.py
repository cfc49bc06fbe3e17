"""What people read about log-ins at a provider of OpenID Connect."""

from __future__ import annotations

from blueprints.http.context import site
from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from services.openid.faults import NotAllowed, NotThere, ProviderFault

NOT_IN_USE = _l("Your account here is not in use. Ask an admin.")
IN_USE = _l(
    "Somebody's account here is connected with that log-in already. Disconnect it there first."
)
DISCONNECTED = _l("Disconnected.")
DISCONNECTED_ALL = _l("Disconnected. All devices are logged out.")
LAST_WAY_IN = _l(
    "You have no password, so this is your only way in. Set a password first: an admin can give "
    "you a link for that."
)


def no_account() -> str:
    return _(
        "No account here is connected with your log-in at %(name)s. If you have one, log in with "
        "your password and connect it in Settings; else ask an admin.",
        name=site().config.oidc_name,
    )


def connected(label: str) -> str:
    name = site().config.oidc_name
    if not label:
        return _("Connected. You can log in with %(name)s from now on.", name=name)
    return _(
        "Connected. Who is %(label)s at %(name)s can log in here as you from now on.",
        label=label,
        name=name,
    )


def not_asked() -> str:
    return _(
        "%(name)s let you in without asking who you are. Log out there, then try again. If that "
        "doesn't help, ask an admin for a link to set a password here.",
        name=site().config.oidc_name,
    )


def fault(fault: ProviderFault) -> tuple[int, str]:
    """The status of the answer, and what to do."""
    name = site().config.oidc_name
    if isinstance(fault, NotThere):
        return 502, _("%(name)s doesn't answer. Try again later, or use a password.", name=name)
    if isinstance(fault, NotAllowed):
        return 403, _("%(name)s didn't log you in. Try again, or use a password.", name=name)
    return 400, _(
        "The log-in with %(name)s took too long, was opened twice, or failed. Begin it again. If "
        "that doesn't help, an admin finds the reason in the log.",
        name=name,
    )
