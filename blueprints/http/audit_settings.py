"""What the audit log says of a setting that was changed."""

from __future__ import annotations

from blueprints.http.language import gettext as _
from blueprints.http.setting_words import value_text
from blueprints.http.settings_form import CHOICES, LABELS
from config import ConfigError
from services.settings import DECLARED


def setting_sentence(subject: str, was: str, now: str) -> str:
    """``was`` and ``now`` are values as texts."""
    if subject == "LOGO":  # an id and a size, which say nothing
        return _("Changed the logo of the site.") if now else _("Removed the logo of the site.")
    return _("Changed the setting “%(name)s” from “%(was)s” to “%(now)s”.",
        name=str(LABELS.get(subject, subject)), was=_value(subject, was), now=_value(subject, now),
    )  # fmt: skip


def _value(name: str, text: str) -> str:
    """As the page of settings has it; as it stands there, where another version wrote it."""
    try:
        return value_text(DECLARED[name], DECLARED[name].parse(text), CHOICES)
    except (KeyError, ConfigError):
        return text
