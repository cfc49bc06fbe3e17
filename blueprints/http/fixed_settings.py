"""What is fixed while the site runs, as the page of settings shows it."""

from __future__ import annotations

from typing import NamedTuple

from blueprints.http.language import gettext as _
from blueprints.http.setting_words import HIDDEN, ORIGINS, help_of
from config import PREFIX, as_text
from services.settings.load import STARTING
from services.site import Site


class Fixed(NamedTuple):
    name: str
    variable: str
    help: str
    value: str
    origin: str


def fixed_settings(site: Site) -> list[Fixed]:
    """With where each was set; of secrets only that they are."""
    shown = []
    for name, declared in STARTING.items():
        value = getattr(site.config, name.lower())
        text = str(HIDDEN) if declared.is_secret and value else as_text(value) or _("Empty")
        origin = site.store.defaults.origins.get(name, "default")
        shown.append(
            Fixed(name, PREFIX + name, help_of(declared, {}, {}), text, str(ORIGINS[origin]))
        )
    return shown


def how_to_change(site: Site) -> str:
    return _(
        "Set these in the environment, with %(prefix)s before the name, or in %(file)s, and start "
        "Keepsake again.",
        prefix=PREFIX,
        file=site.config.data / "config.toml",
    )
