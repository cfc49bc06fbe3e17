"""What letters say, in the language of the site. ``{name}`` and ``{link}`` are put in when they are
sent.
"""

from __future__ import annotations

from blueprints.http.language import gettext as _
from services.mail import LINK, NAME, Letter


def reset_letter(site_name: str) -> Letter:
    return Letter(
        _("New password for %(site)s", site=site_name),
        _text(
            _("Somebody asked for a new password for “%(name)s” on %(site)s.", name=NAME,
              site=site_name),
            _("Open this link to set one. It works once, for a day."),
            LINK,
            _("If you didn't ask for it, you don't have to do anything."),
        ),
        "/reset/",
    )  # fmt: skip


def confirmation_letter(site_name: str) -> Letter:
    return Letter(
        _("Your e-mail address for %(site)s", site=site_name),
        _text(
            _("Open this link to use this e-mail address for “%(name)s” on %(site)s. It works "
              "once, for a day.", name=NAME, site=site_name),
            LINK,
            _("If you don't know what this is about, you don't have to do anything."),
        ),
        "/email/",
    )  # fmt: skip


def _text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"
