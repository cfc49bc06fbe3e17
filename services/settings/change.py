"""Change settings while the site runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from config import ConfigError, as_text
from models import Setting, db
from services.settings.declared import DECLARED
from services.settings.load import OLD, STARTING
from services.settings.store import SettingStore


def change(store: SettingStore, values: Mapping[str, Any]) -> None:
    """Apply all values or none. Raises ConfigError for an unknown name or an invalid value."""
    texts = {name: as_text(DECLARED[_known(name)].parse(value)) for name, value in values.items()}
    for name, text in texts.items():
        Setting.put(name, text)
    db.session.commit()
    store.refresh()


def reset(store: SettingStore, names: Iterable[str]) -> None:
    """Forget changes, so that the defaults hold. Raises ConfigError for an unknown name."""
    for name in [_known(name) for name in names]:
        Setting.forget(name)
    db.session.commit()
    store.refresh()


def _known(name: str) -> str:
    if name in STARTING:
        raise ConfigError(f"{name} is read at the start: set it in the environment or config.toml")
    if name in OLD:
        raise ConfigError(f"{name} is now STRIP")
    if name not in DECLARED:
        raise ConfigError(f"{name} is not a setting; docs/settings.md lists them all")
    return name
