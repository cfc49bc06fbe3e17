"""Each setting as the pages of settings show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from blueprints.http.setting_words import ORIGINS, help_of, value_text
from blueprints.http.settings_form import CHOICES, LABELS
from services.settings import DECLARED, SettingStore


@dataclass(frozen=True)
class Row:
    """``field`` is how its field is called. ``default`` is what holds without a change, and
    ``default_from`` says where that was set."""

    name: str
    label: str
    help: str
    value: str
    default: str
    default_from: str
    origin: str
    is_changed: bool

    @property
    def field(self) -> str:
        return self.name.lower()


def rows(store: SettingStore, names: Iterable[str]) -> list[Row]:
    return [_row(store, name) for name in names]


def _row(store: SettingStore, name: str) -> Row:
    declared = DECLARED[name]
    value, default = (
        value_text(declared, getattr(settings, name.lower()), CHOICES)
        for settings in (store.latest, store.defaults.settings)
    )
    origin = store.origin(name)
    return Row(
        name,
        str(LABELS[name]),
        help_of(declared, LABELS, CHOICES),
        value,
        default,
        str(ORIGINS[store.default_origin(name)]),
        str(ORIGINS.get(origin, "")),
        is_changed=origin == "database",
    )
