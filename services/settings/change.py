"""Change settings while the site runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from config import ConfigError, as_text
from models import Setting, begin_write, db
from services.audit import COMMAND, Act, record
from services.settings.declared import DECLARED, Settings
from services.settings.load import NEW_NAMES, OLD, STARTING
from services.settings.store import SettingStore


@dataclass(frozen=True)
class Wish:
    """``value`` None: the default. ``shown`` is what whoever changes it saw before."""

    value: Any
    shown: Any


class Overtaken(Exception):
    """Somebody else has changed what was to be changed. ``names`` are those settings."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def save(store: SettingStore, wishes: Mapping[str, Wish], by: str) -> None:
    """All of them, of known names and checked values, or none. ``by`` is who does it, for the
    audit log. Raises Overtaken."""
    begin_write()
    before = store.with_changes(Setting.all_texts())
    now = {name: getattr(before, name.lower()) for name in wishes}
    others = [name for name, wish in wishes.items() if now[name] not in (wish.shown, wish.value)]
    if others:
        db.session.rollback()
        store.refresh()
        raise Overtaken(others)
    for name, wish in wishes.items():
        is_default = wish.value == getattr(store.defaults.settings, name.lower())
        if wish.value is None or is_default:  # so it isn't marked as changed
            Setting.forget(name)
        else:
            Setting.put(name, as_text(wish.value))
    _finish(store, before, by)


def change(store: SettingStore, values: Mapping[str, Any], by: str = COMMAND) -> None:
    """Apply all values or none. Raises ConfigError for an unknown name or an invalid value."""
    texts = {name: as_text(DECLARED[_known(name)].parse(value)) for name, value in values.items()}
    begin_write()
    before = store.with_changes(Setting.all_texts())
    for name, text in texts.items():
        Setting.put(name, text)
    _finish(store, before, by)


def reset(store: SettingStore, names: Iterable[str], by: str = COMMAND) -> None:
    """Forget changes, so that the defaults hold. Raises ConfigError for an unknown name."""
    known = [_known(name) for name in names]
    begin_write()
    before = store.with_changes(Setting.all_texts())
    for name in known:
        Setting.forget(name)
    _finish(store, before, by)


def _finish(store: SettingStore, before: Settings, by: str) -> None:
    """Write down what is another value now, and commit."""
    after = store.with_changes(Setting.all_texts())
    for name in DECLARED:
        was, now = (as_text(getattr(settings, name.lower())) for settings in (before, after))
        if was != now:
            record(Act.SETTING, by, name, was=was, now=now)
    db.session.commit()
    store.refresh()


def _known(name: str) -> str:
    if name in STARTING:
        raise ConfigError(f"{name} is read at the start: set it in the environment or config.toml")
    if name in OLD:
        raise ConfigError(f"{name} is now {NEW_NAMES[name]}")
    if name not in DECLARED:
        raise ConfigError(f"{name} is not a setting; docs/settings.md lists them all")
    return name
