"""What is fixed while the site runs, as the page of settings shows it."""

from __future__ import annotations

from typing import NamedTuple

from blueprints.http.language import gettext as _
from blueprints.http.setting_words import HIDDEN, ORIGINS, help_of, value_text
from config import PREFIX
from services.settings.load import STARTING
from services.site import Site

SECRET = ("SECRET", "PASSWORD")  # in the names of those that are never shown


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
        is_secret = any(word in name for word in SECRET)
        text = str(HIDDEN) if is_secret and value else value_text(declared, value, {})
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
