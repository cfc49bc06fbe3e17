"""Settings that may change while the site runs: defaults from the configuration, changes from
the database."""

from services.settings.change import Overtaken, Wish, change, reset, save
from services.settings.declared import DECLARED, Settings
from services.settings.load import Defaults, load
from services.settings.store import SettingStore

__all__ = [
    "DECLARED",
    "Defaults",
    "Overtaken",
    "SettingStore",
    "Settings",
    "Wish",
    "change",
    "load",
    "reset",
    "save",
]
