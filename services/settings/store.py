"""The current settings, the same in every process on the database."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from config import ConfigError
from services.settings.declared import DECLARED, Settings
from services.settings.load import Defaults

FRESH_SECONDS = (
    0.8  # how long a read is used, so that a change is in force everywhere within a second
)

log = logging.getLogger("keepsake")


class SettingStore:
    """The defaults, with the changes that ``read`` finds in the database (texts by name).

    ``latest`` is what was read last, and costs nothing to ask for. While the database can't be
    read, that stays in force; before it was read at all, the site is private, as it may be.
    ``on_change`` is called with what was read, in the thread that did.
    """

    def __init__(
        self,
        defaults: Defaults,
        read: Callable[[], Mapping[str, str]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.defaults, self.latest = defaults, replace(defaults.settings, private_site=True)
        self._read, self._clock = read, clock
        self.on_change: Callable[[Settings], None] = lambda settings: None
        self._changes: Mapping[str, str] = {}
        self._was_read = False
        self._read_at = float("-inf")
        self._is_away = False
        self._reading = threading.Lock()

    def current(self) -> Settings:
        """At most FRESH_SECONDS old. One thread at a time reads; the others go on with the
        latest, and wait only where nothing was read yet.
        """
        is_first = not (self._was_read or self._is_away)
        if (is_first or self._is_old()) and self._reading.acquire(blocking=is_first):
            try:
                if self._is_old():
                    self._update()
            finally:
                self._reading.release()
        return self.latest

    def refresh(self) -> Settings:
        """Read again, after a change was committed."""
        with self._reading:
            self._update()
        return self.latest

    def origin(self, name: str) -> str:
        """``database``, ``environment``, ``config.toml`` or ``default``."""
        return "database" if name in self._changes else self.default_origin(name)

    def with_changes(self, changes: Mapping[str, str]) -> Settings:
        """The defaults, with these."""
        return replace(self.defaults.settings, **_parsed(changes))

    def default_origin(self, name: str) -> str:
        """Where the value is from that a reset goes back to: as `origin`, without database."""
        return self.defaults.origins.get(name, "default")

    @property
    def ignored(self) -> list[str]:
        """Names of changes that this version doesn't understand."""
        return sorted(name for name, text in self._changes.items() if not _is_known(name, text))

    def _is_old(self) -> bool:
        return self._clock() - self._read_at >= FRESH_SECONDS

    def _update(self) -> None:
        self._read_at = self._clock()
        try:
            changes = self._read()
        except Exception as error:  # whatever it was, the latest stay in force
            if not self._is_away:
                log.warning("Settings can't be read, and stay as they are: %s", error)
            self._is_away = True
            return
        if self._is_away:
            log.warning("Settings can be read again")
        self._is_away = False
        if changes != self._changes or not self._was_read:
            self.latest = self.with_changes(changes)
            self._changes, self._was_read = changes, True
            self.on_change(self.latest)


def _parsed(changes: Mapping[str, str]) -> dict[str, Any]:
    """The rows that this version understands: some may be from another one."""
    values = {}
    for name, text in changes.items():
        try:
            values[name.lower()] = DECLARED[name].parse(text)
        except KeyError:
            log.warning("%s in the database is not a setting and is ignored", name)
        except ConfigError as error:
            log.warning("In the database, %s; that is ignored", error)
    return values


def _is_known(name: str, text: str) -> bool:
    try:
        DECLARED[name].parse(text)
    except (KeyError, ConfigError):
        return False
    return True
